"""The YAML parser's complaints in words that say what to change."""

from __future__ import annotations

_TAB = "a tab indents this line, and YAML allows only spaces there"
_MISALIGNED = "this line is not indented like the lines above that it belongs to"
_QUOTE = "the quote that opens here is never closed"
_NOT_CLOSED = "is not closed, or lacks a comma"
# libyaml's words, and those of PyYAML's own parser where they differ.
_PLAIN = {
    "found a tab character": _TAB,
    "mapping values are not allowed": (
        "a `:` is not possible here: the indentation is wrong, or the text needs quotes"
    ),
    "did not find expected key": _MISALIGNED,
    "expected <block end>, but found": _MISALIGNED,
    "did not find expected '-' indicator": (
        "this line is neither an item of the list above nor indented less than it"
    ),
    "could not find expected ':'": "a key needs a `:` after it",
    "found unexpected end of stream": _QUOTE,
    "found unexpected document": _QUOTE,
    "did not find expected ',' or ']'": f"a list in `[ ]` {_NOT_CLOSED}",
    "expected ',' or ']'": f"a list in `[ ]` {_NOT_CLOSED}",
    "did not find expected ',' or '}'": f"a mapping in `{{ }}` {_NOT_CLOSED}",
    "expected ',' or '}'": f"a mapping in `{{ }}` {_NOT_CLOSED}",
    "did not find expected node content": (
        "a value is missing, or starts with a character that needs quotes"
    ),
    "block sequence entries are not allowed": "an item `- ` can't start here: give it its own line",
    "sequence entries are not allowed": "an item `- ` can't start here: give it its own line",
    "found unknown escape character": (
        "a backslash in double quotes starts an escape: double it, or use single quotes"
    ),
    "did not find expected <document start>": (
        "the document has ended above: a `---` is missing, or the indentation is wrong"
    ),
    "expected '<document start>'": (
        "the document has ended above: a `---` is missing, or the indentation is wrong"
    ),
    "did not find expected alphabetic or numeric character": (
        "text that starts with `*` or `&` needs quotes"
    ),
    "found undefined alias": "text that starts with `*` needs quotes, or its `&` anchor is missing",
    "found undefined tag handle": "text that starts with `!` needs quotes",
    "control characters are not allowed": "a control character stands here",
    "special characters are not allowed": "a control character stands here",
}


def explain(context: str | None, problem: str | None, found: str) -> str:
    """What is wrong, with the parser's own words in brackets.

    `found` is the character that the parser stopped at.
    """
    said = problem or context or "unknown"
    plain = next((words for start, words in _PLAIN.items() if said.startswith(start)), "")
    if said.startswith("found character"):
        plain = _TAB if found == "\t" else f"text that starts with `{found}` needs quotes"
    return f"{plain} ({said})" if plain else said


def is_unclosed(problem: str | None) -> bool:
    """Whether the parser reached the end in search of a closing quote."""
    return (problem or "").startswith(
        ("found unexpected end of stream", "found unexpected document")
    )
