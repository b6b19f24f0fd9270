"""Receiving and grading: one form, by grade, which is the count as well."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors, services
from returns.dashboard.desk import detail_url
from returns.errors import ReturnsError
from returns.forms import ArrivalForm


@staff_view(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def return_arrival(request: StaffRequest, return_id: str) -> HttpResponse:
    """Count and grade what arrived."""
    case = selectors.access_return(return_id)
    lines = selectors.list_lines_of(case)
    form = ArrivalForm(request.POST if request.method == "POST" else None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            services.check_in_return(
                return_id=case.public_id,
                counts=form.counts(),
                findings=form.findings(),
                at=clock.now(),
                actor=request.user.actor,
            )
        except ReturnsError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("%(number)s is checked in.") % {"number": case.number})
            return htmx.redirect(request, detail_url(request, case))
    return render(
        request,
        "returns/dashboard/arrival.html",
        {
            "case": case,
            "form": form,
            "rows": [
                (
                    line,
                    line.order_line.product.image.url
                    if line.order_line.product and line.order_line.product.image
                    else "",
                    counts,
                    accept,
                )
                for line, counts, accept in form.rows()
            ],
        },
        status=422 if form.is_bound else 200,
    )
