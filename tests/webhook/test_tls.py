"""Certificates that change under load, and clients that must show one."""

from __future__ import annotations

import shutil
import ssl
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from netlint_webhook.selfsigned import make_pair
from tests.webhook.process import (
    Load,
    Webhook,
    client,
    connect,
    post,
    running,
    trusting,
    wait_for,
)
from tests.webhook.reviews import GOOD_POLICY


class Mount:
    """A folder as the kubelet mounts a Secret: files behind a symlink that is swapped."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._count = 0

    def swap(self, source: Path) -> None:
        """Put the files of another folder in place, all at once."""
        self._count += 1
        version = self.folder / f"..version-{self._count}"
        shutil.copytree(source, version)
        fresh = self.folder / "..data_tmp"
        fresh.symlink_to(version.name)
        fresh.replace(self.folder / "..data")
        for path in version.iterdir():
            link = self.folder / path.name
            if not link.is_symlink():
                link.symlink_to(f"..data/{path.name}")
        shutil.rmtree(self.folder / f"..version-{self._count - 1}", ignore_errors=True)


def serial(webhook: Webhook, *certificates: Path) -> str:
    """The serial number of the certificate that is served."""
    for certificate in certificates:
        try:
            with connect(webhook, certificate) as connection:
                shown = connection.getpeercert()
                assert shown is not None
                return str(shown["serialNumber"])
        except ssl.SSLCertVerificationError:
            continue
    raise AssertionError("an unknown certificate")


def pairs(tmp_path: Path, count: int) -> list[Path]:
    """Folders with a pair each, every second one with an RSA key."""
    folders = [tmp_path / f"pair-{number}" for number in range(count)]
    for number, folder in enumerate(folders):
        folder.mkdir()
        make_pair(folder, f"server-{number}")
        if number % 2:
            _with_rsa(folder)
    return folders


def _with_rsa(folder: Path) -> None:
    """The same certificate for a new RSA key."""
    old = x509.load_pem_x509_certificate((folder / "tls.crt").read_bytes())
    key = rsa.generate_private_key(65537, 2048)
    builder = x509.CertificateBuilder(
        old.issuer, old.subject, key.public_key(), old.serial_number + 1
    )
    builder = builder.not_valid_before(old.not_valid_before_utc)
    builder = builder.not_valid_after(old.not_valid_after_utc)
    for extension in old.extensions:
        if not isinstance(extension.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(extension.value, extension.critical)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tls.key").write_bytes(text)
    (folder / "tls.crt").write_bytes(builder.sign(key, SHA256()).public_bytes(Encoding.PEM))


def test_rotation_under_load(tmp_path: Path) -> None:
    made = pairs(tmp_path, 6)
    certificates = [folder / "tls.crt" for folder in made]
    mount = Mount(tmp_path / "mount")
    mount.swap(made[0])
    served = set()
    with running(mount.folder) as webhook, Load(webhook, certificates) as load:
        served.add(serial(webhook, *certificates))
        for number, folder in enumerate(made[1:], 2):
            mount.swap(folder)
            webhook.entry("certificate loaded", number)
            served.add(serial(webhook, *certificates))
    assert load.failures == []
    assert len(served) == len(made)


def test_a_pair_that_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    first, second, third = pairs(tmp_path, 3)
    mount = Mount(tmp_path / "mount")
    mount.swap(first)
    shutil.copy(first / "tls.key", second / "tls.key")
    with running(mount.folder) as webhook, client(first / "tls.crt") as calls:
        mount.swap(second)
        webhook.entry("new certificate refused, the old one stays")
        assert webhook.metric("netlint_certificate_reload_failures_total") == 1
        assert post(webhook, calls, GOOD_POLICY)["allowed"] is True
        assert serial(webhook, first / "tls.crt")
        mount.swap(third)
        webhook.entry("certificate loaded", 2)
        assert serial(webhook, third / "tls.crt")


def test_an_ended_certificate_unreadies(tmp_path: Path) -> None:
    make_pair(tmp_path, lifetime=timedelta(minutes=1))
    with running(tmp_path) as webhook:
        answer = webhook.operations("/readyz")
        assert answer.status_code == 503
        assert answer.json()["certificate"] == {"valid": False}
        assert webhook.operations("/healthz").status_code == 200


@pytest.fixture
def callers(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with pairs for clients; each is its own CA."""
    first, second = tmp_path / "caller-1", tmp_path / "caller-2"
    for folder in (first, second):
        folder.mkdir()
        make_pair(folder, folder.name)
    return first, second


def calling(tls: Path, caller: Path | None) -> httpx.Client:
    context = trusting(tls / "tls.crt")
    if caller:
        context.load_cert_chain(caller / "tls.crt", caller / "tls.key")
    return httpx.Client(verify=context, trust_env=False)


def is_let_in(webhook: Webhook, tls: Path, caller: Path | None) -> bool:
    with calling(tls, caller) as calls:
        try:
            return bool(post(webhook, calls, GOOD_POLICY)["allowed"])
        except httpx.TransportError:
            return False


def test_clients_must_show_a_certificate_of_the_ca(
    tls: Path, callers: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = callers
    mount = Mount(tmp_path / "ca")
    mount.swap(first)
    with running(tls, "--client-ca", mount.folder / "tls.crt") as webhook:
        assert is_let_in(webhook, tls, first)
        assert not is_let_in(webhook, tls, second)
        assert not is_let_in(webhook, tls, None)
        mount.swap(second)
        webhook.entry("certificate loaded", 2)
        assert is_let_in(webhook, tls, second)
        assert not is_let_in(webhook, tls, first)


@pytest.mark.parametrize(("name", "expected"), [("caller-1", True), ("caller-2", False)])
def test_clients_must_have_the_name(
    tls: Path, callers: tuple[Path, Path], name: str, expected: bool
) -> None:
    authority = callers[0] / "tls.crt"
    with running(tls, "--client-ca", authority, "--client-name", name) as webhook:
        assert is_let_in(webhook, tls, callers[0]) is expected
        wait_for(lambda: webhook.operations("/healthz").status_code == 200)
