"""Keeps requests within their limits: bodies, seconds, how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect, Request

from netlint_webhook.listening import Limits


class RejectedError(Exception):
    """A request that is answered with an HTTP error, so that the failurePolicy decides."""

    def __init__(self, status: int, reason: str, message: str, *, close: bool = False) -> None:
        super().__init__(message)
        self.status, self.reason, self.close = status, reason, close


class Gate:
    """Counts the requests under way, and turns away what is too much at once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.inflight = 0
        self.large = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """One request. Raises RejectedError (429)."""
        if self.inflight >= self.limits.requests:
            raise RejectedError(429, "busy", f"more than {self.limits.requests} requests at once")
        self.inflight += 1
        try:
            yield
        finally:
            self.inflight -= 1

    @contextmanager
    def large_body(self) -> Iterator[None]:
        """One request with a large body. Raises RejectedError (429)."""
        if self.large >= self.limits.large:
            raise RejectedError(429, "busy", f"more than {self.limits.large} large bodies at once")
        self.large += 1
        try:
            yield
        finally:
            self.large -= 1


def is_large(request: Request, limits: Limits) -> bool:
    """Whether a body is to be handled apart; one of unknown length is. Raises RejectedError."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        return True
    if int(length) > limits.body:
        raise _too_large(limits)
    return int(length) > limits.small


async def read_body(request: Request, limits: Limits) -> bytes:
    """The whole body.

    Raises RejectedError: 408 for a slow one, 413 for one beyond the limit, 400 for a broken one.
    """
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(request, limits)
    except TimeoutError:
        text = f"the body took more than {limits.body_seconds:g} s"
        raise RejectedError(408, "slow", text, close=True) from None
    except ClientDisconnect:
        raise RejectedError(400, "truncated", "the body ended early", close=True) from None


async def _read(request: Request, limits: Limits) -> bytes:
    """All chunks; mostly there is one, and it is there."""
    chunks, size = [], 0
    async for chunk in request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > limits.body:
            raise _too_large(limits)
    return b"".join(chunks)


def _too_large(limits: Limits) -> RejectedError:
    return RejectedError(413, "too-large", f"the body has more than {limits.body} bytes")
