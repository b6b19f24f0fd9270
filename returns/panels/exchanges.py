"""What exchanges show on pages returns does not own, and how the timeline tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commerce import links
from commerce import selectors as commerce
from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from postexp.design import formats
from postexp.kernel import slots
from postexp.kernel.history import describe
from postexp.kernel.money import Money
from returns import events
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangeMove,
    ExchangePaymentKind,
    Instead,
    MoneyStep,
)
from returns.panels.cases import tracking_link
from returns.selectors.exchanges import exchanges_around

if TYPE_CHECKING:
    from commerce.models import Order


def _amount(payload: Mapping[str, Any]) -> str:
    amount = formats.money(Money(payload["amount"], payload["currency"]))
    return f"{ExchangePaymentKind(payload['kind']).label}: {amount}"


def _converted(payload: Mapping[str, Any]) -> str:
    return f"{ConvertedFor(payload['why']).label}: {Instead(payload['instead']).label}"


def _days(payload: Mapping[str, Any]) -> str:
    return formats.number(payload["days"])


def settings_tab(request: HttpRequest) -> dict[str, Any]:
    """How exchanges are carried out."""
    url = reverse("dashboard:exchange_settings", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Exchanges"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


def order_exchanges(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The orders that came instead of units of this one, and the one it came instead of."""
    order = commerce.get_order(context["order_id"])
    found = exchanges_around(order)
    if not found:
        return ""
    return render_to_string(
        "returns/dashboard/order_exchanges.html", {"exchanges": found, "order": order}, request
    )


def tracking_exchanges(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way from an order to that of its replacement, and back; gifts stay a secret."""
    order = commerce.get_order(context["order_id"])
    found = [one for one in exchanges_around(order) if one.case.gift_id is None]
    if not found:
        return ""
    return render_to_string(
        "returns/site/exchange_panel.html",
        {
            "originals": [
                _other(one.case.order, context) for one in found if one.order_id == order.pk
            ],
            "replacements": [
                _other(one.order, context)
                for one in found
                if one.order is not None and one.order_id != order.pk
            ],
        },
    )


def _other(order: Order, context: Mapping[str, Any]) -> dict[str, str]:
    return {
        "number": order.number,
        "url": links.tracking_url(commerce.get_merchant(), order, context["locale"]),
    }


slots.register("order_page_side", name="returns.exchanges", order=5, render=order_exchanges)
slots.register(
    "tracking_page",
    name="returns.exchanges",
    order=5,
    render=tracking_exchanges,
    refresh_on=(events.ExchangeMoved, events.ReplacementShipped),
    fallback=tracking_link,
)
slots.register_entry("settings", order=32, entry=settings_tab)
describe(
    events.ExchangeMoved,
    _("Exchange went on"),
    icon="refresh-cw",
    detail=lambda payload: str(ExchangeMove(payload["move"]).label),
)
describe(
    events.ExchangePaymentDue,
    _("Payment for an exchange asked for"),
    icon="credit-card",
    tone="attention",
    detail=_amount,
)
describe(
    events.ExchangePaid, _("Paid for an exchange"), icon="banknote", tone="good", detail=_amount
)
describe(
    events.ExchangeChoiceNeeded,
    _("Shopper asked what they want instead of the exchange"),
    icon="circle-help",
    tone="attention",
    detail=lambda payload: str(ConvertedFor(payload["why"]).label),
)
describe(
    events.ExchangeConverted,
    _("Exchange not possible"),
    icon="hand-coins",
    tone="attention",
    detail=_converted,
)
describe(events.ExchangeDowngraded, _("Replacement waits for the return"), icon="hourglass")
describe(
    events.ExchangeReminded,
    _("Reminded of the return; days left"),
    icon="bell",
    detail=_days,
)
describe(
    events.ExchangeMoneyAsked,
    _("Payment provider asked"),
    icon="send",
    minor=True,
    detail=lambda payload: str(MoneyStep(payload["step"]).label),
)
describe(
    events.ExchangeHoldFailed,
    _("Held amount could not be renewed or charged"),
    icon="octagon-alert",
    tone="problem",
    detail=lambda payload: str(payload["why"]),
)
describe(events.ExchangeTermsChanged, _("Terms of exchanges changed"), icon="settings")
