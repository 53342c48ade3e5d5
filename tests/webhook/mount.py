"""A Secret in a pod, and what the pod's webhook shows of it."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Mapping
from pathlib import Path

from tests.webhook.process import Webhook, connect


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

    def put(self, files: Mapping[str, bytes]) -> None:
        """The same with contents."""
        source = self.folder.with_name(f"{self.folder.name}-source")
        source.mkdir()
        for name, content in files.items():
            (source / name).write_bytes(content)
        self.swap(source)
        shutil.rmtree(source)


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
