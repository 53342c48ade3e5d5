"""What holds for every format."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlint_linter.output import FORMATS, Style, render
from netlint_rules.config import Config
from netlint_rules.finding import Location
from netlint_rules.source.document import Document, Origin, Path
from tests.linter.output.builders import EGRESS, RULES, api, deny, finding, report, show

TEXTS = st.text(st.characters(codec=None, categories=None), max_size=30)
FILES = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PATHS: st.SearchStrategy[Path] = st.lists(st.one_of(TEXTS, st.integers(0, 3)), max_size=3).map(
    tuple
)


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_run_gives_the_same_output(fmt: str) -> None:
    outputs = {
        show(report(finding(Location(api(), EGRESS), related=[Location(deny())])), fmt)
        for _ in range(2)
    }
    assert len(outputs) == 1


@pytest.mark.parametrize("fmt", FORMATS)
@given(message=TEXTS, file=FILES, name=TEXTS, path=PATHS)
def test_any_text_can_be_written(fmt: str, message: str, file: str, name: str, path: Path) -> None:
    body: dict[str, object] = {"kind": name, "metadata": {"name": name}}
    place = Location(Document(Origin(file), body), path, message)
    output = show(report(finding(place, message, related=[place])), fmt, Style(width=40))
    assert output.endswith("\n")
    if fmt in ("text", "concise"):
        assert all(unicodedata.category(char) != "Cc" for char in output.replace("\n", ""))
        output.encode()


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="'yaml'"):
        render(report(), "yaml", RULES, Style(), Config())


@pytest.mark.parametrize("fmt", ["text", "concise"])
def test_formats_for_people_import_little(fmt: str) -> None:
    code = f"""
import sys
from netlint_linter.output import Style, render
from netlint_rules.config import Config
from netlint_rules.report import Report
before = set(sys.modules)
render(Report(()), {fmt!r}, (), Style(), Config())
print(*sorted(name for name in set(sys.modules) - before if "netlint" not in name))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
