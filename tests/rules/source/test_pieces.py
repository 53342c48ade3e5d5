"""Cutting files into documents, and skipping unwanted ones without losing any."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_rules.source.pieces import Piece, Skip, split
from netlint_rules.source.reader import read

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {}\n"
A, B = POD.format("a"), POD.format("b")
FLOW = "--- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
WANTED = frozenset(("NetworkPolicy", "Pod"))


def starts(text: str) -> list[tuple[str, int]]:
    """Names and first lines of the objects in a text."""
    parsed = read(text.encode(), "a.yaml")
    assert parsed.troubles == ()
    return [(document.name, document.first_line) for document in parsed.documents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{A}---\n{B}", [("a", 1), ("b", 5)]),
        (f"---\n{A}---\n{B}", [("a", 1), ("b", 6)]),
        (f"---\n---\n{A}--- \n---\t\n{B}", [("a", 2), ("b", 8)]),
        (f"{A}---", [("a", 1)]),
        (f"{A}--- # next\n{B}", [("a", 1), ("b", 5)]),
        (f"{FLOW}---\n{B}", [("a", 1), ("b", 2)]),
        (f"{A}...\n{B}", [("a", 1), ("b", 6)]),
        (f"{A}...\n---\n{B}...\n", [("a", 1), ("b", 6)]),
        (f"%YAML 1.1\n---\n{A}", [("a", 1)]),
        (f"# c\n%YAML 1.1\n---\n{A}...\n# d\n%YAML 1.1\n---\n{B}", [("a", 1), ("b", 9)]),
        (f"{A}%YAML 1.1\n---\n{B}", [("a", 1), ("b", 5)]),
        (f"# licence\n# -----\n\n---\n{A}", [("a", 1)]),
        (f"{A}---\n# nothing here\n---\n{B}", [("a", 1), ("b", 7)]),
        (f"{A}  x: |\n    ---\n    y\n---\n{B}", [("a", 1), ("b", 8)]),
        (f"{A}---\n\n\n{B}\n\n", [("a", 1), ("b", 5)]),
        (f"{A}# ---\n", [("a", 1)]),
        (f"{A}\x85---\n{B}", [("a", 1), ("b", 5)]),
    ],
)
def test_documents_of_a_file(text: str, expected: list[tuple[str, int]]) -> None:
    assert starts(text) == expected


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert starts(f"{A}---\n{B}".replace("\n", end)) == [("a", 1), ("b", 5)]


def test_dashes_that_are_no_marker() -> None:
    text = f"{A}----: x\n---a: y\n"
    (document,) = read(text.encode(), "a.yaml").documents
    assert document.last_line == 6


def test_a_block_scalar_in_the_first_column_ends_at_the_marker() -> None:
    parsed = read(f"--- |\n text\n---\n{A}".encode(), "a.yaml")
    assert (parsed.total, [document.name for document in parsed.documents]) == (2, ["a"])


def test_last_line_is_the_last_with_content() -> None:
    first, second = read(f"{A}\n\n---\n{B}\n \n".encode(), "a.yaml").documents
    assert (first.first_line, first.last_line) == (1, 4)
    assert (second.first_line, second.last_line) == (7, 11)


def test_documents_without_content_are_not_counted() -> None:
    assert read(f"---\n---\n# c\n---\n{A}---\n".encode(), "a.yaml").total == 1


UNWANTED = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  kind: NetworkPolicy\n"


@pytest.mark.parametrize(
    "text",
    [
        UNWANTED,
        UNWANTED.replace("\n", "\r\n"),
        UNWANTED.replace("ConfigMap", '"ConfigMap"'),
        UNWANTED.replace("ConfigMap", "'ConfigMap' # NetworkPolicy"),
        UNWANTED.replace("kind: C", "kind:\t C"),
        "kind: ConfigMap\n" + UNWANTED.replace("kind: ConfigMap\n", ""),
        "# kind: Pod\n--- # c\n\n" + UNWANTED,
        UNWANTED + "  text: |\n    kind: Pod\nkinds: x\nkind-of: y\n- no: YAML\n",
        "{{ if x }}\n" + UNWANTED + "{{ end }}\n",
    ],
)
def test_what_is_skipped(text: str) -> None:
    assert list(split(Piece(text.encode()), Skip(WANTED))) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "x: 1\n",
        "fruit: apple\n# no object\n",
    ],
)
def test_what_has_no_kind_is_skipped_on_request(text: str) -> None:
    assert list(split(Piece(text.encode()), Skip(WANTED, kindless=True))) == [None]
    assert list(split(Piece(text.encode()), Skip(WANTED))) != [None]


NAME = "apiVersion: v1\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    "text",
    [
        A.replace("kind: Pod", "kind: !!str Pod"),
        A.replace("kind: Pod", "kind: &k Pod"),
        A.replace("kind: Pod", "kind:\n  Pod"),
        A.replace("kind: Pod", "kind : Pod"),
        A.replace("kind: Pod", 'kind: "P\\u006fd"'),
        A.replace("kind: Pod", '"kind": Pod'),
        A.replace("kind: Pod", "'kind': Pod"),
        A.replace("kind: Pod", "? kind\n: Pod"),
        A.replace("kind: Pod", "? 'kind'\n: Pod"),
        A.replace("kind: Pod", '"k\\x69nd": Pod'),
        A.replace("kind: Pod", "!!str kind: Pod"),
        A.replace("kind: Pod", "&k kind: Pod"),
        A.replace("kind: Pod", "x: &k kind\n*k : Pod"),
        A.replace("kind: Pod", "kind: ConfigMap\nkind: Pod"),
        A.replace("kind: Pod", 'kind: ConfigMap\n"kind": Pod'),
        A.replace("kind: Pod", "kind: ConfigMap\n? kind\n: Pod"),
        A.replace("kind: Pod", "kind: ConfigMap\n<<: {kind: Pod}"),
        A.replace("kind: Pod", "<<: {kind: Pod}"),
        "".join(f"  {line}\n" for line in A.splitlines()),
        FLOW,
        "{\napiVersion: v1, metadata: {name: a},\nx: {\nkind: ConfigMap\n}, kind: Pod}\n",
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}\n',
        '"x": "\nkind: ConfigMap\n"\n' + A,
        f'x: "\nkind: ConfigMap\n"\n{A}',
        ' apiVersion: v1\n kind: Pod\n metadata: {name: a, x: "\nkind: ConfigMap\n"}\n',
        f"!!map\n{A}",
        f"--- &root\n{A}",
        f"\ufeff{A}",
        A.replace("\n", "\x85"),
        A.replace("\n", "\u2028"),
        f"apiVersion: v1\nkind: List\nitems:\n- {A.replace(chr(10), chr(10) + '  ')}\n",
        f"kind: PodList\napiVersion: v1\nitems: [{{{NAME.strip().replace(chr(10), ', ')}}}]\n",
    ],
)
def test_no_wanted_document_is_lost(text: str) -> None:
    for mixed in (text, f"{UNWANTED}---\n{text.removeprefix('--- ')}---\n{UNWANTED}"):
        found = read(mixed.encode(), "a.yaml", wanted=WANTED).documents
        assert [document.name for document in found] == ["a"], mixed


def test_the_filter_agrees_with_a_full_parse_over_the_corpus(corpus: Path) -> None:
    compared = 0
    for path in corpus.rglob("*.y*ml"):
        data = path.read_bytes()
        everything = read(data, "a.yaml")
        for wanted in ({"NetworkPolicy"}, {"Service", "Deployment"}, {"ConfigMap", "Role"}):
            found = read(data, "a.yaml", wanted=wanted)
            expected = [found.body for found in everything.documents if found.kind in wanted]
            assert [document.body for document in found.documents] == expected
            assert found.total == everything.total
            compared += len(expected)
    assert compared > 500
