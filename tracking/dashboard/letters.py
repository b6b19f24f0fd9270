"""Writing to the shoppers of several incidents at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications.rules.letters import AboutOrder, addressees
from notifications.selectors import is_live
from notifications.services import write_letter
from postexp.kernel import clock, htmx, ids
from postexp.kernel.paging import address
from tracking.forms import LetterForm
from tracking.models import Incident
from tracking.selectors.incidents import list_chosen
from tracking.serializers.incidents import KINDS
from tracking.serializers.ready_texts import READY, ready_words


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def incident_letter(request: StaffRequest) -> HttpResponse:
    """Who gets a letter and what it says; what is sent twice from one page goes out once."""
    incidents = list_chosen(request.GET.getlist("incident"))
    about = _about(incidents)
    queue = reverse("dashboard:incident_list", args=[request.merchant.slug])
    if not about:
        messages.error(request, _("Choose at least one incident with an order."))
        return htmx.redirect(request, queue)
    locales = request.merchant.locales
    ready = request.GET.get("ready", "")
    form = LetterForm(
        request.POST if request.method == "POST" else None,
        locales=locales,
        initial={"key": ids.new_id("key"), **ready_words(ready, locales)},
    )
    if form.is_valid():
        count = write_letter(
            orders=about,
            words=form.words,
            key=form.cleaned_data["key"],
            at=clock.now(),
            actor=request.user.actor,
        )
        messages.success(request, _said(count))
        return htmx.redirect(request, queue)
    context = {
        "form": form,
        "people": _people(about, incidents),
        "nobody": sum(one.shipment.order is None for one in incidents),
        "ready": [
            {"label": text.label, "url": address(request.GET, ready=name), "active": name == ready}
            for name, text in READY.items()
        ],
        "live": is_live(),
        "queue": queue,
    }
    status = 422 if form.is_bound else 200
    return render(request, "tracking/dashboard/letter.html", context, status=status)


def _about(incidents: Sequence[Incident]) -> list[AboutOrder]:
    """Return the orders of incidents, as a letter is told of them."""
    orders = [one.shipment.order for one in incidents if one.shipment.order is not None]
    return [
        AboutOrder(
            order_id=order.public_id,
            number=order.number,
            address=order.email or (order.customer.email if order.customer else ""),
            name=order.customer.full_name(order.locale[:2]) if order.customer else "",
        )
        for order in orders
    ]


def _people(about: Sequence[AboutOrder], incidents: Sequence[Incident]) -> list[dict[str, object]]:
    """Return who gets the letter, for which orders, and what is wrong with those."""
    return [
        {
            "name": person.name,
            "address": person.address,
            "orders": person.orders,
            "kinds": dict.fromkeys(
                str(KINDS[one.kind])
                for one in incidents
                if one.shipment.order_ref in {order.order_id for order in person.orders}
            ),
        }
        for person in addressees(about)
    ]


def _said(count: int) -> str:
    if not is_live():
        said = ngettext(
            "%(count)s letter is written and kept: your messages are not live yet.",
            "%(count)s letters are written and kept: your messages are not live yet.",
            count,
        )
    else:
        said = ngettext(
            "%(count)s shopper is written to.", "%(count)s shoppers are written to.", count
        )
    return said % {"count": count}
