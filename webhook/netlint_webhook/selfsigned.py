"""A serving pair for trying the webhook out on one machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from netlint_webhook.certs.pki import Wanted, self_signed
from netlint_webhook.tls import TlsFiles

LOCAL = ("localhost", "127.0.0.1", "::1")
NAME = "netlint-webhook"
_DAYS = 30


def make_pair(
    folder: Path, name: str = NAME, lifetime: timedelta = timedelta(days=_DAYS)
) -> TlsFiles:
    """Write `tls.crt` and `tls.key` for this machine; the certificate is its own CA."""
    pair = self_signed(Wanted(name, datetime.now(UTC), lifetime, LOCAL))
    files = TlsFiles(folder / "tls.crt", folder / "tls.key")
    files.key.touch(mode=0o600)
    files.key.write_bytes(pair.key)
    files.certificate.write_bytes(pair.certificate)
    return files
