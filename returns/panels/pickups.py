"""What parcels that are fetched show on pages returns does not own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from postexp.kernel import slots
from postexp.kernel.history import describe
from returns import events
from returns.selectors.pickups import list_to_arrange

if TYPE_CHECKING:
    from returns.models import Return

SHOWN = 5


def home_pickups(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The returns for which nobody said yet when they are fetched; nothing while there are none."""
    found = list(list_to_arrange()[: SHOWN + 1])
    if not found:
        return ""
    slug = cast(StaffRequest, request).merchant.slug
    rows = [
        {
            "case": one,
            "who": _who(one),
            "url": reverse("dashboard:return_detail", args=[slug, one.public_id]),
        }
        for one in found[:SHOWN]
    ]
    more = list_to_arrange().count() - SHOWN if len(found) > SHOWN else 0
    return render_to_string(
        "returns/dashboard/pickups_home.html",
        {
            "rows": rows,
            "more": more,
            "all_url": f"{reverse('dashboard:return_list', args=[slug])}?view=open",
        },
        request,
    )


def _who(case: Return) -> str:
    """The name of who has the parcel: of a present, who was given it."""
    if case.recipient_address:
        return str(case.recipient_address["name"])
    customer = case.order.customer
    name = customer.full_name(get_language() or "en") if customer else ""
    return name or case.order.email


slots.register("dashboard_home", name="returns.pickups", order=15, render=home_pickups)
describe(
    events.PickUpArranged,
    _("Pick-up arranged"),
    icon="truck",
    tone="accent",
    detail=lambda payload: payload["on"],
)
