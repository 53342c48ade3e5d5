"""Checks of single values, the same for flags and for configuration files.

Each check returns the value or raises ValueError with a message for the user.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from netlint_rules.guess import closest

Check = Callable[[str], str]


def cidr(text: str) -> str:
    """A CIDR in the form that the API server accepts, without bits set behind the prefix."""
    from ipaddress import ip_network

    try:
        network = ip_network(text, strict=False)
    except ValueError:
        network = None
    if network is None or "/" not in text:
        raise ValueError(f"{text!r} is not a CIDR such as 10.244.0.0/16")
    if str(network) != text.lower() and text.partition("/")[0] != str(network.network_address):
        raise ValueError(f"{text} has bits set behind its prefix (did you mean {network}?)")
    return text


def address(text: str) -> str:
    """An IP address or a CIDR."""
    from ipaddress import ip_address

    if "/" in text:
        return cidr(text)
    try:
        ip_address(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither an IP address nor a CIDR") from None
    return text


def kube_version(text: str) -> str:
    """A Kubernetes version, with or without patch level."""
    if not re.fullmatch(r"v?1\.\d+(\.\d+)?([-+].*)?", text):
        raise ValueError(f"{text!r} is not a Kubernetes version such as 1.31")
    return text


def selector(word: str) -> str:
    """A word that names rules: a code, a prefix of one, a name, a rule or a group."""
    from netlint_rules.registry import find

    if not find(word):
        # A wrong number is no typing mistake for the next one.
        hint = "" if word[-1:].isdigit() else closest(word, selectors())
        raise ValueError(f"unknown rule {word}{hint or ' (see netlint rules)'}")
    return word


def expectation(text: str) -> str:
    """What a configuration says of traffic, such as `shop/api -> shop/db:5432 allow`."""
    from netlint_rules.questions.expectation import expectation as read

    read(text)
    return text


def selectors() -> list[str]:
    """Every word that names rules, prefixes aside."""
    from netlint_rules.registry import GROUPS, all_codes

    words = {"all", *GROUPS}
    for rule, code in all_codes():
        words |= {rule.name, code.code, code.name}
    return sorted(words)


FORMATS: Mapping[str, Check] = {
    "netlint-selector": selector,
    "netlint-cidr": cidr,
    "netlint-address": address,
    "netlint-version": kube_version,
    "netlint-expectation": expectation,
}
"""The checks by the formats that the schemas name: editors pass over them, netlint checks them."""
