"""Objects that the examples of webhook-ingress are made of."""

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
"""
WORKLOAD = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hook, namespace: shop}
spec:
  selector: {matchLabels: {app: hook}}
  template:
    metadata: {labels: {app: hook}}
    spec:
      containers:
      - name: hook
        image: hook
        ports: [{name: webhook, containerPort: 9443}]
"""
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: shop}
spec:
  selector: {app: hook}
  ports: [{port: 443, targetPort: 9443}]
"""
WEBHOOK = """\
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.shop.example.com
  clientConfig: {service: {name: hook, namespace: shop}}
  rules: [{apiGroups: [shop.example.com], resources: [orders], operations: [CREATE]}]
"""
HOOK = WORKLOAD + SERVICE + WEBHOOK


def conversion(conversion: str) -> str:
    """A CustomResourceDefinition with this way of conversion."""
    return f"""\
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: orders.shop.example.com}}
spec:
  group: shop.example.com
  names: {{kind: Order, plural: orders}}
  conversion: {conversion}
"""


def opening(ports: str, sources: str = "") -> str:
    """A policy for the pods of the webhook with one rule."""
    return f"""\
{POLICY}\
metadata: {{name: hook, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: hook}}}}
  policyTypes: [Ingress]
  ingress:
  - ports: {ports}
{sources}"""


DEFAULT_DENY = (
    POLICY
    + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
)
CERT_MANAGER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cert-manager-webhook, namespace: cert-manager}
spec:
  template:
    metadata:
      labels: {app.kubernetes.io/name: webhook, app.kubernetes.io/component: webhook}
    spec:
      containers:
      - {name: webhook, image: webhook, ports: [{name: https, containerPort: 10250}]}
---
apiVersion: v1
kind: Service
metadata: {name: cert-manager-webhook, namespace: cert-manager}
spec:
  selector: {app.kubernetes.io/name: webhook, app.kubernetes.io/component: webhook}
  ports: [{port: 443, targetPort: https}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: cert-manager-webhook}
webhooks:
- name: webhook.cert-manager.io
  clientConfig: {service: {name: cert-manager-webhook, namespace: cert-manager, port: 443}}
  rules: [{apiGroups: [cert-manager.io], resources: ["*/*"], operations: [CREATE]}]
"""
METRICS_SERVER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: metrics-server, namespace: metrics}
spec:
  template:
    metadata: {labels: {k8s-app: metrics-server}}
    spec:
      containers: [{name: metrics-server, image: metrics-server, ports: [{containerPort: 10250}]}]
---
apiVersion: v1
kind: Service
metadata: {name: metrics-server, namespace: metrics}
spec:
  selector: {k8s-app: metrics-server}
  ports: [{port: 443, targetPort: 10250}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  group: metrics.k8s.io
  service: {name: metrics-server, namespace: metrics}
"""
GATEKEEPER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gatekeeper-controller-manager, namespace: gatekeeper-system}
spec:
  template:
    metadata:
      labels:
        app: gatekeeper
        control-plane: controller-manager
        gatekeeper.sh/operation: webhook
    spec:
      containers:
      - {name: manager, image: gatekeeper, ports: [{name: webhook-server, containerPort: 8443}]}
---
apiVersion: v1
kind: Service
metadata: {name: gatekeeper-webhook-service, namespace: gatekeeper-system}
spec:
  selector: {control-plane: controller-manager, gatekeeper.sh/operation: webhook}
  ports: [{port: 443, targetPort: webhook-server}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: gatekeeper-validating-webhook-configuration}
webhooks:
- name: validation.gatekeeper.sh
  clientConfig: {service: {name: gatekeeper-webhook-service, namespace: gatekeeper-system}}
  rules: [{apiGroups: ["*"], resources: ["*"], operations: [CREATE, UPDATE]}]
  failurePolicy: Ignore
"""
ML_PIPELINE = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ml-pipeline, namespace: kubeflow}
spec:
  template:
    metadata: {labels: {app: ml-pipeline}}
    spec:
      containers:
      - name: ml-pipeline-api-server
        image: api-server
        ports: [{name: http, containerPort: 8888}, {name: webhook, containerPort: 8443}]
---
apiVersion: v1
kind: Service
metadata: {name: ml-pipeline, namespace: kubeflow}
spec:
  selector: {app: ml-pipeline}
  ports: [{name: http, port: 8888}, {name: webhook, port: 8443, targetPort: 8443}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: pipelineversions.pipelines.kubeflow.org}
webhooks:
- name: pipelineversions.pipelines.kubeflow.org
  clientConfig: {service: {name: ml-pipeline, namespace: kubeflow, port: 8443}}
  rules: [{apiGroups: [pipelines.kubeflow.org], resources: [pipelineversions]}]
"""
CONTROL_PLANE = """\
---
apiVersion: v1
kind: Endpoints
metadata: {name: kubernetes, namespace: default}
subsets:
- addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}, {ip: 10.0.0.3}]
  ports: [{name: https, port: 6443}]
"""
KUBE_SYSTEM = """\
    from:{mark}
    - namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: kube-system}}}}
"""
KONNECTIVITY = """\
    from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: konnectivity-agent}}
"""
HOST_NETWORK = """\
    from:
    - namespaceSelector: {matchLabels: {policy-group.network.openshift.io/host-network: ""}}
"""
NODES = """\
    from:{mark}
    - ipBlock: {{cidr: 10.0.0.1/32}}
"""
