"""Gift receipts on the order page, and how their events read."""

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


def gift_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The entry that makes a gift receipt."""
    if not cast(StaffRequest, request).membership.may(Right.DECIDE):
        return ""
    order = commerce.get_order(context["order_id"])
    return render_to_string("returns/dashboard/gift_action.html", {"order": order}, request)


slots.register("order_menu", name="returns.gifts", order=25, render=gift_action)
describe(events.GiftCodeMade, _("Gift receipt made"), icon="gift")
describe(events.GiftCodeEnded, _("Gift code ended"), icon="x")
describe(events.ReturnChanged, _("Return changed by the shopper"), icon="rotate-ccw")
