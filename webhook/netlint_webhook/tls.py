"""Certificates that are replaced without a restart.

The context that the server listens with never changes. Its SNI callback, which is called without
SNI too, moves each handshake to the newest context; so a pair that doesn't fit, a new type of
key or a new client CA can't harm connections, and the old context serves until the new one is
whole.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from netlint_rules.record import dataclass
from netlint_webhook.expiry import not_after
from netlint_webhook.files import Watched
from netlint_webhook.logs import log
from netlint_webhook.metrics import Metrics


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a serving pair; `client_ca` None: any client may call."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    @property
    def paths(self) -> list[Path]:
        """All of them, the certificate first."""
        extra = [self.client_ca] if self.client_ca else []
        return [self.certificate, self.key, *extra]


class Certificates:
    """The serving certificate as it is now, in a context for the server."""

    def __init__(self, files: TlsFiles, metrics: Metrics) -> None:
        self._checks_clients = files.client_ca is not None
        self._metrics = metrics
        self._current = self.context = _context(self._checks_clients)
        self.not_after = 0.0
        self.watched = Watched(files.paths, self._load, self._failed)
        self.watched.load()
        self.context.sni_callback = self._move

    @property
    def valid(self) -> bool:
        """Whether the certificate has not ended."""
        return time.time() < self.not_after

    def factory(self, _config: Any, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        """The context, as uvicorn asks for it."""
        return self.context

    def _move(self, connection: ssl.SSLObject, _name: str | None, _context: object) -> None:
        connection.context = self._current

    def _load(self, paths: Sequence[Path], contents: Sequence[bytes]) -> None:
        """Build a context; the one in use changes only when nothing can fail any more."""
        # The listening context is filled at the first time only.
        context = self.context if not self.not_after else _context(self._checks_clients)
        context.load_cert_chain(paths[0], paths[1])
        if self._checks_clients:
            context.load_verify_locations(paths[2])
        end = not_after(contents[0].decode("ascii", errors="replace"))
        self._current = context
        self.not_after = end.timestamp()
        self._metrics.not_after.set(self.not_after)
        self._metrics.certificate_refused.set(0)
        log("certificate loaded", not_after=end.isoformat())

    def _failed(self, error: Exception) -> None:
        self._metrics.certificate_failures.inc()
        self._metrics.certificate_refused.set(1)
        log("new certificate refused, the old one stays", logging.ERROR, error=str(error))


def _context(checks_clients: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # A resumed session would outlive a change of the client CA.
    context.num_tickets = 0
    context.verify_mode = ssl.CERT_REQUIRED if checks_clients else ssl.CERT_NONE
    return context


def common_names(certificate: dict[str, Any] | None) -> set[str]:
    """The common names in a peer's certificate, as `ssl` decodes it."""
    subject = (certificate or {}).get("subject", ())
    return {value for part in subject for name, value in part if name == "commonName"}
