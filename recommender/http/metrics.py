"""Requests, events and the service's state -> figures in Prometheus' text format; none names a person or a product."""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0
from prometheus_client.registry import Collector

from recommender.serving.health import Health

DOORS = {
    "products": "catalog", "offers": "catalog", "crowd": "crowd", "sales": "sales", "events": "record", "members": "personal",
}  # fmt: skip
SECONDS = (0.002, 0.005, 0.01, 0.015, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)  # wanted: a member's list within 0.03


class Metrics:
    """Of one app: `watch` it, `count_event` each outcome, and `text` tells."""

    def __init__(self, health: Callable[[], Health], clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "recommender_requests", "Requests by door and status", ("door", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "recommender_request_seconds",
            "From the request read to the answer made",
            ("door",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._events = Counter("recommender_events", "Events by outcome", ("outcome",), registry=self._registry)
        self._registry.register(_Standing(health, clock))

    def watch(self, app: Flask) -> None:
        @app.before_request
        def _begin() -> None:
            g.began = perf_counter()

        @app.after_request
        def _end(response: Response) -> Response:
            door = door_of(request.path)
            self._requests.labels(door, str(response.status_code)).inc()
            self._seconds.labels(door).observe(perf_counter() - g.began)
            return response

    def count_event(self, outcome: str) -> None:
        self._events.labels(outcome).inc()

    def text(self) -> Response:
        return Response(generate_latest(self._registry), content_type=CONTENT_TYPE_PLAIN_1_0_0)


def door_of(path: str) -> str:
    """The door that an address belongs to; "service" for all that is none, so that made-up addresses make no new labels."""
    _, version, first, *_ = [*path.split("/"), "", ""]
    return DOORS.get(first, "service") if version == "v1" else "service"


class _Standing(Collector):
    """Read anew whenever somebody asks."""

    def __init__(self, health: Callable[[], Health], clock: Callable[[], datetime]) -> None:
        self._health = health
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        health = self._health()
        status = health.artifacts
        up = GaugeMetricFamily("recommender_part_up", "1 while the part answers", labels=("part",))
        up.add_metric(("database",), float(health.database))
        up.add_metric(("redis",), float(health.live))
        yield up
        version = GaugeMetricFamily("recommender_models_info", "The version that is served", labels=("version",))
        version.add_metric((status.version,), 1.0)
        yield version
        if status.made_at is not None:
            age_s = max(0.0, (self._clock() - status.made_at).total_seconds())
            yield GaugeMetricFamily("recommender_models_age_seconds", "Since that version was published", age_s)
        refused = float(len(status.refused))
        yield GaugeMetricFamily("recommender_models_refused", "Versions that can't be served", refused)
        for group in sorted({group for group, _ in health.counts}):
            family = CounterMetricFamily(
                f"recommender_{group}", f"Lists by {group.replace('_', ' ')}", labels=("name",)
            )
            for (of, name), count in sorted(health.counts.items()):
                if of == group:
                    family.add_metric((name,), count)
            yield family
