"""When certificates are renewed, and which CAs are trusted meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from netlint_webhook.certs.pki import Wanted, authority, issue, read_bundle, signed_by
from netlint_webhook.certs.plan import Held, Plan, Terms, plan

NOW = datetime(2025, 1, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TERMS = Terms("hook", ("hook.ns.svc", "hook.ns.svc.cluster.local"), 90 * DAY, 365 * DAY)
NOTHING = Held({}, {})


def held(made: Plan) -> Held:
    """How things stand after a plan was carried out."""
    return Held(made.serving, made.authority, [made.bundle])


FIRST = plan(NOTHING, TERMS, NOW)


def serial(text: bytes) -> int:
    return x509.load_pem_x509_certificate(text).serial_number


def is_verified(made: Plan) -> bool:
    """Whether a caller with the bundle trusts the serving pair."""
    certificate = x509.load_pem_x509_certificate(made.serving["tls.crt"])
    return signed_by(certificate, read_bundle(made.bundle))


def test_the_first_run_makes_everything() -> None:
    assert is_verified(FIRST)
    assert FIRST.bundle == FIRST.serving["ca.crt"] == FIRST.authority["ca.crt"]
    assert FIRST.bundle == FIRST.authority["tls.crt"]
    assert set(FIRST.serving) == set(FIRST.authority) == {"tls.crt", "tls.key", "ca.crt"}
    assert FIRST.authority["tls.key"] != FIRST.serving["tls.key"]
    assert len(FIRST.reasons) == 2


@pytest.mark.parametrize(
    ("days", "renew_before", "reason"),
    [
        (0, None, ""),
        (59, None, ""),
        (61, None, "ends soon"),
        (89.9, None, "ends soon"),
        (90, None, "has ended"),
        (200, None, "has ended"),
        (79, 10, ""),
        (81, 10, "ends soon"),
        (2, 89, "ends soon"),
        (0.5, 89, ""),
    ],
)
def test_when_a_pair_is_renewed(days: float, renew_before: int | None, reason: str) -> None:
    before = renew_before * DAY if renew_before else None
    later = plan(held(FIRST), replace(TERMS, renew_before=before), NOW + days * DAY)
    assert (later.serving["tls.crt"] != FIRST.serving["tls.crt"]) is bool(reason)
    assert reason in " ".join(later.reasons)
    assert later.authority["tls.key"] == FIRST.authority["tls.key"]
    assert later.bundle == FIRST.bundle
    assert is_verified(later)


@pytest.mark.parametrize("names", [("hook.ns.svc", "extra.example"), ("other.ns.svc",)])
def test_a_new_name_renews_at_once(names: tuple[str, ...]) -> None:
    later = plan(held(FIRST), replace(TERMS, names=names), NOW + DAY)
    assert "isn't for " + names[-1] in later.reasons[0]
    assert is_verified(later)


def test_one_name_less_does_not() -> None:
    assert plan(held(FIRST), replace(TERMS, names=TERMS.names[:1]), NOW + DAY).reasons == ()


GARBAGE = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"tls.crt": b""}, "there is none"),
        ({"tls.crt": GARBAGE}, "there is none"),
        ({"tls.key": FIRST.authority["tls.key"]}, "there is none"),
        ({**plan(NOTHING, TERMS, NOW).serving, "ca.crt": b""}, "the CA of the old one is unknown"),
    ],
)
def test_a_broken_pair_is_replaced(change: dict[str, bytes], reason: str) -> None:
    broken = Held({**FIRST.serving, **change}, FIRST.authority, [FIRST.bundle])
    later = plan(broken, TERMS, NOW + 2 * HOUR)
    assert later.reasons == (f"new serving pair: {reason}",)
    assert is_verified(later)
    assert later.authority == FIRST.authority


def test_a_lost_ca_leaves_the_pair_in_use() -> None:
    """The new CA signs when everybody trusts it, and what was trusted stays so."""
    lost = plan(Held(FIRST.serving, {}, [FIRST.bundle]), TERMS, NOW + DAY)
    assert lost.serving["tls.crt"] == FIRST.serving["tls.crt"]
    assert len(read_bundle(lost.bundle)) == 2
    assert is_verified(lost)


def test_a_ca_just_made_does_not_sign_for_a_pair_that_serves() -> None:
    lost = plan(Held(FIRST.serving, {}, [FIRST.bundle]), TERMS, NOW + 70 * DAY)
    assert lost.serving["tls.crt"] == FIRST.serving["tls.crt"]
    soon = plan(held(lost), TERMS, NOW + 70 * DAY + HOUR / 2)
    assert soon.reasons == ()
    later = plan(held(lost), TERMS, NOW + 71 * DAY)
    assert later.serving["tls.crt"] != FIRST.serving["tls.crt"]
    assert is_verified(later)


def test_everything_lost_but_the_bundle() -> None:
    """Pods still serve the old pair until the kubelet has brought the new one."""
    later = plan(Held({}, {}, [b"\n", FIRST.bundle]), TERMS, NOW + DAY)
    old = x509.load_pem_x509_certificate(FIRST.serving["tls.crt"])
    assert signed_by(old, read_bundle(later.bundle))
    assert is_verified(later)


@pytest.mark.parametrize(
    "change", [{"tls.key": b""}, {"tls.crt": FIRST.serving["tls.crt"]}, FIRST.serving]
)
def test_a_ca_that_cannot_sign_is_replaced(change: dict[str, bytes]) -> None:
    broken = Held(FIRST.serving, {**FIRST.authority, **change}, [FIRST.bundle])
    later = plan(broken, TERMS, NOW + DAY)
    assert "there is none that can sign" in later.reasons[0]
    assert is_verified(later)


def test_what_else_lies_there_stays() -> None:
    extra = {"note": b"mine"}
    mine = Held({**FIRST.serving, **extra}, {**FIRST.authority, **extra}, [FIRST.bundle])
    later = plan(mine, TERMS, NOW + DAY)
    assert (later.serving, later.authority) == (mine.serving, mine.authority)


def test_a_foreign_ca_is_trusted_until_it_ends() -> None:
    other = authority(Wanted("other", NOW, 40 * DAY))
    mine = Held(FIRST.serving, FIRST.authority, [other.certificate])
    assert other.parsed in read_bundle(plan(mine, TERMS, NOW + DAY).bundle)
    assert other.parsed not in read_bundle(plan(mine, TERMS, NOW + 41 * DAY).bundle)


def test_a_pair_from_elsewhere_serves_until_it_is_due() -> None:
    other = authority(Wanted("other", NOW, 365 * DAY))
    pair = issue(Wanted("x", NOW, 90 * DAY, TERMS.names), other)
    serving = {"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": other.certificate}
    later = plan(Held(serving, {}, [other.certificate]), TERMS, NOW + DAY)
    assert later.serving["tls.crt"] == pair.certificate
    assert is_verified(later)


@dataclass
class Years:
    """What happened in the runs of some years, one run each `step`."""

    step: timedelta
    authorities: int = 0
    pairs: int = 0
    most: int = 0

    def run(self, years: int) -> None:
        """Each pair ever served is trusted by the bundle of the run before it, and as long as it
        may be in use.
        """
        made, now = plan(NOTHING, TERMS, NOW), NOW
        while now < NOW + years * 365 * DAY:
            now += self.step
            before, made = made, plan(held(made), TERMS, now)
            self._check(before, made, now)

    def _check(self, before: Plan, made: Plan, now: datetime) -> None:
        certificate = x509.load_pem_x509_certificate(made.serving["tls.crt"])
        old = x509.load_pem_x509_certificate(before.serving["tls.crt"])
        assert signed_by(certificate, read_bundle(before.bundle)), "trusted before it is served"
        if now < old.not_valid_after_utc:
            assert signed_by(old, read_bundle(made.bundle)), "trusted while a pod may serve it"
        assert now < certificate.not_valid_after_utc
        assert plan(held(made), TERMS, now) == replace(made, reasons=()), "nothing left to do"
        self.pairs += certificate != old
        self.authorities += made.authority["tls.crt"] != before.authority["tls.crt"]
        self.most = max(self.most, len(read_bundle(made.bundle)))


@pytest.mark.parametrize("step", [DAY, 3 * DAY, 20 * DAY])
def test_years_of_runs(step: timedelta) -> None:
    years = Years(step)
    years.run(4)
    assert 22 <= years.pairs <= 27
    assert years.authorities in (5, 6)
    assert years.most == 2


def test_the_next_ca_is_trusted_before_it_signs() -> None:
    now = NOW + 260 * DAY
    announced = plan(held(FIRST), TERMS, now)
    assert announced.authority["tls.key"] == FIRST.authority["tls.key"]
    assert read_bundle(announced.bundle)[1] == read_bundle(announced.authority["next.crt"])[0]
    same = plan(held(announced), TERMS, now + HOUR / 2)
    assert (same.reasons, same.authority) == ((), announced.authority)
    taken = plan(held(announced), TERMS, now + 2 * HOUR)
    assert taken.authority["tls.key"] == announced.authority["next.key"]
    assert "next.key" not in taken.authority
    assert FIRST.authority["tls.key"] not in taken.authority.values()
    assert set(read_bundle(taken.bundle)) == set(read_bundle(announced.bundle))
    assert taken.serving["tls.crt"] == announced.serving["tls.crt"]
    assert serial(taken.authority["tls.crt"]) == serial(announced.authority["next.crt"])
