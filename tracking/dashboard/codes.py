"""Carriers' codes that nobody reads yet, and what staff said others mean."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from postexp.kernel.paging import FIRST, address, cut
from postexp.kernel.tasks import begin
from tracking import services
from tracking.enums import Status, status_label, substatus_label
from tracking.errors import UnknownMeaning
from tracking.models import CarrierCode
from tracking.rules import carrier_of
from tracking.selectors.codes import (
    CODE_VIEWS,
    access_code,
    count_code_views,
    example_parcels,
    list_codes,
)
from tracking.tasks import remap_scans


@staff_view()
@require_GET
def code_list(request: StaffRequest) -> HttpResponse:
    """The codes, those without a meaning first; the view is in the address."""
    view = request.GET.get("view", CODE_VIEWS[0])
    page = cut(list_codes(view=view), request.GET)
    locale = get_language() or "en"
    examples = example_parcels(page.rows)
    context = {
        "rows": [
            {
                "code": code,
                "source": _source(code.source, locale),
                "means": _means(code, locale),
                "example": examples.get(code.pk),
            }
            for code in page.rows
        ],
        "page": page,
        "views": _views(request, view),
        "meanings": meanings(locale),
        "may_map": request.membership.may(Right.CONFIGURE),
    }
    return htmx.render(
        request,
        page="tracking/dashboard/codes.html",
        part="tracking/dashboard/_codes.html",
        context=context,
    )


@staff_view(Right.CONFIGURE)
@require_POST
def code_map(request: StaffRequest, code_id: str) -> HttpResponse:
    """Say what a code means, for scans to come and those of the past."""
    code = access_code(code_id)
    try:
        services.map_code(
            code, meaning=request.POST.get("meaning", ""), by=request.user, at=clock.now()
        )
    except UnknownMeaning as error:
        messages.error(request, str(error.message))
    else:
        begin(remap_scans, request.merchant.pk, code.public_id)
        messages.success(
            request, _("“%(code)s” is read from now on, and in past scans.") % {"code": code.code}
        )
    return htmx.redirect(request, reverse("dashboard:code_list", args=[request.merchant.slug]))


def meanings(locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a code may mean, by status: the value of each, and its words."""
    return [
        (
            status_label(status, locale),
            [
                (f"{status}/{substatus}", substatus_label(status, substatus, locale))
                for substatus in status.substatuses
                if substatus != services.INFORMATION
            ],
        )
        for status in Status
    ]


def _source(source: str, locale: str) -> str:
    match source:
        case "api":
            return "API"
        case "import":
            return pgettext("source of carrier codes", "Imported file")
        case _:
            return carrier_of(source).name_in(locale)


def _means(code: CarrierCode, locale: str) -> str:
    if code.mapped_at is None:
        return ""
    if not code.status:
        return _("Information only")
    return substatus_label(code.status, code.substatus, locale)


def _views(request: StaffRequest, view: str) -> list[dict[str, Any]]:
    labels = {
        "open": pgettext("view of carrier codes", "Not read yet"),
        "mapped": pgettext("view of carrier codes", "Given a meaning"),
    }
    counts = count_code_views()
    return [
        {
            "url": address(request.GET, view=None if name == CODE_VIEWS[0] else name, **FIRST),
            "label": labels[name],
            "active": view == name,
            "count": counts[name],
        }
        for name in CODE_VIEWS
    ]
