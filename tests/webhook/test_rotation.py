"""Certificates that are renewed under constant load, the way the command and the kubelet do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from netlint_webhook.certs.pki import Pair, Wanted, authority, issue
from netlint_webhook.selfsigned import LOCAL
from tests.webhook.load import Load
from tests.webhook.mount import Mount, serial
from tests.webhook.process import Webhook, running

LOADED = "certificate loaded"
REFUSED = "new certificate refused, the old one stays"
DAY = timedelta(days=1)


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def new_authority() -> Pair:
    return authority(Wanted("a CA", datetime.now(UTC), 365 * DAY))


def new_pair(ca: Pair, with_rsa: bool) -> Pair:
    pair = issue(Wanted("server", datetime.now(UTC), 90 * DAY, LOCAL), ca)
    return _with_rsa(pair, ca) if with_rsa else pair


def _with_rsa(pair: Pair, ca: Pair) -> Pair:
    """The same certificate for an RSA key."""
    old, key, signer = pair.parsed, rsa_key(), load_pem_private_key(ca.key, None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    begin, end = old.not_valid_before_utc, old.not_valid_after_utc
    builder = x509.CertificateBuilder(
        old.issuer, old.subject, key.public_key(), old.serial_number, begin, end
    )
    for each in old.extensions:
        if not isinstance(each.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(each.value, each.critical)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(builder.sign(signer, SHA256()).public_bytes(Encoding.PEM), text)


@dataclass
class Rotation:
    """A webhook's Secret and the caBundle, both replaced as a whole."""

    folder: Path
    mount: Mount = field(init=False)
    loaded: int = 0
    broken: int = 0

    def __post_init__(self) -> None:
        self.mount = Mount(self.folder / "tls")

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle"

    def trust(self, *authorities: Pair) -> None:
        fresh = self.folder / "fresh"
        fresh.write_bytes(b"".join(each.certificate for each in authorities))
        fresh.replace(self.bundle)

    def serve(self, pair: Pair) -> None:
        self.mount.put({"tls.crt": pair.certificate, "tls.key": pair.key})

    def renew(self, webhook: Webhook, ca: Pair, with_rsa: bool) -> None:
        """Swap in a new pair, and wait until new connections get it."""
        pair = new_pair(ca, with_rsa)
        self.serve(pair)
        self.loaded += 1
        webhook.entry(LOADED, self.loaded + 1)
        assert int(serial(webhook, self.bundle), 16) == pair.parsed.serial_number

    def break_it(self, webhook: Webhook, ca: Pair) -> None:
        """Swap in two halves that don't fit: what was served before goes on."""
        before = serial(webhook, self.bundle)
        self.serve(Pair(new_pair(ca, False).certificate, new_pair(ca, True).key))
        self.broken += 1
        webhook.entry(REFUSED, self.broken)
        assert serial(webhook, self.bundle) == before
        failures = webhook.metric("netlint_certificate_reload_failures_total")
        assert failures == self.broken


def test_renewals_fail_no_call(tmp_path: Path) -> None:
    """36 new pairs, EC and RSA in turn, three CAs one after the other, six broken pairs."""
    rotation, old = Rotation(tmp_path), new_authority()
    rotation.trust(old)
    rotation.serve(new_pair(old, False))
    with (
        running(rotation.mount.folder) as webhook,
        Load(webhook.url, [rotation.bundle], keep=4, fresh=3, pause=0.005) as load,
    ):
        for _ in range(3):
            new = new_authority()
            for number in range(12):
                if number == 4:
                    rotation.trust(new, old)
                    load.go_on(30)
                ca = old if number < 6 else new
                rotation.renew(webhook, ca, with_rsa=number % 2 == 0)
                if number in (5, 9):
                    rotation.break_it(webhook, ca)
                load.go_on(10)
            rotation.trust(new)
            load.go_on(30)
            old = new
        assert webhook.metric("netlint_certificate_not_after_seconds") > 0
    assert load.failures == []
    assert (rotation.loaded, rotation.broken) == (36, 6)
