"""Staff say that an order leaves later than planned, and take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications.selectors.flows import get_flow
from postexp.kernel import clock, htmx
from tracking import services
from tracking.enums import DispatchCause
from tracking.errors import DayHasPassed, NoDelayStands, NothingToSend, NotToBeSent
from tracking.forms import DispatchDelayForm
from tracking.selectors.dispatch import find_standing, lines_left

if TYPE_CHECKING:
    from commerce.models import Order


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def order_delay(request: StaffRequest, order_id: str) -> HttpResponse:
    """Ask when an order leaves now and why it is late, and tell the shopper."""
    order = commerce.access_order(order_id)
    form = _form(request, order)
    if request.method == "GET" or not form.is_valid():
        return _page(request, order, form)
    cause = form.cleaned_data["cause"]
    try:
        services.state_dispatch_delay(
            order_id=order.public_id,
            units=form.units,
            cause=DispatchCause(cause) if cause else None,
            days=form.days,
            at=clock.now(),
            actor=request.user.actor,
        )
    except DayHasPassed as refused:
        form.add_error("first_day", str(refused.message))
        return _page(request, order, form)
    except (NothingToSend, NotToBeSent) as refused:
        form.add_error(None, str(refused.message))
        return _page(request, order, form)
    messages.success(request, _("It is said that this order leaves later."))
    return _back(request, order)


@staff_view(Right.DECIDE)
@require_POST
def order_delay_end(request: StaffRequest, order_id: str) -> HttpResponse:
    """Take back that an order leaves later."""
    order = commerce.access_order(order_id)
    try:
        services.end_dispatch_delay(
            order_id=order.public_id, at=clock.now(), actor=request.user.actor
        )
    except NoDelayStands as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Taken back: the page of the order no longer says it."))
    return _back(request, order)


def _form(request: StaffRequest, order: Order) -> DispatchDelayForm:
    lines = [
        (line.public_id, " ".join(filter(None, (line.title, line.variant_title))), count)
        for line, count in lines_left(order)
    ]
    standing, initial = find_standing(order), dict[str, Any]()
    if standing is not None:
        initial = {name: getattr(standing, name) for name in ("cause", "first_day", "last_day")}
        initial |= {
            f"units_{line}": min(standing.units.get(line, 0), count) for line, _name, count in lines
        }
    data = request.POST if request.method == "POST" else None
    return DispatchDelayForm(data, lines=lines, initial=initial)


def _page(request: StaffRequest, order: Order, form: DispatchDelayForm) -> HttpResponse:
    return htmx.render(
        request,
        page="tracking/dashboard/dispatch.html",
        part="tracking/dashboard/_dispatch.html",
        context={
            "order": order,
            "form": form,
            "is_written": get_flow("order.delayed").enabled,
        },
        status=422 if form.is_bound else 200,
    )


def _back(request: StaffRequest, order: Order) -> HttpResponse:
    url = reverse("dashboard:order_detail", args=[request.merchant.slug, order.public_id])
    return htmx.redirect(request, url)
