"""A small API server in this process: it keeps objects of any kind, and fails when it is told to.

The real one is in tests/integration; this one can be made to behave as it rarely does.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Body = dict[str, Any]
EXPIRED = {"kind": "Status", "code": 410, "reason": "Expired", "message": "too old"}


def status(code: int, message: str = "", **details: object) -> Body:
    return {"kind": "Status", "code": code, "message": message, **details}


class FakeApi:
    """Collections by path. `queries` are those that came, `refusals` what answers the next ones.

    `streams`: whether it knows the streaming list, and `says_end` its end. `mute`:
    watches send nothing, nor do they end.
    """

    def __init__(self) -> None:
        self.version = 100
        self.oldest = 0
        self.objects: dict[str, dict[tuple[str, str], Body]] = defaultdict(dict)
        self.pages: dict[tuple[str, int], list[Body]] = {}
        self.events: dict[str, list[tuple[int, Body]]] = defaultdict(list)
        self.queries: dict[str, list[dict[str, str]]] = defaultdict(list)
        self.headers: list[dict[str, str]] = []
        self.refusals: dict[str, deque[tuple[int, Body]]] = defaultdict(deque)
        self.errors: dict[str, deque[Body]] = defaultdict(deque)
        self.discovery: dict[str, Body] = {}
        self.streams = False
        self.says_end = True
        self.mute = False
        self.stopping = False
        self.changed = threading.Condition()

    def put(self, path: str, body: Body) -> None:
        self._change(path, body, "MODIFIED" if _key(body) in self.objects[path] else "ADDED")

    def drop(self, path: str, body: Body) -> None:
        self._change(path, body, "DELETED")

    def compact(self) -> None:
        """Forget which changes there were."""
        with self.changed:
            self.oldest = self.version
            self.changed.notify_all()

    def expire(self) -> None:
        """Forget as well which changes the watches have seen."""
        with self.changed:
            self.version += 1
        self.compact()

    def bookmark(self, path: str) -> None:
        """Tell the watches of a collection the version of all collections."""
        self._send(path, "BOOKMARK", {"metadata": {"resourceVersion": str(self.version)}})

    def error(self, path: str, body: Body) -> None:
        """End the watch of a collection by an event."""
        with self.changed:
            self.errors[path].append(body)
            self.changed.notify_all()

    def watches(self, path: str) -> list[dict[str, str]]:
        """The queries of watches, streaming lists left out."""
        return [q for q in self.queries[path] if "watch" in q and "sendInitialEvents" not in q]

    def lists(self, path: str) -> list[dict[str, str]]:
        """The queries of lists without those of further pages."""
        return [q for q in self.queries[path] if "watch" not in q and "continue" not in q]

    def _change(self, path: str, body: Body, kind: str) -> None:
        with self.changed:
            self.version += 1
            metadata = {**body["metadata"], "resourceVersion": str(self.version)}
            kept = {**body, "metadata": metadata}
            if kind == "DELETED":
                self.objects[path].pop(_key(body), None)
            else:
                self.objects[path][_key(body)] = kept
        self._send(path, kind, kept)

    def _send(self, path: str, kind: str, body: Body) -> None:
        with self.changed:
            self.events[path].append((self.version, {"type": kind, "object": body}))
            self.changed.notify_all()


def _key(body: Body) -> tuple[str, str]:
    return body["metadata"].get("namespace", ""), body["metadata"]["name"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: FakeApi

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        url, api = urlsplit(self.path), self.api
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        api.queries[url.path].append(query)
        api.headers.append({name.lower(): value for name, value in self.headers.items()})
        if api.refusals[url.path]:
            self._answer(*api.refusals[url.path].popleft())
        elif url.path in api.discovery:
            self._answer(200, api.discovery[url.path])
        elif url.path not in api.objects:
            self._answer(404, status(404, "not found"))
        elif "sendInitialEvents" in query and not api.streams:
            self._answer(422, status(422, "sendInitialEvents is forbidden"))
        elif "watch" in query:
            self._watch(url.path, query)
        else:
            self._list(url.path, query)

    def _list(self, path: str, query: dict[str, str]) -> None:
        """A page of the list as it was when its first page was asked for."""
        api, (given, _, begin) = self.api, query.get("continue", "").partition(":")
        with api.changed:
            version = int(given or api.version)
            if not given:
                api.pages[path, version] = sorted(api.objects[path].values(), key=_key)
            items = api.pages[path, version]
        first, limit = int(begin or 0), int(query.get("limit", len(items)))
        metadata: Body = {"resourceVersion": str(version)}
        if len(items) > first + limit:
            metadata["continue"] = f"{version}:{first + limit}"
        self._answer(200, {"metadata": metadata, "items": items[first : first + limit]})

    def _watch(self, path: str, query: dict[str, str]) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            since = int(query.get("resourceVersion", 0))
            if "sendInitialEvents" in query:
                since = self._initial(path)
            self._follow(path, since, query)
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def _initial(self, path: str) -> int:
        """Send every object, and where that ends; the version at which they were these."""
        with self.api.changed:
            version = self.api.version
            events = [{"type": "ADDED", "object": o} for o in self.api.objects[path].values()]
        metadata: Body = {"resourceVersion": str(version)}
        metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        if self.api.says_end:
            events.append({"type": "BOOKMARK", "object": {"metadata": metadata}})
        self._chunk(b"".join(json.dumps(event).encode() + b"\n" for event in events))
        return version

    def _follow(self, path: str, since: int, query: dict[str, str]) -> None:
        api, end = self.api, time.monotonic() + float(query["timeoutSeconds"])
        sent = sum(1 for version, _ in api.events[path] if version <= since)
        while not api.stopping and (api.mute or time.monotonic() < end):
            with api.changed:
                if since < api.oldest:
                    self._send_event({"type": "ERROR", "object": EXPIRED})
                    return
                if api.errors[path]:
                    self._send_event({"type": "ERROR", "object": api.errors[path].popleft()})
                    return
                events = [] if api.mute else api.events[path][sent:]
                if not events:
                    api.changed.wait(0.05)
            for version, event in events:
                sent, since = sent + 1, max(since, version)
                self._send_event(event)

    def _send_event(self, event: Body) -> None:
        self._chunk(json.dumps(event).encode() + b"\n")

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _answer(self, code: int, body: Body) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Say nothing of connections that fail."""


@contextmanager
def serving(pair: tuple[Path, Path] | None = None) -> Iterator[tuple[FakeApi, str]]:
    """A fake API server and its address, until the block ends; a pair of files for TLS."""
    api = FakeApi()
    handler = type("Handler", (_Handler,), {"api": api})
    server = _Server(("127.0.0.1", 0), handler)
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield api, f"http://127.0.0.1:{server.server_port}"
    finally:
        api.stopping = True
        server.shutdown()
        thread.join()
        server.server_close()
