"""Address and credentials of an API server.

A pod's own need no library: the client of Kubernetes would take 10 MB of the memory of a webhook.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netlint_rules.record import dataclass
from netlint_webhook.connecting import ConnectionFailedError, connect

MOUNTED = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet puts the token and the CA."""
_REREAD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Access:
    """`authorization` gives the header's value, empty for none; it may read files or run programs.

    `tls` makes a context of the files as they are now.
    """

    url: str
    authorization: Callable[[], str]
    tls: Callable[[], ssl.SSLContext]
    proxy: str = ""
    server_name: str = ""


def find(kubeconfig: str | None, context: str | None) -> Access:
    """As the pod that this is; with a kubeconfig or a context, or elsewhere, as kubectl would.

    Raises ConnectionFailedError.
    """
    host = os.environ.get("KUBERNETES_SERVICE_HOST", "")
    if host and not (kubeconfig or context):
        return of_pod(host, os.environ.get("KUBERNETES_SERVICE_PORT", "443"), MOUNTED)
    return of_configuration(connect(kubeconfig, context).api.configuration)


def of_pod(host: str, port: str, folder: Path) -> Access:
    """With the token and the CA that the kubelet mounts in a folder, and renews."""
    certificate, token = folder / "ca.crt", Token(folder / "token")
    try:
        token()
        certificate.read_bytes()
    except OSError as error:
        raise ConnectionFailedError(
            f"{error.filename}: {error.strerror}: does the pod mount its ServiceAccount's token?"
        ) from None
    name = f"[{host}]" if ":" in host else host
    return Access(
        f"https://{name}:{port}", token, lambda: ssl.create_default_context(cafile=certificate)
    )


def of_configuration(configuration: Any) -> Access:
    """With what a `kubernetes.client.Configuration` holds."""

    def authorization() -> str:
        settings = configuration.auth_settings()
        return str(settings["BearerToken"]["value"]) if "BearerToken" in settings else ""

    def tls() -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=configuration.ssl_ca_cert)
        if not configuration.verify_ssl:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if configuration.cert_file:
            context.load_cert_chain(configuration.cert_file, configuration.key_file)
        return context

    return Access(
        url=configuration.host,
        authorization=authorization,
        tls=tls,
        proxy=configuration.proxy or "",
        server_name=configuration.tls_server_name or "",
    )


class Token:
    """A mounted token as a header: the kubelet replaces it long before it expires."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._value = ""
        self._read_at = 0.0

    def __call__(self) -> str:
        """The header; the file is read anew each minute. Raises OSError."""
        now = time.monotonic()
        if not self._value or now - self._read_at > _REREAD_SECONDS:
            self._value, self._read_at = f"Bearer {self._path.read_text().strip()}", now
        return self._value
