from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.finding import Applicability as Class
from netlint_rules.finding import Confidence, Finding, Fix, Location, Severity
from netlint_rules.report import InternalError
from netlint_rules.source.document import Document, Origin
from netlint_webhook.modes import Mode
from netlint_webhook.protocol import AdmissionRequest, Operation
from netlint_webhook.respond import WIDTH, decision, fitted, respond
from netlint_webhook.settings import Settings
from netlint_webhook.verdict import Judged, Verdict
from tests.webhook.reviews import judge, policy

REQUEST = AdmissionRequest("the-uid", Operation.CREATE)
DOCUMENT = Document(Origin("request"), {"kind": "NetworkPolicy", "metadata": {"name": "api"}})


def judged(
    action: Mode,
    message: str = "pods can't resolve names",
    fix: str = "",
    severity: Severity = Severity.ERROR,
) -> Judged:
    place = Location(DOCUMENT, ("spec", "egress", 0))
    repair = Fix(fix, Class.UNSAFE) if fix else None
    found = Finding(
        "NP101", "dns-missing", "dns-egress", severity, Confidence.CERTAIN, message, place
    )
    from dataclasses import replace

    return Judged(replace(found, fix=repair), action)


def answer(*found: Judged, limit: int = 20, **fields: Any) -> dict[str, Any]:
    verdict = Verdict(judged=found, **fields)
    return dict(respond(REQUEST, verdict, Settings(max_findings=limit))["response"])


def test_the_frame_of_an_answer() -> None:
    assert respond(REQUEST, Verdict(), Settings()) == {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {
            "uid": "the-uid",
            "allowed": True,
            "auditAnnotations": {"decision": "allow", "preset": "default", "view": "none"},
        },
    }


def test_a_denial_has_one_line_for_each_finding() -> None:
    response = answer(judged(Mode.DENY, fix="allow port 53"), judged(Mode.DENY, "two\nlines"))
    assert response["allowed"] is False
    assert response["status"]["message"].splitlines() == [
        "NP101 dns-missing at spec.egress[0]: pods can't resolve names. Fix: allow port 53.",
        "NP101 dns-missing at spec.egress[0]: two lines.",
    ]


def test_warnings_beside_a_denial() -> None:
    response = answer(judged(Mode.DENY), judged(Mode.WARN), judged(Mode.AUDIT))
    assert response["warnings"] == ["NP101 dns-missing: pods can't resolve names"]
    assert response["auditAnnotations"]["findings"] == "NP101=deny NP101=warn NP101=audit"
    assert response["auditAnnotations"]["decision"] == "deny"


def test_findings_are_capped() -> None:
    response = answer(*[judged(Mode.DENY)] * 7, *[judged(Mode.WARN)] * 9, limit=5)
    assert len(response["status"]["message"].splitlines()) == 6
    assert response["status"]["message"].endswith("netlint: and 2 more")
    assert response["warnings"][5:] == ["netlint: and 4 more"]


def test_warnings_stay_within_what_the_api_server_passes_on() -> None:
    response = answer(*[judged(Mode.WARN, "x" * 300)] * 60, limit=100)
    assert sum(map(len, response["warnings"])) <= 4096
    assert response["warnings"][-1].endswith(" more")


def test_annotations_are_bounded() -> None:
    response = answer(*[judged(Mode.AUDIT)] * 5000)
    assert len(response["auditAnnotations"]["findings"]) < 1100
    assert response["auditAnnotations"]["findings"].endswith(" more")


def test_names_that_help_only_when_there_is_room() -> None:
    long = "pods of " + "many " * 17 + "namespaces"
    assert answer(judged(Mode.WARN, long))["warnings"] == [f"NP101: {long}"]


def test_what_is_not_all_in_view_is_said_to_be_so() -> None:
    closed = policy("podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: [{port: 443}]}]")
    _, response = judge(closed, text="unproven: warn")
    assert "can't resolve names: no policy in view allows port 53" in response["warnings"][0]


def test_a_finding_in_another_object_names_it() -> None:
    other = Document(Origin("cluster"), DOCUMENT.body)
    place = Location(other, ("spec",))
    found = Finding("NP101", "n", "r", Severity.ERROR, Confidence.CERTAIN, "m", place)
    message = answer(Judged(found, Mode.DENY))["status"]["message"]
    assert "at NetworkPolicy api spec: m." in message


def test_crashed_and_skipped_rules_are_told_and_admit() -> None:
    crash = InternalError("dns-egress", "shop", (), "KeyError: 'x'")
    response = answer(crashed=(crash,), skipped=("or-split-peers",))
    assert response["allowed"] is True
    assert [line.rpartition(": ")[2] for line in response["warnings"]] == [
        "dns-egress",
        "or-split-peers",
    ]
    annotations = response["auditAnnotations"]
    assert (annotations["crashed"], annotations["skipped"]) == ("dns-egress", "or-split-peers")


@pytest.mark.parametrize(
    ("found", "word"),
    [
        ([], "allow"),
        ([Mode.AUDIT], "audit"),
        ([Mode.AUDIT, Mode.WARN], "warn"),
        ([Mode.WARN, Mode.DENY], "deny"),
    ],
)
def test_the_decision_in_one_word(found: list[Mode], word: str) -> None:
    assert decision(Verdict(judged=tuple(map(judged, found)))) == word


@given(st.text())
def test_a_warning_fits_a_header(text: str) -> None:
    line = fitted(text)
    assert len(line) <= WIDTH
    assert all(char.isprintable() for char in line)


@given(st.text(alphabet="ab ", min_size=WIDTH + 1))
def test_a_long_warning_is_cut_at_a_word(text: str) -> None:
    line = fitted(text)
    assert line.endswith("…")
    assert text.startswith(line[:-1])
