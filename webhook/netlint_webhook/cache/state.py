"""How the view of each kind stands, for readiness, verdicts, metrics and logs."""

from __future__ import annotations

import logging
import time
from enum import Enum

from netlint_webhook.cache.kinds import Kind
from netlint_webhook.logs import log
from netlint_webhook.metrics import Metrics


class Phase(Enum):
    """WAITING: not read yet. ABSENT: the cluster lacks the kind. DENIED: it may not be read."""

    WAITING = "waiting"
    SYNCED = "synced"
    ABSENT = "absent"
    DENIED = "denied"


class State:
    """One kind. `contact` is when the API server last said something, on the monotonic clock."""

    def __init__(self, kind: Kind, metrics: Metrics) -> None:
        self.kind = kind
        self.phase = Phase.WAITING
        self.contact = time.monotonic()
        self._failing = self._unreadable = False
        label = kind.label
        metrics.cache_synced.labels(label).set_function(lambda: float(self.is_known))
        self._last_event = metrics.cache_last_event.labels(label)
        self._relists = metrics.cache_relists
        self._said = ""

    @property
    def is_known(self) -> bool:
        """Whether the view has all objects of the kind, of which there may be none."""
        is_read = self.phase is Phase.SYNCED or self.phase is Phase.ABSENT
        return is_read and not self._unreadable

    def heard(self) -> None:
        """The API server has said something about the kind."""
        self.contact = time.monotonic()
        self._last_event.set(time.time())
        if self._failing:
            self._failing = False
            log("cluster view follows again", kind=self.kind.label)

    def lists(self, reason: str) -> None:
        """All objects are read again."""
        self._relists.labels(self.kind.label, reason).inc()
        log("cluster view lists", logging.DEBUG, kind=self.kind.label, reason=reason)

    def synced(self) -> None:
        """All objects are read."""
        if self.phase is not Phase.SYNCED:
            self.phase, self._said = Phase.SYNCED, ""
            log("cluster view has all objects", logging.DEBUG, kind=self.kind.label)

    def failed(self, error: Exception) -> None:
        """A call failed, which is said once until one goes well.

        For policies of another API nobody waits: their API server may be one of its own.
        """
        if self.kind.is_foreign and self.phase is Phase.WAITING:
            self.phase = Phase.DENIED
        if not self._failing:
            self._failing = True
            text = f"{type(error).__name__}: {error}"
            log("cluster view fails to follow", logging.WARNING, kind=self.kind.label, error=text)

    def unreadable(self, name: str, error: Exception) -> None:
        """An object made us stumble: the others are in view, but what is missing isn't known."""
        if not self._unreadable:
            self._unreadable = True
            text = f"{type(error).__name__}: {error}"
            label = self.kind.label
            log("object not understood", logging.ERROR, kind=label, name=name, error=text)

    def unavailable(self, phase: Phase, error: Exception) -> None:
        """The kind is missing or forbidden, which is said once.

        Nothing is awaited then: a definition that was removed must not look like a stale view.
        """
        self.contact = time.monotonic()
        self._last_event.set(0)
        if self.phase is not phase or self._said != str(error):
            self._said = str(error)
            self.phase = phase
            _tell(self.kind, phase, error)


def _tell(kind: Kind, phase: Phase, error: Exception) -> None:
    if phase is Phase.DENIED:
        what = kind.collection.rpartition("/")[2] or f"{kind.kind} objects"
        right = f"list and watch on {what} of API group {kind.group or 'core'}"
        text = str(error)
        log("cluster view is partial", logging.WARNING, kind=kind.label, grant=right, error=text)
    else:
        log("the cluster doesn't have this kind", logging.DEBUG, kind=kind.label)
