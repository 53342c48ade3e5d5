"""Decides what becomes of the CA, of the bundle and of the serving pair: no clock, no cluster.

A call never fails, because everything happens in two steps that are an hour apart at least. A new
CA is trusted first: it lies beside the old one as `next`, and is in the bundle. When every API
server has long read that, it takes over and the key of the old one is thrown away. The old
certificate stays in the bundle until it ends, and so do those that somebody else put there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from cryptography import x509

from netlint_rules.record import dataclass
from netlint_webhook.certs.pki import (
    SLACK,
    Pair,
    Wanted,
    authority,
    is_authority,
    issue,
    names_of,
    read_bundle,
    signed_by,
    usable,
    write_bundle,
)

CERTIFICATE, KEY, BUNDLE = "tls.crt", "tls.key", "ca.crt"
NEXT_CERTIFICATE, NEXT_KEY = "next.crt", "next.key"

SETTLED = timedelta(hours=1)
"""A CA that is so old is in the cache of every API server."""

Data = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked for. `renew_before` None: a third of a certificate's life."""

    service: str
    names: Sequence[str]
    lifetime: timedelta
    ca_lifetime: timedelta
    renew_before: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What there is: two Secrets' data, and the bundles that the API server trusts."""

    serving: Data
    authority: Data
    published: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What there should be. `reasons` says why what changes does."""

    serving: Data
    authority: Data
    bundle: bytes
    reasons: tuple[str, ...]

    @property
    def end(self) -> datetime:
        """When the serving pair ends."""
        return x509.load_pem_x509_certificate(self.serving[CERTIFICATE]).not_valid_after_utc


@dataclass(frozen=True, slots=True)
class _Authorities:
    """The CA that signs, and the one that will."""

    signing: Pair
    coming: Pair | None
    reasons: tuple[str, ...] = ()


def plan(held: Held, terms: Terms, now: datetime) -> Plan:
    """What there should be at a moment, given what there is."""
    found = _authorities(held.authority, terms, now)
    trusted = _trusted(found, held, now)
    bundle = write_bundle(trusted)
    data = {CERTIFICATE: found.signing.certificate, KEY: found.signing.key, BUNDLE: bundle}
    if found.coming:
        data |= {NEXT_CERTIFICATE: found.coming.certificate, NEXT_KEY: found.coming.key}
    pair, told = _serving(held.serving, terms, found.signing, trusted, now)
    serving = {CERTIFICATE: pair.certificate, KEY: pair.key, BUNDLE: bundle}
    return Plan(
        {**held.serving, **serving}, _kept(held.authority) | data, bundle, found.reasons + told
    )


def _serving(
    data: Data, terms: Terms, signing: Pair, trusted: Sequence[x509.Certificate], now: datetime
) -> tuple[Pair, tuple[str, ...]]:
    """The pair to serve with; why it is new, if it is."""
    pair = usable(data.get(CERTIFICATE, b""), data.get(KEY, b""))
    reason = _unfit(pair, terms, trusted, now)
    if pair and not reason and _due(pair, terms.renew_before, now) and _is_settled(signing, now):
        reason = "the old one ends soon"
    if pair and not reason:
        return pair, ()
    wanted = Wanted(terms.names[0], now, terms.lifetime, terms.names)
    return issue(wanted, signing), (f"new serving pair: {reason}",)


def _kept(data: Data) -> dict[str, bytes]:
    """What else somebody put there."""
    return {name: text for name, text in data.items() if name not in (NEXT_CERTIFICATE, NEXT_KEY)}


def _authorities(data: Data, terms: Terms, now: datetime) -> _Authorities:
    signing = _authority(data, CERTIFICATE, KEY, now)
    coming = _authority(data, NEXT_CERTIFICATE, NEXT_KEY, now)
    reasons: tuple[str, ...] = ()
    if coming and (signing is None or _is_settled(coming, now)):
        signing, coming, reasons = coming, None, ("the new CA takes over",)
    if signing is None:
        return _Authorities(_new(terms, now), None, ("new CA: there is none that can sign",))
    longest = max(_life(signing) / 3, terms.lifetime)
    if coming is None and _left(signing, now) < longest:
        return _Authorities(signing, _new(terms, now), (*reasons, "new CA: the old one ends soon"))
    return _Authorities(signing, coming, reasons)


def _authority(data: Data, certificate: str, key: str, now: datetime) -> Pair | None:
    pair = usable(data.get(certificate, b""), data.get(key, b""))
    return pair if pair and is_authority(pair) and _left(pair, now) > timedelta() else None


def _new(terms: Terms, now: datetime) -> Pair:
    return authority(Wanted(f"{now:%Y-%m-%d} CA of {terms.service}", now, terms.ca_lifetime))


def _trusted(found: _Authorities, held: Held, now: datetime) -> list[x509.Certificate]:
    """Every CA that something may still be signed by, newest use first."""
    own = [pair.parsed for pair in (found.signing, found.coming) if pair]
    bundles = [held.authority.get(BUNDLE, b""), held.authority.get(CERTIFICATE, b"")]
    bundles += [held.serving.get(BUNDLE, b""), *held.published]
    older = [each for bundle in bundles for each in read_bundle(bundle)]
    return list(dict.fromkeys(each for each in own + older if now < each.not_valid_after_utc))


def _unfit(
    pair: Pair | None, terms: Terms, trusted: Iterable[x509.Certificate], now: datetime
) -> str:
    """Why a pair can't serve, empty where it can."""
    if pair is None:
        return "there is none"
    if _left(pair, now) <= timedelta():
        return "the old one has ended"
    lacking = sorted(set(terms.names) - names_of(pair.parsed))
    if lacking:
        return f"the old one isn't for {', '.join(lacking)}"
    return "" if signed_by(pair.parsed, trusted) else "the CA of the old one is unknown"


def _due(pair: Pair, renew_before: timedelta | None, now: datetime) -> bool:
    return _left(pair, now) < (_life(pair) / 3 if renew_before is None else renew_before)


def _is_settled(pair: Pair, now: datetime) -> bool:
    return now >= pair.parsed.not_valid_before_utc + SLACK + SETTLED


def _left(pair: Pair, now: datetime) -> timedelta:
    return pair.parsed.not_valid_after_utc - now


def _life(pair: Pair) -> timedelta:
    certificate = pair.parsed
    return certificate.not_valid_after_utc - certificate.not_valid_before_utc
