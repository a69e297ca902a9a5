"""What the service counts of its work, in the text form that Prometheus reads.

Each process counts its own requests and keeps its own answers; whichever is asked adds up what all
of them say (`app/http/multiprocess.py`). The store counts by itself, so that a kept answer costs
nothing more; `publish` passes its numbers on.
"""

from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector
from starlette.routing import Mount, Route
from starlette.types import Scope

from app.http.cache import AnswerStore
from app.http.multiprocess import metrics_of_all
from app.store.sqlite.database import DatabaseUnavailable
from app.store.sqlite.snapshot import ServedDatabase

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# Of several processes there are none, either.
disable_created_metrics()  # type: ignore[no-untyped-call]

UNMATCHED = "unmatched"
"""Stands for the route of a request that was refused before it came to one."""

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Metrics:
    """The metrics of one application."""

    def __init__(self, database: ServedDatabase, store: AnswerStore) -> None:
        """Take what is looked at whenever the metrics are asked for."""
        self._registry = CollectorRegistry()
        self._data = CollectorRegistry()
        self._data.register(_DataCollector(database))
        self._store = _StoreNumbers(store, self._registry)
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
        self.publish()
        return generate_latest(metrics_of_all(self._registry)) + generate_latest(self._data)

    def publish(self) -> None:
        """Pass on the numbers of this process's store, for whichever process is asked next."""
        self._store.publish()


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


class _StoreNumbers:
    """The numbers of a store as metrics, which follow it when they are published."""

    def __init__(self, store: AnswerStore, registry: CollectorRegistry) -> None:
        def gauge(name: str, documentation: str) -> Gauge:
            return Gauge(name, documentation, registry=registry, multiprocess_mode="livesum")

        self._store = store
        self._answers = gauge("readout_store_answers", "Finished answers that are kept now.")
        self._bytes = gauge("readout_store_bytes", "Memory that the kept answers take.")
        self._bytes_most = gauge(
            "readout_store_bytes_most",
            "Memory that kept answers may take, as READOUT_STORE_BYTES says for each process; 0"
            " keeps none.",
        )
        self._counters = {
            "hits": Counter(
                "readout_store_hits",
                "Requests that got a kept answer, or the word that it has not changed. No other"
                " metric counts them.",
                registry=registry,
            ),
            "misses": Counter(
                "readout_store_misses",
                "Requests for data for which no answer was kept, refused ones included."
                " readout_request_duration_seconds counts them, too.",
                registry=registry,
            ),
            "evictions": Counter(
                "readout_store_evictions",
                "Kept answers that made room for others. Those dropped because the data changed"
                " are not counted.",
                registry=registry,
            ),
        }
        self._published = dict.fromkeys(self._counters, 0)

    def publish(self) -> None:
        """Let the metrics say what the store says now."""
        self._answers.set(len(self._store))
        self._bytes.set(self._store.bytes)
        self._bytes_most.set(self._store.bytes_most)
        for name, counter in self._counters.items():
            counted = getattr(self._store, name)
            counter.inc(counted - self._published[name])
            self._published[name] = counted


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
