"""A serving pair for trying the webhook out on one machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from netlint_webhook.tls import TlsFiles

LOCAL = ("localhost", "127.0.0.1", "::1")
NAME = "netlint-webhook"
_DAYS = 30


def make_pair(
    folder: Path, name: str = NAME, lifetime: timedelta = timedelta(days=_DAYS)
) -> TlsFiles:
    """Write `tls.crt` and `tls.key` for this machine; the certificate is its own CA."""
    key = ec.generate_private_key(ec.SECP256R1())
    files = TlsFiles(folder / "tls.crt", folder / "tls.key")
    files.key.touch(mode=0o600)
    files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate = _certificate(key, name, lifetime)
    files.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    return files


def _certificate(
    key: ec.EllipticCurvePrivateKey, name: str, lifetime: timedelta
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.now(UTC) - timedelta(minutes=5)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + lifetime)
        .add_extension(x509.SubjectAlternativeName(list(map(_alternative, LOCAL))), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, SHA256())
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
