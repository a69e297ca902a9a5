"""What a process counts of its work, in the text form that Prometheus reads.

Each process counts its own requests and keeps its own answers. The store counts by itself; it is
looked at when somebody asks, so that a kept answer costs nothing more.
"""

from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Histogram,
    Metric,
    generate_latest,
)
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector
from starlette.routing import Mount, Route
from starlette.types import Scope

from app.http.cache import AnswerStore
from app.store.sqlite.database import DatabaseUnavailable
from app.store.sqlite.snapshot import ServedDatabase

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

UNMATCHED = "unmatched"
"""Stands for the route of a request that was refused before it came to one."""

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Metrics:
    """The metrics of one application."""

    def __init__(self, database: ServedDatabase, store: AnswerStore) -> None:
        """Take what is looked at whenever the metrics are asked for."""
        self._registry = CollectorRegistry()
        self._registry.register(_StoreCollector(store))
        self._registry.register(_DataCollector(database))
        self._duration = Histogram(
            "readout_request_duration_seconds",
            "Requests and how long they took, by route, method and status. Not among them are"
            " those that got a kept answer: readout_store_hits_total counts these.",
            ["route", "method", "status"],
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._counted: dict[tuple[str, str, int], Histogram] = {}

    def count(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        # The labels are few, whatever clients send.
        labels = (_route(scope), method if method in _METHODS else "other", status)
        counted = self._counted.get(labels)
        if counted is None:
            counted = self._counted[labels] = self._duration.labels(*labels)
        counted.observe(seconds)

    def text(self) -> bytes:
        """Return all metrics as they stand."""
        return generate_latest(self._registry)


def _route(scope: Scope) -> str:
    if "route" in scope:
        return str(scope["route"].path)
    # Not all kinds of routes leave themselves behind, but all leave what they lead to.
    endpoint = scope.get("endpoint")
    for route in scope["app"].routes if endpoint else ():
        if isinstance(route, Mount) and route.app is endpoint:
            return f"{route.path}/{{path}}"
        if isinstance(route, Route) and route.endpoint is endpoint:
            return route.path
    return UNMATCHED


class _StoreCollector(Collector):
    def __init__(self, store: AnswerStore) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        store = self._store
        yield GaugeMetricFamily(
            "readout_store_answers", "Finished answers that are kept now.", len(store)
        )
        yield GaugeMetricFamily(
            "readout_store_bytes", "Memory that the kept answers take.", store.bytes
        )
        yield GaugeMetricFamily(
            "readout_store_bytes_most",
            "Memory that kept answers may take, as READOUT_STORE_BYTES says; 0 keeps none.",
            store.bytes_most,
        )
        yield CounterMetricFamily(
            "readout_store_hits",
            "Requests that got a kept answer, or the word that it has not changed. No other metric"
            " counts them.",
            store.hits,
        )
        yield CounterMetricFamily(
            "readout_store_misses",
            "Requests for data for which no answer was kept, refused ones included."
            " readout_request_duration_seconds counts them, too.",
            store.misses,
        )
        yield CounterMetricFamily(
            "readout_store_evictions",
            "Kept answers that made room for others. Those dropped because the data changed are"
            " not counted.",
            store.evictions,
        )


class _DataCollector(Collector):
    def __init__(self, database: ServedDatabase) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        revision = None
        try:
            with self._database.snapshot() as snapshot:
                revision = snapshot.revision
        except DatabaseUnavailable:
            pass  # That is what is told.
        yield GaugeMetricFamily(
            "readout_ready",
            "Whether the data can be served: 1 or 0. /readyz tells why not.",
            int(revision is not None),
        )
        served = InfoMetricFamily(
            "readout_revision", "The revision being served; absent while there is none."
        )
        if revision is not None:
            served.add_metric([], {"revision": revision})
        yield served
