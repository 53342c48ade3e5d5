"""Files to documents and troubles."""

from __future__ import annotations

import subprocess
import sys

import pytest

from netlint_rules.source.document import Span
from netlint_rules.source.reader import Parsed, Trouble, TroubleKind, read, unreadable

A = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: NAME
  namespace: shop
spec:
  podSelector: {}
"""


def parse(text: str, file: str = "a.yaml", explicit: bool = False) -> Parsed:
    return read(text.encode(), file, explicit=explicit)


def trouble(text: str, kind: TroubleKind, file: str = "a.yaml") -> Trouble:
    """The one trouble of a text, which has to be of this kind."""
    (found,) = parse(text, file).troubles
    assert found.kind is kind, found
    return found


def names(parsed: Parsed) -> list[str]:
    return [document.name for document in parsed.documents]


def test_documents_are_numbered_with_the_skipped_ones() -> None:
    text = f"{A}---\n{POLICY}---\nx: 1\n---\n{A}"
    parsed = read(text.encode(), "a.yaml", wanted={"Pod"})
    assert [(document.kind, document.index) for document in parsed.documents] == [
        ("Pod", 0),
        ("Pod", 3),
    ]
    assert parsed.total == 4


def test_a_marker_that_is_indented_is_none() -> None:
    found = trouble(f"# a\n  ---\n{A}", TroubleKind.YAML_ERROR)
    assert found.span is not None
    assert found.span.line == 3


def test_a_file_of_breaks_that_only_yaml_knows_is_empty() -> None:
    assert parse("\x85\u2028") == Parsed((), (), 0)


@pytest.mark.parametrize("text", ["a: 1", "- a", "text", "5", "kind: Pod", "apiVersion: v1", "~"])
def test_what_is_no_object_is_only_counted(text: str) -> None:
    assert parse(text) == Parsed((), (), 1)
    (found,) = parse(text, explicit=True).troubles
    assert found.kind is TroubleKind.NO_OBJECTS


@pytest.mark.parametrize(
    ("text", "file", "message"),
    [
        ("", "a.yaml", "the file is empty"),
        ("\n\n", "-", "standard input is empty"),
        ("# c\n", "a.yaml", "the file has no Kubernetes object in it"),
        ("one line: apiVersion: v1 kind: Pod", "a.txt", "not each on a line of its own"),
    ],
)
def test_nothing_to_read(text: str, file: str, message: str) -> None:
    (found,) = parse(text, file, explicit=True).troubles
    assert message in found.message
    assert parse(text, file).troubles == ()


def test_a_skipped_object_is_an_object() -> None:
    assert read(A.encode(), "a.yaml", wanted={"Job"}, explicit=True) == Parsed((), (), 1)


def test_a_file_that_could_not_be_opened() -> None:
    (found,) = unreadable("a.yaml", "permission denied").troubles
    assert (found.kind, found.message) == (TroubleKind.UNREADABLE, "permission denied")
    assert found.document.origin.file == "a.yaml"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: [1\n", (1, 5), "a list in `[ ]` is not closed"),
        ("a: {b: 1\n", (1, 8), "a mapping in `{ }` is not closed"),
        ('a: 1\nb: "x\n', (2, 4), "the quote that opens here is never closed"),
        ("a:\n\tb: 1\n", (2, 1), "a tab indents this line"),
        ("a:\n- b\n\t\n", (3, 1), "a tab indents this line"),
        ("a: b: c\n", (1, 5), "a `:` is not possible here"),
        ("é: @x\n", (1, 4), "text that starts with `@` needs quotes"),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "not indented like the lines above"),
        ("l:\n - a\n b: c\n", (3, 2), "neither an item of the list above"),
        ("a: *x\n", (1, 4), "needs quotes, or its `&` anchor is missing"),
        ("b: &y 1\na: *x\n", (2, 4), "`*x` has no anchor `&x` above"),
        ("a: &x [*x]\n", (1, 8), "the anchor `&x` contains itself"),
        ('a: "\\d"\n', (1, 5), "a backslash in double quotes"),
        ("a: \x07\n", (1, 4), "a control character"),
        ("? [a]\n: b\n", (1, 3), "a list or mapping can't be a key"),
        ("~: b\n", (1, 1), "a key can't be empty"),
        ("<<: 5\n", (1, 5), "`<<` needs a mapping"),
        ("a: !!int x\n", (1, 4), "`x` doesn't fit its tag `!!int`"),
        ("{a: 1}\nb: 2\n", (2, 1), "a `---` is missing"),
        ("%BAD\n---\na: 1\n", (1, 5), "unknown directive"),
        ("a:" + " [" * 201 + "]" * 201 + "\n", (1, 402), "more than 200 levels deep"),
        ("a:" + " [" * 2000 + "]" * 2000 + "\n", (1, 402), "more than 200 levels deep"),
        ("- " * 201 + "a\n", (1, 401), "more than 200 levels deep"),
    ],
)
def test_yaml_errors(text: str, place: tuple[int, int], message: str) -> None:
    found = trouble(text, TroubleKind.YAML_ERROR)
    assert message in found.message
    assert found.span is not None
    assert found.span[:2] == place


def test_a_broken_construct_begins_elsewhere() -> None:
    assert trouble("a: 1\nb: [2,\nc: 3\n", TroubleKind.YAML_ERROR).other == Span(2, 4, 2, 5)
    assert trouble('a: "x\n', TroubleKind.YAML_ERROR).other is None


def test_an_error_stays_in_its_document() -> None:
    parsed = parse(f"{A}---\n{A}x: [\n---\n{A}")
    assert names(parsed) == ["a", "a"]
    (found,) = parsed.troubles
    assert (found.span, found.document.index) == (Span(10, 4, 10, 5), 1)
    assert (found.document.first_line, found.document.last_line) == (5, 10)
    assert found.document.body == {}
    assert found.document.positions is not None
    assert found.document.positions.line(10) == "x: ["
    assert (parsed.total, [document.index for document in parsed.documents]) == (3, [0, 2])


def test_aliases() -> None:
    parsed = parse(f"{A}x: &x {{k: &k [1, 2]}}\nz: *x\nv: *k\nw: &x 3\nu: *x\n")
    body = parsed.documents[0].body
    assert (body["z"], body["v"], body["u"]) == ({"k": [1, 2]}, [1, 2], 3)


def test_aliases_that_explode() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "100,000 values" in trouble("\n".join(lines), TroubleKind.YAML_ERROR).message


def test_merges_that_explode() -> None:
    lines = ["a0: &a0 {}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 60)]
    assert "100,000 values" in trouble("\n".join(lines), TroubleKind.YAML_ERROR).message
    chain = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: *a{n - 1}}}" for n in range(1, 2000))]
    assert "200 levels" in trouble("\n".join(chain), TroubleKind.YAML_ERROR).message


def test_merges_as_go_does_them() -> None:
    text = A + "x: {a: 1, <<: {a: 2, b: 3}}\ny: {<<: {a: 2}, a: 1}\n'<<': {z: 1}\n"
    parsed = parse(text)
    body = parsed.documents[0].body
    assert (body["x"], body["true"], body["<<"]) == ({"a": 2, "b": 3}, {"a": 1}, {"z": 1})
    (found,) = parsed.troubles
    assert (found.kind, found.path) == (TroubleKind.DUPLICATE_KEY, ("x", "a"))


def test_tags_are_tolerated() -> None:
    body = parse(f"!Foo\n{A}x: !Ref y\nz: !!set {{q}}\ni: !!int '5'\n").documents[0].body
    assert (body["x"], body["z"], body["i"]) == ("y", {"q": None}, 5)


def test_duplicate_keys_name_both_places() -> None:
    parsed = parse(f"{A}  name: b\nspec:\n- x: 1\n  'x': {{}}\n")
    first, second = parsed.troubles
    assert (first.path, first.span, first.other) == (
        ("metadata", "name"),
        Span(5, 3, 5, 10),
        Span(4, 3, 4, 10),
    )
    assert (second.path, second.span) == (("spec", 0, "x"), Span(8, 3, 8, 10))
    assert first.document is second.document is parsed.documents[0]
    assert parsed.documents[0].name == "b"


def test_a_repeated_key_that_is_aliased_is_reported_once() -> None:
    assert trouble(f"{A}x: &x {{a: 1, a: 2}}\ny: *x\nz: {{<<: *x}}\n", TroubleKind.DUPLICATE_KEY)


def test_keys_that_are_equal_to_the_server() -> None:
    assert trouble(f"{A}y: 1\n'true': 2\n", TroubleKind.DUPLICATE_KEY).path == ("true",)


def test_a_missing_separator() -> None:
    text = POLICY.replace("NAME", "a") + POLICY.replace("NAME", "b")
    found = trouble(text, TroubleKind.MISSING_SEPARATOR)
    assert "the first object, NetworkPolicy shop/a, is overwritten by the second" in found.message
    assert (found.span, found.other) == (Span(8, 1, 8, 33), Span(1, 1, 1, 33))
    assert found.path == ("apiVersion",)
    assert found.document.name == "b"


def test_a_missing_separator_before_an_unwanted_object() -> None:
    parsed = read((POLICY + A).encode(), "a.yaml", wanted={"NetworkPolicy"})
    assert parsed.documents == ()
    assert [found.kind for found in parsed.troubles] == [TroubleKind.MISSING_SEPARATOR]


def test_each_lost_object_is_named_and_nothing_of_it_stays() -> None:
    text = POLICY.replace("NAME", "a") + POLICY.replace("NAME", "b") + A
    parsed = parse(text)
    assert [found.message.split(", ")[1] for found in parsed.troubles] == [
        "NetworkPolicy shop/a",
        "NetworkPolicy shop/b",
    ]
    assert parsed.documents[0].body == parse(A).documents[0].body


def test_a_kustomization_needs_no_kind() -> None:
    parsed = read(b"resources: [a.yaml]\n", "x/kustomization.yaml", wanted={"Pod"}, explicit=True)
    (document,) = parsed.documents
    assert (document.kind, document.body["resources"]) == ("Kustomization", ["a.yaml"])
    assert parse("resources: []\n", "my-kustomization.yaml").documents == ()


def test_without_libyaml_the_parser_in_python_reads_the_same() -> None:
    program = f"""
import sys
sys.modules["yaml._yaml"] = None
from netlint_rules.source.reader import read
text = {A + "x: &x [1]" + chr(10) + "z: *x" + chr(10)!r}
(document,) = read((text + "---\\na: [1\\n").encode(), "a.yaml").documents[:1]
print(document.body, document.span(("metadata", "name")), document.span(("z", 0)))
print(read(b"a: b: c", "a.yaml").troubles[0].message)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    body = {**parse(A).documents[0].body, "x": [1], "z": [1]}
    assert result.stdout.startswith(f"{body} {Span(4, 3, 4, 10)} {Span(5, 8, 5, 9)}")
    assert "a `:` is not possible here" in result.stdout
