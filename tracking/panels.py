"""What tracking shows on pages it does not own, and how its events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from commerce import selectors as commerce
from commerce.access import StaffRequest
from postexp.design import formats
from postexp.kernel import clock, slots
from postexp.kernel.history import describe
from tracking import events, selectors
from tracking.enums import delay_reason_label, substatus_label
from tracking.reports import SPAN, report_carriers
from tracking.serializers import parcel_rows, tell_parcels

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


def parcels_in_trouble(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The parcels a person should look at; nothing while there are none."""
    count = selectors.list_needing_attention().count()
    if not count:
        return ""
    rows = parcel_rows(
        selectors.list_shipments(view="needs_attention")[:SHOWN],
        merchant=commerce.get_merchant(),
        locale=get_language() or "en",
        at=clock.now(),
    )
    return render_to_string(
        "tracking/dashboard/_home_panel.html", {**context, "rows": rows, "count": count}, request
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
    """How many parcels of the last 30 days came by the day first promised; nothing before any."""
    carriers = report_carriers(at=clock.now())
    promised = sum(report.promised for report in carriers)
    if not promised:
        return ""
    share = sum(report.on_time for report in carriers) / promised
    return render_to_string(
        "tracking/dashboard/_stat.html",
        {"value": f"{share:.0%}", "promised": promised, "days": SPAN},
        request,
    )


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entry of the left rail, with how many parcels need a person."""
    url = reverse("dashboard:shipment_list", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": _("Parcels"),
        "icon": "package",
        "active": request.path.startswith(url),
        "key": "p",
        "count": selectors.list_needing_attention(),
    }


slots.register(
    "order_page",
    name="tracking.parcels",
    order=10,
    render=order_parcels,
    refresh_on=(events.ShipmentChanged,),
)
slots.register("dashboard_stats", name="tracking.on_time", order=20, render=on_time)
slots.register("dashboard_home", name="tracking.trouble", order=20, render=parcels_in_trouble)
slots.register("search", name="tracking.parcels", order=30, render=found_parcels)
slots.register_entry("nav", order=40, entry=navigation)

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
describe(events.ShipmentOutForDelivery, gettext_lazy("Out for delivery"), icon="truck")
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
describe(events.LookupCodeRequested, gettext_lazy("One-time code asked for"), icon="key-round")
