"""Many flows as few arrows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netlint_linter.picture.arrows import Arrow, End, Extent, arrows
from netlint_linter.picture.model import External, Flow, Picture
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
from netlint_rules.record import replace
from tests.linter.picture import samples
from tests.linter.picture.samples import flow, node

INGRESS = Direction.INGRESS
EVERY = End(Extent.EVERY)


def ends(found: tuple[Arrow, ...]) -> list[tuple[str, str]]:
    return [(_words(arrow.source), _words(arrow.destination)) for arrow in found]


def _words(end: End) -> str:
    return f"{end.extent.value} {end.name}".strip()


def picture(*flows: Flow) -> Picture:
    shop = [node("shop", name, INGRESS) for name in ("api", "db", "web")]
    tools = [node("tools", "debug", INGRESS), node("tools", "probe", INGRESS)]
    return Picture("", (*shop, *tools), (samples.INTERNET,), flows)


SHOP = {"shop/api", "shop/db", "shop/web"}
ALL = SHOP | {"tools/debug", "tools/probe"}


def test_open_traffic_has_no_arrow() -> None:
    assert arrows(samples.without_policies()) == ()


def test_a_namespace_is_one_end() -> None:
    found = arrows(
        picture(flow(SHOP, {"shop/db"}, 5432, "p"), flow({"tools/debug"}, SHOP, 80, "p"))
    )
    assert ends(found) == [
        ("namespace shop", "node shop/db"),
        ("node tools/debug", "namespace shop"),
    ]


def test_a_node_needs_no_flow_to_itself_to_be_among_all() -> None:
    flows = [flow(SHOP - {name}, {name}, 80, "p") for name in sorted(SHOP)]
    assert ends(arrows(picture(*flows))) == [("namespace shop", "namespace shop")]
    assert ends(arrows(picture(flows[0]))) == [("namespace shop", "node shop/api")]
    assert ends(arrows(picture(flow(ALL - {"shop/db"}, {"shop/db"}, 80, "p")))) == [
        ("every", "node shop/db")
    ]


def test_part_of_a_namespace_is_drawn_one_by_one() -> None:
    found = arrows(picture(flow({"shop/api", "shop/web"}, {"tools/debug"}, 5432, "p")))
    assert ends(found) == [
        ("node shop/api", "node tools/debug"),
        ("node shop/web", "node tools/debug"),
    ]


def test_pods_with_open_egress_have_a_name_where_they_are_in_several_namespaces() -> None:
    closed = node("shop", "api", Direction.EGRESS, INGRESS)
    others = [node("a", "one"), node("b", "two"), node("b", "three")]
    target = node("shop", "db", INGRESS, Direction.EGRESS)
    whole = Picture(
        "",
        (closed, target, *others),
        (),
        (flow({"a/one", "b/two", "b/three"}, {"shop/db"}, 80, "p"),),
    )
    assert ends(arrows(whole)) == [("open", "node shop/db")]


def test_one_of_two_pods_is_not_every_pod() -> None:
    found = arrows(picture(flow({"tools/debug"}, {"tools/probe"}, 80, "p")))
    assert ends(found) == [("node tools/debug", "node tools/probe")]
    found = arrows(picture(flow({"tools/debug", "tools/probe"}, {"shop/db"}, 80, "p")))
    assert ends(found) == [("namespace tools", "node shop/db")]


def test_arrows_of_the_same_ends_are_one_with_all_their_ports() -> None:
    (arrow,) = arrows(
        picture(
            flow({"shop/api"}, {"shop/db"}, 80, "one"),
            flow({"shop/api"}, {"shop/db"}, 443, "two"),
            flow({"shop/api"}, {"shop/db"}, 9000, "two", certain=False),
        )
    )
    assert arrow.ports == PortSet.of("TCP", 80) | PortSet.of("TCP", 443)
    assert (arrow.certain, arrow.in_doubt) == (True, True)


def test_what_is_only_possible_says_so() -> None:
    (arrow,) = arrows(picture(flow({"internet"}, {"shop/db"}, 80, "one", certain=False)))
    assert (arrow.ports, arrow.certain, arrow.in_doubt) == (PortSet.of("TCP", 80), False, True)
    assert arrow.source == End(Extent.EXTERNAL, "internet")


def test_no_arrow_leads_from_a_node_to_itself_and_one_may_lead_within_a_namespace() -> None:
    assert ends(arrows(picture(flow(SHOP, SHOP, 80, "p")))) == [
        ("namespace shop", "namespace shop")
    ]
    assert arrows(picture(flow({"shop/db"}, {"shop/db"}, 80, "p"))) == ()


def test_what_pods_of_any_namespace_reach_is_told_once() -> None:
    anybody = External("any", "pods of any namespace", is_wide=True, in_cluster=True)
    closed = node("shop", "api", Direction.EGRESS)
    nodes = (closed, node("shop", "db", INGRESS), node("shop", "web"), node("tools", "probe"))
    senders = {"shop/web", "tools/probe"}
    flows = (
        flow({"any"}, {"shop/db"}, 80, "p"),
        flow(senders, {"shop/db"}, 80, "p"),
        flow({"shop/api"}, {"shop/db"}, 80, "p"),
        replace(flow(senders, {"shop/db"}, 80, "p"), ports=PortSet.of("TCP", 80, 81)),
    )
    found = arrows(Picture("", nodes, (anybody,), flows))
    assert [(*each, str(arrow.ports)) for each, arrow in zip(ends(found), found, strict=True)] == [
        ("external any", "node shop/db", "TCP 80"),
        ("node shop/api", "node shop/db", "TCP 80"),
        ("open", "node shop/db", "TCP 81"),
    ]


def test_all_pairs_but_few_need_few_arrows() -> None:
    names = [f"team/{at:02}" for at in range(20)]
    shut = tuple(node("team", name.partition("/")[2], *Direction) for name in names)
    flows = [flow(set(names) - {one}, {one}, 80, f"p{at}") for at, one in enumerate(names[1:])]
    flows.append(flow({names[3]}, {names[0]}, 80, "q"))
    found = arrows(Picture("", shut, (), tuple(flows)))
    assert len(found) == 20, "one to each but the first, and to the first from one"


NODES = tuple(
    node(namespace, name, *([INGRESS, Direction.EGRESS] if namespace != "c" else []))
    for namespace, names in (("a", "xyz"), ("b", "xy"), ("c", "xyz"))
    for name in names
)
IDS = st.frozensets(st.sampled_from([each.id for each in NODES]), min_size=1)


@given(st.lists(st.tuples(IDS, IDS), max_size=8))
def test_arrows_say_what_the_flows_say(sets: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    whole = Picture("", NODES, (), tuple(Flow(*each, PortSet.of("TCP", 80)) for each in sets))
    drawn = {
        (source, destination)
        for arrow in arrows(whole)
        for source in meant(whole, arrow.source, whole.senders)
        for destination in meant(whole, arrow.destination, whole.receivers)
        if source != destination
    }
    told = {
        (source, destination)
        for each in whole.flows
        if not whole.is_unrestricted(each)
        for source in each.sources
        for destination in each.destinations
        if source != destination
    }
    assert drawn == told


def meant(whole: Picture, end: End, opened: frozenset[str]) -> frozenset[str]:
    named = {Extent.EVERY: frozenset(whole.by_id), Extent.OPEN: opened}
    if end.extent is Extent.NAMESPACE:
        return whole.members[end.name]
    return named.get(end.extent, frozenset({end.name}))


def test_a_large_cluster_has_few_arrows() -> None:
    whole = samples.large()
    assert len(whole.nodes) == 520
    inside, scraped, called = 14 * 12, 14, 14 * 3
    assert len(arrows(whole)) == inside + scraped + called
