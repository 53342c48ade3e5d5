"""Examples of the rule webhook-ingress."""

from netlint_rules.examples.webhook_objects import (
    CERT_MANAGER,
    CONTROL_PLANE,
    DEFAULT_DENY,
    GATEKEEPER,
    HOOK,
    HOST_NETWORK,
    KONNECTIVITY,
    KUBE_SYSTEM,
    METRICS_SERVER,
    ML_PIPELINE,
    NODES,
    POLICY,
    SERVICE,
    WEBHOOK,
    WORKLOAD,
    conversion,
    opening,
)
from netlint_rules.rule import Example

BAD = (
    Example(
        "A default-deny, and no policy for the webhook",
        POLICY
        + """\
metadata: {name: default-deny, namespace: cert-manager}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP501
"""
        + CERT_MANAGER,
        {"complete": True},
    ),
    Example(
        "The Service's port is open; calls arrive at the container's",
        opening("[{port: 443}]  # <- NP502") + HOOK,
        {"complete": True},
    ),
    Example(
        "A namespace instead of the API server, which runs outside the pod network",
        opening("[{port: 9443}]", KUBE_SYSTEM.format(mark="  # <- NP503")) + HOOK,
        {"complete": True, "cluster": {"platform": "kubeadm"}},
    ),
    Example(
        "The same where the platform isn't known: right on some, wrong on most",
        opening("[{port: 9443}]", KUBE_SYSTEM.format(mark="  # <- NP503")) + HOOK,
    ),
    Example(
        "Only the component's own pods may call its webhook",
        POLICY
        + """\
metadata: {name: gatekeeper, namespace: gatekeeper-system}
spec:
  podSelector: {matchLabels: {app: gatekeeper}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: gatekeeper}}}]  # <- NP501
"""
        + GATEKEEPER,
    ),
    Example(
        "A conversion webhook behind a named port: the policy has another number",
        opening("[{port: 8443}]  # <- NP501")
        + WORKLOAD
        + SERVICE.replace("targetPort: 9443", "targetPort: webhook")
        + conversion(
            "{strategy: Webhook, webhook: {clientConfig: {service: {name: hook, namespace: shop}}}}"
        ),
    ),
    Example(
        "An aggregated API that only its own namespace can reach",
        POLICY
        + """\
metadata: {name: allow-same-namespace, namespace: metrics}
spec:
  podSelector: {matchLabels: {k8s-app: metrics-server}}
  ingress:
  - from: [{podSelector: {}}]  # <- NP507
"""
        + METRICS_SERVER,
        {"cluster": {"platform": "kubeadm"}},
    ),
    Example(
        "One of three control-plane addresses",
        opening("[{port: 9443}]", NODES.format(mark="  # <- NP504")) + HOOK + CONTROL_PLANE,
    ),
    Example(
        "The right port of the wrong protocol",
        opening("[{port: 9443, protocol: UDP}]  # <- NP501") + HOOK,
    ),
    Example(
        "Cilium's ipBlocks never match nodes",
        opening("[{port: 9443}]", NODES.format(mark="  # <- NP503")) + HOOK,
        {"cluster": {"cni": "cilium", "platform": "kubeadm", "api-server": ["10.0.0.1"]}},
    ),
    Example(
        "The Service's port equals the pod's, but only other namespaces may use it",
        POLICY
        + """\
metadata: {name: ml-pipeline, namespace: kubeflow}
spec:
  podSelector: {matchLabels: {app: ml-pipeline}}
  ingress:
  - from:  # <- NP503
    - namespaceSelector: {matchLabels: {app.kubernetes.io/part-of: kubeflow-profile}}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: istio-system}}
"""
        + ML_PIPELINE,
    ),
    Example(
        "The control plane's addresses aren't known: only a hint",
        opening("[{port: 9443}]", NODES.format(mark="  # <- NP504")) + HOOK,
    ),
    Example(
        "A known operator without its webhook configuration",
        POLICY
        + """\
metadata: {name: default-deny, namespace: cert-manager}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP505
"""
        + CERT_MANAGER[: CERT_MANAGER.index("---", 4)],
    ),
    Example(
        "A policy for a known operator misses its webhook",
        POLICY
        + """\
metadata: {name: elastic-operator, namespace: elastic-system}
spec:
  podSelector: {matchLabels: {control-plane: elastic-operator}}
  policyTypes: [Ingress]  # <- NP505
  ingress:
  - ports: [{port: 8080}]
""",
    ),
    Example(
        "A known operator that one address may call: several API servers have several",
        POLICY
        + """metadata: {name: elastic-operator, namespace: elastic-system}
spec:
  podSelector: {matchLabels: {control-plane: elastic-operator}}
  ingress:
  - from: [{ipBlock: {cidr: 192.0.2.11/32}}]  # <- NP504
    ports: [{port: 9443}]
""",
    ),
    Example(
        "A port named webhook, and nothing that calls it: only a hint",
        DEFAULT_DENY.replace("[Ingress]", "[Ingress]  # <- NP505") + WORKLOAD,
        {"complete": True},
    ),
    Example(
        "A webhook whose Service doesn't exist",
        WEBHOOK.replace("namespace: shop}}", "namespace: shop}}  # <- NP506") + WORKLOAD,
        {"complete": True},
    ),
    Example(
        "An aggregated API that no policy opens",
        POLICY
        + """\
metadata: {name: default-deny, namespace: metrics}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP507
"""
        + METRICS_SERVER,
        {"complete": True},
    ),
)

GOOD = (
    Example(
        "The container's port, for any source",
        POLICY
        + """\
metadata: {name: cert-manager-webhook, namespace: cert-manager}
spec:
  podSelector: {matchLabels: {app.kubernetes.io/component: webhook}}
  ingress:
  - ports: [{protocol: TCP, port: 10250}]
"""
        + CERT_MANAGER,
        {"complete": True},
    ),
    Example(
        "No policy isolates the webhook's pods for ingress",
        DEFAULT_DENY.replace("[Ingress]", "[Egress]") + HOOK,
        {"complete": True},
    ),
    Example(
        "A webhook in the network of its node: no policy applies",
        DEFAULT_DENY + HOOK.replace("    spec:\n", "    spec:\n      hostNetwork: true\n"),
        {"complete": True},
    ),
    Example(
        "A webhook outside the cluster",
        DEFAULT_DENY
        + SERVICE
        + WEBHOOK.replace(
            "{service: {name: hook, namespace: shop}}", "{url: https://hook.example.com/check}"
        ),
        {"complete": True},
    ),
    Example(
        "On GKE the API server comes through pods that a selector matches",
        opening("[{port: 9443}]", KONNECTIVITY) + HOOK,
        {"complete": True, "cluster": {"platform": "gke"}},
    ),
    Example(
        "Every address, with a plugin that matches addresses",
        opening("[{port: 9443}]", "    from: [{ipBlock: {cidr: 0.0.0.0/0}}]\n") + HOOK,
        {"complete": True, "cluster": {"cni": "calico"}},
    ),
    Example(
        "A default-deny with a policy for the webhook beside it",
        DEFAULT_DENY + "---\n" + opening("[{port: webhook}]") + HOOK,
        {"complete": True},
    ),
    Example(
        "A receiver of notifications is no admission webhook",
        POLICY
        + """\
metadata: {name: allow-webhooks, namespace: flux-system}
spec:
  podSelector: {matchLabels: {app: notification-controller}}
  ingress:
  - from: [{namespaceSelector: {}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: notification-controller, namespace: flux-system}
spec:
  template:
    metadata: {labels: {app: notification-controller}}
    spec:
      containers: [{name: manager, image: fluxcd, ports: [{name: webhook, containerPort: 9292}]}]
""",
    ),
    Example(
        "On OpenShift a namespaceSelector stands for the nodes' network",
        opening("[{port: 9443}]", HOST_NETWORK) + HOOK,
        {"complete": True, "cluster": {"platform": "openshift"}},
    ),
    Example(
        "All addresses of the control plane",
        opening("[{port: 9443}]", "    from: [{ipBlock: {cidr: 10.0.0.0/29}}]\n")
        + HOOK
        + CONTROL_PLANE,
        {"complete": True, "cluster": {"platform": "kubeadm"}},
    ),
)
