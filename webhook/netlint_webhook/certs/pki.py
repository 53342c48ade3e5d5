"""Makes and reads keys and certificates: EC P-256, PEM.

What the API server, a Go program, asks of a serving certificate: a subject alternative name (the
common name counts for nothing) and the extended key usage serverAuth.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from netlint_rules.record import dataclass

SLACK = timedelta(minutes=5)
"""Certificates begin so long before they are made: clocks differ."""

_KEY_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, in PEM."""

    certificate: bytes
    key: bytes

    @property
    def parsed(self) -> x509.Certificate:
        """The certificate, decoded."""
        return x509.load_pem_x509_certificate(self.certificate)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a certificate should say. It is valid from SLACK before `now` on, for `lifetime`."""

    common_name: str
    now: datetime
    lifetime: timedelta
    names: Sequence[str] = ()


def authority(wanted: Wanted) -> Pair:
    """A CA, whose certificates can only be for services: no further CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _begun(wanted, key.public_key(), _named(wanted), wanted.now + wanted.lifetime)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    return _signed(builder, key, key)


def issue(wanted: Wanted, issuer: Pair) -> Pair:
    """A serving pair, which ends no later than the CA that signs it."""
    above = issuer.parsed
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(wanted.now + wanted.lifetime, above.not_valid_after_utc)
    builder = _begun(wanted, key.public_key(), above.subject, end)
    use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    for extension in (_alternatives(wanted.names), use, _key_of(above)):
        builder = builder.add_extension(extension, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(_usage("digital_signature"), critical=True)
    return _signed(builder, key, load_pem_private_key(issuer.key, None))


def self_signed(wanted: Wanted) -> Pair:
    """A pair that is its own CA, so that one file is all that a peer needs; for both sides."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _begun(wanted, key.public_key(), _named(wanted), wanted.now + wanted.lifetime)
    builder = builder.add_extension(_alternatives(wanted.names), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = _usage("digital_signature", "key_cert_sign")
    return _signed(builder.add_extension(usage, critical=True), key, key)


def _begun(
    wanted: Wanted, key: ec.EllipticCurvePublicKey, issuer: x509.Name, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_named(wanted))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(wanted.now - SLACK)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _signed(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, issuer_key: PrivateKeyTypes
) -> Pair:
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("a CA has an EC or an RSA key")
    certificate = builder.sign(issuer_key, SHA256()).public_bytes(Encoding.PEM)
    return Pair(certificate, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _named(wanted: Wanted) -> x509.Name:
    # RFC 5280 bounds a common name; nothing is looked up by it.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.common_name[:64])])


def _key_of(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    try:
        held = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        key: Any = issuer.public_key()
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(held)


def _usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in uses for use in _KEY_USES})


def _alternatives(names: Iterable[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_alternative(name) for name in names])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def usable(certificate: bytes, key: bytes) -> Pair | None:
    """The pair, or None where it isn't one: absent, not PEM, or of two halves."""
    try:
        public = load_pem_private_key(key, None).public_key()
        found = Pair(certificate, key)
        form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        fits = found.parsed.public_key().public_bytes(*form) == public.public_bytes(*form)
    except (ValueError, TypeError):
        return None
    return found if fits else None


def is_authority(pair: Pair) -> bool:
    """Whether a pair can sign serving certificates."""
    try:
        basic = pair.parsed.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    key = load_pem_private_key(pair.key, None)
    return basic.ca and isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)


def names_of(certificate: x509.Certificate) -> set[str]:
    """The names that a certificate is for."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    held = extension.value
    addresses = map(str, held.get_values_for_type(x509.IPAddress))
    return {*held.get_values_for_type(x509.DNSName), *addresses}


def signed_by(certificate: x509.Certificate, issuers: Iterable[x509.Certificate]) -> bool:
    """Whether one of the CAs made it."""
    return any(_is_by(certificate, issuer) for issuer in issuers)


def _is_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def read_bundle(pem: bytes) -> list[x509.Certificate]:
    """The certificates in a bundle, none where it can't be read."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        return []


def write_bundle(certificates: Iterable[x509.Certificate]) -> bytes:
    """Certificates as one PEM text."""
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
