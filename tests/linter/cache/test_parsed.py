"""What files hold, kept from run to run, is what parsing them says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netlint_linter.cache import entry, parsed
from netlint_linter.discover import find
from netlint_linter.reading import Reader, read_found
from netlint_linter.request import Request
from netlint_linter.run import gather
from netlint_linter.settings import Settings
from netlint_rules.source.positions import YamlPositions
from netlint_rules.source.trouble import Parsed
from tests.linter.cache.marking import MARK, Lint, write
from tests.linter.test_cli import CLEAN, WARNED


def described(found: Parsed) -> object:
    """All that is known of a file; its body as text, in which 1, 1.0 and true differ."""
    documents = []
    for document in found.documents:
        assert isinstance(document.positions, YamlPositions)
        row = (document.origin, repr(document.body), document.index, document.has_directives)
        lines = (document.first_line, document.last_line, document.patched)
        documents.append((*row, *lines, document.positions.piece, document.span(("kind",))))
    return documents, found.troubles, found.total


def assert_kept(folder: Path, entry_file: Path) -> int:
    """How many files could be kept, each of them as it was."""
    request = Request((".",), Settings())
    first = gather(request, known={})
    for _ in range(2):
        parsed.keep(entry_file, parsed.read(entry_file), first)
    rows = parsed.read(entry_file)
    for file, row in rows.items():
        data, trace = (folder / file).read_bytes(), first.traces[file]
        assert trace is not None
        restored = parsed.restored(row, file, trace.content, data)
        assert restored is not None
        assert described(restored) == described(first.contents[file])
    return len(rows)


def test_real_manifests_are_kept_as_they_are(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corpus)
    assert assert_kept(corpus, tmp_path / "files" / "a.entry") > 1_000


def test_odd_texts_are_kept_as_they_are(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    odd = {
        "bom.yaml": b"\xef\xbb\xbf" + WARNED.encode(),
        "crlf.yaml": WARNED.replace("\n", "\r\n").encode(),
        "utf16.yaml": WARNED.encode("utf-16"),
        "numbers.yaml": (
            WARNED + "  x: [1, 1.0, .inf, 0x1F, 1e3, true, ~, 12345678901234567890]"
        ).encode(),
        "aliases.yaml": (WARNED + "  x: &a {b: [c]}\n  y: *a\n").encode(),
        "twice.yaml": f"{WARNED}---\n{WARNED}---\n# x\n---\n{CLEAN}# netlint: ignore\n".encode(),
        "text.yaml": (WARNED + '  x: "\\uD83D\\uDE00 ä \\0"\n').encode(),
    }
    for name, data in odd.items():
        (project / name).write_bytes(data)
    assert assert_kept(project, tmp_path / "files" / "a.entry") > 70


def packs(cache: Path) -> list[Path]:
    return sorted((cache / "files").glob(f"*{entry.SUFFIX}"))


def count_more(cache: Path, file: str) -> None:
    """Change what is kept of a file, so that it shows where it is taken from."""
    (path,) = packs(cache)
    rows = dict(parsed.read(path))
    rows[file][1] += MARK
    entry.write(path, rows)


def documents(said: str) -> int:
    count = json.loads(said[:-1])["summary"]["documents"]
    assert isinstance(count, int)
    return count


def test_the_third_run_parses_only_what_has_changed(lint: Lint, project: Path, cache: Path) -> None:
    flags = ("--format", "json")
    for number in range(3):
        write(project / "teams/1.yaml", CLEAN + f"# {number}\n")
        assert lint(*flags) == lint(*flags, "--no-cache")
    count_more(cache, "teams/warned.yaml")
    write(project / "teams/2.yaml", CLEAN + "# more\n")
    assert documents(lint(*flags)) > MARK
    write(project / "teams/warned.yaml", WARNED + "# changed\n")
    assert lint(*flags) == lint(*flags, "--no-cache")


def test_files_that_are_named_are_parsed(lint: Lint, project: Path, cache: Path) -> None:
    (project / ".git").mkdir()
    file = "teams/warned.yaml"
    for number in range(3):
        write(project / "teams/1.yaml", CLEAN + f"# {number}\n")
        assert lint(file) == lint(file, "--no-cache")
    (path,) = packs(cache)
    assert file not in parsed.read(path)
    assert "teams/1.yaml" in parsed.read(path)


@pytest.mark.parametrize(
    "rows", [[], {"teams/2.yaml": []}, {"teams/2.yaml": ["x"]}, {"teams/2.yaml": 1}, "x"]
)
def test_an_entry_with_anything_else_in_it_is_passed_over(
    rows: object, lint: Lint, project: Path, cache: Path
) -> None:
    for number in range(3):
        write(project / "teams/1.yaml", CLEAN + f"# {number}\n")
        lint()
    (path,) = packs(cache)
    entry.write(path, rows)
    write(project / "teams/1.yaml", WARNED)
    assert lint() == lint("--no-cache")


def test_rows_of_another_content_are_not_taken(project: Path) -> None:
    found = find((".",), cwd=project)
    inputs = read_found(found, Reader({"NetworkPolicy"}, {}))
    trace = inputs.traces["teams/1.yaml"]
    assert trace is not None
    row = json.loads(json.dumps([trace.content, 1, []]))
    assert parsed.restored(row, "teams/1.yaml", trace.content, b"") == Parsed((), (), 1)
    assert parsed.restored(row, "teams/1.yaml", "other", b"") is None
