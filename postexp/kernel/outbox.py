"""Draining the outbox: database reactions in batches, outside effects claimed with leases."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from postexp.kernel import ids, logs
from postexp.kernel.events import (
    DeliveryContext,
    Event,
    Handler,
    RetryLater,
    Subscription,
    append,
    rebuild,
    registry,
    wake_drainer,
)
from postexp.kernel.models import Delivery, DeliveryState
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

DATABASE_BATCH = 200
OUTSIDE_BATCH = 10
MAX_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)
# Kept in English; pages show it in the reader's language.
STOPPED_WHILE_SENDING = gettext_noop(
    "The worker stopped while sending, so it is not known whether it was sent."
)
STOPPED_WHILE_WORKING = gettext_noop("The worker stopped before it was done.")
PLAIN_CAUSES = (STOPPED_WHILE_SENDING, STOPPED_WHILE_WORKING)


@dataclass(frozen=True, kw_only=True)
class DeliveryDied(Event):
    """A reaction to an event failed for good; `day` is that of its last attempt, in UTC."""

    type: ClassVar[str] = "delivery.died"
    event_id: str
    event_type: str
    handler: str
    day: str

    @property
    def subject(self) -> str:
        return f"event:{self.event_id}"


class OutcomeUnknown(Exception):
    """Raised by an outside handler that cannot know whether its effect happened."""


# Only the oldest open delivery of a (handler, subject) may run: that keeps each object's events
# in order, and lets a dead letter block its own object for its own handler and nothing else.
# OFFSET 0 keeps the planner from joining all open rows with all others while its statistics are
# old: each row then takes one look into the index of open deliveries.
DUE = """
SELECT d.id FROM kernel_delivery d
WHERE d.state = 'pending' AND d.outside = %s AND d.next_at <= %s
  AND NOT EXISTS (
    SELECT 1 FROM kernel_delivery older
    WHERE older.handler = d.handler AND older.subject = d.subject
      AND older.event_id < d.event_id
      AND older.state IN ('pending', 'claimed', 'running', 'dead') OFFSET 0)
ORDER BY d.event_id LIMIT %s FOR NO KEY UPDATE OF d SKIP LOCKED
"""


def _lock_due(*, outside: bool, at: datetime, limit: int) -> list[Delivery]:
    with connection.cursor() as cursor:
        cursor.execute(DUE, [outside, at, limit])
        due = [row[0] for row in cursor.fetchall()]
    if not due:
        return []
    return list(
        Delivery.every_merchant.filter(id__in=due).select_related(None).order_by("event_id")
    )


def back_off(attempts: int) -> timedelta:
    """Return the wait after a failed attempt: 1, 2, 4 … seconds with jitter, an hour at most."""
    seconds = min(2.0 ** max(attempts - 1, 0), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def storable(text: str) -> str:
    """Return what can be kept of a text from outside: no NUL, which PostgreSQL refuses, 2,000 long.

    Whatever a failure quotes, noting it must not fail.
    """
    return text.replace("\x00", "")[:2000]


def _events_of(deliveries: Sequence[Delivery]) -> dict[int, Any]:
    from postexp.kernel.models import EventRecord

    return EventRecord.every_merchant.in_bulk([d.event_id for d in deliveries])


def _call(handler: Handler[Any], delivery: Delivery, record: Any) -> None:
    with merchant_scope(delivery.merchant_id), logs.caused_by(record.request_id):
        logger.debug("delivery %s (%s)", delivery.id, delivery.handler)
        handler(
            rebuild(record),
            DeliveryContext(
                event_id=record.id,
                idempotency_key=delivery.idempotency_key,
                attempt=delivery.attempts,
                occurred_at=record.occurred_at,
                actor=record.actor,
            ),
        )


def _subscription(delivery: Delivery) -> Subscription[Any]:
    return registry.subscriptions[delivery.handler]


def _finish(delivery_ids: Sequence[int], state: DeliveryState, at: datetime) -> None:
    Delivery.every_merchant.filter(id__in=delivery_ids).update(
        state=state, finished_at=at, last_error="", lease_until=None
    )


def drain_database(*, at: datetime, limit: int = DATABASE_BATCH) -> int:
    """Run one batch of due database reactions in one transaction; return how many were taken.

    The whole batch is tried under one savepoint first. Only when one of them fails are they run
    one by one, so that the failing one is retried alone and the others still take effect once.
    """
    with transaction.atomic():
        deliveries = _lock_due(outside=False, at=at, limit=limit)
        if not deliveries:
            return 0
        records = _events_of(deliveries)
        try:
            with transaction.atomic():
                for delivery in deliveries:
                    _call(_subscription(delivery).handler, delivery, records[delivery.event_id])
            _finish([d.id for d in deliveries], DeliveryState.DONE, at)
        except Exception:
            for delivery in deliveries:
                _run_alone(delivery, records[delivery.event_id], at)
    return len(deliveries)


def _run_alone(delivery: Delivery, record: Any, at: datetime) -> None:
    delivery.attempts += 1
    try:
        with transaction.atomic():
            _call(_subscription(delivery).handler, delivery, record)
    except Exception as error:
        _failed(delivery, record, error, at)
    else:
        _finish([delivery.id], DeliveryState.DONE, at)


def _failed(delivery: Delivery, record: Any, error: Exception, at: datetime) -> None:
    """Book a failed attempt: called again later, or a dead letter after MAX_ATTEMPTS."""
    with logs.caused_by(record.request_id):
        if isinstance(error, RetryLater):
            # Asked for, such as the next slice of long work: nothing went wrong.
            logger.info("delivery %s (%s) asked to be called again", delivery.id, delivery.handler)
        else:
            # Messages of exceptions may quote personal data; the log names the kind only.
            logger.warning(
                "delivery %s (%s) failed: %s", delivery.id, delivery.handler, type(error).__name__
            )
    delivery.last_error = storable(f"{type(error).__name__}: {error}")
    delivery.lease_until = None
    delivery.state = DeliveryState.PENDING
    if isinstance(error, RetryLater):
        delivery.attempts -= 1
        delivery.next_at = at + timedelta(seconds=error.seconds)
    elif delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = DeliveryState.DEAD
        delivery.finished_at = at
    else:
        delivery.next_at = at + back_off(delivery.attempts)
    _keep(delivery, record, at)


def _keep(delivery: Delivery, record: Any, at: datetime) -> None:
    """Save a delivery whose attempt went wrong; tell of it where that was the last."""
    with merchant_scope(delivery.merchant_id):
        delivery.save()
    if delivery.state == DeliveryState.DEAD:
        _tell_of_death(delivery, record, at)
        _react(registry.subscriptions.get(delivery.handler), "on_dead", delivery, record)


def _tell_of_death(delivery: Delivery, record: Any, at: datetime) -> None:
    """Publish DeliveryDied, but not for a reaction to that: it would tell of itself for ever."""
    if record.type == DeliveryDied.type:
        return
    with merchant_scope(delivery.merchant_id), transaction.atomic():
        append(
            DeliveryDied(
                event_id=record.public_id,
                event_type=record.type,
                handler=delivery.handler,
                day=at.date().isoformat(),
            ),
            at=at,
        )


def _react(
    subscription: Subscription[Any] | None, name: str, delivery: Delivery, record: Any
) -> None:
    """Call the reaction to an end, if there is one; the end stands even where that fails."""
    reaction = getattr(subscription, name, None)
    if reaction is None:
        return
    try:
        with transaction.atomic():
            _call(reaction, delivery, record)
    except Exception as error:
        kind = type(error).__name__
        logger.error("delivery %s (%s): %s failed: %s", delivery.id, delivery.handler, name, kind)


def claim_outside(
    *, at: datetime, hand_over: Callable[[int, str], None], limit: int = OUTSIDE_BATCH
) -> int:
    """Claim a small batch of outside effects and hand each to a worker; return how many.

    A claim that could not be handed over (the broker is down) goes back at once; a claim the
    broker lost runs out with its lease. `hand_over(delivery_id, claim)` raises when it fails.
    """
    with transaction.atomic():
        deliveries = _lock_due(outside=True, at=at, limit=limit)
        if not deliveries:
            return 0
        claim = ids.new_id("clm")
        Delivery.every_merchant.filter(id__in=[d.id for d in deliveries]).update(
            state=DeliveryState.CLAIMED, claim=claim, lease_until=at + settings.DELIVERY_LEASE
        )
    for position, delivery in enumerate(deliveries):
        try:
            hand_over(delivery.id, claim)
        except Exception as error:
            logger.warning("the broker takes no work: %s", type(error).__name__)
            Delivery.every_merchant.filter(
                id__in=[d.id for d in deliveries[position:]],
                claim=claim,
                state=DeliveryState.CLAIMED,
            ).update(state=DeliveryState.PENDING, next_at=at + timedelta(seconds=2), claim="")
            return position
    return len(deliveries)


def run_outside(delivery_id: int, claim: str, *, now: Callable[[], datetime]) -> str:
    """Run one claimed outside effect; return the state it ended in, or "" if the claim is stale.

    The row says `running` and is committed before the handler acts, so that an interrupted run is
    known to have begun.
    """
    began = Delivery.every_merchant.filter(
        id=delivery_id, claim=claim, state=DeliveryState.CLAIMED
    ).update(state=DeliveryState.RUNNING, lease_until=now() + settings.DELIVERY_LEASE)
    if not began:
        return ""
    delivery = Delivery.every_merchant.get(id=delivery_id)
    delivery.attempts += 1
    record = _events_of([delivery])[delivery.event_id]
    # Once its lease has run out a run has no say any more: what was made of it then stands.
    ours = Delivery.every_merchant.filter(id=delivery_id, claim=claim, state=DeliveryState.RUNNING)
    try:
        _call(_subscription(delivery).handler, delivery, record)
    except Exception as error:
        with transaction.atomic():
            if not ours.select_for_update(no_key=True).exists():
                return ""
            if isinstance(error, OutcomeUnknown):
                _unknown(delivery, record, str(error), now())
            else:
                _failed(delivery, record, error, now())
        return str(delivery.state)
    kept = ours.update(
        state=DeliveryState.DONE,
        attempts=delivery.attempts,
        finished_at=now(),
        last_error="",
        lease_until=None,
    )
    return str(DeliveryState.DONE) if kept else ""


def _unknown(delivery: Delivery, record: Any, cause: str, at: datetime) -> None:
    delivery.state = DeliveryState.OUTCOME_UNKNOWN
    delivery.last_error = storable(cause)
    delivery.lease_until = None
    delivery.finished_at = at
    with merchant_scope(delivery.merchant_id):
        delivery.save()
    _react(registry.subscriptions.get(delivery.handler), "on_unknown", delivery, record)


def end_leases(*, at: datetime) -> int:
    """Take back work whose worker went silent; return how many rows were touched.

    Claimed but not begun: claimed again. Begun: sent again under the same key where the provider
    honours keys, otherwise `outcome_unknown`. Begun MAX_ATTEMPTS times: a dead letter, for what
    kills its worker each time must not take all of them for ever. Publishes DeliveryDied.
    """
    with transaction.atomic():
        silent = list(
            Delivery.every_merchant.select_for_update(no_key=True, skip_locked=True).filter(
                state__in=[DeliveryState.CLAIMED, DeliveryState.RUNNING], lease_until__lt=at
            )[:OUTSIDE_BATCH]
        )
        records = _events_of(silent)
        for delivery in silent:
            begun = delivery.state == DeliveryState.RUNNING
            record = records[delivery.event_id]
            if begun and not _may_repeat(delivery, record):
                cause = STOPPED_WHILE_SENDING
                _unknown(delivery, record, cause, at)
            else:
                _take_back(delivery, begun=begun, at=at)
                _keep(delivery, record, at)
    return len(silent)


def _may_repeat(delivery: Delivery, record: Any) -> bool:
    """Whether an interrupted run can begin again: its provider knows a repeat by the key."""
    subscription = registry.subscriptions.get(delivery.handler)
    if subscription is None:
        return True
    honours = subscription.provider_honours_keys
    return honours(rebuild(record)) if callable(honours) else honours


def _take_back(delivery: Delivery, *, begun: bool, at: datetime) -> None:
    delivery.state = DeliveryState.PENDING
    delivery.claim = ""
    delivery.lease_until = None
    delivery.next_at = at
    if begun:
        delivery.attempts += 1
        delivery.last_error = STOPPED_WHILE_WORKING
        if delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = DeliveryState.DEAD
            delivery.finished_at = at


def bring_forward(*, handler: str, subject: str, at: datetime) -> bool:
    """Let a reaction that waits for its time be due now; whether one waited.

    A second event beside it would not do: it would have to wait for the first.
    """
    waiting = Delivery.objects.filter(
        handler=handler, subject=subject, state=DeliveryState.PENDING, next_at__gt=at
    )
    moved = bool(waiting.update(next_at=at))
    if moved:
        wake_drainer()
    return moved


def replay(delivery: Delivery, *, at: datetime) -> None:
    """Let staff run a dead or unknown delivery again."""
    delivery.state = DeliveryState.PENDING
    delivery.attempts = 0
    delivery.next_at = at
    delivery.finished_at = None
    delivery.claim = ""
    with transaction.atomic():
        delivery.save()
        wake_drainer()


def skip(delivery: Delivery, *, at: datetime) -> None:
    """Let staff give a delivery up, which frees later events of its object."""
    delivery.state = DeliveryState.SKIPPED
    delivery.finished_at = at
    with transaction.atomic():
        delivery.save()
        wake_drainer()


def skip_open(*, at: datetime) -> int:
    """Give up every reaction of the scope's merchant that has not begun; return how many."""
    waiting = (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.DEAD)
    return Delivery.objects.filter(state__in=waiting).update(
        state=DeliveryState.SKIPPED, finished_at=at, lease_until=None, claim=""
    )
