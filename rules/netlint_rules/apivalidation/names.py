"""The forms of names: for each text the server's messages, none where it is well formed."""

from __future__ import annotations

import re
from functools import lru_cache

from netlint_rules.patterns import compiled

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_NAME})?"
_is_label = re.compile(_LABEL).fullmatch
_SUBDOMAIN_FORM = compiled(_SUBDOMAIN)
_is_name = re.compile(_NAME).fullmatch
_is_value = re.compile(_VALUE).fullmatch
_PORT_LETTERS = compiled("[-a-z0-9]+")
_LETTER = compiled("[a-z]")

Messages = tuple[str, ...]
_CACHED = 4096
"""Clusters have few different keys and values, in very many places."""


def _explained(text: str, pattern: str, *examples: str) -> str:
    # The comma before "or" is the server's.
    listed = ",  or ".join(f"'{example}'" for example in examples)
    return f"{text} (e.g. {listed}, regex used for validation is '{pattern}')"


_BAD_LABEL = _explained(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character",
    _LABEL,
    "my-name",
    "123-abc",
)
_BAD_SUBDOMAIN = _explained(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
    "'-' or '.', and must start and end with an alphanumeric character",
    _SUBDOMAIN,
    "example.com",
)
_BAD_NAME = _explained(
    "must consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    _NAME,
    "MyName",
    "my.name",
    "123-abc",
)
_BAD_VALUE = _explained(
    "a valid label must be an empty string or consist of alphanumeric characters, "
    "'-', '_' or '.', and must start and end with an alphanumeric character",
    _VALUE,
    "MyValue",
    "my_value",
    "12345",
)
_BAD_KEY = (
    f"a valid label key {_BAD_NAME} with an optional DNS subdomain prefix and '/'"
    " (e.g. 'example.com/MyName')"
)


@lru_cache(_CACHED)
def subdomain(text: str, unit: str = "characters") -> Messages:
    """A DNS subdomain of RFC 1123, at most 253 characters: the name of most objects."""
    messages = _too_long(text, 253, unit)
    return messages if _SUBDOMAIN_FORM.fullmatch(text) else (*messages, _BAD_SUBDOMAIN)


@lru_cache(_CACHED)
def label(text: str) -> Messages:
    """A DNS label of RFC 1123, at most 63 characters: the name of a namespace."""
    messages = _too_long(text, 63, "characters")
    if _is_label(text):
        return messages
    return (*messages, "must not contain dots" if _SUBDOMAIN_FORM.fullmatch(text) else _BAD_LABEL)


@lru_cache(_CACHED)
def label_key(text: str) -> Messages:
    """The key of a label: a name of at most 63 characters, maybe after a subdomain and `/`."""
    *prefixes, name = text.split("/")
    if len(prefixes) > 1:
        return (_BAD_KEY,)
    messages: list[str] = []
    for prefix in prefixes:
        # Of a prefix the server counts bytes in words too, of a name it says characters.
        found = subdomain(prefix, "bytes") if prefix else ("must be non-empty",)
        messages.extend(f"prefix part {message}" for message in found)
    found = _too_long(name, 63, "bytes") if name else ("must be non-empty",)
    messages.extend(f"name part {message}" for message in found)
    if not _is_name(name):
        messages.append(f"name part {_BAD_NAME}")
    return tuple(messages)


@lru_cache(_CACHED)
def label_value(text: str) -> Messages:
    """The value of a label: empty, or at most 63 characters."""
    messages = _too_long(text, 63, "bytes")
    return messages if _is_value(text) else (*messages, _BAD_VALUE)


@lru_cache(_CACHED)
def port_name(text: str) -> Messages:
    """The name of a port: at most 15 characters, with a letter among them."""
    wrong = {
        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)": (
            not _PORT_LETTERS.fullmatch(text)
        ),
        "must contain at least one letter (a-z)": not _LETTER.search(text),
        "must not contain consecutive hyphens": "--" in text,
        "must not begin or end with a hyphen": text.startswith("-") or text.endswith("-"),
    }
    return (
        *_too_long(text, 15, "characters"),
        *(message for message, holds in wrong.items() if holds),
    )


def _too_long(text: str, limit: int, unit: str) -> Messages:
    # Go counts bytes, whatever the message says.
    is_long = len(text) > limit or (not text.isascii() and len(text.encode()) > limit)
    return (f"must be no more than {limit} {unit}",) if is_long else ()
