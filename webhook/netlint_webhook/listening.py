"""Where the service listens, and how much of anything it takes."""

from __future__ import annotations

from collections.abc import Collection

from netlint_rules.record import dataclass, field

STALE_AFTER = 120.0
"""Seconds of silence of the API server, which sends a bookmark a minute: one may be lost."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds: bytes, seconds and counts.

    An object and its predecessor are 3 MiB each at most. Bodies beyond `small` are read and
    judged apart, a few at once, so that small ones don't wait for them.
    """

    body: int = 7 * 1024 * 1024
    small: int = 32 * 1024
    body_seconds: float = 10.0
    head_seconds: float = 10.0
    idle_seconds: int = 100
    connections: int = 1000
    requests: int = 64
    large: int = 4


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how to listen. Port 0 is any free one. `advises`: for other objects as well.

    `drain_seconds` is how long requests are still served after the signal to stop: longer than
    the cluster takes to tell every API server that this replica is gone.
    """

    host: str = "0.0.0.0"
    port: int = 8443
    operations_host: str = "0.0.0.0"
    operations_port: int = 8080
    drain_seconds: float = 10.0
    reload_seconds: float = 5.0
    client_names: Collection[str] = ()
    advises: bool = False
    limits: Limits = field(default_factory=Limits)
