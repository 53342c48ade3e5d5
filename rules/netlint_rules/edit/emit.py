"""JSON values as YAML text, read by Kubernetes and by others as the same values."""

from __future__ import annotations

import json
import re

from netlint_rules.edit.style import Style
from netlint_rules.edit.tree import Kind
from netlint_rules.source.scalars import plain_value

_WORD = r"[A-Za-z0-9_./][A-Za-z0-9_./:@+-]*"
_PLAIN = re.compile(rf"{_WORD}(?: {_WORD})*")
_NOT_PLAIN = re.compile(r":(?: |\Z)")
# YAML 1.1 has more numbers and dates than Kubernetes reads, and YAML 1.2 fewer words.
_NUMBERLIKE = re.compile(r"[-+.]?[0-9][0-9_.:eE+\-TZtz]*|0[xob].*", re.I)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def scalar(value: object, style: Style, quote: str = "") -> str:
    """A scalar; texts in quotes where `quote` asks for it or YAML needs them."""
    if not isinstance(value, str):
        return json.dumps(value)
    if not quote and _is_plain(value):
        return value
    quote = quote or style.quote
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return _escaped(json.dumps(value, ensure_ascii=False))


def key(name: str, style: Style, quote: str = "") -> str:
    """A key; `quote` where its neighbours are in quotes."""
    return scalar(name, style, quote)


def inline(value: object, style: Style, quote: str = "") -> str:
    """A value in flow style, on one line."""
    if isinstance(value, dict):
        pairs = [f"{key(k, style, quote)}: {inline(v, style, quote)}" for k, v in value.items()]
        pad = " " if style.padded and pairs else ""
        return f"{{{pad}{', '.join(pairs)}{pad}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(inline(item, style, quote) for item in value)}]"
    return scalar(value, style, quote)


def is_inline(value: object, style: Style) -> bool:
    """Whether a value goes on the line of its key or dash."""
    depth = _depth(value)
    kind = Kind.MAPPING if isinstance(value, dict) else Kind.LIST
    return depth == 0 or (kind, depth) in style.flow


def _depth(value: object) -> int:
    """How deep lists and mappings nest in a value; 0 for a scalar and for empty brackets."""
    if not value or not isinstance(value, dict | list | tuple):
        return 0
    return 1 + max(map(_depth, value.values() if isinstance(value, dict) else value))


def block(value: object, style: Style) -> list[str]:
    """The lines of a collection that isn't empty, in block style, from the first column on."""
    if isinstance(value, dict):
        return [line for name, item in value.items() for line in field(name, item, style)]
    assert isinstance(value, list | tuple)
    return [line for item in value for line in entry(item, style)]


def field(name: str, value: object, style: Style) -> list[str]:
    """The lines of a field of a block mapping."""
    head = f"{key(name, style)}:"
    if is_inline(value, style):
        return [f"{head} {inline(value, style)}"]
    indent = " " * (style.step if isinstance(value, dict) else style.dash)
    return [head, *(indent + line for line in block(value, style))]


def entry(value: object, style: Style) -> list[str]:
    """The lines of an item of a block list."""
    dash = "-" + " " * style.gap
    if is_inline(value, style):
        return [dash + inline(value, style)]
    first, *rest = block(value, style)
    return [dash + first, *(" " * len(dash) + line for line in rest)]


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and _NOT_PLAIN.search(text) is None
        and plain_value(text) == text
        and _NUMBERLIKE.fullmatch(text) is None
    )


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
