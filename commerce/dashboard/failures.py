"""What could not be worked off: each with its cause, the next step, and who waits behind it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.dashboard.events import delivery_row, event_tabs, title_of
from commerce.enums import Right
from commerce.errors import AlreadySettled
from commerce.services.replays import replay_delivery, skip_delivery
from postexp.kernel import clock, history, htmx
from postexp.kernel.models import Delivery, InboxState

SHOWN = 100


@staff_view()
@require_GET
def failure_list(request: StaffRequest) -> HttpResponse:
    """Dead letters, unclear outcomes and unreadable requests, the newest first."""
    deliveries = list(history.list_failed_deliveries().order_by("-id")[:SHOWN])
    waiting = history.waiting_behind(deliveries)
    requests = history.list_requests(state=InboxState.FAILED).order_by("-id")[:SHOWN]
    context = {
        "tabs": event_tabs(request, "failure_list"),
        "rows": [
            {**delivery_row(one, waiting), "title": title_of(one.event)} for one in deliveries
        ],
        "requests": list(requests),
        "may_replay": request.membership.may(Right.REPLAY),
    }
    return render(request, "commerce/events/failures.html", context)


@staff_view(Right.REPLAY)
@require_http_methods(["GET", "POST"])
def delivery_replay(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """Ask whether to run a delivery again, and run it."""
    if request.method == "GET":
        return _ask(request, delivery_id, "replay")
    return _settle(
        request,
        delivery_id,
        lambda: replay_delivery(
            merchant=request.merchant, delivery_id=delivery_id, by=request.user, at=clock.now()
        ),
        _("Replaying now."),
    )


@staff_view(Right.REPLAY)
@require_http_methods(["GET", "POST"])
def delivery_skip(request: StaffRequest, delivery_id: int) -> HttpResponse:
    """Ask whether to give a delivery up, and give it up."""
    if request.method == "GET":
        return _ask(request, delivery_id, "skip")
    return _settle(
        request,
        delivery_id,
        lambda: skip_delivery(
            merchant=request.merchant, delivery_id=delivery_id, by=request.user, at=clock.now()
        ),
        _("Skipped. Events waiting behind it carry on."),
    )


def _ask(request: StaffRequest, delivery_id: int, act: str) -> HttpResponse:
    """Say what the act means before it is done: in a dialog, or on a page of its own."""
    delivery = history.list_failed_deliveries().filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404
    row = delivery_row(delivery, history.waiting_behind([delivery]))
    return htmx.render(
        request,
        page="commerce/events/confirm.html",
        part="commerce/events/_confirm.html",
        context={**row, "act": act, "title": title_of(delivery.event)},
    )


def _settle(
    request: StaffRequest, delivery_id: int, act: Callable[[], Delivery], done: str
) -> HttpResponse:
    if not Delivery.objects.filter(pk=delivery_id).exists():
        raise Http404
    try:
        act()
    except AlreadySettled as error:
        messages.warning(request, str(error.message))
    else:
        messages.success(request, done)
    return htmx.redirect(request, reverse("dashboard:failure_list", args=[request.merchant.slug]))
