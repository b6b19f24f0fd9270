"""Reads of returns whose shopper has yet to send something, and can."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from commerce.selectors import get_merchant
from returns.enums import KeepItem, LabelSource, LabelState, ReturnMethod, ReturnState
from returns.enums.exchanges import ExchangeState
from returns.models import Exchange, Return
from returns.rules.methods import LABELLED
from returns.rules.reminders import reminder_due, reminders_of
from returns.selectors.cases import list_lines_of
from returns.selectors.parcels import can_be_sent, list_parcels_of
from returns.selectors.pickups import pickup_of
from returns.selectors.policies import sending_policy
from returns.selectors.promises import lines_that_stay

if TYPE_CHECKING:
    from datetime import date

    from returns.models import ReturnParcel

ZONES = timedelta(hours=14)
"""How far the clock of a shop may be from UTC."""

_WITHOUT_ADDRESS = frozenset({ReturnMethod.DROP_OFF, ReturnMethod.IN_STORE})


def list_to_remind(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of approved returns that may have to be reminded of now.

    Over all shops; whether one has to be is asked in its own shop.
    """
    waiting = Return.every_merchant.filter(
        Q(reminded=None) | Q(reminded__gt=1),
        state=ReturnState.APPROVED,
        send_by__gte=(at - ZONES).date(),
        decided_at__isnull=False,
    )
    rows = waiting.order_by("id").values_list(
        "merchant_id", "public_id", "send_by", "decided_at", "reminded"
    )
    return [
        (merchant_id, public_id)
        for merchant_id, public_id, send_by, decided_at, reminded in rows
        if send_by and decided_at and _may_be_due(send_by, decided_at, reminded, at)
    ]


def _may_be_due(send_by: date, decided_at: datetime, reminded: int | None, at: datetime) -> bool:
    """Whether a reminder is due by the clock of any shop."""
    left = max((send_by - (at + ZONES).date()).days, 0)
    period = (send_by - (decided_at - ZONES).date()).days
    return reminder_due(left, reminded, reminders_of(period)) is not None


def reminder_of(case: Return, *, at: datetime) -> int | None:
    """Return which reminder of a return is due by its days alone, None for none."""
    if case.send_by is None or case.decided_at is None:
        return None
    zone = get_merchant().zone
    left = (case.send_by - at.astimezone(zone).date()).days
    period = (case.send_by - case.decided_at.astimezone(zone).date()).days
    return reminder_due(left, case.reminded, reminders_of(period))


def waits_for_shopper(case: Return, *, at: datetime) -> bool:
    """Whether goods of an approved return have to be sent, and nothing stands in the way.

    Nothing says that any were handed over, nobody fetches them, and its shopper knows where they
    go, or has their label. The original of what was sent already is asked for by its exchange.
    """
    if case.state != ReturnState.APPROVED or not _has_goods_to_send(case):
        return False
    if Exchange.objects.filter(case=case, state=ExchangeState.SHIPPED).exists():
        return False
    parcels = list_parcels_of(case)
    return not any(map(_was_handed_over, parcels)) and _can_send(case, parcels, at)


def _has_goods_to_send(case: Return) -> bool:
    staying = {line.pk for how in _STAYING for line in lines_that_stay(case, how)}
    return any(line.missing and line.pk not in staying for line in list_lines_of(case))


_STAYING = (KeepItem.KEEP, KeepItem.DONATE)


def _was_handed_over(parcel: ReturnParcel) -> bool:
    """Whether a parcel was scanned, or its shopper has a number for it."""
    return parcel.scanned_at is not None or parcel.source == LabelSource.TYPED


def _can_send(case: Return, parcels: list[ReturnParcel], at: datetime) -> bool:
    if case.method == ReturnMethod.PICKUP or pickup_of(case) is not None:
        # The shop says when it is fetched.
        return False
    if case.method in LABELLED:
        return any(one.state == LabelState.READY for one in parcels)
    if case.method in _WITHOUT_ADDRESS or can_be_sent(case, at=at):
        return True
    return bool(sending_policy(at).instructions.get(case.locale[:2]))
