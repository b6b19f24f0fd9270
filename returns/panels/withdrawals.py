"""The ways to the withdrawal from a contract, and how its events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from commerce import selectors as commerce
from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from postexp.kernel import clock, slots
from postexp.kernel.history import describe
from returns import events
from returns.enums import WithdrawalEnd
from returns.selectors.withdrawals import count_by_view, is_offered, period_of
from returns.serializers.last_days import last_moment


def foot_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to the withdrawal on every shopper page, in the words the law gives it."""
    if not is_offered():
        return ""
    path = reverse("site:withdraw", args=[context["merchant"].slug])
    url = f"{path}?{urlencode({'lang': get_language() or 'en'})}"
    return render_to_string("returns/site/_foot_withdraw.html", {"url": url})


def tracking_withdrawal(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to the withdrawal from this order, as long as there is time."""
    order = commerce.get_order(context["order_id"])
    period = period_of(order)
    if not period.covered or order.cancelled_at or not period.is_open(clock.now()):
        return ""
    return render_to_string(
        "returns/site/withdrawal_panel.html",
        {
            "url": _withdraw_url(context["locale"], order=order.number),
            "until": last_moment(period.until, order.country) if period.until else "",
            "is_known": True,
        },
    )


def tracking_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to the withdrawal alone, for when the period cannot be told."""
    if not is_offered():
        return ""
    return render_to_string(
        "returns/site/withdrawal_panel.html",
        {"url": _withdraw_url(context["locale"]), "is_known": False},
    )


def _withdraw_url(locale: str, **more: str) -> str:
    path = reverse("site:withdraw", args=[commerce.get_merchant().slug])
    return f"{path}?{urlencode({'lang': locale, **more})}"


def home_withdrawals(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """Withdrawals that wait for a person; nothing while none does."""
    count = count_by_view()["open"]
    if not count:
        return ""
    url = reverse("dashboard:withdrawal_list", args=[cast(StaffRequest, request).merchant.slug])
    return render_to_string(
        "returns/dashboard/withdrawals_home.html",
        {"count": count, "url": url},
        request,
    )


def settings_tab(request: HttpRequest) -> dict[str, Any]:
    """Whether shopper pages lead to the withdrawal."""
    url = reverse("dashboard:withdrawal_settings", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Withdrawal"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


slots.register("site_foot", name="returns.withdrawal", order=20, render=foot_link)
slots.register(
    "tracking_page",
    name="returns.withdrawal",
    order=30,
    render=tracking_withdrawal,
    fallback=tracking_link,
)
slots.register("dashboard_home", name="returns.withdrawals", order=12, render=home_withdrawals)
slots.register_entry("settings", order=32, entry=settings_tab)


def _end(payload: Mapping[str, Any]) -> str:
    return str(WithdrawalEnd(payload["end"]).label)


def _nothing_sent(payload: Mapping[str, Any]) -> str:
    return gettext("Nothing was sent yet: cancel the order.") if payload["nothing_sent"] else ""


describe(events.WithdrawalReceived, _("Withdrawal received"), icon="file-text", tone="information")
describe(
    events.WithdrawalMatched,
    _("Shopper withdraws from the contract"),
    icon="file-text",
    tone="attention",
    detail=_nothing_sent,
)
describe(events.WithdrawalClosed, _("Withdrawal closed"), icon="check", detail=_end)
describe(
    events.WithdrawalSettingsChanged, _("Withdrawal link changed"), icon="settings", minor=True
)
