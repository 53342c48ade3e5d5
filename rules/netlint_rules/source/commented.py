"""Values that are empty because their content was commented out."""

from __future__ import annotations

from netlint_rules.patterns import compiled
from netlint_rules.source.document import Document, Path

# A list item or a key behind the `#`; prose, such as the reason for an empty value, is neither.
_ENTRY = compiled(r"#+\s*(-(\s|$)|[\w./-]+:(\s|$))")


def is_commented_out(document: Document, path: Path) -> bool:
    """Whether the lines right below the key at `path` are comments that hold its content."""
    span = document.span(path)
    if document.positions is None or span is None:
        return False
    expected = span.line + 1
    for comment in document.positions.comments():
        if comment.own_line and comment.line == expected:
            if comment.column >= span.column and _ENTRY.match(comment.text):
                return True
            expected += 1
    return False
