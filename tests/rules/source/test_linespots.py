"""Where things are written in text that is read a line at a time."""

from __future__ import annotations

import pytest

from netlint_rules.source import linespots
from netlint_rules.source.document import Path
from tests.rules.source.test_positions import at, only, positions

PLAIN = """\
apiVersion: v1
kind: Pod
metadata:
  name: a  # the name
  labels: {app: web, "tier": 'x, y',
    part: c d}
  note: 'x # y'
  annotations:
    text: of two
      lines
    empty:
spec:
  # above
  containers:
  - name: "a"
    args: [a, [b], {}]
    ports: [{containerPort: 80}]
"""


@pytest.mark.parametrize("break_", ["\x85", "\u2028", "\u2029"])
def test_breaks_that_only_yaml_knows_end_a_comment_above(break_: str) -> None:
    text = f"# a{break_}status: b\n{PLAIN}"
    document = only(text)
    assert document.body["status"] == "b"
    assert at(text, document.span(("status",))) == "status: b"
    assert at(text, document.span(("kind",))) == "kind: Pod"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("metadata",), "metadata"),
        (("metadata", "name"), "name: a"),
        (("metadata", "labels", "tier"), "\"tier\": 'x, y'"),
        (("metadata", "labels", "part"), "part: c d"),
        (("metadata", "note"), "note: 'x # y'"),
        (("metadata", "annotations", "text"), "text"),
        (("metadata", "annotations", "empty"), "empty:"),
        (("spec", "containers", 0), 'name: "a"'),
        (("spec", "containers", 0, "args", 1, 0), "b"),
        (("spec", "containers", 0, "args", 2), "{}"),
        (("spec", "containers", 0, "ports", 0, "containerPort"), "containerPort: 80"),
    ],
)
def test_plain_lines_are_placed_as_a_parser_does(path: Path, text: str) -> None:
    assert linespots.survey(PLAIN, 0), "these lines need no parser"
    document = only(f"# Licence\n---\n{PLAIN}")
    assert at(f"# Licence\n---\n{PLAIN}", document.span(path)) == text
    same = only(f"# Licence\n--- !!map\n{PLAIN}")
    assert document.span(path) == same.span(path)
    assert [each.text for each in positions(document).comments()] == [
        "# Licence",
        "# the name",
        "# above",
    ]
