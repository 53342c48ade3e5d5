"""Manifests in Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_rules.source.document import Document, Span
from netlint_rules.source.reader import Parsed, TroubleKind, read

POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n"


def parse(text: str, file: str = "README.md", explicit: bool = False) -> Parsed:
    return read(text.encode(), file, explicit=explicit)


def only(text: str, file: str = "README.md") -> Document:
    parsed = parse(text, file)
    assert parsed.troubles == ()
    (document,) = parsed.documents
    return document


def indented(text: str, lead: str) -> str:
    return "".join(f"{lead}{line}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("```yaml", "```"),
        ("```YML", "```"),
        ("~~~ yaml", "~~~"),
        ("`````yaml", "`````"),
        ("```yaml", "`````"),
        ("```yaml title=x", "``` "),
        ("```{.yaml}", "```"),
        ("```", "```"),
        ("```yaml", ""),
    ],
)
def test_fences(opening: str, closing: str) -> None:
    document = only(f"Text\n\n{opening}\n{POD}{closing}\n")
    assert document.span(("metadata", "name")) == Span(7, 3, 7, 10)
    assert (document.first_line, document.last_line) == (4, 7)


@pytest.mark.parametrize("tag", ["python", "go", "text", "diff", "yamllint"])
def test_other_languages(tag: str) -> None:
    assert parse(f"```{tag}\n{POD}```\n").documents == ()


def test_a_shorter_fence_does_not_close() -> None:
    document = only(f"````yaml\n{POD}  annotations:\n    a: |\n      ```\n      x\n````\n")
    assert document.metadata["annotations"] == {"a": "```\nx\n"}


@pytest.mark.parametrize("lead", ["   ", "\t", "> ", "> > ", "    "])
def test_containers(lead: str) -> None:
    text = f"Text\n\n{indented(f'```yaml{chr(10)}{POD}# c{chr(10)}```', lead)}"
    document = only(text)
    width = len(lead)
    assert document.span(("metadata", "name")) == Span(7, width + 3, 7, width + 10)
    assert document.positions is not None
    assert document.positions.line(7) == f"{lead}  name: a"
    assert [(found.line, found.column) for found in document.positions.comments()] == [
        (8, width + 1)
    ]


def test_a_fence_behind_a_list_marker() -> None:
    document = only(f"1. ```yaml\n{indented(POD, '   ')}   ```\n")
    assert document.span(("kind",)) == Span(3, 4, 3, 13)


def test_less_indented_lines_are_kept_whole() -> None:
    assert only(f"   ```yaml\n{POD}   ```\n").span(("kind",)) == Span(3, 1, 3, 10)


def test_several_documents_in_an_indented_block() -> None:
    text = indented(f"```yaml\n{POD}---\n{POD}```", "  ")
    parsed = parse(text)
    assert [document.first_line for document in parsed.documents] == [2, 6]
    assert parsed.documents[1].span(("kind",)) == Span(8, 3, 8, 12)


def test_line_ends_of_windows() -> None:
    document = only(f"> ```yaml\n{indented(POD, '> ')}> ```\n".replace("\n", "\r\n"))
    assert document.span(("metadata", "name")) == Span(5, 5, 5, 12)
    assert document.positions is not None
    assert document.positions.line(5) == ">   name: a"


def test_json_blocks() -> None:
    text = '- x\n\n  ```json\n  {"apiVersion": "v1",\n   "kind": "Pod"}\n  ```\n'
    assert only(text).span(("kind",)) == Span(5, 4, 5, 17)


@pytest.mark.parametrize("tag", ["sh", "bash", "console", "yaml", ""])
@pytest.mark.parametrize(
    ("command", "end"),
    [
        ("cat <<EOF | kubectl apply -f -", "EOF"),
        ("kubectl apply -n x -f - << 'END'", "END"),
        ('$ cat > a.yaml <<"EOF"', "EOF"),
        ("kubectl create -f x.yaml\ncat <<-EOF", "\tEOF"),
    ],
)
def test_here_documents(tag: str, command: str, end: str) -> None:
    text = f"```{tag}\n{command}\n{POD}{end}\necho done\n```\n"
    document = only(text)
    assert document.name == "a"
    assert document.span(("kind",)) == Span(command.count("\n") + 4, 1, command.count("\n") + 4, 10)


def test_tabs_before_a_here_document() -> None:
    document = only(f"```sh\ncat <<-EOF\n{indented(POD, chr(9))}\tEOF\n```\n")
    assert document.span(("metadata", "name")) == Span(6, 4, 6, 11)


def test_several_here_documents() -> None:
    text = f"```sh\ncat <<A\n{POD}A\nwc -l <<< x\ncat <<B\n{POD}B\n```\n"
    assert [document.first_line for document in parse(text).documents] == [3, 10]


def test_a_script_in_a_manifest_is_no_command() -> None:
    text = f"```yaml\n{POD}data:\n  x: |\n    cat <<EOF\n    kind: Job\n    EOF\n```\n"
    assert only(text).body["data"] == {"x": "cat <<EOF\nkind: Job\nEOF\n"}


def test_fragments_are_silent() -> None:
    text = "```yaml\nspec: {}\n```\n\n```yaml\n- a: [\n```\n\n```\nkind: x\n```\n"
    text += "\n```yaml\na: {{ x }\n```\n"
    assert parse(text) == Parsed((), (), 0)
    assert parse(text, explicit=True).troubles[0].kind is TroubleKind.NO_OBJECTS


def test_broken_objects_are_reported() -> None:
    (trouble,) = parse(f"x\n\n  ```yaml\n{indented(POD + 'x: [', '  ')}  ```\n").troubles
    assert (trouble.kind, trouble.span) == (TroubleKind.YAML_ERROR, Span(8, 6, 8, 7))


def test_templates_of_objects_are_reported() -> None:
    (trouble,) = parse(f"```yaml\n{POD}x: {{{{ y }}}}\n```\n").troubles
    assert trouble.kind is TroubleKind.TEMPLATE


TORN = "```\napiVersion: v1\nkind: Pod\n```\n\n```\n\nmetadata:\n  name: a\n---\n" + POD + "```\n"


def test_an_object_that_is_torn_over_two_blocks() -> None:
    first, second = parse(TORN).documents
    assert first.body == second.body
    assert (first.first_line, first.last_line, second.first_line) == (2, 9, 10)
    assert first.span(("metadata", "name")) == Span(9, 3, 9, 10)
    assert first.positions is not None
    assert [first.positions.line(number) for number in range(3, 8)] == [
        "kind: Pod",
        "```",
        "",
        "```",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        TORN.replace("```\n\n```", "```\n\nand\n\n```"),
        TORN.replace("```\n\n```", "```\n\n```yaml"),
        TORN.replace("kind: Pod\n```", "kind: Pod\nmetadata: {}\n```"),
        TORN.replace("metadata:\n  name: a\n", "kind: Job\nmetadata: {}\n"),
        TORN.replace("metadata:\n  name: a\n", "other: {}\n"),
    ],
)
def test_what_is_not_put_together(text: str) -> None:
    found = [document.metadata for document in parse(text).documents if document.kind == "Pod"]
    assert found[0] == {}


@pytest.mark.parametrize("file", ["-", "notes.txt"])
def test_prose_under_other_names(file: str) -> None:
    assert only(f"Text: text: text\n\n```yaml\n{POD}```\n", file).name == "a"
    assert parse("Text: text: text {{ x }}\n", "notes.txt").troubles == ()
    assert only(POD, file).name == "a"


def test_long_lines_that_almost_are_fences() -> None:
    text = " " * 50_000 + ">" * 1000 + "```x`\n" + "-  " * 5000 + "```x`\n"
    assert parse(text).documents == ()


def test_the_seeds(seeds: Path) -> None:
    found = {}
    for path in seeds.iterdir():
        parsed = read(path.read_bytes(), path.name)
        assert parsed.troubles == ()
        found[path.name.partition("-")[0]] = [document.name for document in parsed.documents]
    assert found["eck"] == [
        "elastic-operator",
        *(f"eck-{name}" for name in ("elasticsearch", "kibana", "apm-server", "beats", "agent")),
        "eck-logstash",
    ]
    assert found["cilium"] == ["allow-within-namespace"] * 4
    assert found["stackrox"] == [
        "default-deny-all",
        "internet-access",
        "allow-same-namespace",
        "allow-db-access",
        "allow-db-access",
        "allow-server-to-access",
        "allow-n1-a-to-n2-b",
        "allow-ingress-from-new",
        "allow-ingress-from-new",
    ]
    assert found["tigera"] == found["kubernetes"] == []
