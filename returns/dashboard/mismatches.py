"""Refunds made on the platform that do not fit, until somebody has looked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money
from postexp.kernel.paging import cut
from returns import services
from returns.selectors.mismatches import access_mismatch, list_mismatches


@staff_view()
@require_GET
def mismatch_list(request: StaffRequest) -> HttpResponse:
    """What waits for somebody to look, newest first."""
    page = cut(list_mismatches(), request.GET)
    return render(
        request,
        "returns/dashboard/mismatches.html",
        {
            "rows": [
                {
                    "mismatch": one,
                    "told": Money(one.told, one.order.currency),
                    "booked": Money(one.booked, one.order.currency),
                }
                for one in page.rows
            ],
            "page": page,
            "may_pay": request.membership.may(Right.PAY),
        },
    )


@staff_view(Right.PAY)
@require_http_methods(["GET", "POST"])
def mismatch_clear(request: StaffRequest, mismatch_id: str) -> HttpResponse:
    """Note that somebody has looked; asked for as a page it leads to the list."""
    mismatch = access_mismatch(mismatch_id)
    if request.method == "POST":
        services.clear_mismatch(
            mismatch_id=mismatch.public_id,
            note=request.POST.get("note", "").strip(),
            at=clock.now(),
            actor=request.user.actor,
        )
        messages.success(request, _("Noted."))
    return htmx.redirect(request, reverse("dashboard:mismatch_list", args=[request.merchant.slug]))
