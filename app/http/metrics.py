"""The service's metrics, in Prometheus's text format.

Each process counts its own requests and caches its own answers; the process that is asked adds up
the numbers of all (`app/http/multiprocess.py`). The response cache counts by itself, so that a
cached answer costs nothing more; `publish` passes its numbers on.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

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

from app.http.cache import ResponseCache
from app.http.multiprocess import metrics_of_all

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

# The multiprocess mode has none, either.
disable_created_metrics()  # type: ignore[no-untyped-call] # prometheus_client has no types here.

UNMATCHED = "unmatched"
"""Stands for the route of a request that was refused before routing."""

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class Metrics:
    """The metrics of one application."""

    def __init__(self, revision: Callable[[], str | None], cache: ResponseCache) -> None:
        """Take what is read whenever the metrics are requested.

        `revision` returns the one being served, or None while there is none.
        """
        self._registry = CollectorRegistry()
        self._data = CollectorRegistry()
        self._data.register(_DataCollector(revision))
        self._cache = _CacheNumbers(cache, self._registry)
        self._duration = Histogram(
            "readout_request_duration_seconds",
            "Requests and how long they took, by route, method and status. Not among them are"
            " those that got a cached answer: readout_response_cache_hits_total counts these.",
            ["route", "method", "status"],
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._counted: dict[tuple[str, str, int], Histogram] = {}
        self._given_up = Counter(
            "readout_questions_given_up",
            "Questions to the database that took too long: on the event loop, after which they are"
            " asked again in a thread, and in a thread, after which the client gets 503.",
            ["where"],
            registry=self._registry,
        )
        self._refused = Counter(
            "readout_refused",
            "Connections and requests that the server refused before a request was understood, by"
            " status; 503 is a connection too many. No other metric counts them.",
            ["status"],
            registry=self._registry,
        )
        for where in ("loop", "thread"):
            self._given_up.labels(where)  # So that the series exists from the start.

    def count(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        # The labels are few, whatever clients send.
        labels = (_route(scope), method if method in _METHODS else "other", status)
        counted = self._counted.get(labels)
        if counted is None:
            counted = self._counted[labels] = self._duration.labels(*labels)
        counted.observe(seconds)

    def count_given_up(self, where: str) -> None:
        """Count a question that timed out: on the event `loop`, or in a `thread`."""
        self._given_up.labels(where).inc()

    def count_refused(self, status: int) -> None:
        """Count what was refused before a request was understood."""
        self._refused.labels(status).inc()

    def text(self, loaded_at: datetime | None = None) -> bytes:
        """Return all metrics as they stand; `loaded_at` is when the revision was loaded."""
        self.publish()
        loaded = CollectorRegistry()
        if loaded_at is not None:
            Gauge(
                "readout_revision_loaded_timestamp_seconds",
                "When the revision being served was loaded, in seconds since 1970; absent while"
                " that cannot be found out. Its age is time() less this.",
                registry=loaded,
            ).set(loaded_at.timestamp())
        return b"".join(map(generate_latest, (metrics_of_all(self._registry), self._data, loaded)))

    def publish(self) -> None:
        """Publish the numbers of this process, for any process that is asked for metrics."""
        self._cache.publish()


def _route(scope: Scope) -> str:
    if "route" in scope:
        return str(scope["route"].path)
    # Not all kinds of routes put themselves into the scope, but all put their endpoint there.
    endpoint = scope.get("endpoint")
    for route in scope["app"].routes if endpoint else ():
        if isinstance(route, Mount) and route.app is endpoint:
            return f"{route.path}/{{path}}"
        if isinstance(route, Route) and route.endpoint is endpoint:
            return route.path
    return UNMATCHED


class _CacheNumbers:
    """The numbers of a response cache as metrics, which `publish` updates."""

    def __init__(self, cache: ResponseCache, registry: CollectorRegistry) -> None:
        def gauge(name: str, documentation: str) -> Gauge:
            return Gauge(name, documentation, registry=registry, multiprocess_mode="livesum")

        self._cache = cache
        self._answers = gauge(
            "readout_response_cache_entries", "Finished answers that are cached now."
        )
        self._bytes = gauge("readout_response_cache_bytes", "Memory that the cached answers take.")
        self._max_bytes = gauge(
            "readout_response_cache_max_bytes",
            "Memory that cached answers may take, as READOUT_CACHE_BYTES says for each process; 0"
            " caches none.",
        )
        self._by_server = gauge(
            "readout_response_cache_read_by_server",
            "Processes whose server gives cached answers itself; 0 where uvicorn's own protocol"
            " serves, which gives the same answers more slowly.",
        )
        self._counters = {
            "hits": Counter(
                "readout_response_cache_hits",
                "Requests that got a cached answer, or the word that it has not changed. No other"
                " metric counts them.",
                registry=registry,
            ),
            "misses": Counter(
                "readout_response_cache_misses",
                "Requests for data for which no answer was cached, refused ones included."
                " readout_request_duration_seconds counts them, too.",
                registry=registry,
            ),
            "evictions": Counter(
                "readout_response_cache_evictions",
                "Cached answers that made room for others. Those dropped because the data changed"
                " are not counted.",
                registry=registry,
            ),
        }
        self._published = dict.fromkeys(self._counters, 0)

    def publish(self) -> None:
        """Update the metrics from the cache."""
        self._answers.set(len(self._cache))
        self._bytes.set(self._cache.bytes)
        self._by_server.set(self._cache.is_read_by_server)
        self._max_bytes.set(self._cache.max_bytes)
        for name, counter in self._counters.items():
            counted = getattr(self._cache, name)
            counter.inc(counted - self._published[name])
            self._published[name] = counted


class _DataCollector(Collector):
    def __init__(self, revision: Callable[[], str | None]) -> None:
        self._revision = revision

    def collect(self) -> Iterator[Metric]:
        revision = self._revision()
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
