"""Figures for Prometheus; over all workers where ``PROMETHEUS_MULTIPROC_DIR`` is set, as ``rapporteur serve`` does."""

import os
from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from rag.types import Answer

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)


class Metrics:
    """Counters of one process; labels take values of the product's own only, so that no client can make new ones."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._requests = Counter("rapporteur_requests", "Requests", ["method", "route", "status"], registry=registry)
        self._latency = Histogram(
            "rapporteur_request_seconds", "From request to the end of its response", ["route"],
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._answers = Counter(
            "rapporteur_answers", "Answers by outcome, declines by reason", ["outcome", "reason", "degraded"],
            registry=registry,
        )  # fmt: skip
        self._statements = Counter("rapporteur_statements", "Statements shown", registry=registry)
        self._withheld = Counter("rapporteur_withheld", "Statements withheld", ["verdict"], registry=registry)
        self._stages = Histogram(
            "rapporteur_stage_seconds", "Time of an answer by stage", ["stage"], buckets=_SECONDS, registry=registry
        )
        self._open = Gauge(
            "rapporteur_requests_open", "Requests being served", multiprocess_mode="livesum", registry=registry
        )

    def opened(self) -> None:
        self._open.inc()

    def closed(self, method: str, route: str, status: int, seconds: float) -> None:
        self._open.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def answered(self, answer: Answer) -> None:
        reason = answer.decline.reason if answer.decline else ""
        self._answers.labels(answer.outcome, reason, str(answer.model.degraded).lower()).inc()
        self._statements.inc(len(answer.statements))
        for withheld in answer.withheld:
            self._withheld.labels(withheld.verdict).inc()
        for stage, spent in _stages(answer.timings_ms).items():
            self._stages.labels(stage).observe(spent / 1000)

    def text(self) -> bytes:
        """In Prometheus's text format."""
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            gathered = CollectorRegistry()
            MultiProcessCollector(gathered)  # type: ignore[no-untyped-call]
            return generate_latest(gathered)
        return generate_latest(self._registry)


def _stages(timings: Mapping[str, float]) -> dict[str, Any]:
    return {stage: timings[stage] for stage in ("retrieve", "model", "ground", "total") if stage in timings}
