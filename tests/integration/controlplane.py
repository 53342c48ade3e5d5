"""A real API server with a real etcd: no kubelets and no controllers, as in envtest."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from netlint_webhook.selfsigned import make_pair
from netlint_webhook.tls import TlsFiles

WAIT = 60.0
ADMIN = "admin-token"
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")

_AUDITED = [{"group": "networking.k8s.io", "resources": ["networkpolicies"]}]
_AUDIT = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata", "resources": _AUDITED}, {"level": "None"}],
}


def environment(**more: str) -> dict[str, str]:
    """The environment for child processes: no proxies, no cluster and no CAs of this machine."""
    unset = {*_CA_VARIABLES, "KUBECONFIG", "KUBERNETES_SERVICE_HOST"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in unset and not name.lower().endswith("_proxy")
    }
    return kept | more


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(holds: Callable[[], bool], what: str, seconds: float = WAIT) -> None:
    """Wait until something holds; fails with `what` where it doesn't in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)


@dataclass
class Program:
    """A program that can be stopped and started again with the same arguments."""

    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    _file: IO[bytes] | None = None

    def start(self) -> None:
        self._file = self.log.open("ab")
        self.process = subprocess.Popen(
            self.command, stdout=self._file, stderr=subprocess.STDOUT, env=environment()
        )

    def stop(self, kill: bool = False) -> None:
        """End it; `kill`: as a crash would."""
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            try:
                self.process.wait(WAIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self._file is not None:
            self._file.close()
        self.process = self._file = None

    def tail(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-2000:]


@dataclass
class ControlPlane:
    """A running API server. `ca` signs its certificate; `folder` holds all its files."""

    folder: Path
    etcd: Program
    api_server: Program
    url: str
    etcd_url: str
    ca: Path
    _count: int = field(default=0)

    @staticmethod
    def at(folder: Path, api_server: Path, etcd: Path, *flags: str) -> ControlPlane:
        """A control plane on free ports, not started yet; `flags` are for the API server."""
        pair = make_pair(folder)
        _make_key(folder / "accounts.key")
        (folder / "tokens.csv").write_text(f"{ADMIN},admin,admin,system:masters\n")
        (folder / "audit.yaml").write_text(yaml.safe_dump(_AUDIT))
        store, serving = (f"http://127.0.0.1:{free_port()}", free_port())
        return ControlPlane(
            folder=folder,
            etcd=Program(_etcd(etcd, folder, store), folder / "etcd.log"),
            api_server=Program(
                [*_api_server(api_server, folder, store, serving, pair), *flags],
                folder / "api-server.log",
            ),
            url=f"https://127.0.0.1:{serving}",
            etcd_url=store,
            ca=pair.certificate,
        )

    def start(self) -> None:
        """Start both, and wait until the API server is ready."""
        self.etcd.start()
        self.api_server.start()
        self.wait_ready()

    def stop(self) -> None:
        """Stop both."""
        self.api_server.stop()
        self.etcd.stop(kill=True)

    def wait_ready(self) -> None:
        """Wait until the API server is ready."""

        def ready() -> bool:
            process = self.api_server.process
            assert process is None or process.poll() is None, self.api_server.tail()
            try:
                with self.client() as api:
                    return api.get("/readyz").status_code == 200
            except httpx.HTTPError:
                return False

        wait_for(ready, f"the API server is ready: {self.api_server.tail()}")

    def restart_api_server(self) -> None:
        """End the API server at once, and start it again."""
        self.api_server.stop(kill=True)
        self.api_server.start()
        self.wait_ready()

    def restart_etcd(self) -> None:
        """End etcd as a crash would, and start it again; its data stays."""
        self.etcd.stop(kill=True)
        self.etcd.start()
        self.wait_ready()

    def client(self, token: str = ADMIN, **options: Any) -> httpx.Client:
        """A client of the API with that bearer token."""
        return httpx.Client(
            base_url=self.url,
            verify=ssl.create_default_context(cafile=self.ca),
            headers={"authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=WAIT,
            **options,
        )

    def kubeconfig(self, token: str = ADMIN, server: str = "") -> Path:
        """A kubeconfig file for the bearer of a token; `server`: another way to the API."""
        self._count += 1
        path = self.folder / f"kubeconfig-{self._count}"
        cluster = {"server": server or self.url, "certificate-authority": str(self.ca)}
        context = {"cluster": "test", "user": "bearer"}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "test", "cluster": cluster}],
            "users": [{"name": "bearer", "user": {"token": token}}],
            "contexts": [{"name": "test", "context": context}],
            "current-context": "test",
        }
        path.write_text(yaml.safe_dump(content))
        return path

    def token(self, namespace: str, account: str) -> str:
        """A token of a ServiceAccount (TokenRequest)."""
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{account}/token"
        with self.client() as api:
            answer = api.post(path, json={"spec": {"expirationSeconds": 3600}})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["status"]["token"])

    def kubectl(
        self, *arguments: str | Path, stdin: str = "", config: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl, as the administrator unless `config` names another kubeconfig."""
        program = Path(sys.executable).with_name("kubectl")
        home = {"HOME": str(self.folder), "KUBECONFIG": str(config or self._admin)}
        return subprocess.run(
            [str(program), *map(str, arguments)],
            input=stdin,
            env=environment(**home),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def apply(self, *objects: Mapping[str, Any]) -> None:
        """Apply objects as the administrator; fails where one is refused."""
        content = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        ended = self.kubectl("apply", "-f", "-", stdin=json.dumps(content))
        assert ended.returncode == 0, ended.stderr

    @property
    def audit_log(self) -> Path:
        """The events of requests about NetworkPolicies, one on a line."""
        return self.folder / "audit.log"

    @property
    def _admin(self) -> Path:
        path = self.folder / "kubeconfig-1"
        return path if path.exists() else self.kubeconfig()


def _make_key(path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )


def _etcd(program: Path, folder: Path, url: str) -> list[str]:
    peer = f"http://127.0.0.1:{free_port()}"
    return [
        str(program),
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def _api_server(program: Path, folder: Path, store: str, port: int, pair: TlsFiles) -> list[str]:
    accounts = folder / "accounts.key"
    return [
        str(program),
        f"--etcd-servers={store}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        f"--cert-dir={folder}",
        f"--tls-cert-file={pair.certificate}",
        f"--tls-private-key-file={pair.key}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={accounts}",
        f"--service-account-signing-key-file={accounts}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        f"--audit-policy-file={folder / 'audit.yaml'}",
        f"--audit-log-path={folder / 'audit.log'}",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
    ]
