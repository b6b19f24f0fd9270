"""What opening a return for a shopper shows on pages returns does not own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from commerce import selectors as commerce
from commerce.access import StaffRequest
from commerce.enums import Right
from postexp.kernel import slots
from postexp.kernel.history import describe
from returns import events


def opening_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The entry that opens a return for the shopper of an order."""
    if not cast(StaffRequest, request).membership.may(Right.DECIDE):
        return ""
    order = commerce.get_order(context["order_id"])
    return render_to_string("returns/dashboard/opening_action.html", {"order": order}, request)


slots.register("order_menu", name="returns.opening", order=15, render=opening_action)
describe(
    events.ReturnTimeExtended,
    _("More time given to return something"),
    icon="clock",
    tone="accent",
    detail=lambda payload: payload["until"][:10],
)
