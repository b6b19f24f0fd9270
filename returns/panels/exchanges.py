"""How the timeline tells of exchanges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
