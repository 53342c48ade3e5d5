"""Patches on random texts: the values change as the patch says, and nothing else does."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.edit.editor import EditError, Text
from netlint_rules.edit.patch import at, patched, pointed, same
from netlint_rules.source.pieces import Piece
from netlint_rules.source.positions import YamlPositions
from tests.property.styled import BODIES, VALUES, manifests, operations

NOTE = re.compile(r"# note \d+")


@given(st.data())
def test_the_text_means_what_the_patch_says(data: st.DataObject) -> None:
    text, body = data.draw(manifests())
    assert same(Text(text).value(), body)
    operation = data.draw(operations(body))
    result = Text(text).patched([operation]).text
    assert same(Text(result).value(), patched(body, [operation]))
    check_line_ends(text, result)
    check_lines(text, result, body, operation)
    if operation["op"] != "remove" and operation["op"] != "replace":
        assert NOTE.findall(result) == NOTE.findall(text), "an addition loses no comment"


def check_line_ends(text: str, result: str) -> None:
    if "\r\n" in text:
        assert result.count("\n") == result.count("\r\n")
    else:
        assert "\r" not in result
    if "\n" in text:
        assert result.endswith("\n") is text.endswith("\n")


def check_lines(text: str, result: str, body: Any, operation: dict[str, Any]) -> None:
    """Only lines of the parent change: its key, its entries and what is written between these."""
    path = pointed(operation.get("from", operation["path"]), body)
    positions = YamlPositions(Piece(text.encode()))
    around = path[:-1]
    extent, key = positions.extent(around), positions.span(around)
    assert extent is not None and key is not None
    before = text.split("\n")[: min(key.line, extent.line) - 1]
    while before and before[-1].lstrip().startswith("#"):
        before.pop()  # comments of a first entry that goes
    after = text.split("\n")[extent.end_line :]
    lines = result.split("\n")
    assert lines[: len(before)] == before
    if any(line.strip() for line in after):
        assert lines[len(lines) - len(after) :] == after


@given(st.data())
def test_a_removal_takes_only_the_comments_of_its_entry(data: st.DataObject) -> None:
    text, body = data.draw(manifests())
    operation = data.draw(operations(body))
    path = pointed(operation.get("from", operation["path"]), body)
    parent = at(body, path[:-1])
    if operation["op"] != "remove" or not isinstance(parent, dict | list) or len(parent) < 2:
        return
    positions = YamlPositions(Piece(text.encode()))
    extent, key = positions.extent(path), positions.span(path)
    assert extent is not None and key is not None
    lines = text.split("\n")
    first = min(key.line, extent.line)
    while first > 1 and re.match(r"\s*(#|-?\s*(#.*)?$)", lines[first - 2]):
        first -= 1  # comments, and a dash on a line of its own
    own = lines[first - 1 : extent.end_line]
    lost = [note for note in NOTE.findall(text) if note not in notes_after(text, operation)]
    assert set(lost) <= set(NOTE.findall("\n".join(own)))


def notes_after(text: str, operation: dict[str, Any]) -> list[str]:
    return NOTE.findall(Text(text).patched([operation]).text)


@given(BODIES, st.data(), st.sampled_from([None, 1, 4, "\t"]), st.booleans())
def test_json_stays_json(
    body: dict[str, Any], data: st.DataObject, indent: int | str | None, crlf: bool
) -> None:
    text = json.dumps(body, indent=indent, ensure_ascii=False) + "\n"
    text = text.replace("\n", "\r\n") if crlf else text
    operation = data.draw(operations(body))
    result = Text(text, 0).patched([operation]).text
    assert same(json.loads(result), patched(body, [operation]))
    check_line_ends(text, result)
    if indent is not None and not crlf:
        assert reformatted(result, indent) == result


def reformatted(text: str, indent: int | str) -> str:
    """What json would print: edits keep the form of a text that it printed."""
    return json.dumps(json.loads(text), indent=indent, ensure_ascii=False) + "\n"


@given(st.data(), VALUES)
def test_several_operations_and_none(data: st.DataObject, value: object) -> None:
    text, body = data.draw(manifests())
    first = data.draw(operations(body))
    middle = patched(body, [first])
    assert isinstance(middle, dict)
    second = {"op": "add", "path": "/fresh", "value": value}
    result = Text(text).patched([first, second]).text
    assert same(Text(result).value(), patched(middle, [second]))
    assert Text(text).patched([]).text == text


@given(st.data())
def test_a_patch_that_changes_nothing_leaves_the_text(data: st.DataObject) -> None:
    text, body = data.draw(manifests())
    name = next(iter(body))
    operation = {"op": "add", "path": f"/{name.replace('/', '~1')}", "value": body[name]}
    assert Text(text).patched([operation]).text == text


ANCHORED = """\
common: &common  # shared
  app: web
a: *common
b:
  <<: *common
  own: 1
c: &alone {x: 1}
"""


@given(st.sampled_from(["/common/app", "/a/app", "/b/app", "/common", "/a"]), VALUES)
def test_what_is_shared_is_left_alone(pointer: str, value: object) -> None:
    if value == "web":
        return
    try:
        result = Text(ANCHORED).patched([{"op": "replace", "path": pointer, "value": value}])
    except EditError:
        return
    raise AssertionError(f"{pointer} was changed for others too: {result.text}")


@given(VALUES)
def test_what_has_an_anchor_for_itself_is_edited(value: object) -> None:
    operation = {"op": "add", "path": "/c/y", "value": value}
    result = Text(ANCHORED).patched([operation]).text
    assert result.startswith(ANCHORED[: ANCHORED.index("{x")])
    assert Text(result).patched([{"op": "add", "path": "/b/z", "value": 1}])
