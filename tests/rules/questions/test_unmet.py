"""Which connections go against an expectation."""

from __future__ import annotations

import pytest

from netlint_rules.questions.expectation import expectation
from netlint_rules.questions.names import Names
from netlint_rules.questions.unmet import judged
from netlint_rules.questions.words import sentence, why_unknown
from netlint_rules.reach import End, Outside
from tests.rules.questions.shop import CLOSED, TOWN, network, pod


def said(text: str, objects: str = TOWN) -> str:
    """What is wrong in words, "?" and the reason where nobody can tell, "" where it holds."""
    expected, net = expectation(text), network(objects)
    names = Names.of(net.index)
    outcome = judged(expected, net)
    if outcome.wrong:
        return sentence(expected, outcome.wrong, names)
    return f"? {why_unknown(outcome.doubtful[0], names)}" if outcome.doubtful else ""


@pytest.mark.parametrize(
    "text",
    [
        "shop/api -> shop/db:5432 allow",
        "shop/api -> shop/db allow",
        "shop/api -> svc/shop/db:sql allow",
        "shop/web -> shop/db deny",
        "bank -> shop deny",
        "any -> shop/db:5432 deny except shop/api",
        "internet -> any:80 deny except bank",
        "11.1.0.0/16 -> shop/db:9187 allow",
        "11.9.0.0/16 -> shop/db deny",
        "11.0.0.0/8 -> shop/db deny except 11.0.0.0/9, 11.128.0.0/9",
        "shop -> shop/db deny except shop/api",
        "bank -> bank allow",
        "bank/vault -> bank/vault allow",
        "shop/api -> 8.8.8.8:53 allow",
    ],
)
def test_what_holds(text: str) -> None:
    assert said(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shop/api -> shop/db:5433 allow", "shop/api doesn't reach shop/db on TCP 5433"),
        ("shop/api -> shop/db:5432,5433 allow", "shop/api doesn't reach shop/db on TCP 5432-5433"),
        ("shop/web -> shop/db allow", "shop/web doesn't reach shop/db on any port"),
        ("shop/api -> shop/db deny", "shop/api reaches shop/db on TCP 5432"),
        ("shop -> svc/shop/db:sql deny", "shop/api reaches shop/db on TCP 5432"),
        (
            "shop -> bank/api deny except shop/db",
            "shop/api and shop/web reach bank/api on all ports",
        ),
        (
            "internet -> any deny except shop, bank/api",
            "the internet reaches bank/vault on all ports",
        ),
        ("11.0.0.0/8 -> shop/db:9187 allow", "11.9.0.0/16 doesn't reach shop/db on TCP 9187"),
        ("11.9.0.0/16 -> bank/vault deny", "11.9.0.0/16 reaches bank/vault on all ports"),
        ("bank -> bank deny", "bank/api and bank/vault reach bank/vault and bank/api on all ports"),
    ],
)
def test_what_does_not_hold(text: str, words: str) -> None:
    assert said(text) == words


def test_many_are_counted() -> None:
    objects = "".join(pod(f"p{number}", "bank") for number in range(5)) + pod("db") + CLOSED
    assert said("bank -> shop/db allow", objects).startswith("bank/p0, bank/p1 and 3 more don't")


def test_what_cannot_be_told() -> None:
    unread = """\
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: mystery, namespace: shop}
spec: {}
"""
    words = said("shop/web -> shop/db deny", TOWN + unread)
    assert words.startswith("? netlint can't read CiliumNetworkPolicy mystery")
    assert words.endswith("(shop/web → shop/db)")
    broken = CLOSED.replace("policyTypes: [Ingress]\n", "policyTypes: [Ingress, Nope]\n")
    assert said("shop/api -> shop/db:main allow", pod("api") + pod("db") + broken).startswith("?")


def test_an_exception_that_is_not_in_view_excepts_nothing() -> None:
    assert "reaches" in said("shop/api -> shop/db deny except nowhere/api")


@pytest.mark.parametrize(
    "text",
    [
        "any -> any deny",
        "any -> any:5432 deny except shop/api",
        "internet -> any deny except bank",
        "node -> any deny",
        "shop -> any deny",
        "any -> internet deny",
        "11.0.0.0/8 -> any:9187 deny",
        "10.0.0.0/8 -> shop deny",
        "*/* -> shop deny",
        "shop/app=new -> any deny",
        "any -> svc/shop/db:sql deny",
    ],
)
def test_the_map_gives_the_same_answers(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def called(end: End) -> str:
        return "addresses" if isinstance(end, Outside) and not end.node else str(end)

    def answers() -> list[set[tuple[str, str]]]:
        outcome = judged(expectation(text), network())
        return [
            {(called(each.source), called(each.destination)) for each in found}
            for found in (outcome.wrong, outcome.doubtful)
        ]

    one_by_one = answers()
    monkeypatch.setattr("netlint_rules.questions.unmet._MOST", 0)
    assert answers() == one_by_one
