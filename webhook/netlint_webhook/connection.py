"""One HTTP connection: what uvicorn leaves without a bound gets one here."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from netlint_webhook.listening import Limits
from netlint_webhook.tls import common_names

_HEAD_BYTES = 64 * 1024
_PATIENCE = 3
_GOODBYE_SECONDS = 1.0


class BoundedProtocol(HttpToolsProtocol):
    """Ends connections whose request takes too long, or whose client isn't welcome.

    A fresh connection may stay idle as long as a used one: Go opens some in advance and keeps
    them. From its first byte on a head has `head_seconds`. The body is timed by its reader; the
    longer time here is for what still comes in after an early answer.
    """

    limits: ClassVar[Limits]
    client_names: ClassVar[frozenset[str]]

    _timer: asyncio.TimerHandle | None = None
    _in_head = False
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        names = common_names(transport.get_extra_info("peercert"))
        if self.client_names and names.isdisjoint(self.client_names):
            transport.abort()
        else:
            self._arm(self.limits.idle_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > _HEAD_BYTES:
                self.transport.abort()
        elif self._timer is None and not self._is_answering():
            # Blank lines between requests begin none, but end uvicorn's own waiting.
            self._arm(self.limits.idle_seconds)

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._arm(self.limits.head_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._arm(self.limits.body_seconds * _PATIENCE)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._disarm()
        super().on_message_complete()

    def shutdown(self) -> None:
        """Close the connection when it is idle; not every client says goodbye in turn."""
        super().shutdown()
        if self.transport.is_closing():
            self._arm(_GOODBYE_SECONDS)

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = getattr(self, "cycle", None)
        return cycle is not None and not cycle.response_complete

    def _arm(self, seconds: float) -> None:
        self._disarm()
        self._timer = self.loop.call_later(seconds, self.transport.abort)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def protocol_class(limits: Limits, client_names: Collection[str] = ()) -> type[BoundedProtocol]:
    """A protocol with these limits; `client_names` are the common names that may connect."""
    members = {"limits": limits, "client_names": frozenset(client_names)}
    return type("LimitedProtocol", (BoundedProtocol,), members)
