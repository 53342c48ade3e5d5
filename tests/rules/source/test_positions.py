"""Where things are written: ranges, extents, comments, lines."""

from __future__ import annotations

import pytest

from netlint_rules.source.document import Comment, Document, Path, Span
from netlint_rules.source.positions import ItemPositions, YamlPositions
from netlint_rules.source.reader import read

POLICY = """\
# Licence
---  # start
apiVersion: networking.k8s.io/v1
kind: "NetworkPolicy"
metadata:
  name: a   # the name
  labels: {app: web,   # not this one
    tier: 'x # y'}
  annotations:
    text: |  # header
      line # no comment
      # no comment either

    # a comment
    plain: a#b c
spec:
  # above
  podSelector:
  policyTypes: &types
    - Ingress  # one
    -
    - "é日本": 1
      b: 2
  ingress:
  - from:   # who
    - ipBlock: {cidr: 10.0.0.0/8}
      ports: []
    -   ~
# end
"""


def only(text: str, file: str = "a.yaml") -> Document:
    (document,) = read(text.encode(), file).documents
    return document


def positions(document: Document) -> YamlPositions | ItemPositions:
    found = document.positions
    assert isinstance(found, YamlPositions | ItemPositions)
    return found


def at(text: str, span: Span | None) -> str:
    """The text of a range."""
    assert span is not None
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "apiVersion: networking.k8s.io/v1"),
        (("kind",), 'kind: "NetworkPolicy"'),
        (("metadata",), "metadata"),
        (("metadata", "name"), "name: a"),
        (("metadata", "labels"), "labels"),
        (("metadata", "labels", "app"), "app: web"),
        (("metadata", "labels", "tier"), "tier: 'x # y'"),
        (("metadata", "annotations", "text"), "text"),
        (("metadata", "annotations", "plain"), "plain: a#b c"),
        (("spec", "podSelector"), "podSelector:"),
        (("spec", "policyTypes"), "policyTypes"),
        (("spec", "policyTypes", 0), "Ingress"),
        (("spec", "policyTypes", 1), "-"),
        (("spec", "policyTypes", 2), '"é日本": 1'),
        (("spec", "policyTypes", 2, "é日本"), '"é日本": 1'),
        (("spec", "policyTypes", 2, "b"), "b: 2"),
        (("spec", "ingress", 0), "from:"),
        (("spec", "ingress", 0, "from", 0), "ipBlock: {cidr: 10.0.0.0/8}"),
        (("spec", "ingress", 0, "from", 0, "ipBlock"), "ipBlock: {cidr: 10.0.0.0/8}"),
        (("spec", "ingress", 0, "from", 0, "ipBlock", "cidr"), "cidr: 10.0.0.0/8"),
        (("spec", "ingress", 0, "from", 0, "ports"), "ports: []"),
        (("spec", "ingress", 0, "from", 1), "~"),
        (("spec", "egress"), "spec"),
        (("spec", "egress", 0, "to"), "spec"),
        (("spec", "podSelector", "matchLabels"), "podSelector:"),
        (("spec", "policyTypes", 7), "policyTypes"),
        (("nothing",), "apiVersion: networking.k8s.io/v1"),
    ],
)
def test_what_is_underlined(path: Path, expected: str) -> None:
    assert at(POLICY, only(POLICY).span(path)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("kind",), '"NetworkPolicy"'),
        (("metadata", "labels"), "{app: web,   # not this one\n    tier: 'x # y'}"),
        (
            ("metadata", "annotations", "text"),
            "|  # header\n      line # no comment\n      # no comment either",
        ),
        (("spec", "podSelector"), ""),
        (("spec", "policyTypes", 2), '"é日本": 1\n      b: 2'),
        (
            ("spec", "ingress", 0, "from"),
            POLICY.partition("# who\n    ")[2].partition("\n# end")[0],
        ),
        (("spec", "ingress", 0, "from", 0, "ports"), "[]"),
    ],
)
def test_the_whole_range_of_a_value(path: Path, expected: str) -> None:
    assert at(POLICY, positions(only(POLICY)).extent(path)) == expected


def test_what_is_not_written_has_no_extent() -> None:
    found = positions(only(POLICY))
    assert found.extent(("spec", "egress")) is None
    assert found.extent(("spec", "policyTypes", "a")) is None
    assert found.extent(("spec", 0)) is None


def test_comments() -> None:
    expected = [
        Comment(1, 1, "# Licence", True),
        Comment(2, 6, "# start", False),
        Comment(6, 13, "# the name", False),
        Comment(7, 24, "# not this one", False),
        Comment(10, 14, "# header", False),
        Comment(14, 5, "# a comment", True),
        Comment(17, 3, "# above", True),
        Comment(20, 16, "# one", False),
        Comment(25, 13, "# who", False),
        Comment(29, 1, "# end", True),
    ]
    assert list(positions(only(POLICY)).comments()) == expected
    assert list(positions(only(POLICY.replace("\n", "\r\n"))).comments()) == expected


def test_comments_of_a_document_with_repeated_keys() -> None:
    document = only("apiVersion: v1\nkind: Pod\na: 'x # y'\na: 1 # z\n")
    assert [found.text for found in positions(document).comments()] == ["# z"]


def test_comments_of_a_broken_document() -> None:
    (trouble,) = read(b"# a\nb: 'c # d\n  # e\n", "a.yaml").troubles
    found = positions(trouble.document)
    assert found.comments() == [Comment(1, 1, "# a", True), Comment(3, 3, "# e", True)]
    assert found.span(("b",)) is None


def test_lines_are_those_of_the_file() -> None:
    found = positions(only(POLICY.replace("\n", "\r\n")))
    lines = POLICY.split("\n")
    assert [found.line(number) for number in range(1, 30)] == lines[:29]
    assert found.line(0) is None
    assert found.line(99) is None


def test_a_second_document_keeps_to_its_lines() -> None:
    text = "a: 1\n---\n" + POLICY.split("---")[1].lstrip()
    document = only(text)
    assert positions(document).line(1) is None
    assert at(text, document.span(("metadata", "name"))) == "name: a"


@pytest.mark.parametrize("break_", ["\x85", "\u2028", "\u2029"])
def test_breaks_that_only_yaml_knows_end_no_line(break_: str) -> None:
    text = f"apiVersion: v1{break_}kind: Pod # é{break_}metadata:\n  name: a\n"
    document = only(text)
    assert at(text, document.span(("kind",))) == "kind: Pod"
    assert document.span(("metadata", "name")) == Span(2, 3, 2, 10)
    assert [found.text for found in positions(document).comments()] == ["# é"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32-le"])
def test_a_byte_order_mark_has_no_column(encoding: str) -> None:
    text = "kind: Pod # 😀\napiVersion: é\n"
    (document,) = read(text.encode(encoding), "a.yaml").documents
    assert document.span(("kind",)) == Span(1, 1, 1, 10)
    assert document.span(("apiVersion",)) == Span(2, 1, 2, 14)


ALIASED = """\
apiVersion: v1
kind: Pod
spec:
  a: &a {x: 1, k: {z: 2}}
  b: *a
  c:
    <<: *a
    w: 3
  d: [*a]
"""


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        (("spec", "a"), 4, "a: &a {x: 1, k: {z: 2}}"),
        (("spec", "b"), 5, "b: *a"),
        (("spec", "b", "k", "z"), 4, "z: 2"),
        (("spec", "c", "x"), 4, "x: 1"),
        (("spec", "c", "w"), 8, "w: 3"),
        (("spec", "d", 0), 9, "*a"),
        (("spec", "d", 0, "k"), 4, "k: {z: 2}"),
    ],
)
def test_aliases_and_merges(path: Path, line: int, expected: str) -> None:
    span = only(ALIASED).span(path)
    assert at(ALIASED, span) == expected
    assert span is not None and span.line == line


LIST = """\
apiVersion: v1
kind: List
items:
# first
- apiVersion: v1
  kind: Pod
  metadata: {name: a}  # a
  # inside
  x: |
    text
# second
- kind: PodList
  apiVersion: v1
  items:
  - metadata:
      name: b
- {apiVersion: v1, kind: Service, metadata: {name: c}}
"""


def test_items_of_lists() -> None:
    parsed = read(LIST.encode(), "a.yaml")
    found = [(item.kind, item.name, item.first_line, item.last_line) for item in parsed.documents]
    assert found == [("Pod", "a", 4, 10), ("Pod", "b", 15, 16), ("Service", "c", 17, 17)]
    assert [item.index for item in parsed.documents] == [0, 1, 2]
    assert parsed.total == 3
    assert parsed.documents[1].api_version == "v1"
    names = [at(LIST, item.span(("metadata", "name"))) for item in parsed.documents]
    assert names == ["name: a", "name: b", "name: c"]
    first = parsed.documents[0]
    assert at(LIST, first.span()) == "apiVersion: v1"
    assert at(LIST, positions(first).extent(("metadata",))) == "{name: a}"
    assert positions(first).line(1) == "apiVersion: v1"
    texts = [[found.text for found in positions(item).comments()] for item in parsed.documents]
    assert texts == [["# first", "# a", "# inside"], [], []]


def test_wanted_items_of_lists() -> None:
    parsed = read(LIST.encode(), "a.yaml", wanted={"Service"})
    assert [(item.name, item.index) for item in parsed.documents] == [("c", 2)]
    assert parsed.total == 3


def test_a_list_whose_items_are_merged_or_aliased() -> None:
    text = "x: &x\n- {apiVersion: v1, kind: Pod}\napiVersion: v1\nkind: List\nitems: *x\n"
    assert at(text, only(text).span(("kind",))) == "kind: Pod"
    text = "x: &x {items: [{apiVersion: v1, kind: Pod}]}\napiVersion: v1\nkind: List\n<<: *x\n"
    assert at(text, only(text).span(("kind",))) == "kind: Pod"
