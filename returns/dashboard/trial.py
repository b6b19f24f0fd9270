"""A test return, guided from finding the order as its shopper to approving it at the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors, services


@staff_view()
@require_GET
def test_return(request: StaffRequest) -> HttpResponse:
    """Lead through a return; the page follows by itself what happens in the shopper's window."""
    return htmx.render(
        request,
        page="returns/dashboard/test_return.html",
        part="returns/dashboard/_test_return.html",
        context=_context(request),
    )


@staff_view(Right.DECIDE)
@require_POST
def test_return_start(request: StaffRequest) -> HttpResponse:
    """Make a test order for the person who asks."""
    services.start_test_return(email=request.user.email, at=clock.now(), actor=request.user.actor)
    return htmx.redirect(request, reverse("dashboard:test_return", args=[request.merchant.slug]))


def _context(request: StaffRequest) -> dict[str, Any]:
    run = selectors.newest_trial()
    step = 4 if run.approved else 3 if run.case else 2 if run.order else 1
    return {"run": run, "step": step, "may_decide": request.membership.may(Right.DECIDE)}
