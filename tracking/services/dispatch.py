"""What a shop says of an order that leaves later than planned, and the orders it overlooked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from commerce import selectors as commerce
from postexp.kernel.events import append
from tracking.enums import DispatchCause, DispatchEnd
from tracking.errors import DayHasPassed, NoDelayStands, NothingToSend, NotToBeSent
from tracking.events import OrderDelayed, OrderDelayEnded, OrderLateToLeave, OrderStatedDayPassed
from tracking.models import DispatchDelay, LateOrder, TrackingSettings
from tracking.rules.dispatch import Days, end_of_units, is_news, waiting_units
from tracking.selectors.dispatch import (
    OVERLOOKED,
    find_standing,
    late_before,
    narrow_to_late,
    units_left,
    waiting_of,
)
from tracking.selectors.preferences import get_tracking_settings
from tracking.services.each_shop import work_on_each_shop

if TYPE_CHECKING:
    from commerce.models import Order

_SAID_FROM = time(9)
"""Staff hear of what the night made late in the morning, when they can act."""
MOST_AT_ONCE = 200


def state_dispatch_delay(
    *,
    order_id: str,
    units: Mapping[str, int] | None = None,
    cause: DispatchCause | None = None,
    days: Days | None = None,
    at: datetime,
    actor: str,
) -> DispatchDelay:
    """Say that units of an order, all that are to be sent unless given, leave later than planned.

    `units` counts them by the public id of their line. A further word takes the place of the one
    that stands; it is a new turn, of which the shopper hears, where it names a day beyond those
    named before, or more units. The same again changes nothing. Publishes OrderDelayed. Raises
    Order.DoesNotExist, NothingToSend, NotToBeSent and DayHasPassed.
    """
    with transaction.atomic():
        order = commerce.lock_order(order_id)
        to_send = units_left(order)
        if not to_send:
            raise NothingToSend
        told = dict(to_send if units is None else units)
        if not told or waiting_units(told, to_send) != told:
            raise NotToBeSent
        if days and days.first < at.astimezone(commerce.get_merchant().zone).date():
            raise DayHasPassed
        delay = find_standing(order)
        if delay is None:
            delay = DispatchDelay(order=order, turn=1)
        elif (delay.units, delay.cause, delay.days) == (told, cause or "", days):
            return delay
        elif is_news(delay.days, days) or _concerns_more(told, delay.units):
            delay.turn += 1
        delay.units, delay.cause = told, cause or ""
        delay.first_day, delay.last_day = (days.first, days.last) if days else (None, None)
        delay.stated_at, delay.stated_by = at, actor
        delay.save()
        append(_delayed(delay), at=at, actor=actor)
    return delay


def end_dispatch_delay(*, order_id: str, at: datetime, actor: str) -> DispatchDelay:
    """Take back that an order leaves later; the shopper is not written to.

    Publishes OrderDelayEnded. Raises Order.DoesNotExist, and NoDelayStands where nothing was said.
    """
    with transaction.atomic():
        delay = find_standing(commerce.lock_order(order_id))
        if delay is None:
            raise NoDelayStands
        _end(delay, DispatchEnd.TAKEN_BACK, at=at, actor=actor)
    return delay


def end_if_over(*, order_id: str, at: datetime, actor: str) -> None:
    """End what stands of an order once none of its units is to be sent any more.

    Publishes OrderDelayEnded. Raises Order.DoesNotExist.
    """
    with transaction.atomic():
        # The lock waits for a word that is being said at this moment.
        order = commerce.lock_order(order_id)
        delay = find_standing(order)
        if delay is None or waiting_of(delay):
            return
        lines = commerce.list_lines(order)
        sent = commerce.fulfilled_quantities(order)
        because = end_of_units(
            delay.units,
            ordered={line.public_id: line.quantity for line in lines},
            sent={line.public_id: sent.get(line.pk, 0) for line in lines},
        )
        if order.cancelled_at is not None:
            because = DispatchEnd.CANCELLED
        _end(delay, because, at=at, actor=actor)


def note_late_orders(*, at: datetime) -> int:
    """Find the orders of every shop that should have left and have not; return in how many shops
    that is watched.

    Each is told of once, from nine in the morning on, unless the shop has said itself that it
    leaves later. Publishes OrderLateToLeave.
    """
    watching = TrackingSettings.every_merchant.filter(leaves_within_days__gt=0)
    shops = list(watching.order_by("pk").values_list("merchant_id", "pk"))
    work_on_each_shop(shops, lambda _rows: _note_in_shop(at))
    return len(shops)


def _note_in_shop(at: datetime) -> None:
    late_since = late_before(at)
    if late_since is None or at.astimezone(commerce.get_merchant().zone).time() < _SAID_FROM:
        return
    orders = commerce.list_orders().filter(placed_at__gte=late_since - OVERLOOKED)
    standing = DispatchDelay.objects.filter(ended_at=None).values("order")
    found = (
        narrow_to_late(orders, at=at)
        .exclude(pk__in=LateOrder.objects.values("order"))
        .exclude(pk__in=standing)
        .order_by("placed_at", "id")
    )
    _note(list(found[:MOST_AT_ONCE]), at)


def note_passed_days(*, at: datetime) -> int:
    """Find the orders of every shop that have not left by the last day named for them; return how
    many shops have orders to look at.

    Staff hear of each day once, from nine in the morning after. Publishes OrderStatedDayPassed.
    """
    # No zone is further than a day ahead; each shop is asked for its own day below.
    standing = _unkept(DispatchDelay.every_merchant.all(), today=at.date() + timedelta(days=1))
    shops = list(standing.order_by("merchant_id").values_list("merchant_id").annotate(Min("pk")))
    work_on_each_shop(shops, lambda _rows: _note_passed_in_shop(at))
    return len(shops)


def _unkept(delays: QuerySet[DispatchDelay], *, today: date) -> QuerySet[DispatchDelay]:
    unheard = Q(day_passed=None) | Q(day_passed__lt=F("last_day"))
    return delays.filter(unheard, ended_at=None, last_day__lt=today)


def _note_passed_in_shop(at: datetime) -> None:
    here = at.astimezone(commerce.get_merchant().zone)
    if here.time() < _SAID_FROM:
        return
    found = _unkept(DispatchDelay.objects.select_related("order"), today=here.date())
    locked = found.select_for_update(no_key=True, of=("self",), skip_locked=True)
    for delay in locked.order_by("last_day", "id")[:MOST_AT_ONCE]:
        delay.day_passed = delay.last_day
        delay.save(update_fields=["day_passed"])
        if waiting_of(delay):
            passed = OrderStatedDayPassed(
                order_id=delay.order.public_id,
                happened_at=at.isoformat(),
                delay_id=delay.public_id,
                last_day=str(delay.last_day),
            )
            append(passed, at=at, actor="system")


def _note(orders: Sequence[Order], at: datetime) -> None:
    within = get_tracking_settings().leaves_within_days
    for order in orders:
        _kept, is_new = LateOrder.objects.get_or_create(order=order, defaults={"noted_at": at})
        if is_new and units_left(order):
            told = OrderLateToLeave(
                order_id=order.public_id, happened_at=at.isoformat(), within_days=within
            )
            append(told, at=at, actor="system")


def _concerns_more(units: Mapping[str, int], before: Mapping[str, int]) -> bool:
    return any(count > before.get(line, 0) for line, count in units.items())


def _delayed(delay: DispatchDelay) -> OrderDelayed:
    return OrderDelayed(
        order_id=delay.order.public_id,
        happened_at=delay.stated_at.isoformat(),
        delay_id=delay.public_id,
        turn=delay.turn,
        units=sum(delay.units.values()),
        cause=delay.cause,
        first_day=str(delay.first_day or ""),
        last_day=str(delay.last_day or ""),
    )


def _end(delay: DispatchDelay, because: DispatchEnd, *, at: datetime, actor: str) -> None:
    delay.ended_at, delay.ended_by, delay.ended_because = at, actor, because
    delay.save(update_fields=["ended_at", "ended_by", "ended_because"])
    ended = OrderDelayEnded(
        order_id=delay.order.public_id,
        happened_at=at.isoformat(),
        delay_id=delay.public_id,
        because=because,
    )
    append(ended, at=at, actor=actor)
