from __future__ import annotations

from netlint_rules.finding import Confidence, Finding, Location, Severity
from netlint_rules.source.document import Document, Origin, Path
from netlint_webhook.ratchet import known

DOCUMENT = Document(Origin("request"), {"kind": "NetworkPolicy", "metadata": {"name": "api"}})


def found(
    path: Path = ("spec", "ingress", 0),
    message: str = "m",
    code: str = "NP201",
    name: str = "x",
    document: Document = DOCUMENT,
) -> Finding:
    place = Location(document, path)
    return Finding(code, name, "rule", Severity.ERROR, Confidence.CERTAIN, message, place)


FIRST, SECOND, THIRD = (found(("spec", "ingress", at)) for at in range(3))


def test_nothing_was_known() -> None:
    assert known([FIRST], []) == [False]
    assert known([], [FIRST]) == []


def test_the_same_finding() -> None:
    assert known([FIRST], [found()]) == [True]


def test_another_code_message_field_or_object_is_new() -> None:
    other = Document(Origin("x"), {"kind": "NetworkPolicy", "metadata": {"name": "web"}})
    changed = [
        found(code="NP202"),
        found(message="n"),
        found(("spec", "egress", 0)),
        found(document=other),
    ]
    assert known(changed, [FIRST]) == [False] * 4


def test_a_moved_finding_is_known() -> None:
    assert known([SECOND], [FIRST]) == [True]
    moved = found(("spec", "podselector"), 'unknown field "spec.ingress[3].x"')
    before = found(("spec", "podselector"), 'unknown field "spec.ingress[1].x"')
    assert known([moved], [before]) == [True]


def test_one_more_is_new_and_it_is_the_one_at_a_new_place() -> None:
    assert known([FIRST, SECOND], [SECOND]) == [False, True]
    assert known([FIRST, SECOND, THIRD], [FIRST, THIRD]) == [True, False, True]


def test_a_finding_counts_once() -> None:
    assert known([FIRST, FIRST], [FIRST]) == [True, False]


def test_what_the_namespace_lacks_is_one_finding_wherever_it_is_shown() -> None:
    name = "default-deny-ingress-missing"
    here, there = found(("a",), "x", name=name), found(("b",), "y", name=name)
    assert known([here], [there]) == [True]
