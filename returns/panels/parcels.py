"""The settings of sending back, and how the events of parcels on their way back read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from postexp.design import formats
from postexp.kernel import slots
from postexp.kernel.history import describe
from postexp.kernel.money import Money
from returns import events
from returns.enums.losses import LossGround


def settings_tab(request: HttpRequest) -> dict[str, Any]:
    """How shoppers send goods back, and where to."""
    url = reverse("dashboard:sending_back", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Sending back"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


def _label(payload: Mapping[str, Any]) -> str:
    """Return the number of a label, and what it cost where that is known."""
    number = str(payload.get("tracking_number", ""))
    if not payload.get("currency"):
        return number
    cost = formats.money(Money(payload["cost"], payload["currency"]))
    return f"{number} · {cost}" if number else cost


def _why(payload: Mapping[str, Any]) -> str:
    why = str(payload.get("why", ""))
    return gettext(why) if why else ""


def _ground(payload: Mapping[str, Any]) -> str:
    return str(LossGround(payload["ground"]).label)


def _number(payload: Mapping[str, Any]) -> str:
    return str(payload.get("tracking_number", ""))


describe(events.ReturnScanned, _("Scanned by the carrier"), icon="barcode", tone="information")
describe(events.ReturnDelivered, _("Delivered, waits to be opened"), icon="package", tone="accent")
describe(
    events.ReturnLossBorne,
    _("Lost on its way, borne by the shop"),
    icon="package-x",
    tone="attention",
    detail=_ground,
)
describe(
    events.ReturnLossDeclined,
    _("Lost on its way, not borne by the shop"),
    icon="package-x",
    tone="problem",
    detail=_ground,
)
describe(events.ReturnLossUndone, _("Decision on the lost parcel taken back"), icon="rotate-ccw")
describe(events.ReturnLossStands, _("Decision on the lost parcel stands"), icon="check", minor=True)
describe(events.ReturnTurnedUp, _("The lost parcel turned up"), icon="package-check", tone="accent")
describe(events.LabelWanted, _("Label asked for"), icon="printer", minor=True)
describe(events.LabelReady, _("Label ready"), icon="printer", tone="good", detail=_label)
describe(events.LabelFailed, _("Label failed"), icon="octagon-alert", tone="problem", detail=_why)
describe(events.LabelVoidWanted, _("Label void requested"), icon="undo-2", minor=True)
describe(events.LabelVoided, _("Label void"), icon="x")
describe(
    events.LabelSpent,
    _("Label could not be voided"),
    icon="triangle-alert",
    tone="attention",
    detail=_why,
)
describe(events.ParcelNumberGiven, _("Tracking number given"), icon="barcode", detail=_number)
describe(events.SendingSettingsChanged, _("Ways of sending changed"), icon="settings", minor=True)
describe(events.DropOffPointSaved, _("Drop-off point saved"), icon="map-pin", minor=True)
describe(events.DropOffPointWithdrawn, _("Drop-off point withdrawn"), icon="map-pin", minor=True)
describe(events.DropOffChosen, _("Drop-off point chosen"), icon="map-pin")
slots.register_entry("settings", order=33, entry=settings_tab)
