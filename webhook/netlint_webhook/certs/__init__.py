"""`netlint-webhook certs`: certificates for clusters without cert-manager.

It makes a CA and a serving pair, keeps them in two Secrets, and has the API server trust the CA.
A run that finds all of that in order changes nothing, so a CronJob runs it once a day; several
may run at once. The webhook itself never does: it needs no right to write for serving.

    netlint-webhook certs --namespace N --service S --secret P --webhook W
    netlint-webhook certs --namespace N --service S --out FOLDER

`--secret P`         the serving pair: `tls.crt`, `tls.key`, and the trusted CAs as `ca.crt`
`--ca-secret C`      the CA (`P-ca`): `tls.crt`, `tls.key`, `ca.crt`, and `next.crt` and `next.key`
                     while the next CA is trusted already, but doesn't sign yet; nobody else
                     needs to read it
`--webhook W`        the ValidatingWebhookConfiguration; each webhook in it that calls the Service
                     gets the caBundle
`--namespace N`      of the Service and the Secrets: else the pod's or the kubeconfig's
`--service S`        `netlint-webhook`; the names are `S.N.svc` and `S.N.svc.cluster.local`
`--dns-name NAME`    one more name or address; repeatable
`--days`, `--ca-days`, `--renew-before`
                     90, 365 and a third of the serving pair's life, all in days
`--out FOLDER`       write files only, the CA in FOLDER/ca; no cluster is needed
`--kubeconfig FILE`, `--context NAME`
                     else the pod's ServiceAccount

What becomes of certificates in use is in `plan`: a CA is trusted for an hour at least before it
signs for a webhook that runs, and as long as it is valid.

Rights, with the Secrets applied in advance, of type Opaque and without `data` (what a manifest
doesn't name, `kubectl apply` and Helm leave alone; a kubernetes.io/tls Secret must name its keys,
and each apply would empty them):

    Role         secrets, resourceNames [P, C]                          get, update
    ClusterRole  validatingwebhookconfigurations, resourceNames [W]     get, patch
                 (apiGroups [admissionregistration.k8s.io])

Secrets that are missing are created, as kubernetes.io/tls, where the Role allows `create` on
secrets: that right can't be limited to names.

A pod that mounts P lists `tls.crt` and `tls.key` as `items`: the kubelet then starts it when
they are there. To stop trusting a CA at once, because its key got out: delete C and P, empty the
caBundles, run the command, restart the webhook.

Exit codes: 0 all is in order now; 1 the cluster can't be reached, or others don't stop changing
the objects; 2 wrong arguments or files; 3 a right is missing, or the credentials are refused;
4 the webhook configuration is missing (the Secrets are written all the same), calls other
Services only, or something belongs to cert-manager.
"""
