"""From a signed scan to the hosted page that shows it, through inbox, drainer and page."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from benchmarks.rounds import Figure
from benchmarks.shop import WEBHOOKS, Shop, signed_headers
from commerce.links import tracking_url
from commerce.models import Fulfilment
from launcher.application import manage
from launcher.layout import var
from launcher.processes import Program, Running, stop
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

SCANS = 60
PARCELS = 10
LIMIT = 2.0
GIVE_UP = 30.0
LOOK_EVERY = 0.005

_numbers = count(1)


def figures(address: str, shop: Shop) -> list[Figure]:
    """Send scans one by one, each once the one before is seen; return the times this takes."""
    with merchant_scope(shop.merchant.pk):
        parcels = list(Fulfilment.objects.select_related("order").order_by("-id")[:PARCELS])
        pages = (tracking_url(shop.merchant, parcel.order) for parcel in parcels)
        paths = [urlsplit(page).path for page in pages]
    site = http.client.HTTPConnection(urlsplit(address).netloc, timeout=GIVE_UP)
    with drainer(), closing(site):
        # The first scan of each parcel warms up.
        times = [
            until_visible(site, paths[number % PARCELS], parcels[number % PARCELS])
            for number in range(PARCELS + SCANS)
        ][PARCELS:]
    cut = statistics.quantiles(times, n=100, method="inclusive")
    return [
        Figure(f"event to visible, {name}", seconds * 1000, "ms", at_most=LIMIT * 1000)
        for name, seconds in (("p50", cut[49]), ("p99", cut[98]))
    ]


@contextmanager
def drainer() -> Iterator[None]:
    """Run the event drainer as it runs for everyone, for the block."""
    program = Program("events", manage("run_events"), dict(os.environ))
    running = Running(program.writing_to(var() / "log" / "bench.log"))
    try:
        yield
    finally:
        stop(running)


def until_visible(site: http.client.HTTPConnection, path: str, parcel: Fulfilment) -> float:
    """Send one scan; return the seconds from sending it to a page that names its place."""
    place = f"Depot {next(_numbers):04}"
    etag = ask(site, "GET", path).etag
    body = scan(parcel, place)
    began = time.perf_counter()
    ask(site, "POST", WEBHOOKS, body, signed_headers("fulfillment_events/create", place, body))
    while time.perf_counter() - began < GIVE_UP:
        answer = ask(site, "GET", path, headers={"If-None-Match": etag})
        if place.encode() in answer.body:
            return time.perf_counter() - began
        etag = answer.etag
        time.sleep(LOOK_EVERY)
    raise RuntimeError(f"{path} does not show the scan at {place} after {GIVE_UP:g} s.")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    etag: str
    body: bytes


def ask(
    site: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send one request over the kept connection; an error of the site is one of ours."""
    site.request(method, path, body, headers or {})
    response = site.getresponse()
    received = response.read()
    if response.status not in (200, 304):
        raise RuntimeError(f"{path} was answered with {response.status}.")
    return Answer(response.headers.get("ETag", ""), received)


def scan(parcel: Fulfilment, place: str) -> bytes:
    """Return a scan at a place where no other parcel has been."""
    at = clock.now().isoformat()
    return json.dumps(
        {
            "id": place,
            "order_id": parcel.order.external_id,
            "fulfillment_id": parcel.external_id,
            "status": "in_transit",
            "message": "Departed facility",
            "happened_at": at,
            "created_at": at,
            "updated_at": at,
            "city": place,
            "province": "OR",
            "country": "US",
            "estimated_delivery_at": None,
        }
    ).encode()
