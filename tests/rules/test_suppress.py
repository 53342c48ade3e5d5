"""Where a directive reaches, when it ends, and what it leaves."""

from __future__ import annotations

import pytest

from netlint_rules.bundle import cut
from netlint_rules.config import Config, Selection
from netlint_rules.context import Workspace
from netlint_rules.engine import examine
from netlint_rules.facts import Facts
from netlint_rules.finding import Finding
from netlint_rules.index import ResourceIndex
from netlint_rules.registry import all_rules
from netlint_rules.source.reader import read
from netlint_rules.suppress import Suppressed, known_words, suppress

OPEN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: shop
spec:
  podSelector: {{}}
  ingress:
  - {{}}
"""


def silenced(text: str, today: str = "2026-06-01") -> Suppressed:
    documents = read(text.encode(), "test.yaml").documents
    findings: list[Finding] = []
    rules = [rule for rule in all_rules() if rule.name == "default-deny"]
    for bundle in cut(documents).bundles:
        index = ResourceIndex.build(bundle.placed, Config(), Facts())
        findings += examine(Workspace(index, Config(), Facts()), rules).findings
    return suppress(findings, documents, today)


def test_without_directives_everything_stays() -> None:
    result = silenced(OPEN.format(name="open"))
    assert [finding.code for finding in result.findings] == ["NP403"]
    assert (result.count, result.suppressions) == (0, ())


def test_on_the_line_above_it_and_around_it() -> None:
    text = OPEN.format(name="open")
    on_line = text.replace("- {}", "- {}  # netlint: ignore[NP403] demo")
    above = text.replace("  - {}", "  # netlint: ignore[NP4] demo\n\n  # more\n  - {}")
    around = text.replace("  ingress:", "  ingress:  # netlint: ignore demo")
    for variant in (on_line, above, around):
        assert silenced(variant).findings == ()
        assert silenced(variant).count == 1


def test_another_line_or_another_code_silences_nothing() -> None:
    text = OPEN.format(name="open")
    elsewhere = text.replace("podSelector: {}", "podSelector: {}  # netlint: ignore[NP403]")
    other = text.replace("- {}", "- {}  # netlint: ignore[NP101]")
    for variant in (elsewhere, other):
        result = silenced(variant)
        assert len(result.findings) == 1
        assert result.suppressions[0].used == set()


def test_above_the_first_line_it_covers_the_document_only() -> None:
    first, second = OPEN.format(name="one"), OPEN.format(name="two")
    result = silenced("# netlint: ignore[default-deny] demo\n" + first + "---\n" + second)
    assert [finding.primary.document.name for finding in result.findings] == ["two"]


def test_a_file_directive_covers_every_document() -> None:
    text = OPEN.format(name="one") + "---\n# netlint: ignore-file[isolation]\n"
    assert silenced(text + OPEN.format(name="two")).findings == ()


def test_an_annotation_covers_its_object() -> None:
    text = OPEN.format(name="one").replace(
        "  namespace: shop\n", "  namespace: shop\n  annotations: {netlint.dev/ignore: NP403}\n"
    )
    assert silenced(text).count == 1


def test_until_is_inclusive() -> None:
    text = OPEN.format(name="one").replace(
        "- {}", "- {}  # netlint: ignore[NP403] until=2026-06-01"
    )
    assert silenced(text, "2026-06-01").count == 1
    late = silenced(text, "2026-06-02")
    assert late.count == 0
    assert late.suppressions[0].expired


def test_a_text_that_looks_like_a_directive_is_none() -> None:
    text = OPEN.format(name="one").replace("name: one", 'name: "one # netlint: ignore-file"')
    assert silenced(text).suppressions == ()


def test_unknown_words_and_words_of_rules_that_did_not_run() -> None:
    text = OPEN.format(name="one").replace("- {}", "- {}  # netlint: ignore[NP403, NP101, NP999]")
    result = silenced(text)
    words = known_words(result.suppressions, Selection(ignore=("NP1",)))
    assert words == {"NP403": True, "NP101": False}


@pytest.mark.parametrize(
    ("directive", "slip"),
    [
        ("ignore NP403 a demo", "write the rule in brackets: ignore[NP403]"),
        ("ignore default-deny", "write the rule in brackets: ignore[default-deny]"),
        ("ignore[NP403", "the bracket is not closed"),
        ("ignore-next-line[NP403]", "write ignore or ignore-file, not ignore-next-line"),
        ("ignore-line", "write ignore or ignore-file, not ignore-line"),
        ("disable[NP403]", "write ignore or ignore-file, not disable"),
        ("ignore[NP403] until 2026-01-01", "write until=2026-01-01"),
        ("ignore[NP403] until: 2027-01-01", "write until=2027-01-01"),
    ],
)
def test_slips_silence_nothing(directive: str, slip: str) -> None:
    result = silenced(OPEN.format(name="open").replace("- {}", f"- {{}}  # netlint: {directive}"))
    assert [finding.code for finding in result.findings] == ["NP403"]
    assert [suppression.slip for suppression in result.suppressions] == [slip]


@pytest.mark.parametrize(
    "directive",
    ["ignore", "ignore: a demo", "ignore [NP403] a demo", "ignore[NP403] until=2027-02-28"],
)
def test_what_is_no_slip(directive: str) -> None:
    result = silenced(OPEN.format(name="open").replace("- {}", f"- {{}}  # netlint: {directive}"))
    assert (result.findings, result.suppressions[0].slip) == ((), "")


@pytest.mark.parametrize("words", ["netlint: complains here", "netlint: see [1]", "netlint: [x]"])
def test_what_is_no_directive(words: str) -> None:
    text = OPEN.format(name="open").replace("- {}", f"- {{}}  # {words}")
    assert silenced(text).suppressions == ()


def test_a_day_that_no_month_has() -> None:
    text = OPEN.format(name="open").replace("- {}", "- {}  # netlint: ignore until=2027-02-29")
    (suppression,) = silenced(text).suppressions
    assert suppression.bad_date
