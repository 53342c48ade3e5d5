"""Fixes of the rules' bad examples, written in random styles: they mean what their patches say."""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonpatch
from hypothesis import given
from hypothesis import strategies as st

from netlint_linter.fixing.choose import Choice, Planned, plan
from netlint_linter.fixing.rounds import Fixed, settle
from netlint_linter.fixing.texts import edited
from netlint_rules.edit.editor import EditError
from netlint_rules.edit.patch import same
from netlint_rules.registry import all_rules
from netlint_rules.rule import Example, Rule
from netlint_rules.source.reader import read
from tests.property.styled import Writer
from tests.rules.test_fixes import start

NOTE = re.compile(r"# note \d+")
CASES = [
    (rule, example)
    for rule in all_rules()
    if any(code.fixable for code in rule.codes)
    for example in rule.bad
]


@given(st.data(), st.sampled_from(CASES))
def test_fixes_in_any_style(data: st.DataObject, case: tuple[Rule, Example]) -> None:
    rule, example = case
    text = data.draw(styled(bodies(example.text.encode())))
    with tempfile.TemporaryDirectory() as folder:
        linter, before = start(rule, Example("", text, example.settings), Path(folder, "a.yaml"))
        choice = Choice(unsafe=True)
        for finding in before.report.findings:
            if choice.wants(finding):
                with suppress(EditError):  # it can't be made here, and is left out
                    planned = plan(finding, before.inputs, choice)
                    check(planned, Path(folder, "a.yaml").read_bytes())
        after = settle(before, choice, linter)
        assert not settle(Fixed(after.inputs, after.report), choice, linter).applied


@st.composite
def styled(draw: st.DrawFn, objects: list[dict[str, Any]]) -> str:
    return "---\n".join(Writer(draw).document(each).rstrip() + "\n" for each in objects)


def bodies(data: bytes) -> list[dict[str, Any]]:
    return [each.body for each in read(data, "a.yaml").documents]


def check(planned: Planned, data: bytes) -> None:
    """The text of one fix."""
    result = edited(data, planned.hunks)
    patch = [dict(operation) for operation in planned.fix.patch]
    expected: list[Any] = bodies(data)
    at = planned.document.index
    expected[at] = jsonpatch.apply_patch(expected[at], patch)
    if planned.created is not None:
        expected.insert(len(expected), planned.created)
    assert same(bodies(result), expected)
    if all(operation["op"] == "add" for operation in patch):
        notes = [NOTE.findall(each.decode()) for each in (data, result)]
        assert notes[0] == notes[1], "an addition loses no comment"
