"""Values as Go prints them in messages."""

from __future__ import annotations

import re
from collections.abc import Callable

from netlint_rules.patterns import compiled

_SHORT = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}
_UNSAFE_IN_JSON = compiled("[<>&\u2028\u2029]")


def quoted(text: str) -> str:
    """A text as `%q` prints it: what can't be seen is escaped."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{"".join(map(_escaped, text))}"'


def quoted_time(text: str) -> str:
    """A text as errors of Go's package `time` print it: bytes outside of ASCII are escaped."""
    return f'"{"".join(map(_time_escaped, text.encode(errors="replace")))}"'


def _time_escaped(byte: int) -> str:
    if byte in b'"\\':
        return f"\\{byte:c}"
    return f"{byte:c}" if 0x20 <= byte < 0x80 else f"\\x{byte:02x}"


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def json_text(value: object) -> str:
    """A value as Go's `json.Marshal` prints it: without blanks, safe inside HTML."""
    import json

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE_IN_JSON.sub(_hexadecimal, text)


_hexadecimal: Callable[[re.Match[str]], str] = lambda match: f"\\u{ord(match[0]):04x}"  # noqa: E731


def json_number(value: float) -> str:
    """A number as Go's `json.Marshal` prints it; whole ones beyond 64 bits were read as floats."""
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 64:
        return str(value)
    number = float(value)
    mantissa, _, exponent = f"{number!r}".partition("e")
    if 1e-6 <= abs(number) < 1e21:
        from decimal import Decimal

        digits = f"{Decimal(repr(number)):f}"
        return digits.removesuffix(".0")
    if not exponent:
        mantissa, _, exponent = f"{number:.17e}".partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
