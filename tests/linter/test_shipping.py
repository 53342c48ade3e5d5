"""What files hold arrives in another process as it was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from netlint_linter import shipping
from netlint_linter.discover import SourceFile
from netlint_linter.reading import Reader
from netlint_rules.source.document import Document
from netlint_rules.source.trouble import Parsed

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}  # netlint: ignore\n"
FILES = {
    "plain.yaml": f"# one\n---\n{SERVICE}---\n\n{SERVICE}spec:\n  ports: [{{port: 80}}]\n",
    "list.yaml": "apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: b}\n",
    "object.json": '{"apiVersion": "v1",\n "kind": "Service"}',
    "broken.yaml": f"{SERVICE}---\nkind: [\n",
    "twice.yaml": f"{SERVICE}kind: Service\n",
    "prose.md": f"# Prose\n> ```yaml\n> {SERVICE.replace(chr(10), chr(10) + '> ')}\n> ```\n",
    "empty.yaml": "",
    "kustomization.yaml": "resources: [plain.yaml]\n",
    "odd.yaml": f"{SERVICE}x: [.inf, 0x10, 1e400, 123456789012345678901234567890, ~, é]\n",
}


def shown(document: Document) -> object:
    """Everything about a document, with where some of its parts stand."""
    paths = ((), ("kind",), ("metadata", "name"), ("spec", "ports", 0))
    positions = document.positions
    return (
        document.origin,
        repr(document.body),
        (document.index, document.first_line, document.last_line, document.has_directives),
        (document.kind, document.name, document.api_version),
        [document.span(path) for path in paths],
        positions and (positions.comments(), positions.line(document.first_line)),
    )


def contents(parsed: Parsed) -> object:
    """Everything about what a file holds."""
    troubles = [
        (each.kind, shown(each.document), each.span, each.message, each.path, each.other)
        for each in parsed.troubles
    ]
    return list(map(shown, parsed.documents)), troubles, parsed.total


@pytest.mark.parametrize("known", [None, {}], ids=["untraced", "traced"])
def test_every_kind_of_file_arrives_as_it_was(
    known: dict[str, object] | None, tmp_path: Path
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    sources = [SourceFile(str(tmp_path / name), name) for name in (*FILES, "absent.yaml")]
    reader = Reader(frozenset({"Service", "Kustomization"}), known)
    read = [reader(source) for source in sources]
    arrived = shipping.unpacked(memoryview(b"".join(shipping.packed(read))), sources)
    assert [contents(parsed) for parsed, _ in arrived] == [contents(parsed) for parsed, _ in read]
    assert [trace for _, trace in arrived] == [trace for _, trace in read]
    assert sum(len(parsed.documents) for parsed, _ in arrived) > len(FILES) - 3
    assert any(parsed.troubles for parsed, _ in arrived)
    assert (read[0][1] is None) == (known is None)
