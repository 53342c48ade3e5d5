"""What becomes of connections that nobody wants any more."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl

import httpcore
import pytest

from netlint_webhook.cache.network import Backend


@pytest.mark.parametrize("patience", [0.2, None])
def test_a_handshake_that_is_given_up_closes_its_connection(patience: float | None) -> None:
    """The other side accepts and says nothing; the caller is cancelled, or the time is over."""

    async def give_up(port: int) -> None:
        stream = await Backend().connect_tcp("127.0.0.1", port)
        context = ssl.create_default_context()
        with pytest.raises((TimeoutError, httpcore.ConnectTimeout)):
            async with asyncio.timeout(0.2 if patience is None else 10):
                await stream.start_tls(context, "localhost", timeout=patience)
        await asyncio.sleep(0)

    with socket.create_server(("127.0.0.1", 0)) as server:
        asyncio.run(give_up(server.getsockname()[1]))
        peer, _ = server.accept()
        with peer:
            peer.settimeout(5)
            while peer.recv(4096):
                pass
    gc.collect()
