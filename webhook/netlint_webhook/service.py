"""From HTTP requests to verdicts: limits around the review, metrics and logs behind it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import NamedTuple

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from netlint_rules.record import dataclass
from netlint_webhook import protocol
from netlint_webhook.advice import advise
from netlint_webhook.cluster import ClusterView
from netlint_webhook.current import CurrentSettings
from netlint_webhook.limits import Gate, RejectedError, is_large, read_body
from netlint_webhook.listening import Limits
from netlint_webhook.logs import LOGGER, log
from netlint_webhook.metrics import Metrics
from netlint_webhook.modes import Mode
from netlint_webhook.protocol import AdmissionRequest, MalformedError, Operation
from netlint_webhook.respond import decision, respond
from netlint_webhook.review import review
from netlint_webhook.settings import Settings
from netlint_webhook.verdict import Verdict

_JSON = "application/json"
_SHARE = 0.9  # of the API server's patience; the rest is for the way back
_PATIENCE = 10.0
_LISTED = 50
_SAMPLE = {
    "podSelector": {"matchLabels": {"app": "api"}},
    "ingress": [{"from": [{"podSelector": {}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]}],
    "egress": [{"to": [{"namespaceSelector": {}}], "ports": [{"protocol": "UDP", "port": 53}]}],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A review with its verdict and the bytes that answer it."""

    request: AdmissionRequest
    verdict: Verdict
    data: bytes


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the API server gives up; `end` is on the monotonic clock."""

    end: float

    @staticmethod
    def of(request: Request, begin: float) -> Deadline:
        """Of a request that came at `begin`: the API server appends `?timeout=3s`."""
        return Deadline(begin + _patience(request.scope["query_string"]) * _SHARE)

    def over(self) -> bool:
        """Whether it is too late to go on."""
        return time.monotonic() > self.end

    def left(self) -> float:
        """The seconds until then."""
        return max(self.end - time.monotonic(), 0.0)


class Endpoint(NamedTuple):
    """A way to judge, and what metrics and logs call it."""

    name: str
    judge: Callable[[AdmissionRequest, ClusterView, Settings, Callable[[], bool]], Verdict]
    message: str


_VALIDATE = Endpoint("validate", review, "reviewed")
_ADVISE = Endpoint("advise", advise, "advised")


class Service:
    """Answers reviews. One for a process; its endpoints run on the event loop."""

    def __init__(
        self, cluster: ClusterView, settings: CurrentSettings, metrics: Metrics, limits: Limits
    ) -> None:
        self.cluster, self.settings, self.metrics = cluster, settings, metrics
        self.gate = Gate(limits)
        self.draining = False
        self._counter = cache(metrics.requests.labels)
        metrics.inflight.set_function(lambda: self.gate.inflight)
        # One thread: a second one would only take the interpreter away from small requests.
        self._apart = ThreadPoolExecutor(1, "large-bodies")

    def warm(self) -> None:
        """Load what the first request would load."""
        body = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": _SAMPLE}
        request = AdmissionRequest("", Operation.CREATE, "netlint-warm-up", "warm-up", new=body)
        review(request, self.cluster, self.settings.value, lambda: False)

    async def validate(self, request: Request) -> Response:
        """The endpoint for policies."""
        return await self._serve(request, _VALIDATE)

    async def advise(self, request: Request) -> Response:
        """The endpoint for what policies may break."""
        return await self._serve(request, _ADVISE)

    async def _serve(self, request: Request, endpoint: Endpoint) -> Response:
        begin = time.monotonic()
        try:
            with self.gate.request():
                answer = await self._answer(request, endpoint, Deadline.of(request, begin))
        except RejectedError as error:
            return self._rejected(error)
        except Exception as error:  # noqa: BLE001 - the failurePolicy decides, and we hear of it
            LOGGER.exception("review failed")
            return self._rejected(RejectedError(500, "internal", type(error).__name__))
        self._record(answer, endpoint, time.monotonic() - begin)
        return Response(answer.data, media_type=_JSON)

    async def _answer(self, request: Request, endpoint: Endpoint, deadline: Deadline) -> Answer:
        limits = self.gate.limits
        _check_media_type(request)
        if not is_large(request, limits):
            return self._judge(await read_body(request, limits), endpoint, deadline.over)
        with self.gate.large_body():
            data = await read_body(request, limits)
            loop = asyncio.get_running_loop()
            judging = loop.run_in_executor(self._apart, self._judge, data, endpoint, deadline.over)
            try:
                return await asyncio.wait_for(judging, deadline.left())
            except TimeoutError:
                raise RejectedError(503, "time", "the review took too long") from None

    def _judge(self, data: bytes, endpoint: Endpoint, expired: Callable[[], bool]) -> Answer:
        try:
            request = protocol.read(data)
        except MalformedError as error:
            raise RejectedError(400, "malformed", str(error)) from None
        settings = self.settings.value
        verdict = endpoint.judge(request, self.cluster, settings, expired)
        return Answer(request, verdict, orjson.dumps(respond(request, verdict, settings)))

    def _rejected(self, error: RejectedError) -> Response:
        self.metrics.rejected.labels(error.reason).inc()
        log("request rejected", logging.WARNING, reason=error.reason, error=str(error))
        headers = {"connection": "close"} if error.close else {}
        if error.status == 429:
            headers["retry-after"] = "1"
        content = orjson.dumps({"error": str(error)})
        return Response(content, error.status, headers, _JSON)

    def _record(self, answer: Answer, endpoint: Endpoint, seconds: float) -> None:
        request, verdict = answer.request, answer.verdict
        word = decision(verdict)
        dry_run = str(request.dry_run).lower()
        self._counter(endpoint.name, request.operation, word, dry_run).inc()
        self.metrics.duration.observe(seconds)
        for each in verdict.judged:
            self.metrics.findings.labels(each.finding.rule, each.action).inc()
        for crash in verdict.crashed:
            self.metrics.rule_failures.labels(crash.rule, "crashed").inc()
            log("rule crashed", logging.ERROR, rule=crash.rule, error=crash.message.split(":")[0])
            log("rule crashed with", logging.DEBUG, rule=crash.rule, error=crash.message)
        for rule in verdict.skipped:
            self.metrics.rule_failures.labels(rule, "time").inc()
        log(
            endpoint.message,
            uid=request.uid,
            operation=request.operation,
            namespace=request.namespace,
            name=request.name,
            dry_run=request.dry_run,
            decision=word,
            findings=[f"{each.finding.code}={each.action}" for each in verdict.judged[:_LISTED]],
            opened=len(verdict.opened) if verdict.opened_action is not Mode.OFF else 0,
            duration_ms=round(seconds * 1000, 3),
        )


@lru_cache(maxsize=64)
def _patience(query: bytes) -> float:
    """The seconds that a query gives; an API server always sends the same."""
    given = QueryParams(query).get("timeout", "")
    return protocol.seconds(given) or _PATIENCE


def _check_media_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    if given.partition(";")[0].strip().lower() != _JSON:
        raise RejectedError(415, "media-type", f"content-type must be {_JSON}, not {given!r}")
