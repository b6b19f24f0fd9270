"""The merchant's face: every parcel, and the story of one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from commerce.enums import ListName
from commerce.exports import list_as_csv, wants_csv
from commerce.serializers.view_tabs import view_tabs
from postexp.kernel import clock, htmx
from postexp.kernel.paging import NEWER, OLDER, address, cut
from tracking import selectors
from tracking.models import Shipment
from tracking.rules import carrier_of
from tracking.serializers import parcel_rows, tell_parcels
from tracking.serializers.cells import shipment_cells, shipment_header

_FIRST: dict[str, str | None] = {OLDER: None, NEWER: None}


@staff_view()
@require_GET
def shipment_list(request: StaffRequest) -> HttpResponseBase:
    """Every parcel: view, search and filters are in the address; `export=csv` asks for a file."""
    view, search = request.GET.get("view", "all"), request.GET.get("q", "").strip()
    carrier, late = request.GET.get("carrier", ""), request.GET.get("late") == "1"
    shipments = _found(request.GET)
    if wants_csv(request):
        newest = shipments.order_by("-id")
        return list_as_csv(request, "parcels", shipment_header(), shipment_cells(newest))
    page = cut(shipments, request.GET)
    context = {
        "rows": parcel_rows(
            page.rows,
            merchant=request.merchant,
            locale=get_language() or "en",
            at=clock.now(),
        ),
        "page": page,
        **view_tabs(request, ListName.PARCELS, request.GET, _views(view, request.GET), _found),
        "chips": _chips(carrier, late, request.GET),
        "clear": address(request.GET, carrier=None, late=None, **_FIRST) if carrier or late else "",
        "q": search,
        "keep": {
            name: request.GET[name] for name in ("view", "carrier", "late") if name in request.GET
        },
        "narrowed": bool(search or carrier or late or view != "all"),
    }
    return htmx.render(
        request,
        page="tracking/dashboard/list.html",
        part="tracking/dashboard/_rows.html",
        context=context,
    )


@staff_view()
@require_GET
def shipment_detail(request: StaffRequest, shipment_id: str) -> HttpResponse:
    """One parcel: where it is, what is in it, and every scan with the carrier's own words."""
    shipment = selectors.access_shipment(shipment_id)
    (parcel,) = tell_parcels(
        [shipment], merchant=request.merchant, locale=get_language() or "en", at=clock.now()
    )
    return render(
        request, "tracking/dashboard/detail.html", {"shipment": shipment, "parcel": parcel}
    )


def _found(query: QueryDict) -> QuerySet[Shipment]:
    """Return the parcels an address shows."""
    return selectors.list_shipments(
        search=query.get("q", "").strip(),
        view=query.get("view", "all"),
        late=query.get("late") == "1",
        carrier=query.get("carrier", ""),
    )


def _views(view: str, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "all": pgettext("view of parcels", "All"),
        "on_the_way": pgettext("view of parcels", "On the way"),
        "needs_attention": pgettext("view of parcels", "Needs attention"),
        "delivered": pgettext("view of parcels", "Delivered"),
    }
    counts = selectors.count_views()
    return [
        {
            "url": address(query, view=None if name == "all" else name, **_FIRST),
            "label": labels[name],
            "active": view == name,
            "count": counts[name],
        }
        for name in selectors.VIEWS
    ]


def _chips(carrier: str, late: bool, query: QueryDict) -> list[dict[str, Any]]:
    locale = get_language() or "en"
    chips = [
        {
            "url": address(query, late=None if late else "1", **_FIRST),
            "label": _("Late"),
            "active": late,
        }
    ]
    chips += [
        {
            "url": address(query, carrier=None if carrier == slug else slug, **_FIRST),
            "label": carrier_of(slug).name_in(locale),
            "active": carrier == slug,
        }
        for slug in selectors.list_carriers(chosen=carrier)
    ]
    return chips
