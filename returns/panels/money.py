"""Goodwill and credit notes on pages of others, and how their events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commerce import selectors as commerce
from commerce.access import StaffRequest
from commerce.enums import Right, SettingsGroup
from postexp.kernel import slots
from postexp.kernel.history import describe
from returns import events
from returns.enums import MismatchCode
from returns.selectors.disputes import dispute_against
from returns.selectors.mismatches import list_mismatches


def goodwill_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The entry that gives goodwill, while anything of an order can still be given back."""
    staff = cast(StaffRequest, request)
    if not staff.membership.may(Right.GOODWILL):
        return ""
    order = commerce.get_order(context["order_id"])
    if order.given_back >= order.captured:
        return ""
    return render_to_string("returns/dashboard/goodwill_action.html", {"order": order}, request)


def dispute_notice(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """That a chargeback about an order is open or was lost; nothing where none stands."""
    if not dispute_against(commerce.get_order(context["order_id"])):
        return ""
    return render_to_string("returns/dashboard/_disputed.html", {}, request)


def home_mismatches(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """Refunds on the platform that do not fit; nothing while all do."""
    count = list_mismatches().count()
    if not count:
        return ""
    url = reverse("dashboard:mismatch_list", args=[cast(StaffRequest, request).merchant.slug])
    return render_to_string(
        "returns/dashboard/mismatches_home.html",
        {"count": count, "url": url},
        request,
    )


def credit_notes_tab(request: HttpRequest) -> dict[str, Any]:
    """Who credit notes are from."""
    slug = cast(StaffRequest, request).merchant.slug
    url = reverse("dashboard:credit_note_settings", args=[slug])
    return {
        "url": url,
        "label": gettext("Credit notes"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


slots.register("order_menu", name="returns.goodwill", order=30, render=goodwill_action)
slots.register("order_page", name="returns.dispute", order=5, render=dispute_notice)
slots.register("dashboard_home", name="returns.mismatches", order=12, render=home_mismatches)
slots.register_entry("settings", order=35, entry=credit_notes_tab)
describe(events.CreditNoteIssuerChanged, _("Issuer of credit notes changed"), icon="receipt-text")
describe(
    events.RefundMismatchFound,
    _("Refund on the platform does not match"),
    icon="triangle-alert",
    tone="attention",
    detail=lambda payload: str(MismatchCode(payload["code"]).label),
)
describe(
    events.RefundMismatchCleared,
    _("Refund on the platform checked"),
    icon="check",
    detail=lambda payload: payload["note"],
)
