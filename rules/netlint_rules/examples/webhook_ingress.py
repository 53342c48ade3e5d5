"""Examples of the rule webhook-ingress."""

from netlint_rules.rule import Example

_POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
"""
_WORKLOAD = """\
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
_SERVICE = """\
---
apiVersion: v1
kind: Service
metadata: {name: hook, namespace: shop}
spec:
  selector: {app: hook}
  ports: [{port: 443, targetPort: 9443}]
"""
_WEBHOOK = """\
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: orders}
webhooks:
- name: orders.shop.example.com
  clientConfig: {service: {name: hook, namespace: shop}}
  rules: [{apiGroups: [shop.example.com], resources: [orders], operations: [CREATE]}]
"""
_HOOK = _WORKLOAD + _SERVICE + _WEBHOOK


def _conversion(conversion: str) -> str:
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


def _open(ports: str, sources: str = "") -> str:
    """A policy for the pods of the webhook with one rule."""
    return f"""\
{_POLICY}\
metadata: {{name: hook, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: hook}}}}
  policyTypes: [Ingress]
  ingress:
  - ports: {ports}
{sources}"""


_DEFAULT_DENY = (
    _POLICY
    + """\
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
)
_CERT_MANAGER = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cert-manager-webhook, namespace: cert-manager}
spec:
  template:
    metadata:
      labels: &labels {app.kubernetes.io/name: webhook, app.kubernetes.io/component: webhook}
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
_METRICS_SERVER = """\
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
_GATEKEEPER = """\
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
_ML_PIPELINE = """\
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
_CONTROL_PLANE = """\
---
apiVersion: v1
kind: Endpoints
metadata: {name: kubernetes, namespace: default}
subsets:
- addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}, {ip: 10.0.0.3}]
  ports: [{name: https, port: 6443}]
"""
_KUBE_SYSTEM = """\
    from:{mark}
    - namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: kube-system}}}}
"""
_KONNECTIVITY = """\
    from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: konnectivity-agent}}
"""
_HOST_NETWORK = """\
    from:
    - namespaceSelector: {matchLabels: {policy-group.network.openshift.io/host-network: ""}}
"""
_NODES = """\
    from:{mark}
    - ipBlock: {{cidr: 10.0.0.1/32}}
"""

BAD = (
    Example(
        "A default-deny, and no policy for the webhook",
        _POLICY
        + """\
metadata: {name: default-deny, namespace: cert-manager}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP501
"""
        + _CERT_MANAGER,
        {"complete": True},
    ),
    Example(
        "The Service's port is open; calls arrive at the container's",
        _open("[{port: 443}]  # <- NP502") + _HOOK,
        {"complete": True},
    ),
    Example(
        "A namespace instead of the API server, which runs outside the pod network",
        _open("[{port: 9443}]", _KUBE_SYSTEM.format(mark="  # <- NP503")) + _HOOK,
        {"complete": True, "cluster": {"platform": "kubeadm"}},
    ),
    Example(
        "The same where the platform isn't known: right on some, wrong on most",
        _open("[{port: 9443}]", _KUBE_SYSTEM.format(mark="  # <- NP503")) + _HOOK,
    ),
    Example(
        "Only the component's own pods may call its webhook",
        _POLICY
        + """\
metadata: {name: gatekeeper, namespace: gatekeeper-system}
spec:
  podSelector: {matchLabels: {app: gatekeeper}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: gatekeeper}}}]  # <- NP501
"""
        + _GATEKEEPER,
    ),
    Example(
        "A conversion webhook behind a named port: the policy has another number",
        _open("[{port: 8443}]  # <- NP501")
        + _WORKLOAD
        + _SERVICE.replace("targetPort: 9443", "targetPort: webhook")
        + _conversion(
            "{strategy: Webhook, webhook: {clientConfig: {service: {name: hook, namespace: shop}}}}"
        ),
    ),
    Example(
        "An aggregated API that only its own namespace can reach",
        _POLICY
        + """\
metadata: {name: allow-same-namespace, namespace: metrics}
spec:
  podSelector: {matchLabels: {k8s-app: metrics-server}}
  ingress:
  - from: [{podSelector: {}}]  # <- NP507
"""
        + _METRICS_SERVER,
        {"cluster": {"platform": "kubeadm"}},
    ),
    Example(
        "One of three control-plane addresses",
        _open("[{port: 9443}]", _NODES.format(mark="  # <- NP504")) + _HOOK + _CONTROL_PLANE,
    ),
    Example(
        "The right port of the wrong protocol",
        _open("[{port: 9443, protocol: UDP}]  # <- NP501") + _HOOK,
    ),
    Example(
        "Cilium's ipBlocks never match nodes",
        _open("[{port: 9443}]", _NODES.format(mark="  # <- NP503")) + _HOOK,
        {"cluster": {"cni": "cilium", "platform": "kubeadm", "api-server": ["10.0.0.1"]}},
    ),
    Example(
        "The Service's port equals the pod's, but only other namespaces may use it",
        _POLICY
        + """\
metadata: {name: ml-pipeline, namespace: kubeflow}
spec:
  podSelector: {matchLabels: {app: ml-pipeline}}
  ingress:
  - from:  # <- NP503
    - namespaceSelector: {matchLabels: {app.kubernetes.io/part-of: kubeflow-profile}}
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: istio-system}}
"""
        + _ML_PIPELINE,
    ),
    Example(
        "The control plane's addresses aren't known: only a hint",
        _open("[{port: 9443}]", _NODES.format(mark="  # <- NP504")) + _HOOK,
    ),
    Example(
        "A known operator without its webhook configuration",
        _POLICY
        + """\
metadata: {name: default-deny, namespace: cert-manager}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP505
"""
        + _CERT_MANAGER[: _CERT_MANAGER.index("---", 4)],
    ),
    Example(
        "A policy for a known operator misses its webhook",
        _POLICY
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
        "A port named webhook, and nothing that calls it: only a hint",
        _DEFAULT_DENY.replace("[Ingress]", "[Ingress]  # <- NP505") + _WORKLOAD,
        {"complete": True},
    ),
    Example(
        "A webhook whose Service doesn't exist",
        _WEBHOOK.replace("namespace: shop}}", "namespace: shop}}  # <- NP506") + _WORKLOAD,
        {"complete": True},
    ),
    Example(
        "An aggregated API that no policy opens",
        _POLICY
        + """\
metadata: {name: default-deny, namespace: metrics}
spec:
  podSelector: {}
  policyTypes: [Ingress]  # <- NP507
"""
        + _METRICS_SERVER,
        {"complete": True},
    ),
)

GOOD = (
    Example(
        "The container's port, for any source",
        _POLICY
        + """\
metadata: {name: cert-manager-webhook, namespace: cert-manager}
spec:
  podSelector: {matchLabels: {app.kubernetes.io/component: webhook}}
  ingress:
  - ports: [{protocol: TCP, port: 10250}]
"""
        + _CERT_MANAGER,
        {"complete": True},
    ),
    Example(
        "No policy isolates the webhook's pods for ingress",
        _DEFAULT_DENY.replace("[Ingress]", "[Egress]") + _HOOK,
        {"complete": True},
    ),
    Example(
        "A webhook in the network of its node: no policy applies",
        _DEFAULT_DENY + _HOOK.replace("    spec:\n", "    spec:\n      hostNetwork: true\n"),
        {"complete": True},
    ),
    Example(
        "A webhook outside the cluster",
        _DEFAULT_DENY
        + _SERVICE
        + _WEBHOOK.replace(
            "{service: {name: hook, namespace: shop}}", "{url: https://hook.example.com/check}"
        ),
        {"complete": True},
    ),
    Example(
        "On GKE the API server comes through pods that a selector matches",
        _open("[{port: 9443}]", _KONNECTIVITY) + _HOOK,
        {"complete": True, "cluster": {"platform": "gke"}},
    ),
    Example(
        "Every address, with a plugin that matches addresses",
        _open("[{port: 9443}]", "    from: [{ipBlock: {cidr: 0.0.0.0/0}}]\n") + _HOOK,
        {"complete": True, "cluster": {"cni": "calico"}},
    ),
    Example(
        "A default-deny with a policy for the webhook beside it",
        _DEFAULT_DENY + "---\n" + _open("[{port: webhook}]") + _HOOK,
        {"complete": True},
    ),
    Example(
        "A receiver of notifications is no admission webhook",
        _POLICY
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
        _open("[{port: 9443}]", _HOST_NETWORK) + _HOOK,
        {"complete": True, "cluster": {"platform": "openshift"}},
    ),
    Example(
        "All addresses of the control plane",
        _open("[{port: 9443}]", "    from: [{ipBlock: {cidr: 10.0.0.0/29}}]\n")
        + _HOOK
        + _CONTROL_PLANE,
        {"complete": True, "cluster": {"platform": "kubeadm"}},
    ),
)
