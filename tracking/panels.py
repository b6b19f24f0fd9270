"""What tracking shows on pages it does not own, and how its events read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from commerce import selectors as commerce
from commerce.access import StaffRequest
from commerce.enums import Right, SettingsGroup
from commerce.ports import OrderFilter, register_order_filter
from postexp.design import formats
from postexp.kernel import clock, slots
from postexp.kernel.history import describe
from tracking import events, selectors
from tracking.enums import (
    DispatchCause,
    DispatchEnd,
    IncidentKind,
    delay_reason_label,
    status_label,
    substatus_label,
)
from tracking.forms import TrackingSettingsForm
from tracking.reports import recent_figures
from tracking.rules import carrier_of
from tracking.selectors import incidents
from tracking.selectors.codes import count_code_views
from tracking.selectors.dispatch import find_standing, narrow_to_late, units_left
from tracking.selectors.preferences import get_tracking_settings
from tracking.serializers import tell_parcels
from tracking.serializers.dispatch import CAUSES, dispatch_box
from tracking.serializers.incidents import KINDS, incident_row

SHOWN = 5
FOUND = 6


def order_parcels(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The parcels of an order, each with its sentence and bar; nothing before the first."""
    shipments = selectors.list_shipments_of_order(commerce.get_order(context["order_id"]))
    if not shipments:
        return ""
    parcels = tell_parcels(
        shipments,
        merchant=commerce.get_merchant(),
        locale=get_language() or "en",
        at=clock.now(),
    )
    return render_to_string(
        "tracking/dashboard/_order_panel.html", {**context, "parcels": parcels}, request
    )


def order_delay(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What was said of an order that leaves later, while it stands."""
    order = commerce.get_order(context["order_id"])
    standing = find_standing(order)
    box = dispatch_box(standing, units_left(order), at=clock.now()) if standing else None
    if standing is None or box is None:
        return ""
    shown = {
        "box": box,
        "delay": standing,
        "order": order,
        "stated_by": commerce.name_actors([standing.stated_by]).get(standing.stated_by, ""),
        "may_change": cast(StaffRequest, request).membership.may(Right.DECIDE),
    }
    return render_to_string("tracking/dashboard/_dispatch_panel.html", shown, request)


def delay_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The entry to tell that an order leaves later, while anything is to be sent."""
    if not cast(StaffRequest, request).membership.may(Right.DECIDE):
        return ""
    order = commerce.get_order(context["order_id"])
    if not units_left(order):
        return ""
    return render_to_string("tracking/dashboard/_dispatch_action.html", {"order": order}, request)


def parcels_in_trouble(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What a person should look at; nothing while there is none."""
    at = clock.now()
    waiting = incidents.gravest_of_each(incidents.list_incidents(at=at))
    count = waiting.count()
    if not count:
        return ""
    rows = [incident_row(one) for one in waiting.order_by("-gravity", "-id")[:SHOWN]]
    return render_to_string(
        "tracking/dashboard/_home_panel.html", {**context, "rows": rows, "count": count}, request
    )


def unread_codes(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The carriers' codes that nobody has given a meaning yet; nothing while there are none."""
    count = count_code_views()["open"]
    if not count:
        return ""
    return render_to_string(
        "tracking/dashboard/_codes_panel.html", {**context, "count": count}, request
    )


def found_parcels(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The parcels a search finds, as lines of the command bar."""
    shipments = list(selectors.list_shipments(search=context["q"])[:FOUND])
    if not shipments:
        return ""
    return render_to_string(
        "tracking/dashboard/_found.html", {**context, "shipments": shipments}, request
    )


def on_time(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """How many parcels came by the day first promised, lately; nothing before any."""
    figures = recent_figures(today=timezone.localdate(clock.now()))
    if figures.on_time_rate is None:
        return ""
    return render_to_string(
        "tracking/dashboard/_stat.html",
        {"value": f"{figures.on_time_rate:.0%}", "promised": figures.promised},
        request,
    )


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entry of the left rail."""
    url = reverse("dashboard:shipment_list", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": _("Parcels"),
        "icon": "package",
        "active": request.path.startswith(url),
        "key": "p",
    }


def attention(request: HttpRequest) -> dict[str, Any]:
    """The queue in the left rail, with how many parcels wait for a person."""
    url = reverse("dashboard:incident_list", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": _("Needs attention"),
        "icon": "triangle-alert",
        "active": request.path.startswith(url),
        "key": "n",
        "count": incidents.gravest_of_each(incidents.list_open_incidents(at=clock.now())),
    }


def reports(request: HttpRequest) -> dict[str, Any]:
    """The reports in the left rail."""
    url = reverse("dashboard:delivery_report", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": _("Reports"),
        "icon": "chart-column",
        "active": request.path.startswith(url),
        "key": "d",
    }


def codes_command(request: HttpRequest) -> dict[str, Any]:
    """Where carriers' codes are given their meaning, in the command bar."""
    slug = cast(StaffRequest, request).merchant.slug
    return {
        "url": reverse("dashboard:code_list", args=[slug]),
        "label": _("Carrier codes"),
        "icon": "package-search",
    }


def settings_tab(request: HttpRequest) -> dict[str, Any]:
    """When shoppers hear of problems with their parcels."""
    slug = cast(StaffRequest, request).merchant.slug
    url = reverse("dashboard:tracking_settings", args=[slug])
    return {
        "url": url,
        "label": pgettext("settings", "Parcels"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.MESSAGES,
    }


def _from_to(before: str, after: str) -> str:
    return _("%(before)s → %(after)s") % {"before": before or "–", "after": after or "–"}


def _carrier(slug: str) -> str:
    return carrier_of(slug).name_in(formats.language())


def _settings_in_words(payload: Mapping[str, Any]) -> str:
    """Say what was set, as the form calls it."""
    known, said = TrackingSettingsForm.base_fields, []
    for one in str(payload["detail"]).split(", "):
        name, _is, value = one.partition("=")
        said.append(f"{known[name].label}: {value}" if name in known else one)
    return " · ".join(said)


def _dispatch_words(payload: Mapping[str, Any]) -> str:
    """Say the days and the cause of an order that leaves later."""
    first, last = payload["first_day"], payload["last_day"]
    said = [
        formats.days(date.fromisoformat(first), date.fromisoformat(last))
        if first
        else _("No day can be named yet")
    ]
    if payload["cause"]:
        said.append(str(CAUSES[DispatchCause(payload["cause"])]))
    return " · ".join(said)


_DELAY_ENDS = {
    DispatchEnd.SENT: gettext_lazy("It was sent."),
    DispatchEnd.CANCELLED: gettext_lazy("It was cancelled."),
    DispatchEnd.TAKEN_BACK: gettext_lazy("It was taken back."),
}


slots.register(
    "order_page",
    name="tracking.order_delay",
    order=5,
    render=order_delay,
    refresh_on=(events.OrderDelayed, events.OrderDelayEnded),
)
slots.register("order_menu", name="tracking.order_delay", order=10, render=delay_action)
slots.register(
    "order_page",
    name="tracking.parcels",
    order=10,
    render=order_parcels,
    refresh_on=(events.ShipmentChanged,),
)
slots.register("dashboard_stats", name="tracking.on_time", order=20, render=on_time)
slots.register("dashboard_home", name="tracking.trouble", order=20, render=parcels_in_trouble)
slots.register("dashboard_home", name="tracking.codes", order=85, render=unread_codes)
slots.register("search", name="tracking.parcels", order=30, render=found_parcels)
register_order_filter(
    OrderFilter(
        name="late_to_leave",
        label=gettext_lazy("Late to leave"),
        narrow=lambda orders, at: narrow_to_late(orders, at=at),
        is_offered=lambda: get_tracking_settings().leaves_within_days > 0,
    )
)
slots.register_entry("nav", order=40, entry=navigation)
slots.register_entry("nav", order=42, entry=attention)
slots.register_entry("nav", order=55, entry=reports)
slots.register_entry("commands", order=30, entry=codes_command)
slots.register_entry("settings", order=28, entry=settings_tab)

describe(events.ShipmentDispatched, gettext_lazy("Parcel sent"), icon="package", tone="accent")
describe(
    events.ShipmentChanged,
    gettext_lazy("Parcel updated"),
    icon="package",
    detail=lambda payload: substatus_label(
        payload["status"], payload["substatus"], formats.language()
    ),
    minor=True,
)
describe(
    events.ReturnShipmentChanged,
    gettext_lazy("Parcel on its way back updated"),
    icon="package",
    minor=True,
)
describe(events.ShipmentInTransit, gettext_lazy("Parcel with the carrier"), icon="truck")
describe(
    events.ShipmentPickupLate,
    gettext_lazy("Parcel not picked up by the carrier"),
    icon="clock",
    tone="attention",
)
describe(
    events.ShipmentDayNamed,
    gettext_lazy("New delivery day"),
    icon="clock",
    detail=lambda payload: formats.day(date.fromisoformat(payload["day"])),
    minor=True,
)
describe(events.ShipmentArrivesTomorrow, gettext_lazy("Arrives tomorrow"), icon="clock", minor=True)
describe(
    events.ShipmentCameBack,
    gettext_lazy("Parcel back at the shop"),
    icon="package-x",
    tone="problem",
)
describe(events.ShipmentOutForDelivery, gettext_lazy("Out for delivery"), icon="truck")
describe(events.ShipmentReadyForPickup, gettext_lazy("Ready for pick-up"), icon="package")
describe(
    events.ShipmentDelivered, gettext_lazy("Parcel delivered"), icon="package-check", tone="good"
)
describe(
    events.ShipmentProblem,
    gettext_lazy("Problem with the delivery"),
    icon="package-x",
    tone="problem",
    detail=lambda payload: substatus_label(
        payload["status"], payload["substatus"], formats.language()
    ),
)
describe(
    events.ShipmentDelayed,
    gettext_lazy("Parcel late"),
    icon="clock",
    tone="attention",
    detail=lambda payload: delay_reason_label(payload["reason"], formats.language()),
)
describe(
    events.ShipmentStillDelayed,
    gettext_lazy("Parcel still late"),
    icon="clock",
    tone="attention",
    detail=lambda payload: delay_reason_label(payload["reason"], formats.language()),
)
describe(events.ShipmentRecovered, gettext_lazy("Parcel in time again"), icon="clock", tone="good")
describe(
    events.IncidentOpened,
    gettext_lazy("Incident opened"),
    icon="triangle-alert",
    tone="attention",
    detail=lambda payload: str(KINDS[IncidentKind(payload["kind"])]),
    minor=True,
)
describe(
    events.IncidentClosed,
    gettext_lazy("Incident closed"),
    icon="check",
    tone="good",
    detail=lambda payload: str(KINDS[IncidentKind(payload["kind"])]),
    minor=True,
)
describe(events.IncidentSnoozed, gettext_lazy("Incident put off or back"), icon="clock", minor=True)
describe(events.IncidentAssigned, gettext_lazy("Incident assigned"), icon="users", minor=True)
describe(
    events.TrackingSettingsChanged,
    gettext_lazy("Settings of parcels changed"),
    icon="settings",
    detail=_settings_in_words,
)
describe(
    events.CarrierCodeMapped,
    gettext_lazy("Carrier code given a meaning"),
    icon="package-search",
    detail=lambda payload: payload["code"],
)
describe(events.LookupCodeRequested, gettext_lazy("One-time code asked for"), icon="key-round")
describe(
    events.CarrierCorrected,
    gettext_lazy("Carrier corrected"),
    icon="pencil",
    detail=lambda payload: _from_to(_carrier(payload["before"]), _carrier(payload["after"])),
)
describe(
    events.StatusCorrected,
    gettext_lazy("Status corrected"),
    icon="pencil",
    detail=lambda payload: _from_to(
        status_label(payload["before"], formats.language()),
        substatus_label(payload["status"], payload["substatus"], formats.language()),
    ),
)
describe(
    events.CorrectionWithdrawn,
    gettext_lazy("Correction withdrawn"),
    icon="undo-2",
    detail=lambda payload: _from_to(
        *(
            _carrier(slug) if payload["of"] == "carrier" else status_label(slug, formats.language())
            for slug in (payload["before"], payload["after"])
        )
    ),
)
describe(
    events.OrderDelayed,
    gettext_lazy("Order leaves later than planned"),
    icon="clock",
    tone="attention",
    detail=_dispatch_words,
)
describe(
    events.OrderDelayEnded,
    gettext_lazy("Order no longer said to leave later"),
    icon="check",
    detail=lambda payload: str(_DELAY_ENDS[DispatchEnd(payload["because"])]),
)
describe(
    events.OrderLateToLeave,
    gettext_lazy("Order late to leave"),
    icon="clock",
    tone="attention",
)
describe(
    events.OrderStatedDayPassed,
    gettext_lazy("Day named for the order has passed"),
    icon="clock",
    tone="attention",
    detail=lambda payload: formats.day(date.fromisoformat(payload["last_day"])),
)
