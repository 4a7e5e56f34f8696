"""Counts for Prometheus. With several workers they are summed over the files in `PROMETHEUS_MULTIPROC_DIR`.

Labels only take values that a project bounds: its rules and events, our routes and statuses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ruleflow.service.state import Service, Status
from ruleflow.store.records import Record

MEDIA_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

Kind = TypeVar("Kind", bound=MetricWrapperBase)


class _ByLabels(dict[tuple[str, ...], Kind]):
    """The series of a metric by its labels; finding one here costs a tenth of what `labels` does."""

    def __init__(self, metric: Kind) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, labels: tuple[str, ...]) -> Kind:
        series = self._metric.labels(*labels)
        self[labels] = series
        return series


class Metrics:
    """What a worker counts."""

    def __init__(self, service: Service) -> None:
        self._registry = registry = CollectorRegistry()
        self._service = service
        self._requests = _ByLabels(
            Counter("ruleflow_requests", "Requests answered.", ["route", "status"], registry=registry)
        )
        self._seconds = _ByLabels(
            Histogram(
                "ruleflow_request_seconds",
                "From the first byte to the last of an answer.",
                ["route"],
                registry=registry,
                buckets=_BUCKETS,
            )
        )
        self._decisions = _ByLabels(
            Counter("ruleflow_decisions", "Decisions made.", ["project", "event"], registry=registry)
        )
        self._matched = _ByLabels(
            Counter("ruleflow_rules_matched", "Decisions that a rule acted in.", ["project", "rule"], registry=registry)
        )
        self._refused = _ByLabels(
            Counter("ruleflow_facts_refused", "Facts that were refused.", ["project"], registry=registry)
        )
        self.shed = Counter("ruleflow_decisions_unlogged", "Decisions answered without a log entry.", registry=registry)
        self.store_errors = Counter("ruleflow_store_errors", "Requests that the store failed.", registry=registry)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests[route, str(status)].inc()
        self._seconds[route,].observe(seconds)

    def decided(self, record: Record) -> None:
        """Count a decision."""
        project, matched = record.project, self._matched
        self._decisions[project, record.event].inc()
        for rule in record.matched:
            matched[project, rule].inc()

    def refused(self, project: str) -> None:
        """Count facts that were refused."""
        self._refused[project,].inc()

    def text(self) -> bytes:
        """Everything in Prometheus' text format: what all workers counted, and how the service fares."""
        told = CollectorRegistry()
        told.register(_Fares(self._service.status()))
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        else:
            counted = self._registry
        return generate_latest(counted) + generate_latest(told)


class _Fares(Collector):
    """How the service fares, as gauges; the same in every worker, so one tells it for all."""

    def __init__(self, status: Status) -> None:
        self._status = status

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        status = self._status
        projects = [one for one in status.projects if one.digest]
        yield _gauge(
            "ruleflow_project_info",
            "The version of a project that is served.",
            ["project", "digest"],
            [((one.name, one.digest), 1) for one in projects],
        )
        yield _gauge(
            "ruleflow_project_loaded_timestamp_seconds",
            "When that version was taken over.",
            ["project"],
            [((one.name,), one.loaded_at / 1e6) for one in projects],
        )
        yield _gauge(
            "ruleflow_change_refused",
            "1: the newest state of a project's source has errors and is not served.",
            ["project"],
            [((one.name,), int(one.refused is not None)) for one in status.projects],
        )
        for name, help_, value in (
            ("ruleflow_journal_bytes", "Bytes of decisions that are not in the store yet.", status.undrained_bytes),
            ("ruleflow_store_up", "1: the store answers.", int(not status.store_error)),
            ("ruleflow_workers", "Processes that decide.", status.workers),
        ):
            yield _gauge(name, help_, [], [((), value)])


def _gauge(
    name: str, help_: str, labels: Sequence[str], samples: Sequence[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, help_, labels=labels)
    for own, value in samples:
        found.add_metric(own, value)
    return found
