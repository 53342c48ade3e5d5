"""Encodings, binary files, undecodable bytes."""

from __future__ import annotations

import pytest

from netlint_rules.source.document import Span
from netlint_rules.source.reader import TroubleKind, read

TEXT = "kind: Pod\r\napiVersion: v1\r\nmetadata: {name: é😀}\r\n"
CODECS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_unicode_encodings(codec: str, mark: str) -> None:
    parsed = read((mark + TEXT).encode(codec), "a.yaml")
    (document,) = parsed.documents
    assert (document.name, parsed.troubles) == ("é😀", ())
    assert document.span(("metadata", "name")) == Span(3, 12, 3, 20)


@pytest.mark.parametrize(
    "data", [b"\x7fELF\0\1", b"a: 1\n\0", b"\0" * 9, b"\x89PNG\r\n\0\0", b"a\0b\0\0\xd8"]
)
def test_binary_files(data: bytes) -> None:
    parsed = read(data, "a.yaml")
    (trouble,) = parsed.troubles
    assert trouble.kind is TroubleKind.UNREADABLE
    assert "binary" in trouble.message
    assert (parsed.documents, parsed.total) == ((), 0)


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\xfe\xff\xd8\x00", b"\xff\xfe\0\0abc"])
def test_broken_wide_encodings(data: bytes) -> None:
    (trouble,) = read(data, "a.yaml").troubles
    assert trouble.kind is TroubleKind.UNREADABLE
    assert "UTF-" in trouble.message


def test_the_place_of_bytes_that_are_no_text() -> None:
    pod = b"---\napiVersion: v1\nkind: Pod\n"
    parsed = read(pod + b"x: \xc3\xa9 \xe9\n" + pod + pod, "a.yaml")
    (trouble,) = parsed.troubles
    assert trouble.kind is TroubleKind.UNREADABLE
    assert "byte 0xE9 at offset 35" in trouble.message
    assert trouble.span == Span(4, 6, 4, 7)
    assert [document.first_line for document in parsed.documents] == [5, 8]
    assert parsed.total == 3


def test_joined_files_with_byte_order_marks() -> None:
    pod = "\ufeffapiVersion: v1\nkind: Pod\n"
    parsed = read(f"{pod}---\n{pod}\ufeff---\n{pod}".encode(), "a.yaml")
    assert (len(parsed.documents), parsed.troubles) == (3, ())
