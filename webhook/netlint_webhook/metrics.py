"""What Prometheus reads. No label holds a namespace: their number has no bound."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)


class Metrics:
    """The metrics of one process; each has its own registry, so that tests don't share any."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._admission()
        self._cache()
        self._files()

    def _admission(self) -> None:
        self.requests = Counter(
            "netlint_admission_requests_total",
            "Reviews that were answered.",
            ("endpoint", "operation", "decision", "dry_run"),
            registry=self.registry,
        )
        self.duration = Histogram(
            "netlint_admission_duration_seconds",
            "From the first byte of a request to its answer.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.inflight = Gauge(
            "netlint_admission_inflight", "Requests under way.", registry=self.registry
        )
        self.rejected = Counter(
            "netlint_admission_rejected_total",
            "Requests that were no review, or came at a bad time.",
            ("reason",),
            registry=self.registry,
        )
        self.findings = Counter(
            "netlint_findings_total",
            "Findings by rule and by what became of them.",
            ("rule", "action"),
            registry=self.registry,
        )
        self.rule_failures = Counter(
            "netlint_rule_failures_total",
            "Rules that said nothing: they crashed, or the time was over.",
            ("rule", "reason"),
            registry=self.registry,
        )

    def _cache(self) -> None:
        self.cache_objects = Gauge(
            "netlint_cache_objects", "Objects in the cache.", ("kind",), registry=self.registry
        )
        self.cache_synced = Gauge(
            "netlint_cache_synced",
            "1 once all objects of a kind were read.",
            ("kind",),
            registry=self.registry,
        )
        self.cache_last_event = Gauge(
            "netlint_cache_last_event_timestamp_seconds",
            "When the API server last said something about a kind.",
            ("kind",),
            registry=self.registry,
        )
        self.cache_relists = Counter(
            "netlint_cache_relists_total",
            "How often all objects of a kind were read again.",
            ("kind", "reason"),
            registry=self.registry,
        )

    def _files(self) -> None:
        self.not_after = Gauge(
            "netlint_certificate_not_after_seconds",
            "When the serving certificate ends, as a Unix time.",
            registry=self.registry,
        )
        self.certificate_failures = Counter(
            "netlint_certificate_reload_failures_total",
            "New certificates that could not be loaded.",
            registry=self.registry,
        )
        self.certificate_refused = Gauge(
            "netlint_certificate_refused",
            "1 while the certificate that is there now can't be loaded, and the old one serves.",
            registry=self.registry,
        )
        self.config_generation = Gauge(
            "netlint_config_generation",
            "How many configurations have been loaded.",
            registry=self.registry,
        )
        self.config_failures = Counter(
            "netlint_config_reload_failures_total",
            "New configurations that could not be loaded.",
            registry=self.registry,
        )
        self.config_refused = Gauge(
            "netlint_config_refused",
            "1 while the configuration that is there now can't be loaded, and the old one counts.",
            registry=self.registry,
        )

    def text(self) -> bytes:
        """The metrics as Prometheus reads them."""
        return generate_latest(self.registry)
