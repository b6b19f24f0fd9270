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
from commerce.enums import ListName, Right
from commerce.exports import list_as_csv, wants_csv
from commerce.serializers.view_tabs import COUNT_MOST, own_tabs, view_tabs
from notifications.selectors import list_messages_of_parcel
from notifications.serializers import represent_messages
from postexp.kernel import clock, htmx
from postexp.kernel.paging import FIRST, address, cut
from tracking import selectors
from tracking.models import Shipment
from tracking.rules import carrier_of
from tracking.selectors.codes import count_code_views, list_open_codes_of
from tracking.selectors.corrections import list_candidates, list_corrections
from tracking.selectors.incidents import list_incidents_of
from tracking.serializers import parcel_rows, tell_parcels
from tracking.serializers.candidates import candidate_rows
from tracking.serializers.cells import shipment_cells, shipment_header
from tracking.serializers.corrections import correction_rows
from tracking.serializers.incidents import incident_row


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
        "codes_waiting": count_code_views()["open"],
        **view_tabs(request, ListName.PARCELS, request.GET, _views(view, request.GET), _found),
        "chips": _chips(carrier, late, request.GET),
        "clear": address(request.GET, carrier=None, late=None, **FIRST) if carrier or late else "",
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
    order_id = shipment.order_ref
    told = list_messages_of_parcel(shipment.public_id, order_id) if order_id else []
    context = {
        "shipment": shipment,
        "parcel": parcel,
        "order_id": order_id,
        "namesakes": [] if order_id else selectors.list_namesakes(shipment),
        "messages_told": represent_messages(told),
        "incidents": [incident_row(one) for one in list_incidents_of(shipment)],
        "told_carrier": carrier_of(shipment.told_carrier).name_in(get_language() or "en"),
        "codes": list_open_codes_of(shipment),
        "candidates": candidate_rows(list_candidates(shipment)),
        "corrections": correction_rows(list_corrections(shipment)),
        "may_correct": request.membership.may(Right.DECIDE),
    }
    return render(request, "tracking/dashboard/detail.html", context)


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
    return own_tabs(labels, query, view=view, counts=selectors.count_views(most=COUNT_MOST + 1))


def _chips(carrier: str, late: bool, query: QueryDict) -> list[dict[str, Any]]:
    locale = get_language() or "en"
    chips = [
        {
            "url": address(query, late=None if late else "1", **FIRST),
            "label": _("Late"),
            "active": late,
        }
    ]
    chips += [
        {
            "url": address(query, carrier=None if carrier == slug else slug, **FIRST),
            "label": carrier_of(slug).name_in(locale),
            "active": carrier == slug,
        }
        for slug in selectors.list_carriers(chosen=carrier)
    ]
    return chips
