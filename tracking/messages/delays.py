"""What tracking tells shoppers of late parcels, and while it is still true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from commerce.selectors import get_order
from notifications.enums import State
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import list_messages
from tracking.enums import DelayReason, DelaySource, Status
from tracking.events import DelayNews, ShipmentDelayed, ShipmentRecovered, ShipmentStillDelayed
from tracking.messages.facts import (
    parcel_example,
    parcel_is_here,
    parcel_variables,
    today,
    why_not_wanted,
)
from tracking.rules import NOT_LATE_ANY_MORE
from tracking.selectors import get_standing, list_shipments_of_order
from tracking.selectors.told import said_of
from tracking.serializers.notices import represent_notice

if TYPE_CHECKING:
    from tracking.models import Shipment

_WENT_OUT = (State.SENT, State.OUTCOME_UNKNOWN, State.DRY_RUN)


def delay_variables(event: DelayNews) -> MessageVariables | None:
    """The parcel, and what is known of its delay, with the cause that this notice is about."""
    found = parcel_variables(event)
    if found is None:
        return None
    standing = get_standing(event.shipment_id)
    notice = represent_notice(
        standing, today=today(), locale=found.recipient.locale, reason=event.reason
    )
    notice["write_again_on"] = event.write_again_on or None
    return replace(found, facts={**found.facts, "notice": notice})


def why_no_delay(object_id: str) -> str:
    """Why a delay, `shp_…:weather:1` for the first notice of its parcel, is no news.

    Notices of an earlier version lack the number.
    """
    shipment_id, cause, *turn = object_id.split(":")
    shipment = get_standing(shipment_id)
    said = said_of(shipment)
    if said.causes[-1:] != (cause,) or turn not in ([], [str(said.late)]):
        return gettext_noop("A newer notice names the cause.")
    return _why_not_late(shipment)


def why_not_still_late(object_id: str) -> str:
    """Why a further word about a delay, `shp_…:1` for the first of its parcel, is not needed."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.told.get("still_delayed") != int(turn):
        return gettext_noop("There is newer news of the delay.")
    if shipment.status == Status.OUT_FOR_DELIVERY:
        return gettext_noop("The shopper was told that it is out for delivery.")
    return _why_not_late(shipment) or _why_nobody_was_told(shipment_id)


def why_not_recovered(object_id: str) -> str:
    """Why "in time again", `shp_…:1` for the first delay of its parcel, is no good news."""
    shipment_id, _colon, turn = object_id.partition(":")
    shipment = get_standing(shipment_id)
    if shipment.is_delayed or shipment.told.get("recovered") != int(turn):
        return gettext_noop("The parcel is late again.")
    if shipment.status in NOT_LATE_ANY_MORE:
        return gettext_noop("The parcel has arrived, or it is not coming.")
    return why_not_wanted(shipment.order) or _why_nobody_was_told(shipment_id)


def _why_not_late(shipment: Shipment) -> str:
    if shipment.status in NOT_LATE_ANY_MORE:
        return gettext_noop("The parcel has arrived, or it is not coming.")
    if not shipment.is_delayed:
        return gettext_noop("The parcel is in time again.")
    return why_not_wanted(shipment.order)


def _why_nobody_was_told(shipment_id: str) -> str:
    """Whoever was not told of the delay itself, since the last good news, needs no more words.

    A notice that still waits has stopped being true when this is asked, and is never sent.
    """
    went_out = list_messages().filter(
        kind__in=("shipment.delayed", "shipment.recovered"),
        object_id__startswith=f"{shipment_id}:",
        state__in=_WENT_OUT,
    )
    newest = went_out.order_by("-id").first()
    if newest is None or newest.kind != "shipment.delayed":
        return gettext_noop("Nobody was told that it is late.")
    return ""


def delay_example(order_id: str) -> MessageVariables | None:
    """The order’s newest parcel, as if its carrier had moved the day because of the weather."""
    found = parcel_example(order_id)
    if found is None:
        return None
    shipment = list_shipments_of_order(get_order(order_id))[-1]
    promised = max(shipment.first_eta_day or today(), today())
    window = {"date": str(promised + timedelta(days=1)), "until": None, "by": "carrier"}
    notice: dict[str, Any] = {
        **represent_notice(
            shipment,
            today=today(),
            locale=found.recipient.locale,
            reason=DelayReason.WEATHER,
        ),
        "source": DelaySource.CARRIER.value,
        "promised": str(promised),
        "window": window,
        "certainty": 100,
        "sureness": "certain",
        "write_again_on": window["date"],
    }
    return replace(found, facts={**found.facts, "notice": notice})


register_kind(
    MessageKind(
        name="shipment.delayed",
        room="tracking",
        title=_("Late parcel"),
        event=ShipmentDelayed,
        object_id=lambda event: f"{event.shipment_id}:{event.reason}:{event.turn}",
        variables=delay_variables,
        tells=(*OF_ORDER, "shipment", "notice"),
        exists=parcel_is_here,
        still_true=why_no_delay,
        example=delay_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.still_delayed",
        room="tracking",
        title=_("Late parcel: still late"),
        event=ShipmentStillDelayed,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=delay_variables,
        tells=(*OF_ORDER, "shipment", "notice"),
        exists=parcel_is_here,
        still_true=why_not_still_late,
        useful_for=timedelta(hours=24),
        example=delay_example,
    )
)
register_kind(
    MessageKind(
        name="shipment.recovered",
        room="tracking",
        title=_("Late parcel: in time again"),
        event=ShipmentRecovered,
        object_id=lambda event: f"{event.shipment_id}:{event.turn}",
        variables=parcel_variables,
        tells=(*OF_ORDER, "shipment"),
        exists=parcel_is_here,
        still_true=why_not_recovered,
        useful_for=timedelta(hours=24),
        example=parcel_example,
    )
)
