"""Scalars as Kubernetes reads them.

kubectl and the API server convert YAML with Go's yaml.v2 (sigs.k8s.io/yaml, goyaml.v2/resolve.go):
YAML 1.1 words, C and Go notations of integers, no sexagesimals, dates as text.
"""

from __future__ import annotations

import re
from math import isfinite, isinf
from sys import intern

from netlint_rules.patterns import compiled

_TAG = "tag:yaml.org,2002:"
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES"), True),
    **dict.fromkeys(("true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO"), False),
    **dict.fromkeys(("false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMERIC = frozenset("+-.0123456789")
HINTS = _NUMERIC | frozenset("yYnNtTfFoO~") | {""}
"""What `text[:1]` is for plain scalars that may be something other than text."""

_INTEGER = compiled(
    r"([-+]?)(?:0[xX](?P<x>[0-9a-fA-F]+)|0[bB](?P<b>[01]+)"
    r"|0[oO]?(?P<o>[0-7]+)|(?P<d>0|[1-9][0-9]{0,19}))"
)
_BASES = {"x": 16, "b": 2, "o": 8, "d": 10}
_FLOAT = compiled(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TYPES = {"bool": (bool,), "int": (int,), "float": (int, float), "null": (type(None),)}
_EXACT = 1e21  # below it Go's JSON prints a whole float without exponent, as an integer


def resolve(text: str, plain: bool, tag: str | None) -> object:
    """The JSON value of a scalar: `plain` when unquoted, `tag` where one is written.

    `.inf` and `.nan` stay floats though JSON has none: the server refuses them wherever they are.
    Raises ValueError for text that its tag doesn't fit, `!!int abc`.
    """
    if tag is not None:
        return _tagged(text, tag.removeprefix(_TAG) if tag.startswith(_TAG) else "")
    return plain_value(text) if plain else text


def plain_value(text: str) -> object:
    """The JSON value of an unquoted scalar."""
    value = _plain(text)
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def key_name(text: str, plain: bool, tag: str | None) -> str:
    """A mapping key as Go prints it: `y` is "true", `0x10` is "16".

    Raises ValueError for a key that the server refuses: null, or beyond 64 bits with sign.
    """
    value = _plain(text) if plain and tag is None else resolve(text, plain, tag)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_name(value)
    if isinstance(value, int) and value < 1 << 63:
        return str(value)
    raise ValueError("a key can't be empty" if value is None else "a key can't be a number so long")


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    return _number(text)


def _number(text: str) -> int | float | str:
    # Go removes underscores before every attempt but the one for a leading dot.
    digits = text if text[0] == "." else text.replace("_", "")
    if match := _INTEGER.fullmatch(digits):
        value = _integer(match)
        if value is not None:
            return value
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        return text if isinf(number) else number
    return text


def _integer(match: re.Match[str]) -> int | None:
    """The integer, None beyond 64 bits."""
    base = match.lastgroup or "d"
    value = int(match[base], _BASES[base])
    sign = match[1]
    if sign == "-":
        return -value if value <= 1 << 63 else None
    return value if value < 1 << (63 if sign else 64) else None


def _tagged(text: str, tag: str) -> object:
    if tag == "binary":
        import base64

        return base64.b64decode(text, validate=False).decode(errors="replace")
    wanted = _TYPES.get(tag)
    if wanted is None:
        return text
    value = plain_value(text)
    if not isinstance(value, wanted) or (tag != "bool" and isinstance(value, bool)):
        raise ValueError(f"`{text}` doesn't fit its tag `!!{tag}`")
    return value


def _float_name(value: float) -> str:
    """A float as Go's strconv.FormatFloat(value, 'g', -1, 32) prints it."""
    import struct
    from decimal import Decimal

    if not isfinite(value):
        return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}[str(value)]
    try:
        single = struct.pack("<f", value)
    except OverflowError:
        return ".inf" if value > 0 else "-.inf"
    (rounded,) = struct.unpack("<f", single)
    forms = (f"{rounded:.{digits}e}" for digits in range(17))
    shortest = next(form for form in forms if struct.pack("<f", float(form)) == single)
    exponent = int(shortest.partition("e")[2])
    return shortest if exponent < -4 or exponent >= 6 else f"{Decimal(shortest):f}"


class IrregularError(Exception):
    """A mapping that isn't simply names with values."""


class _Names(dict[str, str]):
    """Keys that are names, quoted or not: nearly all. Equal ones share their memory."""

    def __missing__(self, text: str) -> str:
        if text == "<<" or plain_value(text) != text:
            raise IrregularError
        name = intern(text)
        if len(self) < 10_000:
            self[text] = name
        return name


class _Values(dict[str, object]):
    """Unquoted scalars that may be other than text: ports, flags, words that begin like `true`."""

    def __missing__(self, text: str) -> object:
        value = plain_value(text)
        if len(self) < 10_000 and len(text) < 40:
            self[text] = value
        return value


NAMES = _Names()
VALUES = _Values()
