"""`/metrics`: what Prometheus scrapes. Totals come from Redis, so that any serving process shows those of all.

Names and units as https://prometheus.io/docs/practices/naming/ has them; labels are causes, services and outcomes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis.asyncio import Redis

from bot import jobs, status, tally
from bot.services import Service
from bot.status import ServiceStatus, Status
from bot.tally import BUCKETS_S
from knowledge.causes import causes


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that is shown of the program at one moment."""

    totals: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    """Cases with work that is waiting or under way."""
    dead: int = 0
    """Jobs that were set aside."""
    status: Status


async def read(redis: Redis, services: tuple[Service, ...]) -> Snapshot:
    """What is known now. Raises RedisError and OSError."""
    return Snapshot(
        totals=await tally.totals(redis),
        waiting=await redis.xlen(jobs.STREAM),
        dead=await redis.xlen(jobs.DEAD),
        status=await status.read(redis, services),
    )


def exposition(snapshot: Snapshot | None, accept: str) -> tuple[bytes, str]:
    """The text and its content type, in the format that `Accept` prefers; None: the store does not answer."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Shown(snapshot))
    encode, content_type = choose_encoder(accept)
    # The second registry holds what the library tells of the process itself.
    return encode(_Both(registry, REGISTRY)), content_type


class _Both(CollectorRegistry):
    def __init__(self, *registries: CollectorRegistry) -> None:
        super().__init__(auto_describe=False)
        self._registries = registries

    def collect(self) -> Iterator[Metric]:
        for registry in self._registries:
            yield from registry.collect()


class _Shown(Collector):
    def __init__(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterable[Metric]:
        up = float(self._snapshot is not None)
        yield GaugeMetricFamily("locksmith_store_up", "Whether Redis answers; without it only this is shown.", up)
        if self._snapshot is not None:
            yield from _of_work(self._snapshot)
            yield from _of_services(self._snapshot.status.services)


def _of_work(now: Snapshot) -> Iterator[Metric]:
    totals = now.totals
    yield CounterMetricFamily("locksmith_cases_opened", "Cases that were begun.", totals.get(tally.OPENED, 0))
    yield CounterMetricFamily("locksmith_cases_solved", "Cases closed as working.", totals.get(tally.SOLVED, 0))
    answers = CounterMetricFamily("locksmith_answers", "Answers by their first cause.", labels=["cause"])
    for cause in ("unknown", *causes()):
        answers.add_metric([cause], totals.get(f"{tally.CAUSE}{cause}", 0))
    yield answers
    named = totals.get(tally.NAMED, 0)
    yield CounterMetricFamily("locksmith_first_answers_named", "First answers that named a cause.", named)
    verdicts = CounterMetricFamily(
        "locksmith_first_answers", "First answers that people confirmed or denied.", labels=["verdict"]
    )
    for verdict in (tally.RIGHT, tally.WRONG):
        verdicts.add_metric([verdict], totals.get(verdict, 0))
    yield verdicts
    yield _times(totals)
    probes = CounterMetricFamily(
        "locksmith_probes",
        "Requests to services and providers: answered, refused by our own rules, failed.",
        labels=["outcome"],
    )
    for outcome in ("answered", "refused", "failed"):
        probes.add_metric([outcome], totals.get(f"{tally.PROBE}{outcome}", 0))
    yield probes
    yield GaugeMetricFamily("locksmith_queue_cases", "Cases with work waiting or under way.", now.waiting)
    yield GaugeMetricFamily("locksmith_dead_letters", "Jobs set aside after they failed, the last 1,000.", now.dead)


def _times(totals: Mapping[str, int]) -> Metric:
    counts = accumulate(totals.get(f"{tally.BUCKET}{number}", 0) for number in range(len(BUCKETS_S) + 1))
    bounds = [*(str(bound) for bound in BUCKETS_S), "+Inf"]
    times = HistogramMetricFamily("locksmith_answer_seconds", "From a report to its first answer.")
    times.add_metric([], list(zip(bounds, map(float, counts), strict=True)), totals.get(tally.ANSWER_MS, 0) / 1000)
    return times


Gauge = tuple[str, str, Callable[[ServiceStatus], float | None]]

GAUGES: tuple[Gauge, ...] = (
    (
        "locksmith_endpoint_as_expected",
        "Whether a service's addresses answer as they should without credentials.",
        lambda s: s.answers_as_expected,
    ),
    (
        "locksmith_keys_reachable",
        "Whether the identity provider's keys can be had.",
        lambda s: s.keys_reachable,
    ),
    (
        "locksmith_clock_difference_seconds",
        "A service's clock, by its Date header, ahead of the clock here.",
        lambda s: s.clock_s if s.fresh else None,
    ),
    (
        "locksmith_certificate_expiry_timestamp_seconds",
        "When the first of a service's certificates expires.",
        lambda s: s.certificate_ends,
    ),
    (
        "locksmith_last_look_timestamp_seconds",
        "When a service was looked at last.",
        lambda s: s.state.at if s.state else None,
    ),
    ("locksmith_open_incidents", "Spikes of 401s that are not over.", lambda s: len(s.incidents)),
    ("locksmith_unauthorized_ratio", "The share of requests answered 401.", lambda s: s.share.now if s.share else None),
    (
        "locksmith_unauthorized_usual_ratio",
        "The share that is usual at this time.",
        lambda s: s.share.usual if s.share and not s.share.learning else None,
    ),
    (
        "locksmith_detector_lag_seconds",
        "How far the watcher of a service's logs is behind, the time since it last counted included.",
        lambda s: s.share.lag_s + max(s.at - s.share.at, 0.0) if s.share else None,
    ),
)
"""Name, meaning and value by service; None leaves a service out."""


def _of_services(services: Iterable[ServiceStatus]) -> Iterator[Metric]:
    for name, meaning, value in GAUGES:
        family = GaugeMetricFamily(name, meaning, labels=["service"])
        for service in services:
            if (found := value(service)) is not None:
                family.add_metric([service.name], found)
        yield family
