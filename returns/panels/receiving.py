"""The way to receiving, its settings, and how its events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import Right, SettingsGroup
from postexp.design import formats
from postexp.kernel import slots
from postexp.kernel.history import describe
from postexp.kernel.money import Money
from returns import events
from returns.enums.receiving import RefusedChoice, RefusedMove, RefusedState
from returns.selectors.receiving import count_waiting


def is_checked_in(request: HttpRequest) -> bool:
    """Whether this is the screen on which a return is counted, which belongs to receiving."""
    return request.path.endswith("/arrival/")


def nav_entry(request: HttpRequest) -> dict[str, Any]:
    """The receiving screen, for who receives."""
    staff = cast(StaffRequest, request)
    if not staff.membership.may(Right.RECEIVE):
        return {}
    url = reverse("dashboard:receiving", args=[staff.merchant.slug])
    return {
        "url": url,
        "label": gettext("Receiving"),
        "icon": "package-check",
        "active": request.path.startswith(url) or is_checked_in(request),
        "count": None,
        "key": "w",
    }


def settings_tab(request: HttpRequest) -> dict[str, Any]:
    """How the shop receives."""
    url = reverse("dashboard:receiving_setup", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Receiving"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


def home_receiving(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What waits in the warehouse; nothing while nothing does."""
    staff = cast(StaffRequest, request)
    if not staff.membership.may(Right.RECEIVE):
        return ""
    waiting = count_waiting()
    words = {
        "looks": ngettext(
            "%(count)s check waits for a second person",
            "%(count)s checks wait for a second person",
            waiting["looks"],
        ),
        "to_send": ngettext(
            "%(count)s refused item to send back",
            "%(count)s refused items to send back",
            waiting["to_send"],
        ),
        "restocks": ngettext(
            "%(count)s item to count on your platform",
            "%(count)s items to count on your platform",
            waiting["restocks"],
        ),
        "unannounced": ngettext(
            "%(count)s unannounced find to match",
            "%(count)s unannounced finds to match",
            waiting["unannounced"],
        ),
    }
    rows = [
        text % {"count": formats.number(waiting[name])}
        for name, text in words.items()
        if waiting[name]
    ]
    if not rows:
        return ""
    url = reverse("dashboard:receiving", args=[staff.merchant.slug])
    return render_to_string(
        "returns/dashboard/receiving_home.html", {"rows": rows, "url": url}, request
    )


slots.register_entry("nav", order=35, entry=nav_entry)
slots.register_entry("settings", order=33, entry=settings_tab)
slots.register("dashboard_home", name="returns.receiving", order=13, render=home_receiving)


def _choice(payload: Mapping[str, Any]) -> str:
    words = str(RefusedChoice(payload["choice"]).label)
    if payload["by_default"]:
        return gettext("%(choice)s (nobody answered)") % {"choice": words}
    return words


def _state(payload: Mapping[str, Any]) -> str:
    return str(RefusedState(payload["state"]).label)


def _amount(payload: Mapping[str, Any]) -> str:
    return formats.money(Money(payload["amount"], payload["currency"]))


def _stock(payload: Mapping[str, Any]) -> str:
    return "" if payload["counted"] else gettext("To be counted on the platform")


describe(
    events.UnitsRefused, _("Item not accepted, shopper asked"), icon="package-x", tone="attention"
)
describe(
    events.RefusedUnitsAnswered,
    _("Decided about a refused item"),
    icon="message-circle",
    detail=_choice,
)
describe(
    events.RefusedFeeDue,
    _("Postage for sending it back asked for"),
    icon="credit-card",
    detail=_amount,
)
describe(
    events.RefusedFeeReminded,
    _("Reminded of the postage for sending it back"),
    icon="bell",
    detail=_amount,
)
describe(
    events.RefusedFeePaid,
    _("Postage for sending it back paid"),
    icon="credit-card",
    tone="good",
    detail=_amount,
)
describe(
    events.RefusedFeeUnwanted,
    _("Payment page for postage to be closed"),
    icon="credit-card",
    minor=True,
)
describe(
    events.RefusedUnitsMoved,
    _("Refused item went on"),
    icon="package-search",
    detail=lambda payload: str(RefusedMove(payload["move"]).label),
    minor=True,
)
describe(events.RefusedUnitsClosed, _("Refused item dealt with"), icon="check", detail=_state)
describe(
    events.SurplusFound, _("More arrived than announced"), icon="package-search", tone="attention"
)
describe(
    events.SecondPersonAsked,
    _("Waits for a second person to look"),
    icon="users",
    tone="attention",
)
describe(events.SecondPersonAgreed, _("A second person agreed"), icon="users", tone="good")
describe(events.UnitsRestocked, _("Back on the shelf"), icon="warehouse", detail=_stock, minor=True)
describe(
    events.RestockCounted,
    _("Counted on the platform"),
    icon="warehouse",
    detail=lambda payload: formats.number(payload["quantity"]),
    minor=True,
)
describe(events.UnannouncedReceived, _("Unannounced goods kept"), icon="package-search")
describe(events.UnannouncedMatched, _("Unannounced goods matched"), icon="link", tone="good")
describe(events.UnannouncedClosed, _("Unannounced goods closed"), icon="x")
describe(
    events.ReceivingSettingsChanged, _("Receiving settings changed"), icon="settings", minor=True
)
