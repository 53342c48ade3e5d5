"""Examples of the rule dns-egress: what it leaves alone."""

from netlint_rules.examples.dns_egress import BOTH, DB, DENY_ALL, KUBE_DNS, pod, policy, together
from netlint_rules.rule import Example

_ALLOW_DNS = policy(KUBE_DNS + BOTH, name="allow-dns", subject="{}", types="")

_CLOSED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: kube-system}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
_QUERIES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: kube-system}
spec:
  podSelector: {matchLabels: {app: coredns}}
  ingress: [{ports: [{port: 53}, {port: 53, protocol: UDP}]}]
"""

GOOD = (
    Example(
        "DNS servers of other labels than usual let queries in",
        together(_CLOSED, _QUERIES),
    ),
    Example(
        "The DNS servers run elsewhere",
        _CLOSED,
        {"cluster": {"dns-profile": "openshift"}},
    ),
    Example(
        "All of the namespace is in view, and no DNS server among it",
        _CLOSED,
        {"complete-namespaces": ["kube-system"]},
    ),
    Example(
        "Everything denied, and said so",
        DENY_ALL.replace(
            "namespace: shop",
            "namespace: shop, annotations: {netlint.dev/expects: deny-all-egress}",
        ),
    ),
    Example(
        "Another policy allows DNS to every pod",
        together(DENY_ALL, policy(DB, types=""), _ALLOW_DNS),
    ),
    Example(
        "Another policy allows everything to the same pods",
        together(policy(DB, types=""), policy("- {}", name="open", types="")),
    ),
    Example(
        "Every pod of the cluster, on every port",
        policy("- to: [{namespaceSelector: {}}]", types=""),
    ),
    Example("DNS pods, UDP and TCP", policy(KUBE_DNS + BOTH, types="")),
    Example(
        "Whatever in kube-system lacks a label that DNS pods don't have",
        policy(
            KUBE_DNS.replace(
                "{matchLabels: {k8s-app: kube-dns}}",
                "{matchExpressions: [{key: tier, operator: DoesNotExist}]}",
            )
            + BOTH,
            types="",
        ),
        {"cluster": {"dns-profile": "coredns"}},
    ),
    Example(
        "Pods in the host's network are no subjects of policies",
        together(policy(DB, types=""), pod("hostNetwork: true")),
        {"complete": True},
    ),
    Example(
        "Egress rules without effect don't isolate",
        policy(DB, types="").replace("[Egress]", "[Ingress]"),
    ),
    Example(
        "An empty egress list without policyTypes doesn't isolate",
        """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec: {podSelector: {}, egress: []}
""",
    ),
    Example(
        "Every port of both protocols, to every address",
        policy(
            "- to: [{ipBlock: {cidr: 0.0.0.0/0}}]\n"
            "  ports: [{protocol: UDP, port: 1, endPort: 65535}, {port: 1, endPort: 65535}]",
            types="",
        ),
    ),
    Example(
        "Nameservers of the pod's own, and a rule for them",
        together(
            policy("- to: [{ipBlock: {cidr: 10.0.0.53/32}}]" + BOTH, types=""),
            pod("dnsPolicy: None, dnsConfig: {nameservers: [10.0.0.53]}"),
        ),
        {"complete": True},
    ),
    Example(
        "NodeLocal DNSCache, the DNS Service and kube-system",
        policy(
            """\
- to:
  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
  - ipBlock: {cidr: 169.254.20.10/32}
  - ipBlock: {cidr: 10.43.0.10/32}"""
            + BOTH,
            types="",
        ),
    ),
    Example(
        "OpenShift, on both ports",
        policy(
            """\
- to:
  - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}
  ports:
  - {protocol: UDP, port: 53}
  - {protocol: TCP, port: 53}
  - {protocol: UDP, port: 5353}
  - {protocol: TCP, port: 5353}""",
            types="",
        ),
        {"cluster": {"platform": "openshift"}},
    ),
    Example(
        "The Service's address counts where the plugin sees it",
        policy("- to: [{ipBlock: {cidr: 10.100.0.10/32}}]" + BOTH, types=""),
        {"cluster": {"cni": "aws-vpc-cni"}},
    ),
    Example(
        "The namespace is a placeholder, which may stand for that of the DNS servers",
        policy(
            "- to: [{namespaceSelector: {matchLabels: "
            '{kubernetes.io/metadata.name: "${DNS_NAMESPACE}"}}}]' + BOTH,
            types="",
        ),
        {"cluster": {"dns-profile": "coredns"}},
    ),
    Example(
        "A named port of the DNS pods",
        policy(
            KUBE_DNS + "\n  ports: [{protocol: UDP, port: dns}, {protocol: TCP, port: dns-tcp}]",
            types="",
        ),
    ),
    Example(
        "A placeholder may stand for the DNS servers",
        policy(
            DB + '\n- to: [{ipBlock: {cidr: "${DNS}"}}]' + BOTH,
            types="",
        ).replace("# <- NP109", ""),
    ),
    Example(
        "CoreDNS itself asks the nodes' resolvers",
        policy(
            "- to: [{ipBlock: {cidr: 192.0.2.53/32}}]" + BOTH,
            namespace="kube-system",
            subject="{matchLabels: {k8s-app: kube-dns}}",
            types="",
        ),
    ),
    Example(
        "Policies of another API may allow DNS: nothing is claimed",
        together(
            policy(DB, types=""),
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
            "metadata: {name: dns, namespace: shop}\nspec: {endpointSelector: {}}\n",
        ),
    ),
)
