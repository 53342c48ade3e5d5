"""Strategies for worlds: small enough that every pair and port can be asked about."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.property.worlds import HASH, NAME, Node, Pod, Rules, Space, World, holds

SPACES = ("a", "b")
KEYS, VALUES = ("app", "tier"), ("x", "y")
NAMED = {"http": ("TCP", (1, 2)), "dns": ("UDP", (2, 3))}
POD_ADDRESSES = {4: "10.244.1.{}", 6: "fd00::{}"}
NODES = {
    4: {"n1": "172.18.0.1", "n2": "172.18.0.2"},
    6: {"n1": "fd11::1", "n2": "fd11::2"},
}
OUTSIDE = ("8.8.8.0", "8.8.8.1", "8.8.8.2", "192.168.9.1", "2600::1", "2600::2")
BLOCKS = (
    "0.0.0.0/0",
    "::/0",
    "0.0.0.0/1",
    "10.244.0.0/16",
    "10.244.1.0/29",
    "10.244.1.2/31",
    "10.244.1.1/32",
    "172.18.0.0/24",
    "172.18.0.1/32",
    "8.8.8.0/30",
    "8.8.8.0/31",
    "8.8.8.1/32",
    "fd00::/125",
    "fd00::2/127",
    "2600::/126",
    "2600::2/127",
)

LABELS = st.fixed_dictionaries(
    {"app": st.sampled_from(VALUES)}, optional={"tier": st.sampled_from(VALUES)}
)
POD_KEYS = (*KEYS, HASH)


def expressions(keys: tuple[str, ...], values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda key, operator, value: {
            "key": key,
            "operator": operator,
            **({"values": [value]} if operator in {"In", "NotIn"} else {}),
        },
        st.sampled_from(keys),
        st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
        st.sampled_from(values),
    )


def selectors(keys: tuple[str, ...], values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    pinned = st.dictionaries(st.sampled_from(keys), st.sampled_from(values), max_size=1)
    listed = st.lists(expressions(keys, values), max_size=1)
    whole = st.builds(
        lambda labels, more: {"matchLabels": labels, "matchExpressions": more}, pinned, listed
    )
    return st.one_of(st.just({}), pinned.map(lambda labels: {"matchLabels": labels}), whole)


POD_SELECTORS = selectors(POD_KEYS, VALUES)
SPACE_SELECTORS = st.one_of(
    selectors(("team",), VALUES),
    st.sampled_from([*SPACES, "c"]).map(lambda name: {"matchLabels": {NAME: name}}),
)


@st.composite
def blocks(draw: st.DrawFn) -> dict[str, Any]:
    cidr = draw(st.sampled_from(BLOCKS))
    inner = [each for each in BLOCKS if each != cidr and is_inside(each, cidr)]
    excepts = draw(st.lists(st.sampled_from(inner), max_size=2)) if inner else []
    return {"ipBlock": {"cidr": cidr, **({"except": excepts} if excepts else {})}}


def is_inside(inner: str, outer: str) -> bool:
    first, _, length = inner.partition("/")
    same = (":" in inner) is (":" in outer)
    return same and holds(outer, first) and int(length) > int(outer.partition("/")[2])


SELECTIONS = st.one_of(
    POD_SELECTORS.map(lambda pods: {"podSelector": pods}),
    SPACE_SELECTORS.map(lambda spaces: {"namespaceSelector": spaces}),
    st.builds(
        lambda spaces, pods: {"namespaceSelector": spaces, "podSelector": pods},
        SPACE_SELECTORS,
        POD_SELECTORS,
    ),
)
PEERS = st.one_of(SELECTIONS, blocks())
PORTS = st.one_of(
    st.sampled_from([None, {}, {"protocol": "UDP"}, {"protocol": "SCTP", "port": 1}]),
    st.sampled_from(sorted(NAMED)).map(lambda name: {"protocol": NAMED[name][0], "port": name}),
    st.builds(
        lambda protocol, port: {"protocol": protocol, "port": port},
        st.sampled_from(["TCP", "UDP"]),
        st.integers(1, 4),
    ),
    st.builds(
        lambda port, more: {"port": port, "endPort": port + more},
        st.integers(1, 4),
        st.integers(0, 3),
    ),
)


def rarely() -> st.SearchStrategy[bool]:
    return st.sampled_from([False] * 9 + [True])


def mostly(one: st.SearchStrategy[Any], other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([True, True, True, False]).flatmap(lambda first: one if first else other)


def rules(field: str) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda is_null, peers, ports: None if is_null else {field: peers, "ports": ports},
        rarely(),
        mostly(st.lists(PEERS, min_size=1, max_size=2), st.sampled_from([None, []])),
        mostly(st.lists(PORTS, min_size=1, max_size=2), st.sampled_from([None, []])),
    )


SPECS = st.builds(
    lambda subject, listed, ingress, egress: {
        "podSelector": subject,
        "policyTypes": listed,
        "ingress": ingress,
        "egress": egress,
    },
    mostly(st.just({}), POD_SELECTORS),
    st.sampled_from([["Ingress", "Egress"], ["Ingress"], ["Egress"], None, []]),
    st.lists(rules("from"), max_size=3),
    st.lists(rules("to"), max_size=3),
)


@st.composite
def worlds(draw: st.DrawFn, *, hidden: bool) -> World:
    """`hidden`: manifests may show less than there is."""
    maybe = st.booleans() if hidden else st.just(False)
    families = draw(st.sampled_from([(4,), (4, 6)]))
    nodes = {
        name: Node(name, tuple(NODES[version][name] for version in families))
        for name in ("n1", "n2")
    }
    labels = st.dictionaries(st.just("team"), st.sampled_from(VALUES))
    spaces = {name: Space(name, draw(labels), not draw(maybe)) for name in SPACES}
    pods = [
        draw(pod(number, space, nodes, families, maybe))
        for number, space in enumerate(("a", "a", "b", "b"), 1)
    ]
    spaces["elsewhere"] = Space("elsewhere", {}, shown=False)
    ghost = [POD_ADDRESSES[version].format(9) for version in families]
    pods.append(Pod("elsewhere", "ghost", {}, ghost, node="n3", unseen=True))
    found = [draw(policy(maybe)) for _ in range(draw(st.integers(2, 5)))]
    by_address = draw(st.sampled_from([True, True, True, False]))
    return World(spaces, pods, nodes, found, families, by_address)


@st.composite
def pod(
    draw: st.DrawFn,
    number: int,
    space: str,
    nodes: dict[str, Node],
    families: tuple[int, ...],
    maybe: st.SearchStrategy[bool],
) -> Pod:
    host, node = draw(rarely()), draw(st.sampled_from(["n1", "n2"]))
    own = [POD_ADDRESSES[version].format(number) for version in families]
    labels, shown = draw(LABELS), not draw(maybe)
    if not shown:
        labels = {**labels, HASH: draw(st.sampled_from([*VALUES, "z"]))}
    ports = [
        (name, protocol, draw(st.sampled_from(numbers)))
        for name, (protocol, numbers) in NAMED.items()
        if draw(st.booleans())
    ]
    addresses = list(nodes[node].addresses) if host else own
    return Pod(space, f"pod{number}", labels, addresses, ports, host, node, shown)


@st.composite
def policy(draw: st.DrawFn, maybe: st.SearchStrategy[bool]) -> Rules:
    space, spec = draw(st.sampled_from(SPACES)), draw(SPECS)
    if not draw(maybe):
        return Rules(space, spec, spec)
    shown = deepcopy(spec)
    match draw(st.sampled_from(["refused", "peer", "ports"])):
        case "refused":
            return Rules(space, draw(st.sampled_from([None, spec])), shown, refused=True)
        case "peer":
            _replace(shown, ("from", "to"), "${PEER}")
        case _:
            _replace(shown, ("ports",), {"port": "${PORT}"})
    return Rules(space, spec, shown)


def _replace(spec: dict[str, Any], fields: tuple[str, ...], by: object) -> None:
    """Put a placeholder in the place of the first entry of a list in each rule."""
    for rule in [*(spec["ingress"] or []), *(spec["egress"] or [])]:
        for name in fields:
            if rule is not None and rule.get(name):
                rule[name][0] = by
