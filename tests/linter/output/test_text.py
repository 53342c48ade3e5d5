"""The text output, as a person sees it."""

from __future__ import annotations

import re

import pytest

from netlint_linter.output import Style
from netlint_linter.output.terminal import width
from netlint_rules.finding import Applicability, Finding, Fix, Location, Severity
from netlint_rules.source.document import Document, Origin, Path, Span
from tests.linter.output.builders import EGRESS, api, deny, document, finding, in_line, report, show

ALLOW_DNS = Fix("allow DNS once for the namespace", Applicability.UNSAFE)
PEER: Path = ("spec", "egress", 0, "to", 0)
OTHER_PEER: Path = ("spec", "egress", 0, "to", 1)


def missing_dns() -> Finding:
    primary = Location(api(), EGRESS, "isolates egress; nothing these pods may reach is port 53")
    related = [Location(deny(), EGRESS, "isolates egress of every pod in shop")]
    return finding(primary, related=related, fix=ALLOW_DNS)


def split_peers() -> Finding:
    policy = api()
    message = "2 entries allow all pods of monitoring OR pods app=prometheus of shop"
    related = [Location(policy, OTHER_PEER, "or these pods of shop")]
    primary = Location(policy, PEER, "all pods of these namespaces")
    fix = Fix("put podSelector into the same entry as namespaceSelector", Applicability.UNSAFE)
    return finding(primary, message, Severity.WARNING, related, fix, ("prod", "staging"))


def one(found: Finding, style: Style | None = None) -> str:
    """The text of one finding, without the summary."""
    return show(report(found), style=style).rpartition("\n\n")[0]


def test_a_finding_with_a_related_place_in_another_file() -> None:
    assert (
        one(missing_dns())
        == """\
error[NP101] dns-missing: pods app=api in shop can't resolve names
  ┌─ policies/api.yaml:8:3
  │
4 │   name: api-egress
  ·
8 │   policyTypes: [Egress]
  │   ^^^^^^^^^^^^^^^^^^^^^ isolates egress; nothing these pods may reach is port 53
  │
  = policies/default-deny.yaml:6:3 isolates egress of every pod in shop
  = fix: allow DNS once for the namespace
  = more: netlint explain NP101"""
    )


def test_a_finding_with_a_related_place_close_by() -> None:
    assert (
        one(split_peers())
        == """\
warning[NP201] or-split-peers: 2 entries allow all pods of monitoring OR pods app=prometheus of shop
   ┌─ policies/api.yaml:11:7
   │
 4 │   name: api-egress
   ·
11 │     - namespaceSelector:
   │       ^^^^^^^^^^^^^^^^^^ all pods of these namespaces
12 │         matchLabels: {team: monitoring}
13 │     - podSelector:
   │       ------------ or these pods of shop
   │
   = in bundles: prod, staging
   = fix: put podSelector into the same entry as namespaceSelector
   = more: netlint explain NP201"""
    )


def test_a_whole_run() -> None:
    text = show(report(missing_dns(), split_peers(), hidden=5), style=Style(seconds=0.04))
    assert text.endswith("""\
   = more: netlint explain NP201

2 problems (1 error, 1 warning) in 41 files · 12 policies · 3 namespaces · 0.04 s
2 can be fixed with --fix --unsafe-fixes (--diff shows how)
5 findings hidden (--pedantic shows them)
""")


def test_ascii_where_the_stream_has_no_box_characters() -> None:
    text = show(report(missing_dns()), style=Style(unicode=False))
    assert text.isascii()
    assert (
        text
        == """\
error[NP101] dns-missing: pods app=api in shop can't resolve names
 --> policies/api.yaml:8:3
  |
4 |   name: api-egress
  :
8 |   policyTypes: [Egress]
  |   ^^^^^^^^^^^^^^^^^^^^^ isolates egress; nothing these pods may reach is port 53
  |
  = policies/default-deny.yaml:6:3 isolates egress of every pod in shop
  = fix: allow DNS once for the namespace
  = more: netlint explain NP101

1 problem (1 error) in 41 files, 12 policies, 3 namespaces
1 can be fixed with --fix --unsafe-fixes (--diff shows how)
"""
    )


def test_a_narrow_terminal_wraps_messages_notes_and_remarks() -> None:
    text = one(missing_dns(), Style(width=60))
    assert (
        text
        == """\
error[NP101] dns-missing: pods app=api in shop can't resolve
  names
  ┌─ policies/api.yaml:8:3
  │
4 │   name: api-egress
  ·
8 │   policyTypes: [Egress]
  │   ^^^^^^^^^^^^^^^^^^^^^ isolates egress; nothing these
  │                         pods may reach is port 53
  │
  = policies/default-deny.yaml:6:3 isolates egress of every
    pod in shop
  = fix: allow DNS once for the namespace
  = more: netlint explain NP101"""
    )


@pytest.mark.parametrize("columns", [40, 55, 73, 100, 160])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    line = "spec: {" + ", ".join(f"key{number}: value" for number in range(40)) + "}"
    for part in ("key0: value", "key20: value", "key39: value}"):
        policy = document("a.yaml", line, {("spec",): part})
        note = "a note that says what this has to do with all of the other things"
        text = one(finding(Location(policy, ("spec",), note)), Style(width=columns))
        assert max(map(width, text.splitlines())) <= columns
        assert part[:5] in text


def test_a_finding_without_a_text_names_object_and_field() -> None:
    policy = Document(Origin(""), api().body)
    assert (
        one(finding(Location(policy, ("spec", "egress", 0), "allows no DNS")))
        == """\
error[NP101] dns-missing: pods app=api in shop can't resolve names
  ┌─ NetworkPolicy shop/api-egress spec.egress[0]
  │
  = allows no DNS
  = more: netlint explain NP101"""
    )


def test_lines_of_rendered_text_are_not_passed_off_as_lines_of_the_file() -> None:
    source = api()
    rendered = Document(
        Origin("api/templates/np.yaml", "charts/api"), source.body, positions=source.positions
    )
    assert (
        one(finding(Location(rendered, EGRESS, "isolates egress")))
        == """\
error[NP101] dns-missing: pods app=api in shop can't resolve names
  ┌─ api/templates/np.yaml: NetworkPolicy shop/api-egress spec.policyTypes
  │
4 │   name: api-egress
  ·
8 │   policyTypes: [Egress]
  │   ^^^^^^^^^^^^^^^^^^^^^ isolates egress
  │
  = rendered from charts/api; the lines are those of the rendered text
  = more: netlint explain NP101"""
    )


def test_the_place_of_a_parse_error_past_the_last_line() -> None:
    place = Location(document("a.yaml", "a: 1\n"), exact=Span(9, 1, 9, 1), note="ends too early")
    assert (
        one(finding(place, "the file is cut off"))
        == """\
error[NP101] dns-missing: the file is cut off
  ┌─ a.yaml:9:1
  │
  = ends too early
  = more: netlint explain NP101"""
    )


def test_an_empty_range_still_gets_a_caret() -> None:
    place = Location(document("a.yaml", "a: 1\n"), exact=Span(1, 5, 1, 5))
    assert "1 │ a: 1\n  │     ^\n" in one(finding(place))


def test_a_range_of_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    text = "spec: {podSelector: {},\n  policyTypes: []}\n"
    place = Location(document("a.yaml", text), exact=Span(1, 7, 2, 19))
    underlined = "  │       " + "^" * len("{podSelector: {},") + "\n"
    assert underlined in one(finding(place))


@pytest.mark.parametrize(
    ("line", "part", "expected"),
    [
        ("名前: 猫 # ok", "猫", "1 │ 名前: 猫 # ok\n  │       ^^\n"),
        ("a: 🐳 here", "here", "1 │ a: 🐳 here\n  │       ^^^^\n"),
        ("e\u0301: x", "x", "1 │ e\u0301: x\n  │    ^\n"),
        ("\t\tkey: v", "key: v", "1 │         key: v\n  │         ^^^^^^\n"),
    ],
)
def test_wide_and_combining_characters_and_tabs_are_underlined_rightly(
    line: str, part: str, expected: str
) -> None:
    assert expected in one(finding(in_line(line, part)))


def test_a_manifest_cannot_write_to_the_terminal() -> None:
    place = in_line("name: \x1b[2Ja\u202eb\x9bc", "name", "see \x07 this")
    text = one(finding(place, "pods app=\x1b]0;x\x07 in shop"))
    assert not set(text) & {"\x1b", "\u202e", "\x9b", "\x07"}
    assert "name: ␛[2Ja\ufffdb\ufffdc" in text


def test_related_places_beyond_a_handful_are_counted() -> None:
    policies = [deny(f"deny-{number}.yaml") for number in range(9)]
    related = [Location(policy, EGRESS, "isolates egress") for policy in policies]
    found = finding(Location(api(), EGRESS), related=related)
    text = one(found)
    assert text.count("isolates egress") == 6
    assert "  = and 3 more places (-v shows them)\n" in text
    assert one(found, Style(verbose=1)).count("isolates egress") == 9


@pytest.mark.parametrize(("lines_between", "together"), [(19, True), (20, False)])
def test_a_related_place_far_away_in_the_same_file_is_a_remark(
    lines_between: int, together: bool
) -> None:
    text = "metadata: {labels: {}}\n" + "#\n" * lines_between + "spec: {}\n"
    policy = document("a.yaml", text, {("metadata",): "metadata:", ("spec",): "spec: {}"})
    related = [Location(policy, ("metadata",), "here")]
    shown = one(finding(Location(policy, ("spec",)), related=related))
    assert ("│ --------- here" in shown, "= a.yaml:1:1 here" in shown) == (together, not together)


@pytest.mark.parametrize("lines_between", [0, 1, 200])
def test_the_name_of_the_object_is_shown_however_far_above(lines_between: int) -> None:
    text = "metadata: {name: a}\n" + "#\n" * lines_between + "spec: {}\n"
    parts: dict[Path, str] = {("metadata", "name"): "name: a", ("spec",): "spec: {}"}
    shown = one(finding(Location(document("a.yaml", text, parts), ("spec",))))
    assert "1 │ metadata: {name: a}" in shown


def test_a_name_below_is_not_shown() -> None:
    text = "spec: {}\nmetadata: {name: a}\n"
    parts: dict[Path, str] = {("metadata", "name"): "name: a", ("spec",): "spec: {}"}
    assert "name: a" not in one(finding(Location(document("a.yaml", text, parts), ("spec",))))


def test_a_name_that_is_underlined_itself_is_shown_once() -> None:
    shown = one(finding(Location(api(), ("metadata", "name"))))
    assert shown.count("name: api-egress") == 1


def test_places_whose_lines_are_not_at_hand_are_remarks() -> None:
    policy = document("a.yaml", "a: 1\n", {("a",): "a: 1"})
    there, beyond = Location(policy, ("a",), "there"), Location(policy, (), "x", Span(3, 1, 3, 1))
    assert "  = a.yaml:3:1 x\n" in one(finding(there, related=[beyond]))
    assert "  = a.yaml:1:1 there\n" in one(finding(beyond, related=[there]))


def test_a_headline_takes_the_whole_width() -> None:
    place, label = Location(api(), EGRESS), "error[NP101] dns-missing: "
    first, rest = "x" * (60 - len(label)), f"{'y' * 28} {'y' * 29}"
    shown = one(finding(place, f"{first} {rest} z"), Style(width=60)).splitlines()
    assert shown[:3] == [label + first, f"  {rest}", "  z"]


def test_the_name_of_another_document_is_not_taken_for_context() -> None:
    policy = document("a.yaml", "metadata:\n  labels: {}\nspec: {}\n", {("spec",): "spec: {}"})
    assert one(finding(Location(policy, ("spec",)))).splitlines()[1:4] == [
        "  ┌─ a.yaml:3:1",
        "  │",
        "3 │ spec: {}",
    ]


def test_colour_changes_nothing_but_colour() -> None:
    run = report(missing_dns(), split_peers(), hidden=1)
    plain = show(run, style=Style(statistics=True))
    coloured = show(run, style=Style(colour=True, statistics=True))
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain
    assert "\x1b[1;31merror[NP101]\x1b[0m" in coloured
    assert "\x1b[1;33mwarning[NP201]\x1b[0m" in coloured
