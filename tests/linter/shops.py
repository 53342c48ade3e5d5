"""Repositories of manifests for the commands that ask about traffic."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.rules.questions.shop import CLOSED, SERVICE, pod

PODS = pod("api") + pod("web") + pod("db", kind="StatefulSet", port=5432) + SERVICE
OPEN = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: allow-same-namespace, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {}}]
"""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def environments(folder: Path) -> Path:
    """Two environments: only in staging may every pod of the shop reach the database."""
    return write(folder, {"prod/all.yaml": PODS + CLOSED, "staging/all.yaml": PODS + CLOSED + OPEN})


def overlays(folder: Path) -> Path:
    """A base without namespace, in two overlays: only `open` has the policy that opens it."""
    return write(
        folder,
        {
            "base/all.yaml": (PODS + CLOSED).replace(", namespace: shop", ""),
            "base/kustomization.yaml": "resources: [all.yaml]\n",
            "overlays/closed/kustomization.yaml": "namespace: shut\nresources: [../../base]\n",
            "overlays/open/kustomization.yaml": (
                "namespace: free\nresources: [../../base, extra.yaml]\n"
            ),
            "overlays/open/extra.yaml": OPEN.removeprefix("---\n").replace(", namespace: shop", ""),
        },
    )


def variants(folder: Path) -> Path:
    """The same objects rendered twice, in one folder: only the second one has policies."""
    return write(folder, {"install.yaml": PODS, "install-closed.yaml": PODS + CLOSED})


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, without the user's own configuration."""
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def commit(folder: Path, message: str) -> None:
    """Commit everything in a folder, which becomes a repository if it is none."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
