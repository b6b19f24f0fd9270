"""Receiving and grading: one form, by grade, which is the count as well."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
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
from returns.models import Return


@staff_view(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def return_arrival(request: StaffRequest, return_id: str) -> HttpResponse:
    """Count and grade what arrived."""
    case = selectors.access_return(return_id)
    lines = selectors.list_lines_of(case)
    form = ArrivalForm(request.POST if request.method == "POST" else None, lines=lines)
    if request.method == "POST" and form.is_valid():
        try:
            _take_in(request, case, form)
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


def _take_in(request: StaffRequest, case: Return, form: ArrivalForm) -> None:
    """Receive and grade in one go: what was counted is what was looked at."""
    at, actor = clock.now(), request.user.actor
    with transaction.atomic():
        if counts := form.counts():
            services.receive_return(return_id=case.public_id, counts=counts, at=at, actor=actor)
        services.inspect_return(
            return_id=case.public_id, findings=form.findings(), at=at, actor=actor
        )
