"""Keeps certificates in two Secrets, and their CA in a webhook configuration."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from netlint_rules.record import dataclass
from netlint_webhook.certs.plan import Data, Held
from netlint_webhook.certs.store import ConflictError
from netlint_webhook.connecting import Cluster, ConnectionFailedError

MANAGER = "netlint-webhook-certs"
_SECONDS = 30
_TYPE = "kubernetes.io/tls"
_ISSUED = "cert-manager.io/certificate-name"
_INJECTED = ("cert-manager.io/inject-ca-from", "cert-manager.io/inject-ca-from-secret")

Body = dict[str, Any]


class RefusedError(Exception):
    """The cluster doesn't let us: who we are or what we may do is wrong."""


class SetupError(Exception):
    """Something that has to be there isn't, or belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class Places:
    """Names of the objects."""

    namespace: str
    service: str
    secret: str
    ca_secret: str
    webhook: str


class ClusterStore:
    """The objects of a cluster. Besides the Store's errors all methods raise those above."""

    def __init__(self, cluster: Cluster, places: Places) -> None:
        from kubernetes import client

        self._secrets: Any = client.CoreV1Api(cluster.api)
        self._webhooks: Any = client.AdmissionregistrationV1Api(cluster.api)
        self._places = places
        self._read: dict[str, Body | None] = {}
        self._configuration: Body | None = None

    def read(self) -> Held:
        """What there is; a Secret that isn't there is like an empty one."""
        serving, authority = map(self._data, (self._places.secret, self._places.ca_secret))
        self._configuration = self._find_configuration()
        return Held(serving, authority, [_bundle(entry) for entry in self._entries()])

    def write_authority(self, data: Data) -> str:
        return self._write(self._places.ca_secret, data)

    def write_serving(self, data: Data) -> str:
        return self._write(self._places.secret, data)

    def publish(self, bundle: bytes) -> str:
        """Patch each webhook of the configuration that calls the Service."""
        stale = [entry["name"] for entry in self._entries() if _bundle(entry) != bundle]
        if self._configuration is None or not stale:
            return ""
        text = b64encode(bundle).decode()
        body = {
            "metadata": {"resourceVersion": self._configuration["metadata"]["resourceVersion"]},
            "webhooks": [{"name": name, "clientConfig": {"caBundle": text}} for name in stale],
        }
        with _explained(f"patch {self._shown}"):
            self._webhooks.patch_validating_webhook_configuration(
                self._places.webhook, body, field_manager=MANAGER, **_RAW
            )
        return f"caBundle of {self._shown}"

    def check(self) -> None:
        """Raises SetupError unless the configuration is there and calls the Service."""
        if self._configuration is None:
            raise SetupError(
                f"{self._shown} is missing: apply it, then run this again to give it the caBundle"
            )
        if not self._entries():
            service = f"{self._places.namespace}/{self._places.service}"
            raise SetupError(f"no webhook in {self._shown} calls the Service {service}")

    @property
    def _shown(self) -> str:
        return f"ValidatingWebhookConfiguration {self._places.webhook}"

    def _find_configuration(self) -> Body | None:
        found = _get(
            f"get {self._shown}",
            self._webhooks.read_validating_webhook_configuration,
            self._places.webhook,
        )
        _refuse_foreign(found, _INJECTED, self._shown)
        return found

    def _entries(self) -> list[Body]:
        """The webhooks that call the Service."""
        wanted = self._places.namespace, self._places.service
        listed = (self._configuration or {}).get("webhooks") or []
        return [entry for entry in listed if _service(entry) == wanted]

    def _data(self, name: str) -> dict[str, bytes]:
        shown = self._secret(name)
        found = _get(
            f"get {shown}", self._secrets.read_namespaced_secret, name, self._places.namespace
        )
        _refuse_foreign(found, (_ISSUED,), shown)
        self._read[name] = found
        data = (found or {}).get("data") or {}
        return {key: b64decode(text) for key, text in data.items()}

    def _secret(self, name: str) -> str:
        return f"Secret {self._places.namespace}/{name}"

    def _write(self, name: str, data: Data) -> str:
        """Replace a Secret as it was read, or create it."""
        encoded = {key: b64encode(text).decode() for key, text in data.items()}
        body, namespace, shown = self._read[name], self._places.namespace, self._secret(name)
        if body is not None:
            with _explained(f"update {shown}"):
                self._secrets.replace_namespaced_secret(
                    name, namespace, body | {"data": encoded}, field_manager=MANAGER, **_RAW
                )
            return shown
        with _explained(f"create {shown}, which is missing (apply it empty, or allow that)"):
            self._secrets.create_namespaced_secret(
                namespace, _fresh(name, encoded), field_manager=MANAGER, **_RAW
            )
        return shown


_RAW: dict[str, Any] = {"_preload_content": False, "_request_timeout": _SECONDS}


def _fresh(name: str, data: dict[str, str]) -> Body:
    labels = {"app.kubernetes.io/managed-by": MANAGER}
    return {"metadata": {"name": name, "labels": labels}, "type": _TYPE, "data": data}


def _service(entry: Body) -> tuple[str, str] | None:
    service = entry["clientConfig"].get("service")
    return (service["namespace"], service["name"]) if service else None


def _bundle(entry: Body) -> bytes:
    return b64decode(entry["clientConfig"].get("caBundle") or "")


def _refuse_foreign(found: Body | None, annotations: tuple[str, ...], shown: str) -> None:
    held = ((found or {}).get("metadata") or {}).get("annotations") or {}
    for name in annotations:
        if name in held:
            raise SetupError(
                f"{shown} is cert-manager's ({name}: {held[name]}): use that or this, not both"
            )


def _get(action: str, call: Callable[..., Any], *names: str) -> Body | None:
    """An object as JSON, None where there is none."""
    from kubernetes.client.exceptions import ApiException

    with _explained(action):
        try:
            answer = call(*names, **_RAW)
        except ApiException as error:
            if error.status == 404:
                return None
            raise
        return dict(json.loads(answer.data))


@contextmanager
def _explained(action: str) -> Iterator[None]:
    """Turn the client's errors into ours."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        raise _meaning(error, action) from None
    except HTTPError as error:
        reason = " ".join(str(getattr(error, "reason", None) or error).split())
        raise ConnectionFailedError(f"can't {action}: {reason}") from None


def _meaning(error: Any, action: str) -> Exception:
    said = _message(error)
    if error.status == 409:
        return ConflictError(said)
    if error.status in (401, 403):
        return RefusedError(f"may not {action}: {said}")
    if error.status in (404, 422):
        return SetupError(f"can't {action}: {said}")
    return ConnectionFailedError(f"can't {action}: {said}")


def _message(error: Any) -> str:
    """What the API server said, else the status."""
    try:
        said = json.loads(error.body)["message"]
    except (ValueError, TypeError, KeyError):
        said = f"{error.status} {error.reason}"
    return " ".join(str(said).split())
