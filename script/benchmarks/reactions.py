"""How quickly one drainer gets through events, beside how quickly Celery gets through tasks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

import redis
from django.conf import settings
from django.db import transaction

from benchmarks.rounds import Comparison
from benchmarks.shop import Shop
from postexp.celery import app
from postexp.kernel import clock, ids, outbox
from postexp.kernel.events import DeliveryContext, Event, subscribe
from postexp.kernel.models import Delivery, EventRecord
from postexp.kernel.tenancy import merchant_scope

EVENTS = 2_000
TASKS = 300
QUEUE = "bench"
# A task every Celery worker knows, which does nothing but hand back what it was given.
NO_OP = "celery.accumulate"
HANDLER = "bench.no_op"
GIVE_UP = 60.0


@dataclass(frozen=True, kw_only=True)
class Nothing(Event):
    """An event that leads to nothing."""

    type: ClassVar[str] = "bench.nothing"
    number: int

    @property
    def subject(self) -> str:
        return f"bench:{self.number}"


@subscribe(Nothing, name=HANDLER)
def no_op(event: Nothing, delivery: DeliveryContext) -> None:
    """React with nothing, so that only the drainer's own work is measured."""


def comparisons(shop: Shop) -> list[Comparison]:
    """Return what is measured of the reactions."""
    return [
        Comparison(
            "reactions of one drainer",
            "/s",
            lambda: drained(shop),
            "Celery tasks that do nothing, over two processes",
            tasks,
            at_least=20,
        )
    ]


def drained(shop: Shop) -> float:
    """Return how many reactions a second one drainer gets through, each of an event of its own."""
    at = clock.now()
    # What earlier measurements left is not counted.
    while outbox.drain_database(at=at):
        pass
    with merchant_scope(shop.merchant.pk), transaction.atomic():
        records = EventRecord.objects.bulk_create(
            EventRecord(
                public_id=ids.new_id("evt"),
                type=Nothing.type,
                version=Nothing.version,
                subject=f"bench:{number}",
                payload={"number": number},
                actor="system",
                occurred_at=at,
            )
            for number in range(EVENTS)
        )
        Delivery.objects.bulk_create(
            Delivery(
                event=record, handler=HANDLER, subject=record.subject, outside=False, next_at=at
            )
            for record in records
        )
    began = time.perf_counter()
    done = 0
    while taken := outbox.drain_database(at=at):
        done += taken
    if done != EVENTS:
        raise RuntimeError(f"{done} reactions were due, and not {EVENTS}.")
    return done / (time.perf_counter() - began)


def tasks() -> float:
    """Return how many tasks a second the worker gets through that wait when it begins."""
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for _ in range(TASKS):
        app.send_task(NO_OP, queue=QUEUE)
    began = time.perf_counter()
    app.control.add_consumer(QUEUE)
    while broker.llen(QUEUE) or broker.hlen("unacked"):
        if time.perf_counter() - began > GIVE_UP:
            raise RuntimeError("The worker does not get through its tasks: see var/log/bench.log.")
        time.sleep(0.002)
    took = time.perf_counter() - began
    app.control.cancel_consumer(QUEUE)
    return TASKS / took
