"""JSON files, and JSON where YAML is expected."""

from __future__ import annotations

import json

import pytest

from netlint_rules.source.document import Path, Span
from netlint_rules.source.jsontext import JsonPositions
from netlint_rules.source.reader import Parsed, TroubleKind, read

NAMED = {"name": "a"}
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": NAMED}
TEXT = """\
{
\t"apiVersion": "v1", "kind": "Pod",
\t"metadata": {"name": "é\\u00e9\\n\\/", "labels": {}},
\t"spec": {
\t\t"ports": [80, 1e2, 80.0, -5, true, null, [],
\t\t\t{"a": "😀", "b": 12345678901234567890123}]
\t}
}
"""


def parse(text: str, file: str = "a.json", explicit: bool = False) -> Parsed:
    return read(text.encode(), file, explicit=explicit)


@pytest.mark.parametrize("file", ["a.json", "a.yaml", "-"])
def test_values(file: str) -> None:
    (document,) = parse(TEXT, file).documents
    assert document.body == json.loads(TEXT)
    assert (document.first_line, document.last_line) == (1, 8)


@pytest.mark.parametrize(
    ("path", "span"),
    [
        ((), Span(1, 1, 1, 2)),
        (("kind",), Span(2, 22, 2, 35)),
        (("metadata", "name"), Span(3, 15, 3, 36)),
        (("metadata", "labels"), Span(3, 38, 3, 50)),
        (("spec",), Span(4, 2, 4, 8)),
        (("spec", "ports", 1), Span(5, 17, 5, 20)),
        (("spec", "ports", 7), Span(6, 4, 6, 44)),
        (("spec", "ports", 7, "b"), Span(6, 15, 6, 43)),
        (("spec", "ports", 8), Span(5, 3, 5, 10)),
        (("spec", "nothing", 0), Span(4, 2, 4, 8)),
        (("kind", "x"), Span(2, 22, 2, 35)),
    ],
)
def test_what_is_underlined(path: Path, span: Span) -> None:
    assert parse(TEXT).documents[0].span(path) == span


def test_the_whole_range_of_a_value() -> None:
    found = parse(TEXT).documents[0].positions
    assert isinstance(found, JsonPositions)
    assert found.extent(("spec", "ports", 7)) == Span(6, 4, 6, 44)
    assert found.extent(("spec",)) == Span(4, 10, 7, 3)
    assert found.extent(("spec", "ports", 8)) is None
    assert found.comments() == ()
    assert found.line(8) == "}"
    assert found.line(10) is None


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([POD, POD]),
        json.dumps(POD) + "\n" + json.dumps(POD),
        json.dumps(POD) + json.dumps(POD),
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [POD, POD]}),
        json.dumps({"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": NAMED}] * 2}),
        json.dumps({"kind": "List", "items": [{"kind": "List", "items": [POD]}, POD]}),
    ],
)
def test_several_objects(text: str) -> None:
    parsed = parse(text)
    assert [document.body for document in parsed.documents] == [POD, POD]
    assert [document.index for document in parsed.documents] == [0, 1]
    spans = {document.span(("metadata", "name")) for document in parsed.documents}
    assert len(spans) == 2 and None not in spans


def test_numbers_stay_what_json_says() -> None:
    (document,) = parse(TEXT).documents
    ports = document.body["spec"]["ports"]  # type: ignore[index]
    assert [type(port) for port in ports[:3]] == [int, float, float]


def test_half_a_surrogate_pair_can_be_printed() -> None:
    text = json.dumps(POD).replace('"a"', '["\\ud83d\\ude00 \\ud83d", {"\\udc00": 1}]')
    (document,) = parse(text).documents
    assert document.metadata["name"] == ["😀 \ufffd", {"\ufffd": 1}]


def test_repeated_keys() -> None:
    text = '{"apiVersion": "v1", "kind": "List", "items": [\n{"apiVersion": "v1", "kind": "Pod",\n'
    text += '"spec": [{"a": 1, "a": 2}]}]}'
    parsed = parse(text)
    (trouble,) = parsed.troubles
    assert trouble.kind is TroubleKind.DUPLICATE_KEY
    assert (trouble.path, trouble.document) == (("spec", 0, "a"), parsed.documents[0])
    assert (trouble.span, trouble.other) == (Span(3, 19, 3, 25), Span(3, 11, 3, 17))
    assert parsed.documents[0].body["spec"] == [{"a": 2}]


@pytest.mark.parametrize(
    ("broken", "place", "message"),
    [
        ('"a" 1', (2, 5), "expecting ':' delimiter"),
        ('"a": 1 "b"', (2, 8), "expecting ',' delimiter"),
        ('"a": ', (2, 7), "expecting value"),
        ('"a": NaN', (1, 1), "a number is no number"),
        ('"a": ' + "[" * 200 + "]" * 200 + "} [", (1, 1), "more than 200 levels deep"),
        ('"a": ' + "[" * 90_000, (1, 1), "more than 200 levels deep"),
    ],
)
def test_errors(broken: str, place: tuple[int, int], message: str) -> None:
    text = '{"apiVersion": "v1", "kind": "Pod",\n' + broken + " ]\n}"
    (trouble,) = parse(text).troubles
    assert trouble.kind is TroubleKind.YAML_ERROR
    assert message in trouble.message and "not valid JSON" in trouble.message
    assert trouble.span is not None and trouble.span[:2] == place


def test_json_that_is_only_yaml_is_read_as_such() -> None:
    text = '{"apiVersion": "v1", "kind": "Pod", # why\n "metadata": {"name": "a"},}'
    (document,) = parse(text).documents
    assert document.body == POD


def test_json_without_objects_is_skipped_unread() -> None:
    assert read(b'{"compilerOptions": {} // why\n', "tsconfig.json", wanted={"Pod"}).troubles == ()
    assert parse('{"a": 1 // why\n', explicit=True).troubles[0].kind is TroubleKind.YAML_ERROR
