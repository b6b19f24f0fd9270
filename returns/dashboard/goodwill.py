"""Giving goodwill for an order, or for some of its units."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.design import formats
from postexp.kernel import clock, htmx, ids
from postexp.kernel.money import Money
from returns import selectors, services
from returns.enums import Outcome
from returns.errors import ReturnsError
from returns.forms.money import GoodwillForm
from returns.selectors.disputes import dispute_against


@staff_view(Right.GOODWILL)
@require_http_methods(["GET", "POST"])
def goodwill_give(request: StaffRequest, order_id: str) -> HttpResponse:
    """Ask how much goodwill and for what, and give it once."""
    order = commerce.access_order(order_id)
    settled = selectors.settled_units(order)
    lines = [(line, line.quantity - settled.get(line.pk, 0)) for line in commerce.list_lines(order)]
    form = GoodwillForm(
        request.POST if request.method == "POST" else None,
        currency=order.currency,
        left=[(line, units) for line, units in lines if units > 0],
        is_disputed=dispute_against(order) is not None,
        key=ids.new_id("gdw"),
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            given = services.give_goodwill(
                order_id=order.public_id,
                amount=told["amount"],
                units=form.units(),
                outcome=Outcome(told["outcome"]),
                note=told["note"],
                despite=told.get("despite", ""),
                key=told["key"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except ReturnsError as error:
            form.refuse(error)
        else:
            amount = formats.money(Money(given.total, given.currency))
            messages.success(request, _("Goodwill given: %(amount)s.") % {"amount": amount})
            return htmx.redirect(
                request,
                reverse("dashboard:order_detail", args=[request.merchant.slug, order.public_id]),
            )
    return htmx.render(
        request,
        page="returns/dashboard/goodwill.html",
        part="returns/dashboard/_goodwill.html",
        context={
            "order": order,
            "form": form,
            "left": Money(order.captured - order.given_back, order.currency),
        },
        status=422 if form.is_bound else 200,
    )
