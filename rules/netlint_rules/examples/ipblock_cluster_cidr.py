"""Examples of the rule ipblock-cluster-cidr."""

from netlint_rules.rule import Example


def _policy(peers: str, ports: str = "", *, direction: str = "egress") -> str:
    """A policy of pods app=api in shop with one rule; `peers` holds list items, unindented."""
    field = "to" if direction == "egress" else "from"
    items = "".join(f"    {line}\n" for line in peers.strip().splitlines())
    return f"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: api, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: api}}}}
  policyTypes: [{direction.capitalize()}]
  {direction}:
  - {field}:
{items}{f"    ports: [{ports}]" if ports else ""}
---
"""


def _block(cidr: str, mark: str, excepts: str = "") -> str:
    """One ipBlock peer, on a line that is marked."""
    without = f", except: [{excepts}]" if excepts else ""
    return f"- ipBlock: {{cidr: {cidr}{without}}}" + (f"  # <- {mark}" if mark else "")


_DB_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: data, labels: {app: db, statefulset.kubernetes.io/pod-name: db-0}}
spec: {containers: [{name: db, image: postgres}]}
status: {phase: Running, podIP: 10.244.1.17, podIPs: [{ip: 10.244.1.17}]}
---
"""
_DB_SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: db, namespace: data}
spec:
  clusterIP: 10.96.23.4
  selector: {app: db}
  ports: [{port: 5432, targetPort: postgres}]
---
"""
_NODE = """\
apiVersion: v1
kind: Node
metadata: {name: worker-1}
spec: {podCIDR: 10.42.0.0/24, podCIDRs: [10.42.0.0/24]}
status:
  addresses: [{type: Hostname, address: worker-1}, {type: InternalIP, address: 192.168.7.11}]
---
"""
_ENDPOINTS = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: kubernetes
  namespace: default
  labels: {kubernetes.io/service-name: kubernetes}
addressType: IPv4
endpoints: [{addresses: [172.18.0.2]}]
ports: [{name: https, port: 6443, protocol: TCP}]
---
"""
_KIND_DUAL = """\
apiVersion: kind.x-k8s.io/v1alpha4
kind: Cluster
networking: {ipFamily: dual}
---
"""
_API_VIP = _policy(_block("10.96.0.1/32", "NP308"), "{port: 443}")

BAD = (
    Example(
        "The address that a pod has for now",
        _policy(_block("10.244.1.17/32", "NP301"), "{port: 5432}") + _DB_POD,
    ),
    Example(
        "The default pod range of k3s",
        _policy(_block("10.42.0.0/16", "NP301")),
    ),
    Example(
        "The pod range as a source, on OpenShift",
        _policy(_block("10.128.0.0/14", "NP301"), direction="ingress"),
        {"cluster": {"platform": "openshift"}},
    ),
    Example(
        "The address of a Service, which most network plugins never see",
        _policy(_block("10.96.23.4/32", "NP302"), "{port: 5432}") + _DB_SERVICE,
    ),
    Example(
        "A wide block that holds every pod too",
        _policy(_block("10.0.0.0/8", "NP307")) + _NODE,
    ),
    Example(
        "The metadata server of a cloud",
        _policy(_block("169.254.169.254/32", "NP304"), "{port: 80}"),
    ),
    Example(
        "A node, which Cilium doesn't match by address",
        _policy(_block("192.168.7.11/32", "NP303"), "{port: 9100}") + _NODE,
        {"cluster": {"cni": "cilium"}},
    ),
    Example(
        "The IPv6 pod range of a dual-stack kind cluster",
        _policy(_block("fd00:10:244::/56", "NP301")) + _KIND_DUAL,
    ),
    Example(
        "The address of the cluster's DNS beside a cache on the node: a hint only",
        _policy(
            _block("169.254.20.10/32", "") + "\n" + _block("10.43.0.10/32", "NP302"),
            "{port: 53, protocol: UDP}, {port: 53}",
        ),
        {"cluster": {"platform": "k3s"}},
    ),
    Example(
        "The pod range from the settings, with a network plugin that never matches pods so",
        _policy(_block("10.50.0.0/16", "NP301")),
        {"cluster": {"cluster-cidrs": ["10.50.0.0/16"], "cni": "cilium"}},
    ),
    Example(
        "The API server by its Service address",
        _API_VIP,
    ),
    Example(
        "The API server by its Service address, with its endpoints in view",
        _API_VIP + _ENDPOINTS,
        {"complete": True},
    ),
    Example(
        "The API server by its Service address beside its endpoints: a hint only",
        _policy(
            _block("10.96.0.1/32", "NP308") + "\n" + _block("172.18.0.2/32", ""),
            "{port: 443}, {port: 6443}",
        )
        + _ENDPOINTS,
    ),
    Example(
        "Services never are the source of a connection",
        _policy(_block("10.96.0.1/32", "NP308"), "{port: 8443}, {port: 443}", direction="ingress"),
    ),
    Example(
        "All link-local addresses, the metadata server among them",
        _policy(_block("169.254.0.0/16", "NP304")),
    ),
    Example(
        "Link-local addresses that nothing is known of: a hint only",
        _policy(_block("169.254.99.0/24", "NP305")),
    ),
    Example(
        "Loopback never leaves the pod",
        _policy(_block("127.0.0.1/32", "NP306"), direction="ingress"),
    ),
    Example(
        "The whole internet, and every pod of the cluster: a hint only",
        _policy(_block("0.0.0.0/0", "NP309", "169.254.169.254/32")),
    ),
    Example(
        "Excepts that leave out the pods of one node only: a hint only",
        _policy(_block("0.0.0.0/0", "NP309", "10.42.0.0/24")) + _NODE,
        {"cluster": {"cluster-cidrs": ["10.42.0.0/16"]}},
    ),
)

GOOD = (
    Example(
        "The internet without private addresses",
        _policy(_block("0.0.0.0/0", "", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16")),
    ),
    Example(
        "Addresses outside the cluster",
        _policy(_block("203.0.113.0/24", "")),
    ),
    Example(
        "Private addresses that no distribution gives to pods",
        _policy(_block("172.17.0.0/16", "", "172.17.1.0/24"), direction="ingress"),
    ),
    Example(
        "A LAN inside a pod range that is too common to tell anything",
        _policy(_block("192.168.50.0/24", "")),
    ),
    Example(
        "A DNS cache on the node",
        _policy(_block("169.254.20.10/32", ""), "{port: 53, protocol: UDP}, {port: 53}"),
    ),
    Example(
        "DNS at the metadata server's address, as with Cloud DNS for GKE",
        _policy(_block("169.254.169.254/32", ""), "{port: 53, protocol: UDP}, {port: 53}"),
    ),
    Example(
        "The pods of another cluster",
        _policy(_block("10.42.0.0/16", "")),
        {"cluster": {"external-ranges": ["10.42.0.0/16"]}},
    ),
    Example(
        "Another range than the one that the cluster's pods have",
        _policy(_block("10.244.0.0/16", "")) + _NODE,
    ),
    Example(
        "The API server by its Service address, where the network plugin sees that",
        _policy(_block("172.20.0.1/32", ""), "{port: 443}"),
        {"cluster": {"platform": "eks", "cni": "aws-vpc-cni"}},
    ),
    Example(
        "The metadata server, where workloads get their identity from it",
        _policy(_block("169.254.169.254/32", ""), "{port: 80}"),
        {"cluster": {"platform": "gke"}},
    ),
)
