"""Staff's face of drop-off points: the list, one of them, and taking one out of use."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from postexp.kernel import clock, htmx
from postexp.kernel.paging import address, cut
from returns.errors import DropOffUnreadable
from returns.forms.drop_off import PointForm
from returns.models import DropOffPoint
from returns.selectors.drop_off import access_point, list_points
from returns.serializers.drop_off import show_point
from returns.serializers.drop_off_cells import COLUMNS, point_cells
from returns.services.drop_off import change_point, put_point, withdraw_point

LONGEST_SEARCH = 200


@staff_view(Right.CONFIGURE)
@require_GET
def point_list(request: StaffRequest) -> HttpResponseBase:
    """The points of the shop, newest first; `export=csv` asks for all of them as a file."""
    search = request.GET.get("q", "")[:LONGEST_SEARCH]
    withdrawn = bool(request.GET.get("withdrawn"))
    points = list_points(withdrawn=withdrawn, search=search)
    if wants_csv(request):
        return list_as_csv(request, "drop-off-points", list(COLUMNS), point_cells(points))
    page, at = cut(points, request.GET), clock.now()
    return render(
        request,
        "returns/dashboard/points.html",
        {
            "page": page,
            "rows": [show_point(one, at=at) for one in page.rows],
            "q": search,
            "withdrawn": withdrawn,
            "keep": {"withdrawn": "1"} if withdrawn else {},
            "tabs": [
                {
                    "label": label,
                    "url": address(request.GET, withdrawn=value, before=None, after=None),
                    "active": withdrawn is bool(value),
                    "count": None,
                }
                for label, value in (
                    (pgettext("drop-off points", "In use"), None),
                    (pgettext("drop-off points", "Withdrawn"), "1"),
                )
            ],
        },
    )


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def point_new(request: StaffRequest) -> HttpResponse:
    """A new place where parcels are handed in."""
    return _edit(request, DropOffPoint(country=request.merchant.country))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def point_detail(request: StaffRequest, point_id: str) -> HttpResponse:
    """One place: when it is open, and what is told of it, to be changed."""
    return _edit(request, access_point(point_id))


def _edit(request: StaffRequest, point: DropOffPoint) -> HttpResponse:
    shown = show_point(point, at=clock.now()) if point.pk else None
    form = PointForm(request.POST if request.method == "POST" else None, instance=point)
    if form.is_valid():
        try:
            if point.pk:
                kept, _is_changed = change_point(
                    point.public_id, form.facts(), at=clock.now(), actor=request.user.actor
                )
            else:
                kept, _is_changed = put_point(
                    form.facts(), at=clock.now(), actor=request.user.actor
                )
        except DropOffUnreadable as error:
            form.add_error(error.field if error.field in form.fields else None, error.detail)
        else:
            messages.success(request, _("Saved."))
            return htmx.redirect(
                request,
                reverse("dashboard:drop_off_point", args=[request.merchant.slug, kept.public_id]),
            )
    return render(
        request,
        "returns/dashboard/point.html",
        {"form": form, "shown": shown, "point": point if point.pk else None},
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.CONFIGURE)
@require_POST
def point_withdraw(request: StaffRequest, point_id: str) -> HttpResponse:
    """Take a place out of use."""
    point = withdraw_point(
        access_point(point_id).public_id, at=clock.now(), actor=request.user.actor
    )
    messages.success(request, _("“%(name)s” is shown to no more shoppers.") % {"name": point.name})
    return htmx.redirect(
        request, reverse("dashboard:drop_off_points", args=[request.merchant.slug])
    )
