"""How the commands connect to a cluster.

With `--kubeconfig` or `--context`: as that file says. Otherwise as the pod's ServiceAccount, and
outside of a cluster as kubectl would.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from yaml import YAMLError

from netlint_rules.record import dataclass

_MOUNTED_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class ConnectionFailedError(Exception):
    """The cluster can't be reached, in one line for the user."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """`api`: a `kubernetes.client.ApiClient`. `namespace`: that of the pod or of the context."""

    api: Any
    namespace: str


def add_arguments(group: argparse._ArgumentGroup) -> None:
    """Add `--kubeconfig` and `--context`."""
    group.add_argument("--kubeconfig", metavar="FILE", help="connect as this file says")
    group.add_argument("--context", metavar="NAME", help="with this context of the kubeconfig")


def connect(kubeconfig: str | None = None, context: str | None = None) -> Cluster:
    """A client with the address, the CA and the credentials of a cluster; no call is made.

    Raises ConnectionFailedError.
    """
    try:
        from kubernetes.config import ConfigException
    except ImportError:
        raise ConnectionFailedError(
            "the cluster's client is missing: pip install 'kube-netlint[webhook,cluster]'"
        ) from None
    inside = bool(os.environ.get("KUBERNETES_SERVICE_HOST"))
    try:
        if inside and not kubeconfig and not context:
            return _as_pod()
        return _as_user(kubeconfig, context)
    except (ConfigException, YAMLError, OSError, TypeError) as error:
        # TypeError is what the client makes of a file that holds no mapping.
        reason = " ".join(str(error).split())
        raise ConnectionFailedError(f"{kubeconfig or 'the cluster'}: {reason}") from None


def _as_pod() -> Cluster:
    from kubernetes import client, config

    settings = client.Configuration()
    config.load_incluster_config(  # type: ignore[no-untyped-call]
        client_configuration=settings
    )
    namespace = _MOUNTED_NAMESPACE.read_text().strip() if _MOUNTED_NAMESPACE.exists() else ""
    return Cluster(client.ApiClient(settings), namespace or "default")


def _as_user(kubeconfig: str | None, context: str | None) -> Cluster:
    from kubernetes import config

    listed = config.list_kube_config_contexts(kubeconfig)  # type: ignore[no-untyped-call]
    contexts, active = listed
    named = {each["name"]: each for each in contexts}
    chosen = named.get(context, active) if context else active
    api = config.new_client_from_config(  # type: ignore[no-untyped-call]
        kubeconfig, context, persist_config=False
    )
    return Cluster(api, chosen["context"].get("namespace") or "default")
