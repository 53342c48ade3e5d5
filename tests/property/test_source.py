"""The reader against PyYAML, against itself without its filter, and against arbitrary bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path as File
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from netlint_rules.source.document import Document, Path, Span
from netlint_rules.source.jsontext import JsonPositions
from netlint_rules.source.positions import YamlPositions
from netlint_rules.source.reader import Parsed, read
from netlint_rules.source.scalars import plain_value, resolve

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HEAD = {"apiVersion": "v1", "kind": "Pod"}
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"))
TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=12),
    st.sampled_from(
        ["a # b", "x: y", "- a", "'", '"', "|", "${X}", "é日本😀", "a\nb\n", "\ta", "{a"]
    ),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**64), TEXTS, st.floats(-1e6, 1e6, width=32)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)


def is_text_to_go(value: object) -> bool:
    """Whether PyYAML would write a string plainly that Go reads as something else."""
    if isinstance(value, dict):
        return all(is_text_to_go(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return all(is_text_to_go(item) for item in value)
    return not isinstance(value, str) or plain_value(value) == value


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from leaves(item, (*path, at))
    else:
        yield path, value


def written(document: Document, span: Span) -> str:
    """The text of a range of a document."""
    assert document.positions is not None
    numbers = range(span.line, span.end_line + 1)
    lines = [document.positions.line(number) or "" for number in numbers]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def check_positions(document: Document) -> None:
    """Every scalar is where its extent says, and what is underlined touches it or its key."""
    positions = document.positions
    assert isinstance(positions, YamlPositions | JsonPositions)
    for path, value in leaves(document.body):
        extent, span = positions.extent(path), positions.span(path)
        assert extent is not None and span is not None
        text = written(document, extent)
        if "\n" not in text:
            assert reread(text) == value
        assert span.line <= extent.line
        assert span.end_line == span.line


def reread(text: str) -> object:
    """The value of a scalar that stands alone."""
    node: Any = yaml.compose(f"- {text}\n", Loader=yaml.SafeLoader)
    (scalar,) = node.value
    return resolve(scalar.value, not scalar.style, None)


@given(VALUES.filter(is_text_to_go), st.booleans(), st.sampled_from([2, 4, 9]))
def test_what_pyyaml_writes_is_read(value: object, flow: bool, indent: int) -> None:
    body = {**HEAD, "x": value}
    text = yaml.safe_dump(
        body, default_flow_style=flow, indent=indent, allow_unicode=True, sort_keys=False, width=40
    )
    (document,) = read(text.encode(), "a.yaml").documents
    assert document.body == body
    check_positions(document)


@given(VALUES)
def test_quoted_text_stays_text(value: object) -> None:
    text = yaml.safe_dump({**HEAD, "x": value}, default_style='"')
    (document,) = read(text.encode(), "a.yaml").documents
    assert document.body == {**HEAD, "x": value}


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_is_read(value: object, indent: int | str | None, ascii_only: bool) -> None:
    body = {**HEAD, "x": value}
    text = json.dumps(body, indent=indent, ensure_ascii=ascii_only)
    (document,) = read(text.encode(), "a.json").documents
    assert document.body == body
    positions = document.positions
    assert isinstance(positions, JsonPositions)
    for path, leaf in leaves(document.body):
        extent = positions.extent(path)
        assert extent is not None
        assert json.loads(written(document, extent)) == leaf


LINES = st.sampled_from(
    [
        "apiVersion: v1",
        "kind: Pod",
        "kind: ConfigMap",
        "kind : Pod",
        "kind:",
        "  Pod",
        "kind: !!str Pod",
        "kind: &k Pod",
        "kind: *k",
        "kind: PodList",
        '"kind": Pod',
        "'kind': Pod",
        '"k\\u0069nd": Pod',
        "? kind",
        ": Pod",
        "<<: {kind: Pod}",
        "kinds: Pod",
        " kind: Pod",
        "items: [{apiVersion: v1, kind: Pod}]",
        "{apiVersion: v1, kind: Pod}",
        '{"apiVersion": "v1", "kind": "Pod"}',
        "{",
        "}",
        "[",
        "]",
        'a: "',
        '"',
        "a: '",
        "'",
        "a: |",
        "  text",
        "- a",
        "---",
        "---",
        "--- # c",
        "--- {apiVersion: v1, kind: Pod}",
        "--- |",
        "--- &x",
        "...",
        "%YAML 1.1",
        "# kind: Pod",
        "",
        "\t",
        "{{ if }}",
        "\ufeffkind: Pod",
        "a\x85kind: Pod",
        "b: x\u2028---\u2028apiVersion: v1\u2028kind: Pod",
    ]
)
BREAKS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


def kinds(parsed: Parsed, kind: str) -> list[dict[str, object]]:
    return [document.body for document in parsed.documents if document.kind == kind]


@given(st.lists(LINES, max_size=12), BREAKS, st.booleans())
@example(['a: "', "kind: ConfigMap", '"', "apiVersion: v1", "kind: Pod"], "\n", False)
def test_the_filter_loses_nothing(lines: list[str], end: str, explicit: bool) -> None:
    data = end.join([*lines, ""]).encode()
    everything = read(data, "a.yaml")
    wanted = read(data, "a.yaml", wanted={"Pod"}, explicit=explicit)
    assert kinds(wanted, "Pod") == kinds(everything, "Pod")
    assert len(wanted.documents) == len(kinds(wanted, "Pod"))
    assert wanted.total <= everything.total


def kinds_in(value: object, given_kind: str = "") -> Iterator[str]:
    """The kinds of the objects in a loaded document, those in lists included."""
    if not isinstance(value, dict) or not isinstance(kind := value.get("kind", given_kind), str):
        return
    if kind.endswith("List") and isinstance(value.get("items"), list):
        for item in value["items"]:
            yield from kinds_in(item, kind.removesuffix("List"))
    elif isinstance(value.get("apiVersion"), str) and kind:
        yield kind


# A merge below a key wins over it in Kubernetes, and not in PyYAML.
@given(st.lists(LINES.filter(lambda line: not {"\ufeff", "<"} & set(line)), max_size=12))
def test_cutting_agrees_with_libyaml(lines: list[str]) -> None:
    text = "\n".join([*lines, ""])
    try:
        loaded = list(yaml.load_all(text, Loader=LOADER))
    except (yaml.YAMLError, TypeError):
        return
    found = [document.kind for document in read(text.encode(), "a.yaml").documents]
    assert found == [kind for value in loaded for kind in kinds_in(value)]


def look_around(parsed: Parsed) -> None:
    """Ask everything that can be asked of positions."""
    for document in [*parsed.documents, *(trouble.document for trouble in parsed.troubles)]:
        document.span(("metadata", "name"))
        if document.positions is not None:
            document.positions.comments()
            document.positions.line(document.first_line)


FILES = st.sampled_from(["a.yaml", "a.json", "a.md", "a.txt", "-", "kustomization.yaml"])


@given(st.binary(max_size=80), FILES, st.booleans())
def test_no_bytes_raise(data: bytes, file: str, explicit: bool) -> None:
    look_around(read(data, file, explicit=explicit))


@given(st.text(st.sampled_from("a:-?,[]{}&*!|>'\"%@`# \n\t\r~<0y\\`."), max_size=60), FILES)
def test_no_text_raises(text: str, file: str) -> None:
    look_around(read(text.encode(), file))


@cache
def samples(corpus: File) -> tuple[bytes, ...]:
    paths = sorted(corpus.rglob("*.y*ml"))
    return tuple(data for path in paths[::5] if len(data := path.read_bytes()) < 4000)


@given(data=st.data())
def test_no_damaged_file_raises(corpus: File, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(samples(corpus)))
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(begin + 30, len(text))))
    inserted = data.draw(st.binary(max_size=3) | st.sampled_from([b"\n---\n", b"\t", b'"', b"{{"]))
    look_around(read(text[:begin] + inserted + text[end:], data.draw(FILES)))


def test_positions_over_the_corpus(corpus: File) -> None:
    checked = 0
    for path in sorted(corpus.rglob("*.y*ml"))[::7]:
        data = path.read_bytes()
        if b"&" in data or b"kind: List" in data or path.name == "kustomization.yaml":
            continue
        for document in read(data, "a.yaml").documents:
            check_positions(document)
            checked += 1
    assert checked > 50


@pytest.mark.parametrize("text", ["- " * 30_000, "[" * 30_000, "{a: " * 30_000, "? " * 30_000])
def test_deep_nesting_does_not_crash(text: str) -> None:
    look_around(read(text.encode(), "a.yaml"))
    look_around(read(text.encode(), "a.json"))
