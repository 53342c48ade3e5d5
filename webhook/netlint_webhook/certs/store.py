"""Where certificates are kept, and how a plan gets there."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from netlint_rules.record import dataclass
from netlint_webhook.certs.plan import Data, Held, Plan, Terms, plan

_ATTEMPTS = 10
_PAUSE = 0.5


class ConflictError(Exception):
    """Somebody else changed the object between reading and writing; nothing was written."""


class Store(Protocol):
    """Keeps a CA and a serving pair. Each write raises ConflictError where it came too late."""

    def read(self) -> Held:
        """What there is now."""

    def write_authority(self, data: Data) -> str:
        """Keep the CA; returns where, for the user."""

    def publish(self, bundle: bytes, /) -> str:
        """Have the API server trust the bundle; returns where, empty where it did already."""

    def write_serving(self, data: Data) -> str:
        """Keep the serving pair; returns where, for the user."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done and why, in lines for the user; `plan` is how things stand now."""

    lines: tuple[str, ...]
    plan: Plan


def renew(
    store: Store, terms: Terms, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Outcome:
    """Bring a store to what is due.

    Each step is whole in itself and in an order that never leaves a serving pair whose CA isn't
    trusted, so that a run may end anywhere. Raises ConflictError where others never stop
    changing the store.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _renew(store, terms, clock())
        except ConflictError:
            if attempt == _ATTEMPTS:
                raise
            time.sleep(random.uniform(0, _PAUSE * attempt))
    raise AssertionError


def _renew(store: Store, terms: Terms, now: datetime) -> Outcome:
    held = store.read()
    due = plan(held, terms, now)
    places = [place for place in _steps(store, held, due) if place]
    lines = due.reasons if places else ()
    return Outcome((*lines, *(f"written: {place}" for place in places)), due)


def _steps(store: Store, held: Held, due: Plan) -> Iterator[str]:
    if due.authority != held.authority:
        yield store.write_authority(due.authority)
    yield store.publish(due.bundle)
    if due.serving != held.serving:
        yield store.write_serving(due.serving)


class FolderStore:
    """Files for people who keep them elsewhere: the serving pair, and the CA in a folder `ca`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Held:
        """The files as they are; none is like an empty one."""
        return Held(_read(self._folder), _read(self._folder / "ca"))

    def write_authority(self, data: Data) -> str:
        return _write(self._folder / "ca", data)

    def publish(self, _bundle: bytes) -> str:
        """Nobody to tell: `ca.crt` is for the user to publish."""
        return ""

    def write_serving(self, data: Data) -> str:
        return _write(self._folder, data)


def _read(folder: Path) -> dict[str, bytes]:
    files = [*folder.glob("*.crt"), *folder.glob("*.key")]
    return {path.name: path.read_bytes() for path in files}


def _write(folder: Path, data: Data) -> str:
    """Replace each file as a whole; keys are for the owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(data):
        fresh = folder / f".{name}"
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600 if name.endswith(".key") else 0o644)
        fresh.write_bytes(data[name])
        fresh.replace(folder / name)
    for gone in _read(folder).keys() - data.keys():
        (folder / gone).unlink()
    return str(folder)
