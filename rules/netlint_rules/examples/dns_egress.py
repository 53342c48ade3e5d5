"""Examples of the rule dns-egress: what it reports."""

from netlint_rules.rule import Example


def policy(
    rules: str,
    *,
    name: str = "api",
    namespace: str = "shop",
    subject: str = "{matchLabels: {app: api}}",
    types: str = "  # <- NP101",
) -> str:
    """A policy with these egress rules; `types` is the comment behind policyTypes."""
    body = "".join(f"  {line}\n" for line in rules.strip("\n").splitlines())
    egress = f"  egress:\n{body}" if body else ""
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  podSelector: {subject}
  policyTypes: [Egress]{types}
{egress}"""


def together(*parts: str) -> str:
    """Several objects in one file."""
    return "---\n".join(parts)


DB = "- to: [{podSelector: {matchLabels: {app: db}}}]\n  ports: [{port: 5432}]"
DENY_ALL = policy("", name="default-deny", subject="{}", types="")
KUBE_DNS = """\
- to:
  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
    podSelector: {matchLabels: {k8s-app: kube-dns}}"""
BOTH = "\n  ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]"
OPENSHIFT = """\
- to:
  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}
  ports:
  - {protocol: UDP, port: 53}"""
CORE_DNS = """\
apiVersion: v1
kind: Pod
metadata: {name: coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}
spec: {dnsPolicy: Default, containers: [{name: coredns, ports: [{containerPort: 53}]}]}
"""


def pod(spec: str, name: str = "api") -> str:
    """A pod with the label app=<name>."""
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}
spec: {{{spec}}}
"""


BAD = (
    Example("The database is allowed, finding it is not", policy(DB)),
    Example(
        "UDP alone, to any destination",
        policy("- ports:  # <- NP107\n  - {port: 53, protocol: UDP}  # <- NP102", types=""),
    ),
    Example(
        "UDP alone, to the DNS pods",
        policy(KUBE_DNS + "\n  ports:\n  - {port: 53, protocol: UDP}  # <- NP102", types=""),
    ),
    Example(
        "No protocol means TCP",
        policy("- ports:  # <- NP107\n  - port: 53  # <- NP103", types=""),
    ),
    Example(
        "A podSelector alone looks for the DNS pods in the policy's own namespace",
        policy(
            "- to:\n  - podSelector: {matchLabels: {k8s-app: kube-dns}}  # <- NP104" + BOTH,
            types="",
        ),
    ),
    Example(
        "OpenShift's DNS pods listen on 5353",
        policy(
            OPENSHIFT.replace("port: 53}", "port: 53}  # <- NP105").replace(
                "kubernetes.io/metadata.name", "kubernetes.io/metadata.name"
            ),
            types="",
        ),
    ),
    Example(
        "With Cloud DNS for GKE there are no DNS pods to allow",
        policy(KUBE_DNS.replace("kube-system}}", "kube-system}}  # <- NP104") + BOTH, types=""),
        {"cluster": {"dns-profile": "gke-clouddns"}},
    ),
    Example(
        "A namespace that may call port 443 anywhere, but resolve nothing",
        policy("- to: null\n  ports: [{port: 443}]", subject="{}"),
    ),
    Example(
        "The namespace is selected by a label that it doesn't carry",
        together(
            policy(
                "- to:\n  - namespaceSelector: {matchLabels: {name: kube-system}}  # <- NP104"
                + BOTH,
                types="",
            ),
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n",
        ),
    ),
    Example(
        "A range of ports that leaves out 53",
        policy(
            "- ports:\n"
            "  - {protocol: UDP, port: 1, endPort: 52}\n"
            "  - {protocol: UDP, port: 54, endPort: 65535}"
        ),
    ),
    Example(
        "CoreDNS accepts UDP only",
        together(
            """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: coredns, namespace: kube-system}
spec:
  podSelector: {matchLabels: {k8s-app: kube-dns}}  # <- NP108
  ingress:
  - ports: [{protocol: UDP, port: 53}]
""",
            CORE_DNS,
        ),
        {"complete": True},
    ),
    Example(
        "A default-deny where CoreDNS usually runs",
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: kube-system}
spec:
  podSelector: {}  # <- NP108
  policyTypes: [Ingress]
""",
    ),
    Example(
        "The Service's address is not what policies see",
        policy("- to:\n  - ipBlock: {cidr: 10.96.0.10/32}  # <- NP106" + BOTH, types=""),
    ),
    Example(
        "Everything is denied: a hint only, for it is usually meant",
        DENY_ALL.replace("[Egress]", "[Egress]  # <- NP110"),
    ),
    Example(
        "Literal addresses may need no names: a hint only",
        policy("- to: [{ipBlock: {cidr: 203.0.113.7/32}}]\n  ports: [{port: 5432}]"),
    ),
    Example(
        "A resolver of one's own: a hint only",
        policy("- to:\n  - ipBlock: {cidr: 198.51.100.53/32}  # <- NP111" + BOTH, types=""),
    ),
    Example(
        "DNS is granted to pods that carry another label as well: a hint only",
        together(
            policy(DB, types=""),
            policy(
                KUBE_DNS + "\n  ports:\n  - {protocol: UDP, port: 53}  # <- NP109\n"
                "  - {protocol: TCP, port: 53}",
                name="dns",
                subject="{matchLabels: {dns: allowed}}",
                types="",
            ),
        ),
    ),
    Example(
        "One policy for the whole namespace is to blame, not each of the others",
        together(
            DENY_ALL.replace("[Egress]", "[Egress]  # <- NP101"),
            policy(DB, types=""),
            policy(DB, name="web", subject="{matchLabels: {app: web}}", types=""),
        ),
    ),
    Example(
        "Pods with nameservers of their own that no rule opens",
        together(
            policy("- to: [{ipBlock: {cidr: 203.0.113.0/24}}]\n  ports: [{port: 443}]"),
            pod("dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.53]}"),
        ),
    ),
    Example(
        "Cilium never matches pods by an ipBlock",
        policy("- to:\n  - ipBlock: {cidr: 0.0.0.0/0}  # <- NP104" + BOTH, types="").replace(
            "  - to:", "  - to:  # <- NP107"
        ),
        {"cluster": {"cni": "cilium", "dns-profile": "coredns"}},
    ),
)
