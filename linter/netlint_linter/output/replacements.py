"""A fix as replacements of characters in the finding's file, as SARIF has them."""

from __future__ import annotations

from netlint_rules.edit.editor import EditError
from netlint_rules.edit.plan import Hunk, appended_hunks, patch_hunks
from netlint_rules.finding import Finding, Fix
from netlint_rules.source.document import Document

Json = dict[str, object]


def replacements(finding: Finding, fix: Fix) -> list[Json]:
    """What a fix replaces; empty where it can't be made in the text, or the text was rendered.

    A new object goes behind the finding's own.
    """
    document = finding.primary.document
    if document.origin.rendered_from or document.positions is None:
        return []
    try:
        if fix.creates is None:
            hunks = patch_hunks(document, fix.patch)
        else:
            hunks = appended_hunks(document, fix.creates)
    except EditError:
        return []
    return [_replacement(document, hunk) for hunk in hunks]


def _replacement(document: Document, hunk: Hunk) -> Json:
    """Lines that stay are not touched, nor is the end of the file's last line."""
    assert document.positions is not None
    region = {"startLine": hunk.start, "startColumn": 1, "endLine": hunk.end, "endColumn": 1}
    text = "".join(f"{line}\n" for line in hunk.lines)
    if document.positions.line(hunk.end) is None:
        # The text ends with the line before, without a line end.
        last = document.positions.line(hunk.end - 1) or ""
        region |= {"endLine": hunk.end - 1, "endColumn": len(last) + 1}
        text = "\n".join(hunk.lines)
        if hunk.start == hunk.end or not hunk.lines:
            before = document.positions.line(hunk.start - 1) or ""
            region |= {"startLine": hunk.start - 1, "startColumn": len(before) + 1}
            text = "".join(f"\n{line}" for line in hunk.lines)
    return {"deletedRegion": region, "insertedContent": {"text": text}}
