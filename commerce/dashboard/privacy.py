"""Requests about personal data that the platform passed on, each with the day it is due."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.errors import AlreadySettled
from commerce.services.privacy import answer_privacy_request
from postexp.kernel import clock, htmx

SHOWN = 200


@staff_view()
@require_GET
def privacy_list(request: StaffRequest) -> HttpResponse:
    """Show open requests first, the most urgent on top."""
    requests = list(selectors.list_privacy_requests()[:SHOWN])
    customers = selectors.map_customers([one.customer_external_id for one in requests])
    context = {
        "rows": [(one, customers.get(one.customer_external_id)) for one in requests],
        "at": clock.now(),
        "may_answer": request.membership.may(Right.CONFIGURE),
    }
    return render(request, "commerce/privacy/list.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def privacy_answer(request: StaffRequest, request_id: str) -> HttpResponse:
    """Note that a request was answered."""
    found = selectors.access_privacy_request(request_id)
    try:
        answer_privacy_request(
            merchant=request.merchant, request=found, by=request.user, at=clock.now()
        )
    except AlreadySettled as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, _("Marked as answered."))
    return htmx.redirect(request, reverse("dashboard:privacy_list", args=[request.merchant.slug]))
