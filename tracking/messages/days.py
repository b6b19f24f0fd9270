"""What tracking tells of the day on which a parcel comes, to shops that want it told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from tracking.enums import Status
from tracking.events import ShipmentArrivesTomorrow, ShipmentDayNamed
from tracking.messages.facts import (
    parcel_example,
    parcel_is_here,
    parcel_variables,
    today,
    why_not_wanted,
)
from tracking.rules import NOT_LATE_ANY_MORE
from tracking.selectors import get_standing

SETTLES = timedelta(hours=1)
"""Carriers change their minds within minutes: a new day is told once it has stood for so long."""


def day_variables(event: ShipmentDayNamed) -> MessageVariables | None:
    """The parcel, and the day that was known before, null where none was."""
    found = parcel_variables(event)
    if found is None:
        return None
    return replace(found, facts={**found.facts, "day_before": event.before or None})


def why_no_new_day(object_id: str) -> str:
    """Why a new day, `shp_…:1` for the first of its parcel, is no news."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.told.get("day_named") != int(turn) or str(shipment.eta_day) != shipment.told["day"]:
        return gettext_noop("A newer day is known.")
    if shipment.status in (*NOT_LATE_ANY_MORE, Status.OUT_FOR_DELIVERY):
        return gettext_noop("The parcel has arrived, or it is not coming.")
    if shipment.is_delayed:
        return gettext_noop("The shopper hears of the delay.")
    return why_not_wanted(shipment.order)


def why_not_tomorrow(object_id: str) -> str:
    """Why a parcel does not arrive tomorrow, where that is the day in `shp_…:2026-11-24`."""
    shipment_id, _colon, day = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if str(shipment.eta_day) != day:
        return gettext_noop("A newer day is known.")
    if shipment.status != Status.IN_TRANSIT or today() >= date.fromisoformat(day):
        return gettext_noop("There is newer news of the parcel.")
    return why_not_wanted(shipment.order)


def day_example(order_id: str) -> MessageVariables | None:
    """The order's newest parcel, as if it came in three days instead of in two."""
    found = _expected(parcel_example(order_id), today() + timedelta(days=3))
    before = str(today() + timedelta(days=2))
    return replace(found, facts={**found.facts, "day_before": before}) if found else None


def tomorrow_example(order_id: str) -> MessageVariables | None:
    """The order's newest parcel, as if it came tomorrow."""
    return _expected(parcel_example(order_id), today() + timedelta(days=1))


def _expected(found: MessageVariables | None, day: date) -> MessageVariables | None:
    if found is None:
        return None
    estimate = {"date": str(day), "until": None, "from": None, "to": None}
    shipment = {**found.facts["shipment"], "estimate": estimate}
    return replace(found, facts={**found.facts, "shipment": shipment})


register_kind(
    MessageKind(
        name="shipment.day_named",
        room="tracking",
        title=_("New delivery day"),
        event=ShipmentDayNamed,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=day_variables,
        tells=(*OF_ORDER, "shipment", "day_before"),
        exists=parcel_is_here,
        still_true=why_no_new_day,
        optional=True,
        default_on=False,
        hold=SETTLES,
        useful_for=timedelta(hours=24),
        example=day_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.arrives_tomorrow",
        room="tracking",
        title=_("Arrives tomorrow"),
        event=ShipmentArrivesTomorrow,
        object_id=lambda event: f"{event.shipment_id}:{event.day}",
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_tomorrow,
        optional=True,
        default_on=False,
        useful_for=timedelta(hours=12),
        example=tomorrow_example,
    )
)
