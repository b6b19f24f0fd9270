"""Saying on an order's page that it was picked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.errors import CommerceError
from commerce.services.picks import pick_the_rest
from postexp.kernel import clock, htmx


@staff_view(Right.RECEIVE)
@require_POST
def order_picked(request: StaffRequest, order_id: str) -> HttpResponse:
    """Note that everything still to be sent is off the shelf: it can no longer be cancelled."""
    order = selectors.access_order(order_id)
    try:
        pick_the_rest(order_id=order.public_id, at=clock.now(), actor=request.user.actor)
    except CommerceError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Picked. From now on these items can no longer be cancelled."))
    return htmx.redirect(
        request, reverse("dashboard:order_detail", args=[request.merchant.slug, order.public_id])
    )
