"""What Prometheus reads at `/metrics`.

What happened is counted in the process it happened in, in files that all web processes of a
machine share (prometheus_client's multiprocess mode): whichever process is asked answers for all.
How things stand is asked of the database at that moment, so it is right however many machines
there are.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from postexp.kernel import clock
from postexp.kernel.models import Heartbeat

logger = logging.getLogger(__name__)


def _share_counts() -> bool:
    """Name the directory of the shared counts; return whether it can be written.

    Where it cannot, each process counts for itself: that is no reason to serve nobody.
    """
    directory = Path(settings.METRICS_DIR)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        logger.warning("metrics are not shared: %s", type(error).__name__)
        return False
    if not os.access(directory, os.W_OK):
        logger.warning("metrics are not shared: their directory cannot be written")
        return False
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)
    return True


SHARED = _share_counts()

# prometheus_client decides when it is imported where its counts are kept.
from prometheus_client import (  # noqa: E402
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter(
    "postexp_requests", "Requests answered, by view and status.", ("view", "method", "status")
)
SECONDS = Histogram(
    "postexp_request_seconds", "How long requests took, by face.", ("face",), buckets=BUCKETS
)
INTAKE = Histogram(
    "postexp_intake_seconds",
    "How long requests of connected services waited for their answer.",
    ("service",),
    buckets=BUCKETS,
)


class MeasuresRequests:
    """Counts each request by its view and status, and how long it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        measure(request, response.status_code, time.perf_counter() - began)
        return response


def measure(request: HttpRequest, status: int, seconds: float) -> None:
    """Count one request; an address that no view answers is counted under `-`."""
    match = request.resolver_match
    view = match.view_name if match else "-"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(view, method, str(status)).inc()
    face, _, name = view.rpartition(":")
    SECONDS.labels(face or "other").observe(seconds)
    if face == "webhooks":
        INTAKE.labels(name).observe(seconds)


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """How something stands: `read(at)` gives for each label its value, read from the database."""

    name: str
    help: str
    label: str
    read: Callable[[datetime], Iterable[tuple[str, float]]]


_gauges: list[Gauge] = []


def register_gauge(gauge: Gauge) -> None:
    """Let `/metrics` tell how a part of a room stands. Its reading must stay cheap for ever."""
    _gauges.append(gauge)


class Standing(Collector):
    """Asks the database how everything stands."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every registered gauge."""
        for gauge in _gauges:
            family = GaugeMetricFamily(gauge.name, gauge.help, labels=[gauge.label])
            for label, value in gauge.read(self.at):
                family.add_metric([label], value)
            yield family


# All of these read partial indexes that hold the open rows only, never the finished millions.
OPEN_DELIVERIES = """
SELECT state, count(*) FROM kernel_delivery
WHERE state IN ('pending', 'claimed', 'running', 'dead') GROUP BY state
UNION ALL
SELECT 'outcome_unknown', count(*) FROM kernel_delivery
WHERE state IN ('dead', 'outcome_unknown') AND state = 'outcome_unknown'
"""
# What waits behind a dead letter waits for people, and says nothing of the queue.
OLDEST_DUE = """
SELECT d.outside, min(d.next_at) FROM kernel_delivery d
WHERE d.state = 'pending' AND d.next_at <= %s AND NOT EXISTS (
  SELECT 1 FROM kernel_delivery older
  WHERE older.handler = d.handler AND older.subject = d.subject
    AND older.event_id < d.event_id AND older.state = 'dead' OFFSET 0)
GROUP BY d.outside
"""
WAITING_REQUESTS = "SELECT count(*), min(received_at) FROM kernel_inbox WHERE state = 'received'"


def count_deliveries() -> dict[str, int]:
    """Return how many deliveries are in each open or failed state."""
    counts = dict.fromkeys(("pending", "claimed", "running", "dead", "outcome_unknown"), 0)
    with connection.cursor() as cursor:
        cursor.execute(OPEN_DELIVERIES)
        return counts | dict(cursor.fetchall())


def queue_ages(at: datetime) -> dict[str, float]:
    """Return for `database` and `outside` how many seconds the oldest due delivery has waited."""
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_DUE, [at])
        found = {outside: (at - since).total_seconds() for outside, since in cursor.fetchall()}
    return {"database": found.get(False, 0.0), "outside": found.get(True, 0.0)}


def waiting_requests(at: datetime) -> tuple[int, float]:
    """Return how many raw requests wait to be read, and for how many seconds the oldest does."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_REQUESTS)
        count, since = cursor.fetchone()
    return count, (at - since).total_seconds() if since else 0.0


def heartbeat_ages(at: datetime) -> dict[str, float]:
    """Return for each process how many seconds ago it last said that it is alive."""
    return {
        beat.part: (at - beat.beat_at).total_seconds()
        for beat in Heartbeat.objects.order_by("part")
    }


register_gauge(
    Gauge(
        name="postexp_deliveries",
        help="Events on their way to handlers, by state; finished ones are not counted.",
        label="state",
        read=lambda at: count_deliveries().items(),
    )
)
register_gauge(
    Gauge(
        name="postexp_queue_age_seconds",
        help="How long the oldest due delivery has waited; dead letters hold nothing up here.",
        label="queue",
        read=lambda at: queue_ages(at).items(),
    )
)
register_gauge(
    Gauge(
        name="postexp_inbox",
        help="Raw requests that wait to be read: their number, and the age of the oldest.",
        label="what",
        read=lambda at: zip(("waiting", "oldest_seconds"), waiting_requests(at), strict=True),
    )
)
register_gauge(
    Gauge(
        name="postexp_heartbeat_age_seconds",
        help="How long ago each process last said that it is alive.",
        label="part",
        read=lambda at: heartbeat_ages(at).items(),
    )
)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in Prometheus's text format; everyone who may not read it gets 404."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    if SHARED:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        said = generate_latest(registry)
    else:
        said = generate_latest(REGISTRY)
    standing = CollectorRegistry()
    standing.register(Standing(clock.now()))
    return HttpResponse(said + generate_latest(standing), content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Whether a request may read the metrics.

    With POSTEXP_METRICS_TOKEN, who sends it as a bearer token. Without, who asks from a private
    address and directly: behind a proxy everyone would seem to.
    """
    if settings.METRICS_TOKEN:
        offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(offered.encode(), settings.METRICS_TOKEN.encode())
    passed_on = {"X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"} & request.headers.keys()
    if settings.BEHIND_PROXY or passed_on:
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return address.is_private
