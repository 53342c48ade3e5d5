"""CIDRs as the API server reads them: loosely, with warnings, or strictly."""

from __future__ import annotations

from functools import lru_cache

from netlint_rules.addresses import address_number
from netlint_rules.record import dataclass

_BITS = {4: 32, 6: 128}
_MAPPED = 0xFFFF
"""The upper 96 bits of an IPv6 address that stands for an IPv4 address."""


@dataclass(frozen=True, slots=True)
class Cidr:
    """A CIDR. `version` and `length` as written; of `::ffff:10.0.0.0/104` these are 6 and 104."""

    text: str
    version: int
    number: int
    length: int
    has_leading_zeros: bool

    @property
    def base(self) -> int:
        """The number of the network's first address."""
        host_bits = _BITS[self.version] - self.length
        return self.number >> host_bits << host_bits

    @property
    def is_mapped(self) -> bool:
        """Whether the address is an IPv4 address in the clothes of an IPv6 address."""
        return self.version == 6 and self.number >> 32 == _MAPPED

    @property
    def network(self) -> str:
        """The network in canonical form; a mapped one as the IPv4 network that it is."""
        if self.version == 6 and self.base >> 32 == _MAPPED:
            return f"{address_text(4, self.base & 0xFFFFFFFF)}/{self.length - 96}"
        return f"{address_text(self.version, self.base)}/{self.length}"

    @property
    def address(self) -> str:
        """The single address, as Go prints it."""
        if self.is_mapped:
            return address_text(4, self.number & 0xFFFFFFFF)
        return address_text(self.version, self.number)


@lru_cache(1024)
def parse(text: str) -> Cidr | None:
    """A CIDR in any form that the server could ever read, None for what it can't."""
    address, slash, digits = text.partition("/")
    length = digits.lstrip("0") or digits[-1:]
    try:
        version, number = address_number(address)
    except ValueError:
        return None
    if not (slash and length.isascii() and length.isdigit() and len(length) <= 3):
        return None
    if int(length) > _BITS[version]:
        return None
    zeros = length != digits or _has_leading_zeros(address)
    return Cidr(text, version, number, int(length), zeros)


def _has_leading_zeros(address: str) -> bool:
    *groups, last = address.split(":")
    octets = last.split(".")
    if len(octets) == 1:
        groups.append(octets.pop())
    zero_led = (len(octet) > 1 and octet[0] == "0" for octet in octets)
    return any(zero_led) or any(len(group) > 4 for group in groups)


def messages(cidr: Cidr | None, strict: bool) -> tuple[str, ...]:
    """Why the server refuses a CIDR: at most one reason."""
    if cidr is None:
        return ("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",)
    if not strict:
        return ()
    if cidr.has_leading_zeros:
        return ("must not have leading 0s in IP or prefix length",)
    if cidr.is_mapped:
        return ("must not have an IPv4-mapped IPv6 address",)
    if cidr.number != cidr.base:
        return ("must not have bits set beyond the prefix length",)
    return ()


@lru_cache(1024)
def warnings(text: str) -> tuple[str, ...]:
    """What the server warns of when it accepts a CIDR.

    The words are those of releases before 1.36, for later ones accept fewer.
    """
    cidr = parse(text)
    if cidr is None:
        return ()
    found = []
    if cidr.number != cidr.base:
        single = f"{cidr.address}/{_BITS[cidr.version]}"
        found.append(
            f'CIDR value "{text}" is ambiguous in this context'
            f' (should be "{cidr.network}" or "{single}"?)'
        )
    if cidr.has_leading_zeros or cidr.is_mapped:
        found.append(
            f'non-standard CIDR value "{text}" will be considered invalid in a future'
            f' Kubernetes release: use "{cidr.network}"'
        )
    if not found and cidr.version == 6 and cidr.network != text:
        found.append(
            f'IPv6 CIDR value "{text}" should be in RFC 5952 canonical format ("{cidr.network}")'
        )
    return tuple(found)


def is_strict_subset(cut: Cidr, whole: Cidr) -> bool:
    """Whether the server takes one CIDR for a part of another: by its first address and length."""
    version, first, length = _unmapped(whole)
    other, start, _ = _unmapped(cut)
    host_bits = _BITS[version] - length
    contained = version == other and start >> host_bits == first >> host_bits
    return contained and whole.length < cut.length


def _unmapped(cidr: Cidr) -> tuple[int, int, int]:
    """Version, base and length, where a mapped network is the IPv4 network."""
    if cidr.version == 6 and cidr.base >> 32 == _MAPPED:
        return 4, cidr.base & 0xFFFFFFFF, max(cidr.length - 96, 0)
    return cidr.version, cidr.base, cidr.length


def address_text(version: int, number: int) -> str:
    """An address in canonical form."""
    from ipaddress import IPv4Address, IPv6Address

    return str(IPv4Address(number) if version == 4 else IPv6Address(number))
