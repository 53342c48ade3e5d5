"""Many flows as few arrows."""

from __future__ import annotations

from netlint_linter.picture.arrows import Arrow, End, Extent, arrows
from netlint_linter.picture.model import Flow, Picture
from netlint_rules.netset import PortSet
from netlint_rules.policy import Direction
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
    assert ends(arrows(picture(*flows))) == [
        ("namespace shop", f"node {name}") for name in sorted(SHOP)
    ]
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


def test_a_large_cluster_has_few_arrows() -> None:
    whole = samples.large()
    assert len(whole.nodes) == 520
    inside, scraped, called = 14 * 12, 14, 14 * 3
    assert len(arrows(whole)) == inside + scraped + called
