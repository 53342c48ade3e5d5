"""Services that a text names."""

from __future__ import annotations

import pytest

from netlint_rules.wiring.mentions import mentions, strangers
from tests.rules.builders import workspace

SERVICES = workspace(
    "".join(
        f"""\
---
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"""
        for namespace, name in (("shop", "db"), ("shop", "cache"), ("bank", "vault"))
    )
).index.services


def found(text: str, name: str = "") -> list[tuple[str, int | None]]:
    named = mentions(text, SERVICES, "shop", name)
    return [(f"{each.service.namespace}/{each.service.name}", each.port) for each in named]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("db:5432", [("shop/db", 5432)]),
        ("http://db/x", [("shop/db", 80)]),
        ("https://vault.bank", [("bank/vault", 443)]),
        ("postgres://user:pass@db:5432/shop?sslmode=off", [("shop/db", 5432)]),
        ("vault.bank.svc:8200", [("bank/vault", 8200)]),
        ("vault.bank.svc.cluster.local", [("bank/vault", None)]),
        ("vault.bank.svc.cluster.local.:8200", [("bank/vault", 8200)]),
        ("db-0.db.shop.svc.cluster.local:5432", [("shop/db", 5432)]),
        ("db-0.db:5432", [("shop/db", 5432)]),
        ("db:1,cache:2", [("shop/db", 1), ("shop/cache", 2)]),
        ("--redis=cache:6379", [("shop/cache", 6379)]),
        ("db.shop.svc db:5432", [("shop/db", 5432)]),
        ("redis://cache", [("shop/cache", None)]),
    ],
)
def test_services(text: str, meant: list[tuple[str, int | None]]) -> None:
    assert found(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "db",
        "cache",
        "use the cache",
        "vault:8200",
        "db_name:1",
        "xdb:5432",
        "a.db.example.com:1",
        "-db:1",
    ],
)
def test_words_that_are_no_services(text: str) -> None:
    assert found(text) == []


def test_a_bare_word_counts_as_the_whole_value_of_an_address() -> None:
    for name in ("DB_HOST", "db-address", "REDIS_ADDR", "broker.servers"):
        assert found("db", name) == [("shop/db", None)]
    assert found("db", "DB_NAME") == []
    assert found("db or cache", "DB_HOST") == []


def test_hosts_outside_are_told() -> None:
    text = "https://api.stripe.com/v1 smtp.example.com:25 10.1.2.3:8 localhost:1 127.0.0.1:8 a.yml"
    assert list(strangers(text, SERVICES, "shop")) == [
        "api.stripe.com",
        "smtp.example.com:25",
        "10.1.2.3:8",
    ]
    assert list(strangers("http://vault.bank.svc db:80 plain.text", SERVICES, "shop")) == []
