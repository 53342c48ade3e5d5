"""Large files: equal parts of objects are one, and texts are kept small."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlint_rules.source import reader
from netlint_rules.source.reader import Parsed, read
from netlint_rules.source.sharing import Sharing
from tests.property.test_source import VALUES

TEXT = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME}  # a comment
spec:
  containers:
  - name: app
    ports:
    - containerPort: 80
"""


def large(monkeypatch: pytest.MonkeyPatch, text: str) -> Parsed:
    monkeypatch.setattr(reader, "_LARGE", 0)
    return read(text.encode(), "a.yaml")


def test_documents_share_what_is_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = large(monkeypatch, f"{TEXT}---\n{TEXT.replace('NAME', 'b')}").documents
    assert first.body["spec"] is second.body["spec"]
    assert (first.name, second.name) == ("NAME", "b")


def test_places_are_found_in_packed_text(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{TEXT}---\n{TEXT}"
    small = [
        document.span(("spec", "containers", 0))
        for document in read(text.encode(), "a.yaml").documents
    ]
    packed = large(monkeypatch, text).documents
    assert [document.span(("spec", "containers", 0)) for document in packed] == small
    assert packed[1].positions is not None
    assert packed[1].positions.comments()[0].text == "# a comment"
    assert packed[1].positions.line(12) == "metadata: {name: NAME}  # a comment"


@given(st.lists(VALUES, max_size=4))
def test_shared_values_read_the_same(values: list[object]) -> None:
    body: dict[str, object] = {str(number): value for number, value in enumerate(values)}
    before = repr(body)
    sharing = Sharing()
    sharing.share(body)
    assert repr(body) == before
    again: dict[str, object] = {"x": 1, "y": True, "z": 1.0, "l": [1], "m": [True], "n": [1.0]}
    sharing.share(again)
    assert repr(again) == "{'x': 1, 'y': True, 'z': 1.0, 'l': [1], 'm': [True], 'n': [1.0]}"
