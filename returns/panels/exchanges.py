"""What exchanges show on pages returns does not own, and how the timeline tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
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
from returns.enums import Outcome
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangeMove,
    ExchangePaymentKind,
    Instead,
    MoneyStep,
)
from returns.panels.cases import tracking_link
from returns.selectors.exchanges import exchanges_around, list_needing_staff

if TYPE_CHECKING:
    from commerce.models import Order


SHOWN = 8
"""How many exchanges the home page lists."""


def _amount(payload: Mapping[str, Any]) -> str:
    amount = formats.money(Money(payload["amount"], payload["currency"]))
    return f"{ExchangePaymentKind(payload['kind']).label}: {amount}"


def _converted(payload: Mapping[str, Any]) -> str:
    return f"{ConvertedFor(payload['why']).label}: {Instead(payload['instead']).label}"


def _given_up(payload: Mapping[str, Any]) -> str:
    instead = str(Outcome(payload["instead"]).label)
    return f"{formats.number(payload['units'])}: {instead}"


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


def home_exchanges(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The exchanges that only staff can bring on; nothing while there are none."""
    found = list(list_needing_staff()[: SHOWN + 1])
    if not found:
        return ""
    slug = cast(StaffRequest, request).merchant.slug
    rows = [
        (
            one.case.number,
            gettext("Stock is missing for the rest of it")
            if one.short_since
            else gettext("The original did not come back, and nothing is held for it"),
            reverse("dashboard:return_detail", args=[slug, one.case.public_id]),
        )
        for one in found[:SHOWN]
    ]
    more = list_needing_staff().count() - SHOWN if len(found) > SHOWN else 0
    return render_to_string(
        "returns/dashboard/exchanges_home.html", {"rows": rows, "more": more}, request
    )


slots.register("dashboard_home", name="returns.exchanges", order=14, render=home_exchanges)
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
    pgettext_lazy("what happened", "Exchange"),
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
describe(
    events.ExchangeStockShort,
    _("Stock is missing for the rest of an exchange; items"),
    icon="package-x",
    tone="attention",
    detail=lambda payload: formats.number(payload["units"]),
)
describe(events.ExchangeStockBack, _("Stock is there again for an exchange"), icon="package-check")
describe(
    events.ExchangeRestGivenUp,
    _("Rest of an exchange not sent; items"),
    icon="hand-coins",
    detail=_given_up,
)
describe(events.ReplacementChanged, _("Another variant is sent in an exchange"), icon="refresh-cw")
