{{- define "netlint.selector" -}}
app.kubernetes.io/name: netlint
app.kubernetes.io/component: {{ . }}
{{- end }}

{{- /* Labels of an object: (list context component) */ -}}
{{- define "netlint.labels" -}}
{{- $root := first . -}}
{{ include "netlint.selector" (last .) }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{- define "netlint.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end }}
{{- end }}
{{- end }}

{{- define "netlint.tlsSecret" -}}
{{- if eq .Values.certificates.mode "provided" -}}
{{ .Values.certificates.provided.secretName }}
{{- else -}}
{{ .Values.name }}-tls
{{- end }}
{{- end }}

{{- define "netlint.excluded" -}}
{{ append .Values.excludedNamespaces .Release.Namespace | uniq | toJson }}
{{- end }}

{{- define "netlint.podSecurityContext" -}}
runAsNonRoot: true
{{- with .Values.userId }}
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "netlint.securityContext" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- /* Egress to DNS and to the API server. */ -}}
{{- define "netlint.egress" -}}
{{- with .Values.networkPolicy -}}
- to:
  - namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: {{ .dns.namespace }}
    podSelector:
      matchLabels:
        {{- toYaml .dns.podLabels | nindent 8 }}
  ports:
  - protocol: UDP
    port: 53
  - protocol: TCP
    port: 53
- ports:
  - protocol: TCP
    port: 443
  - protocol: TCP
    port: 6443
  {{- if .apiServerCIDRs }}
  to:
  {{- range .apiServerCIDRs }}
  - ipBlock:
      cidr: {{ . }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Where pods may run. */ -}}
{{- define "netlint.placement" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* The pod that makes and renews certificates. */ -}}
{{- define "netlint.certsPod" -}}
metadata:
  labels:
    {{- include "netlint.selector" "certificates" | nindent 4 }}
spec:
  serviceAccountName: {{ .Values.name }}-certs
  automountServiceAccountToken: true
  enableServiceLinks: false
  restartPolicy: OnFailure
  {{- include "netlint.placement" . | nindent 2 }}
  securityContext:
    {{- include "netlint.podSecurityContext" . | nindent 4 }}
  containers:
  - name: certs
    image: {{ include "netlint.image" . }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    command: [netlint-webhook]
    args:
    - certs
    - --namespace={{ .Release.Namespace }}
    - --service={{ .Values.name }}
    - --secret={{ .Values.name }}-tls
    - --ca-secret={{ .Values.name }}-ca
    - --webhook={{ .Values.name }}
    resources:
      requests:
        cpu: 50m
        memory: 64Mi
      limits:
        memory: 256Mi
    securityContext:
      {{- include "netlint.securityContext" . | nindent 6 }}
{{- end }}
