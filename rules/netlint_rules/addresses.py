"""Sets of IP addresses, and how an ipBlock lies towards a range of the cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from netlint_rules.choices import Enum
from netlint_rules.intervals import (
    Intervals,
    Operation,
    are_disjoint,
    both,
    combine,
    contains,
    either,
    is_within,
    only_first,
    united,
)
from netlint_rules.record import dataclass

_BITS = {4: 32, 6: 128}
_MAPPED_PREFIX = 0xFFFF
"""The upper 96 bits of an IPv6 address that stands for an IPv4 address."""


class Relation(Enum):
    """How a block of addresses lies towards a range of the cluster."""

    DISJOINT = "disjoint"
    INSIDE = "inside"
    COVERS = "covers"
    CARVED = "carved"


def relation(block: AddressSet, block_cidr: AddressSet, cluster_range: AddressSet) -> Relation:
    """The first that holds of the following, for `block`, a `block_cidr` less its excepts.

    DISJOINT: they share no address. INSIDE: the whole block is in the range. COVERS: the block
    has everything of the range that its CIDR reaches. CARVED: excepts cut into that part.

    A single CIDR as the range is reached as a whole or holds the block. Of a range made of
    several (or of both families) only the part that the block's CIDR reaches counts.
    """
    if block.isdisjoint(cluster_range):
        return Relation.DISJOINT
    if block <= cluster_range:
        return Relation.INSIDE
    return Relation.COVERS if cluster_range & block_cidr <= block else Relation.CARVED


@dataclass(frozen=True, slots=True)
class AddressSet:
    """IPv4 and IPv6 addresses; equal sets are equal objects.

    As in the API server, an IPv4-mapped IPv6 address is the IPv4 address, and an IPv6 network
    with a prefix too short to be one of these contains no IPv4 address.
    """

    _v4: Intervals
    _v6: Intervals

    @staticmethod
    def empty() -> AddressSet:
        """No address."""
        return _EMPTY

    @staticmethod
    def everything() -> AddressSet:
        """Every address of both families."""
        return _EVERYTHING

    @staticmethod
    def of_intervals(version: int, intervals: Intervals) -> AddressSet:
        """The addresses of one IP version with these numbers, in canonical intervals."""
        return AddressSet(intervals, ()) if version == 4 else AddressSet((), intervals)

    @staticmethod
    def parse(cidr: str, excepts: Iterable[str] = ()) -> AddressSet:
        """The addresses of an ipBlock; ValueError, fit for users, where `cidr` isn't a CIDR.

        Reads what the API server accepts in a stored policy: leading zeros are decimal, bits
        beyond the prefix are dropped. Excepts that can't be read take nothing away.
        """
        block = _network(cidr)
        for each in excepts:
            try:
                block -= _network(each)
            except ValueError:
                continue
        return block

    @staticmethod
    def union(sets: Collection[AddressSet]) -> AddressSet:
        """The addresses of any of the sets: a cluster may have thousands of pods."""
        if len(sets) == 1:
            (only,) = sets
            return only
        return AddressSet(united(each._v4 for each in sets), united(each._v6 for each in sets))

    @property
    def families(self) -> frozenset[int]:
        """The IP versions, 4 and 6, with addresses in the set."""
        return frozenset(version for version in _BITS if self._family(version))

    def intervals(self, version: int) -> Intervals:
        """The numbers of the addresses of one IP version, as canonical intervals."""
        return self._family(version)

    def of_version(self, version: int) -> AddressSet:
        """The addresses of one IP version alone."""
        return AddressSet.of_intervals(version, self._family(version))

    def size(self) -> int:
        """The number of addresses, of both families together."""
        return sum(last - first + 1 for part in (self._v4, self._v6) for first, last in part)

    def prefixes(self) -> tuple[str, ...]:
        """The fewest CIDRs that make up the set, IPv4 first, in ascending order."""
        return tuple(
            _format(version, start, length)
            for version, bits in _BITS.items()
            for first, last in self._family(version)
            for start, length in _networks(first, last, bits)
        )

    def isdisjoint(self, other: AddressSet) -> bool:
        """Whether no address is in both."""
        return are_disjoint(self._v4, other._v4) and are_disjoint(self._v6, other._v6)

    def __contains__(self, address: str) -> bool:
        """Whether the address is in the set; what isn't an address never is."""
        try:
            version, number = address_number(address)
        except ValueError:
            return False
        if version == 6 and number >> 32 == _MAPPED_PREFIX:
            return contains(self._v4, number & 0xFFFFFFFF)
        return contains(self._family(version), number)

    def __or__(self, other: AddressSet) -> AddressSet:
        return self._combine(either, other)

    def __and__(self, other: AddressSet) -> AddressSet:
        return self._combine(both, other)

    def __sub__(self, other: AddressSet) -> AddressSet:
        return self._combine(only_first, other)

    def __le__(self, other: AddressSet) -> bool:
        return is_within(self._v4, other._v4) and is_within(self._v6, other._v6)

    def __bool__(self) -> bool:
        return self != _EMPTY

    def __str__(self) -> str:
        return ", ".join(self.prefixes()) or "no addresses"

    def _family(self, version: int) -> Intervals:
        return self._v4 if version == 4 else self._v6

    def _combine(self, operation: Operation, other: AddressSet) -> AddressSet:
        return AddressSet(
            combine(operation, self._v4, other._v4), combine(operation, self._v6, other._v6)
        )


_EMPTY = AddressSet((), ())
_EVERYTHING = AddressSet(((0, (1 << 32) - 1),), ((0, (1 << 128) - 1),))


def _network(cidr: str) -> AddressSet:
    address, slash, digits = cidr.partition("/")
    try:
        version, number = address_number(address)
    except ValueError:
        raise ValueError(f"{cidr!r} is not a CIDR such as 10.9.8.0/24 or 2001:db8::/64") from None
    bits = _BITS[version]
    if not slash:
        raise ValueError(f"{cidr!r} has no prefix length; {cidr}/{bits} is the address alone")
    length = _decimal(digits)
    if not (length.isascii() and length.isdigit() and len(length) <= 3 and int(length) <= bits):
        raise ValueError(f"{cidr!r} has no prefix length from 0 to {bits} after the slash")
    return _block(version, number, bits - int(length))


def _block(version: int, number: int, host_bits: int) -> AddressSet:
    if version == 6 and number >> 32 == _MAPPED_PREFIX and host_bits <= 32:
        version, number = 4, number & 0xFFFFFFFF
    first = number >> host_bits << host_bits
    interval = ((first, first + (1 << host_bits) - 1),)
    return AddressSet(interval, ()) if version == 4 else AddressSet((), interval)


def address_number(address: str) -> tuple[int, int]:
    """The IP version and the number of an address; ValueError where it isn't one."""
    if ":" not in address:
        return 4, _ipv4(address)
    # Loaded only where it is needed, to keep the start short.
    from ipaddress import IPv6Address

    if "%" in address:
        raise ValueError("a zone is no part of an address in a policy")
    *groups, end = address.split(":")
    end = ".".join(map(_decimal, end.split(".")))
    return 6, int(IPv6Address(":".join([*map(_decimal, groups), end])))


def _ipv4(address: str) -> int:
    octets = address.split(".")
    number = 0
    for octet in octets:
        if not (octet.isascii() and octet.isdigit() and int(octet) <= 255):
            raise ValueError(f"no IPv4 address: {address}")
        number = number << 8 | int(octet)
    if len(octets) != 4:
        raise ValueError(f"no IPv4 address: {address}")
    return number


def _decimal(digits: str) -> str:
    """Without leading zeros, which Python refuses and the API server ignores."""
    return digits.lstrip("0") or digits[-1:]


def _networks(first: int, last: int, bits: int) -> Iterable[tuple[int, int]]:
    """The fewest (start, prefix length) that fill the interval."""
    while first <= last:
        room = (last - first + 1).bit_length() - 1
        host_bits = min(room, (first & -first).bit_length() - 1) if first else room
        yield first, bits - host_bits
        first += 1 << host_bits


def _format(version: int, start: int, length: int) -> str:
    from ipaddress import IPv4Address, IPv6Address

    return f"{IPv4Address(start) if version == 4 else IPv6Address(start)}/{length}"
