"""What is made holds before cryptography's verifier, OpenSSL's strict one, and in a handshake."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from netlint_webhook.certs.pki import (
    Pair,
    Wanted,
    authority,
    is_authority,
    issue,
    names_of,
    read_bundle,
    self_signed,
    signed_by,
    usable,
)

NOW = datetime.now(UTC)
NAMES = ("netlint-webhook.netlint.svc", "netlint-webhook.netlint.svc.cluster.local", "10.0.0.7")
DAY = timedelta(days=1)
CA = authority(Wanted("a CA", NOW, 365 * DAY))
SERVING = issue(Wanted(NAMES[0], NOW, 90 * DAY, NAMES), CA)


def verify(pair: Pair, name: str, ca: Pair = CA, now: datetime = NOW) -> None:
    policy = PolicyBuilder().store(Store([ca.parsed])).time(now)
    policy.build_server_verifier(x509.DNSName(name)).verify(pair.parsed, [])


def test_the_certificate_holds_before_a_verifier() -> None:
    for name in NAMES[:2]:
        verify(SERVING, name)
    assert names_of(SERVING.parsed) == set(NAMES)


@pytest.mark.parametrize(
    ("name", "ca", "now"),
    [
        ("other.netlint.svc", CA, NOW),
        (NAMES[0], authority(Wanted("a CA", NOW, DAY)), NOW),
        (NAMES[0], CA, NOW + 91 * DAY),
        (NAMES[0], CA, NOW - DAY),
    ],
)
def test_and_fails_where_it_should(name: str, ca: Pair, now: datetime) -> None:
    with pytest.raises(VerificationError):
        verify(SERVING, name, ca, now)


def extension(pair: Pair, kind: type[x509.ExtensionType]) -> x509.Extension[x509.ExtensionType]:
    return pair.parsed.extensions.get_extension_for_class(kind)


def used(pair: Pair) -> set[str]:
    held = extension(pair, x509.KeyUsage)
    assert held.critical
    assert isinstance(held.value, x509.KeyUsage)
    names = ["digital_signature", "key_encipherment", "key_cert_sign", "crl_sign"]
    return {name for name in names if getattr(held.value, name)}


def test_what_keys_are_for() -> None:
    assert used(SERVING) == {"digital_signature"}
    assert used(CA) == {"key_cert_sign", "crl_sign"}
    held = extension(SERVING, x509.ExtendedKeyUsage).value
    assert held == x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    constraints = extension(CA, x509.BasicConstraints)
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    assert constraints.critical
    assert not is_authority(SERVING)
    for pair in (CA, SERVING):
        key = pair.parsed.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert isinstance(key.curve, ec.SECP256R1)


def test_a_pair_ends_with_its_ca() -> None:
    short = authority(Wanted("a CA", NOW, 10 * DAY))
    pair = issue(Wanted("x", NOW, 90 * DAY, NAMES), short)
    assert pair.parsed.not_valid_after_utc == short.parsed.not_valid_after_utc


def test_long_names_are_no_trouble() -> None:
    name = f"{'s' * 63}.{'n' * 63}.svc"
    verify(issue(Wanted(name, NOW, DAY, [name]), CA), name)


def handshake(pair: Pair, trusted: bytes, name: str, folder: Path) -> str:
    """The subject that a strict client sees."""
    (folder / "tls.crt").write_bytes(pair.certificate)
    (folder / "tls.key").write_bytes(pair.key)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    client = ssl.create_default_context(cadata=trusted.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=name)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (ours, theirs, ours, theirs):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    seen = ours.getpeercert()
    assert seen is not None
    return str(dict(part[0] for part in seen["subject"])["commonName"])  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_handshake(name: str, tmp_path: Path) -> None:
    other = authority(Wanted("a CA", NOW, DAY))
    bundle = other.certificate + CA.certificate
    assert handshake(SERVING, bundle, name, tmp_path) == NAMES[0]
    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        handshake(SERVING, bundle, "elsewhere.svc", tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="verify failed"):
        handshake(SERVING, other.certificate, name, tmp_path)


def test_a_self_signed_pair_is_its_own_ca(tmp_path: Path) -> None:
    pair = self_signed(Wanted("me", NOW, DAY, ["localhost", "::1"]))
    assert handshake(pair, pair.certificate, "localhost", tmp_path) == "me"
    assert names_of(pair.parsed) == {"localhost", str(ipaddress.ip_address("::1"))}


def test_a_ca_with_an_rsa_key_and_no_key_identifier_signs(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Elsewhere")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - DAY, NOW + DAY)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    certificate = builder.sign(key, SHA256()).public_bytes(Encoding.PEM)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    ca = Pair(certificate, text)
    assert is_authority(ca)
    pair = issue(Wanted("x", NOW, DAY, NAMES), ca)
    assert signed_by(pair.parsed, [ca.parsed])
    assert not signed_by(pair.parsed, [CA.parsed])


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        (b"", b""),
        (SERVING.certificate, b""),
        (b"", SERVING.key),
        (SERVING.certificate, CA.key),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", SERVING.key),
        (SERVING.certificate, b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        (b"\xff", b"\xff"),
    ],
)
def test_no_pair_is_made_of_broken_halves(certificate: bytes, key: bytes) -> None:
    assert usable(certificate, key) is None


def test_bundles_that_cannot_be_read_are_empty() -> None:
    assert read_bundle(CA.certificate + SERVING.certificate) == [CA.parsed, SERVING.parsed]
    assert [read_bundle(each) for each in (b"", b"\n", b"Cg==", b"\xff")] == [[], [], [], []]
