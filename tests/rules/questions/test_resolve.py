"""What endpoints stand for in a bundle, and what is said of those that stand for nothing."""

from __future__ import annotations

import pytest

from netlint_rules.questions.endpoint import EndpointError, endpoint
from netlint_rules.questions.resolve import NotInViewError, ends
from tests.rules.questions.shop import CLOSED, SERVICE, SHOP, TOWN, arriving, named, network, pod

DB = "shop/StatefulSet/db"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("shop/db", [DB]),
        ("shop/sts/db", [DB]),
        ("shop/statefulset/*", [DB]),
        ("shop", ["shop/Deployment/api", "shop/Deployment/web", DB]),
        ("*/api", ["bank/Deployment/api", "shop/Deployment/api"]),
        ("b*", ["bank/Deployment/api", "bank/Deployment/vault"]),
        ("vault", ["bank/Deployment/vault"]),
        ("shop/app=web", ["shop/Deployment/web"]),
        ("*/app=api", ["bank/Deployment/api", "shop/Deployment/api"]),
        ("shop/app=new,tier=x", ["shop/Pod/app=new,tier=x"]),
        ("svc/shop/db", [DB]),
        ("elsewhere/app=web", ["elsewhere/Pod/app=web"]),
    ],
)
def test_pods(text: str, meant: list[str]) -> None:
    assert sorted(named(text)) == sorted(meant)


def test_addresses_are_cut_where_policies_tell_them_apart() -> None:
    assert named("12.0.0.0/8") == ["12.0.0.0/8"]
    assert named("11.9.1.1") == ["11.9.1.1/32"]
    assert len(named("11.0.0.0/8")) == 2
    assert named("node") == ["node of the cluster"]


def test_controllers_are_those_in_view_or_any() -> None:
    assert named("ingress-controller") == ["an ingress controller"]
    known = pod("nginx", "ingress-nginx").replace(
        "app: nginx", "app.kubernetes.io/name: ingress-nginx"
    )
    assert named("ingress-controller", TOWN + known) == ["ingress-nginx/Deployment/nginx"]


def test_anything_is_every_pod_those_out_of_view_and_the_internet() -> None:
    found = named("any")
    assert {DB, "bank/Deployment/vault", "pods of any namespace"} <= set(found)
    assert set(named("internet")) == set(found) - {
        str(owner) for owner in network(TOWN).workloads
    } - {"pods of any namespace"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("shop/db", [(DB, "any")]),
        ("shop/db:5432", [(DB, "TCP 5432")]),
        ("shop/db:main", [(DB, "TCP 5432")]),
        (
            "shop/*:main",
            [
                ("shop/Deployment/api", "TCP 8080"),
                ("shop/Deployment/web", "TCP 8080"),
                (DB, "TCP 5432"),
            ],
        ),
        ("svc/shop/db", [(DB, "TCP 5432, TCP 9187")]),
        ("svc/shop/db:80", [(DB, "TCP 5432")]),
        ("svc/shop/db:sql", [(DB, "TCP 5432")]),
    ],
)
def test_ports_are_those_of_the_pods(text: str, where: list[tuple[str, str]]) -> None:
    assert sorted(arriving(text)) == sorted(where)


def test_a_headless_service_has_the_ports_of_its_pods() -> None:
    headless = SHOP.replace(
        "selector: {app: db}\n  ports", "clusterIP: None\n  selector: {app: db}\n  ports"
    )
    assert arriving("svc/shop/db:5432", headless) == [(DB, "TCP 5432")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shpo/db", r"no namespace shpo in the files given \(did you mean shop\?\)"),
        ("vaults", r"no namespace or workload vaults .*did you mean vault\?"),
        ("zzzzz", r"no namespace or workload zzzzz in the files given \(known: bank, shop\)"),
        ("shop/dbb", r"no workload shop/dbb in the files given \(did you mean shop/db\?\)"),
        ("shop/deploy/db", "shop/db is a StatefulSet, not a Deployment"),
        ("api", "api is in several namespaces: write bank/api or shop/api"),
        ("*/app=new", "name one namespace"),
        ("svc/shop/dbs", r"no Service shop/dbs .*did you mean svc/shop/db\?"),
    ],
)
def test_what_is_not_in_view(text: str, words: str) -> None:
    with pytest.raises(EndpointError, match=words):
        named(text)


def test_a_service_is_no_workload() -> None:
    objects = pod("data") + SERVICE.replace("app: db", "app: data")
    with pytest.raises(NotInViewError, match="shop/db is a Service: write svc/shop/db"):
        named("shop/db", objects)
    with pytest.raises(NotInViewError, match="no pod behind Service shop/db"):
        named("svc/shop/db", SERVICE + CLOSED)


def test_policies_alone_show_no_pods() -> None:
    with pytest.raises(NotInViewError, match="ask by labels, shop/app=NAME"):
        named("shop/db", CLOSED)
    assert named("shop/app=db", CLOSED) == ["shop/Pod/app=db"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shop/db:http", r"shop/db has no port http \(its pods have main\)"),
        ("10.0.0.1:http", "10.0.0.1 has no port http"),
        ("svc/shop/db:443", r"has no port TCP 443 \(it has TCP/80, TCP/9187\)"),
    ],
)
def test_ports_that_are_not_there(text: str, words: str) -> None:
    with pytest.raises(EndpointError, match=words):
        arriving(text)


def test_whether_the_namespace_is_in_view_is_known() -> None:
    for text, known in (("shop/dbb", True), ("none/db", False), ("svc/none/db", False)):
        with pytest.raises(NotInViewError) as caught:
            ends(endpoint(text), network())
        assert caught.value.known is known


def test_a_namespace_that_nobody_gave_goes_by_its_folder() -> None:
    objects = pod("web").replace(", namespace: shop", "")
    assert named("web", objects) == ["?./Deployment/web"]
    assert named("*/web", objects) == ["?./Deployment/web"]
