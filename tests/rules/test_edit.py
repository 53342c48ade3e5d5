"""How edits look: in the style of what stands around them."""

from __future__ import annotations

from typing import Any

import pytest

from netlint_rules.edit.editor import EditError, Text
from netlint_rules.edit.patch import PatchError, patched
from netlint_rules.edit.plan import Hunk, patch_hunks
from netlint_rules.source.reader import read

Operation = dict[str, Any]


def add(path: str, value: object) -> Operation:
    return {"op": "add", "path": path, "value": value}


def remove(path: str) -> Operation:
    return {"op": "remove", "path": path}


CASES: list[tuple[str, Operation, str]] = [
    # Lists: the dash where others have it, the fields in their order.
    ("a:\n- {x: 1, q: 2}\n", add("/a/-", {"q": 3, "x": 4}), "a:\n- {x: 1, q: 2}\n- {x: 4, q: 3}\n"),
    (
        "s:\n    a:\n        - x: 1\nb: 1\n",
        add("/c", {"d": [{"e": "f"}]}),
        "s:\n    a:\n        - x: 1\nb: 1\nc:\n    d:\n        - e: f\n",
    ),
    ("a:\n-   x: 1\n", add("/a/0", {"q": 2}), "a:\n-   q: 2\n-   x: 1\n"),
    ("a: []  # none\n", add("/a/-", {"x": 1}), "a:  # none\n- x: 1\n"),
    ("a:\n  # first\n  - 1\n", add("/a/0", 0), "a:\n  - 0\n  # first\n  - 1\n"),
    # Quotes and brackets.
    ('a: ["x"]\n', add("/a/-", "q"), 'a: ["x", "q"]\n'),
    ("a:\n- 'x'\n", add("/a/-", "it's"), "a:\n- 'x'\n- 'it''s'\n"),
    ("a: { x: 1 }\n", add("/b", {"q": "on"}), 'a: { x: 1 }\nb: { q: "on" }\n'),
    ("a: 'x' # c\n", {"op": "replace", "path": "/a", "value": "q"}, "a: 'q' # c\n"),
    ('{"a": 1}\n', add("/b", "x"), '{"a": 1, "b": "x"}\n'),
    (
        "a: [\n  1,  # one\n  2   # two\n]\n",
        add("/a/-", 3),
        "a: [\n  1,  # one\n  2,   # two\n  3\n]\n",
    ),
    # Removal, with the comments that belong to it.
    ("# all\n\n# x\nx: 1  # one\ny: 2\n", remove("/x"), "# all\n\ny: 2\n"),
    ("a:\n# list\n- x: 1\n  # why\n  q: 2\n", remove("/a/0/q"), "a:\n# list\n- x: 1\n"),
    ("a:\n- x: 1\n  # why\n  q: 2\n", remove("/a/0/x"), "a:\n-\n  # why\n  q: 2\n"),
    ("a:  # of a\n- 1\nb: 2\n", remove("/a/0"), "a: []  # of a\nb: 2\n"),
    ("a: [1, 2, 3]\n", remove("/a/1"), "a: [1, 3]\n"),
    ("a: {x: 1}\n", remove("/a/x"), "a: {}\n"),
    # A replacement keeps what both have.
    (
        "a:\n- 1  # one\n- 2  # two\n- 3  # three\n",
        {"op": "replace", "path": "/a", "value": [1, 3, 4]},
        "a:\n- 1  # one\n- 3  # three\n- 4\n",
    ),
    (
        "podselector: {}  # of every pod\nb: 1\n",
        {"op": "move", "from": "/podselector", "path": "/podSelector"},
        "podSelector: {}  # of every pod\nb: 1\n",
    ),
    ("a: {x: 1}\nb: 2\n", {"op": "move", "from": "/a/x", "path": "/c"}, "a: {}\nb: 2\nc: 1\n"),
    ("a: 1\n", {"op": "copy", "from": "/a", "path": "/b"}, "a: 1\nb: 1\n"),
    ("a: |\n  text\nb: 1\n", add("/a", ["x"]), "a:\n- x\nb: 1\n"),
]


@pytest.mark.parametrize(("text", "operation", "expected"), CASES)
def test_edits_look_like_their_neighbours(text: str, operation: Operation, expected: str) -> None:
    assert Text(text).patched([operation]).text == expected


PEERS = "from:\n- namespaceSelector: {}  # all\n"
POD = {"app": 'x"y'}
MOVED = [add("/from/0/podSelector", POD), remove("/from/1")]
OWN = [remove("/from/0/ipBlock"), add("/from/-", {"ipBlock": {"cidr": "::/0"}})]


@pytest.mark.parametrize(
    ("text", "operations", "expected"),
    [
        (
            PEERS
            + "# the web\n-  # why\n  podSelector:  # pods\n\n    # one\n    app: 'x\"y'  # end\n",
            MOVED,
            PEERS
            + "  # the web\n  # why\n  podSelector:  # pods\n\n    # one\n    app: 'x\"y'  # end\n",
        ),
        (
            "from:\n# web\n- podSelector: {app: 'x\"y'}  # pods\n- namespaceSelector: {}  # all\n",
            [add("/from/1/podSelector", POD), remove("/from/0")],
            PEERS + "  # web\n  podSelector: {app: 'x\"y'}  # pods\n",
        ),
        (
            "from:\n- {namespaceSelector: {}}  # all\n- {podSelector: {app: 'x\"y'}}  # pods\n",
            MOVED,
            "from:\n# pods\n- {namespaceSelector: {}, podSelector: {app: 'x\"y'}}  # all\n",
        ),
        (
            "from:\n- {podSelector: {app: 'x\"y'}}  # pods\n- {namespaceSelector: {}}  # all\n",
            [add("/from/1/podSelector", POD), remove("/from/0")],
            "from:\n# pods\n- {namespaceSelector: {}, podSelector: {app: 'x\"y'}}  # all\n",
        ),
        (
            "from:\n- podSelector: {}\n  # out\n  ipBlock: {cidr: '::/0'}  # all\nb: 1\n",
            OWN,
            "from:\n- podSelector: {}\n# out\n- ipBlock: {cidr: '::/0'}  # all\nb: 1\n",
        ),
        (
            "from: [{podSelector: {}, ipBlock: {cidr: '::/0'}}]  # both\n",
            OWN,
            'from: [{podSelector: {}}, {ipBlock: {cidr: "::/0"}}]  # both\n',
        ),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_goes_elsewhere_takes_its_text_along(
    text: str, operations: list[Operation], expected: str, newline: str
) -> None:
    result = Text(text.replace("\n", newline)).patched(operations).text
    assert result == expected.replace("\n", newline)


def test_json_goes_elsewhere_without_text() -> None:
    text = '{"from": [{"namespaceSelector": {}}, {"podSelector": {"app": "x\\"y"}}]}\n'
    expected = '{"from": [{"namespaceSelector": {}, "podSelector": {"app": "x\\"y"}}]}\n'
    assert Text(text, 0).patched(MOVED).text == expected


def test_the_only_field_is_renamed_with_its_comments() -> None:
    operation = {"op": "replace", "path": "/a", "value": {"x/name": "v", "z": 1}}
    text = "a:\n  # why\n  'name': 'w'  # team\n"
    assert Text(text).patched([operation]).text == "a:\n  # why\n  'x/name': 'v'  # team\n  z: 1\n"


@pytest.mark.parametrize(
    "name", ["80", "1.10", "true", "on", "null", "", "a: b", "a #b", "2026-01-01"]
)
def test_text_that_yaml_would_read_as_something_else_is_quoted(name: str) -> None:
    assert Text("a: 1\n").patched([add("/b", name)]).text == f'a: 1\nb: "{name}"\n'


@pytest.mark.parametrize(
    "name", ["web", "10.0.0.0/8", "kubernetes.io/metadata.name", "2001:db8::/64"]
)
def test_other_text_is_plain(name: str) -> None:
    assert Text("a: 1\n").patched([add("/b", name)]).text == f"a: 1\nb: {name}\n"


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (remove("/x"), "there is no x"),
        (remove("/a/2"), "there is no item 2"),
        (add("/a/5", 1), "there is no item 5"),
        (add("/a/0/b", 1), "parent is no mapping"),
        (add("", 1), "a whole document is never replaced"),
        ({"op": "test", "path": "/a", "value": [2]}, "/a is not what the fix expects"),
        ({"op": "test", "path": "/a/0", "value": True}, "is not what the fix expects"),
        ({"op": "swap", "path": "/a"}, "unknown operation swap"),
        ({"op": "remove", "path": "a"}, "a is no JSON pointer"),
    ],
)
def test_what_does_not_fit_is_refused(operation: Operation, reason: str) -> None:
    with pytest.raises(EditError, match=reason):
        Text("a: [1]\n").patched([operation])


def test_pointers_are_unescaped() -> None:
    assert patched({"a/b": {"c~d": 1}}, [remove("/a~1b/c~0d")]) == {"a/b": {}}
    with pytest.raises(PatchError):
        patched({"a": 1}, [remove("/a/b")])


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "replace", "path": "/a/0/x", "value": 2}, [{"x": 2}]),
        (remove("/a/0"), []),
        (add("/a/-", 1), [{"x": 1}, 1]),
        ({"op": "move", "from": "/a/0/x", "path": "/a/0/y"}, [{"y": 1}]),
    ],
)
def test_equal_parts_that_are_one_object_are_changed_apart(
    operation: Operation, expected: object
) -> None:
    part = [{"x": 1}]
    assert patched({"a": part, "b": part}, [operation]) == {"a": expected, "b": [{"x": 1}]}
    assert part == [{"x": 1}]


@pytest.mark.parametrize(
    "text", ["? a\n: b\n", "a: !!str\n", "a: &x 1\nb: *x\n", "--- |\n  text\n"]
)
def test_odd_forms_are_edited_rightly_or_not_at_all(text: str) -> None:
    for operation in (add("/c", [1]), {"op": "replace", "path": "/a", "value": "z"}):
        value: Any = Text(text).value()
        try:
            result = Text(text).patched([operation])
        except EditError:
            continue
        assert result.value() == patched(value, [operation])


def test_the_lines_of_the_next_document_are_left_alone() -> None:
    """Even where a blank line of this one looks like what follows its last line."""
    text = b"apiVersion: v1\nkind: Pod\na:\n- x: 1\n- q:\n\n  - 2\n---\nkind: Pod\n"
    (document,) = read(text, "a.yaml", wanted=frozenset({"Pod"})).documents
    hunks = patch_hunks(document, [add("/a/0/q", [2]), remove("/a/1")])
    assert hunks == (Hunk(5, 6, ("  q:",)),)
    assert patch_hunks(document, [remove("/a/1")]) == (Hunk(5, 8, ()),)
