"""Pictures for tests: a shop as manifests, a large cluster, one without policies, hostile names."""

from __future__ import annotations

from itertools import pairwise

from netlint_linter.picture.adapter import picture_of
from netlint_linter.picture.model import (
    External,
    Flow,
    Node,
    Picture,
    Place,
    PolicyText,
    Problem,
    Reason,
)
from netlint_rules.engine import examine
from netlint_rules.finding import Severity
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.reach import Network
from netlint_rules.registry import all_rules
from tests.rules.builders import workspace

INTERNET = External("internet", "internet", is_wide=True)


def deployment(namespace: str, name: str, *ports: int) -> str:
    listed = ", ".join(f"{{containerPort: {port}}}" for port in ports)
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  replicas: 2
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: main, ports: [{listed}]}}]}}
"""


POLICIES = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}
    ports: [{port: 8080}]
  egress:
  - to: [{podSelector: {matchLabels: {app: db}}}]
    ports: [{port: 5432}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: 5432}]
  egress:
  - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443}]
"""

WAYS_IN = """\
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: edge}
spec: {type: LoadBalancer, selector: {app: gateway}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: {app: db}
  ports: [{port: 5432}]
"""

SHOP = "---\n".join(
    [
        deployment("shop", "api", 8080),
        deployment("shop", "db", 5432),
        deployment("shop", "mailer", 25),
        deployment("edge", "gateway", 80),
        deployment("edge", "proxy", 80),
        deployment("tools", "debug"),
        WAYS_IN,
        POLICIES,
    ]
)


def shop(text: str = SHOP, title: str = "shop.yaml") -> Picture:
    """The shop, with what the rules find in it."""
    space = workspace(text)
    network = Network(space.index, space.config.cluster, space.facts)
    return picture_of(network, examine(space, list(all_rules())).findings, title)


def node(namespace: str, name: str, *isolated: Direction, problems: tuple[int, ...] = ()) -> Node:
    return Node(
        f"{namespace}/{name}",
        namespace,
        "Deployment",
        name,
        frozenset(isolated),
        frozenset(Direction) - frozenset(isolated),
        (("app", name),),
        problems=problems,
    )


def policy(namespace: str, name: str, *selects: str) -> PolicyText:
    text = f"kind: NetworkPolicy\nmetadata:\n  name: {name}\nspec:\n  ingress:\n  - from: []\n"
    isolates = frozenset({Direction.INGRESS})
    place = Place(f"{namespace}.yaml", 1)
    return PolicyText(
        f"{namespace}/{name}", namespace, name, place, text, isolates, frozenset(selects)
    )


def flow(
    sources: set[str], destinations: set[str], port: int, policy_id: str, *, certain: bool = True
) -> Flow:
    place = Place("x.yaml", 5)
    reason = Reason(Direction.INGRESS, f"spec.ingress[0]: TCP {port}", policy_id, place)
    ports = PortSet.of("TCP", port)
    return Flow(frozenset(sources), frozenset(destinations), ports, (reason,), certain)


def opened(nodes: tuple[Node, ...]) -> Flow:
    """What nothing restricts: the senders among them to the receivers, and the internet."""
    senders = {each.id for each in nodes if Direction.EGRESS in each.open}
    receivers = {each.id for each in nodes if Direction.INGRESS in each.open}
    return Flow(frozenset(senders | {"internet"}), frozenset(receivers), PortSet.all())


def without_policies(namespaces: int = 6, each: int = 5) -> Picture:
    """A cluster where everything is open: n² connections."""
    nodes = tuple(
        node(f"team-{number:02}", f"app-{at}") for number in range(namespaces) for at in range(each)
    )
    return Picture("open", nodes, (INTERNET,), (opened(nodes),))


def large(namespaces: int = 40, each: int = 13) -> Picture:
    """Many namespaces, a third restricted: scraped, called from elsewhere, a chain inside each."""
    nodes: list[Node] = []
    flows: list[Flow] = []
    policies: list[PolicyText] = []
    for number in range(namespaces):
        name = f"team-{number:02}"
        shut = [Direction.INGRESS] if number % 3 == 0 else []
        own = [node(name, f"app-{at:02}", *shut) for at in range(each)]
        nodes += own
        if shut:
            ids = [member.id for member in own]
            policies.append(policy(name, "inside", *ids))
            flows += [flow({a}, {b}, 8080, f"{name}/inside") for a, b in pairwise(ids)]
            flows.append(flow({"team-01/app-00"}, set(ids), 9102, f"{name}/inside"))
            callers = [f"team-{(number + step) % namespaces:02}/app-01" for step in (4, 7, 10)]
            flows.append(flow(set(callers), {ids[0]}, 443, f"{name}/inside"))
    return Picture(
        "large", tuple(nodes), (INTERNET,), (*flows, opened(tuple(nodes))), tuple(policies)
    )


HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"];click n0 "javascript:window.hacked=1"',
    "${7*7} $title $$",
    "__proto__",
    "constructor",
    "]]>&amp;<!--",
    "\u202eright-to-left\u2028line\x00nul\ud800",
    'back\\slash "quoted" \\N',
)


def hostile() -> Picture:
    """Names that Kubernetes refuses, and files can hold."""
    nodes = tuple(node(text, text, Direction.INGRESS, problems=(0,)) for text in HOSTILE)
    ids = [each.id for each in nodes]
    rule = policy(HOSTILE[0], HOSTILE[1], *ids)
    problem = Problem("NP101", Severity.ERROR, HOSTILE[0], Place(HOSTILE[1], 3))
    flows = tuple(flow({a}, {b}, 80, rule.id) for a, b in pairwise(ids))
    outside = External("outside", HOSTILE[1])
    return Picture(
        HOSTILE[0],
        nodes,
        (INTERNET, outside),
        (*flows, flow({"outside"}, {ids[0]}, 443, rule.id, certain=False), opened(nodes)),
        (rule,),
        (problem,),
    )
