"""What returns shows on pages it does not own, and how its events read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commerce import links
from commerce import selectors as commerce
from commerce.access import StaffRequest
from commerce.enums import Right, SettingsGroup
from commerce.ports import OpenWork, register_open_work
from postexp.design import formats
from postexp.kernel import clock, slots
from postexp.kernel.history import describe
from postexp.kernel.money import Money
from returns import events, selectors
from returns.enums import Outcome, ProcessingEvent, RefundMove, ReturnMove
from returns.panels.receiving import is_checked_in
from returns.reports import kept_value, todo
from returns.selectors.policy_pages import policy_path
from returns.serializers import shopper_standings, standings
from returns.serializers.cancellations import problem_words

FOUND = 6
OF_A_CUSTOMER = 20


def order_returns(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The returns of an order, and what of its money went back."""
    order = commerce.get_order(context["order_id"])
    cases = selectors.list_returns_of_order(order)
    settlements = selectors.list_settlements(order)
    if not cases and not settlements:
        return ""
    rows = [(one, Money(one.case.quote["payout"], order.currency)) for one in standings(cases)]
    settled = [(one, Money(one.payout, one.currency)) for one in settlements]
    return render_to_string(
        "returns/dashboard/order_panel.html", {"rows": rows, "settled": settled}, request
    )


def customer_returns(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The newest returns of a customer; nothing before the first."""
    cases = selectors.list_returns_of_customer(context["customer_id"], limit=OF_A_CUSTOMER)
    if not cases:
        return ""
    rows = [
        (one, Money(one.case.quote["payout"], one.case.quote["currency"]))
        for one in standings(cases)
    ]
    return render_to_string("returns/dashboard/customer_panel.html", {"rows": rows}, request)


def open_returns_words(count: int) -> str:
    """Say how many returns are open."""
    return ngettext("%(count)s open return", "%(count)s open returns", count) % {"count": count}


def shipping_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The entry that gives shipping back, while there is any and the person may pay."""
    staff = cast(StaffRequest, request)
    if not staff.membership.may(Right.PAY):
        return ""
    order = commerce.get_order(context["order_id"])
    shipping = selectors.paid_order(order).shipping
    if shipping.price <= shipping.price_refunded or order.given_back >= order.captured:
        return ""
    return render_to_string("returns/dashboard/order_actions.html", {"order": order}, request)


def tracking_returns(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to a return, and how far the order's returns are."""
    order = commerce.get_order(context["order_id"])
    cases = selectors.list_returns_of_order(order, for_buyer=True)
    is_open = selectors.judge(order, at=clock.now()).open
    if not cases and not is_open:
        return ""
    return render_to_string(
        "returns/site/tracking_panel.html",
        {
            "cases": shopper_standings(cases),
            "is_open": is_open,
            "url": _return_url(context),
            "policy_url": f"{policy_path(order)}?lang={context['locale']}",
        },
    )


def tracking_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to a return alone, for when the returns themselves cannot be told."""
    return render_to_string(
        "returns/site/tracking_panel.html",
        {"cases": [], "is_open": True, "url": _return_url(context)},
    )


def _return_url(context: Mapping[str, Any]) -> str:
    token = links.order_token(context["order_id"])
    path = reverse("site:return_start", args=[commerce.get_merchant().slug, token])
    return f"{path}?lang={context['locale']}"


def home_returns(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What waits for a person; nothing while nothing does."""
    staff = cast(StaffRequest, request)
    waiting = todo()
    if not waiting.total:
        return ""
    desk = reverse("dashboard:return_list", args=[staff.merchant.slug])
    rows = (
        (
            waiting.to_review,
            ngettext(
                "%(count)s return to decide", "%(count)s returns to decide", waiting.to_review
            ),
            "review",
        ),
        (
            waiting.to_grade,
            ngettext("%(count)s return to check", "%(count)s returns to check", waiting.to_grade),
            "received",
        ),
        (
            waiting.to_settle,
            ngettext(
                "%(count)s return to settle", "%(count)s returns to settle", waiting.to_settle
            ),
            "to_refund",
        ),
        (
            waiting.to_pay,
            ngettext("%(count)s refund to pay", "%(count)s refunds to pay", waiting.to_pay),
            "to_refund",
        ),
        (
            waiting.unclear,
            ngettext(
                "%(count)s refund needs a look", "%(count)s refunds need a look", waiting.unclear
            ),
            "to_refund",
        ),
        (
            waiting.to_ship,
            ngettext(
                "%(count)s replacement to ship",
                "%(count)s replacements to ship",
                waiting.to_ship,
            ),
            "to_ship",
        ),
        (
            waiting.lost,
            ngettext(
                "%(count)s return that seems lost", "%(count)s returns that seem lost", waiting.lost
            ),
            "lost",
        ),
    )
    return render_to_string(
        "returns/dashboard/home_panel.html",
        {
            "rows": [
                (text % {"count": formats.number(count)}, f"{desk}?view={view}")
                for count, text, view in rows
                if count
            ],
            "desk": desk,
        },
        request,
    )


def home_stats(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """How much of the returned value the shop kept as credit or exchange."""
    staff = cast(StaffRequest, request)
    kept = kept_value(at=clock.now(), currency=staff.merchant.currency)
    if not kept.requests:
        return ""
    return render_to_string(
        "returns/dashboard/home_stats.html",
        {
            "requests": formats.number(kept.requests),
            "refunded": formats.money(Money(kept.refunded, staff.merchant.currency)),
            "share": f"{kept.kept / (kept.kept + kept.refunded):.0%}"
            if kept.kept + kept.refunded
            else "–",
        },
        request,
    )


def found_returns(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The returns a search finds, as lines of the command bar."""
    cases = list(selectors.list_returns(search=context["q"])[:FOUND])
    if not cases:
        return ""
    return render_to_string("returns/dashboard/_found.html", {"cases": standings(cases)}, request)


DESK = (
    "return_list",
    "cancellation_list",
    "credit_note_list",
    "mismatch_list",
    "platform_return_list",
)
"""The lists of the returns desk; what is opened from them belongs to it."""


def nav_entry(request: HttpRequest) -> dict[str, Any]:
    """The returns desk, with how many wait for a decision."""
    slug = cast(StaffRequest, request).merchant.slug
    places = [reverse(f"dashboard:{name}", args=[slug]) for name in DESK]
    return {
        "url": places[0],
        "label": gettext("Returns"),
        "icon": "undo-2",
        "active": request.path.startswith(tuple(places)) and not is_checked_in(request),
        "count": selectors.list_to_review(),
        "key": "r",
    }


def policy_tab(request: HttpRequest) -> dict[str, Any]:
    """The return policy."""
    url = reverse("dashboard:return_policy", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Return policy"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


def policy_step(request: HttpRequest) -> dict[str, Any]:
    """First step: promising something."""
    slug = cast(StaffRequest, request).merchant.slug
    return {
        "title": gettext("Publish your return policy"),
        "text": gettext("Five questions make the rules, and their words to paste."),
        "done": selectors.has_own_policy(),
        "ways": [
            {
                "label": gettext("Answer them"),
                "url": reverse("dashboard:policy_wizard", args=[slug]),
            }
        ],
    }


def test_step(request: HttpRequest) -> dict[str, Any]:
    """First step: a return from both sides."""
    slug = cast(StaffRequest, request).merchant.slug
    return {
        "title": gettext("Try a return"),
        "text": gettext("As the shopper from finding the order, then approve it with one key."),
        "done": selectors.has_approved_trial(),
        "ways": [
            {"label": gettext("Try it"), "url": reverse("dashboard:test_return", args=[slug])}
        ],
    }


slots.register_entry("setup_steps", order=40, entry=policy_step)
slots.register_entry("setup_steps", order=50, entry=test_step)
slots.register("order_page", name="returns.returns", order=20, render=order_returns)
slots.register("customer_page", name="returns.returns", order=20, render=customer_returns)
slots.register("order_menu", name="returns.shipping", order=20, render=shipping_action)
slots.register(
    "tracking_page",
    name="returns.returns",
    order=20,
    render=tracking_returns,
    refresh_on=(
        events.ReturnRequested,
        events.ReturnApproved,
        events.ReturnDeclined,
        events.ReturnDecisionUndone,
        events.ReturnCancelled,
        events.EvidenceAsked,
        events.EvidenceAdded,
        events.ReturnSent,
        events.ReturnExpired,
        events.ReturnReceived,
        events.ReturnInspected,
        events.ReturnLossBorne,
        events.ReturnLossDeclined,
        events.ReturnLossUndone,
        events.ReturnCompleted,
        events.SettlementBooked,
        events.PlatformReturnChanged,
        events.ReplacementShipped,
    ),
    fallback=tracking_link,
)
slots.register("dashboard_home", name="returns.todo", order=10, render=home_returns)
slots.register("dashboard_stats", name="returns.kept", order=20, render=home_stats)
slots.register("search", name="returns.returns", order=20, render=found_returns)
register_open_work(
    OpenWork(
        name="returns",
        title=_("Open returns"),
        any_of=_("Has an open return"),
        words=open_returns_words,
        count=selectors.count_open_by_customer,
        customers=selectors.customers_with_open,
    )
)
slots.register_entry("nav", order=30, entry=nav_entry)
slots.register_entry("settings", order=30, entry=policy_tab)


def _settled(payload: Mapping[str, Any]) -> str:
    amount = formats.money(Money(payload["total"] + payload["bonus"], payload["currency"]))
    return f"{Outcome(payload['outcome']).label}: {amount}"


describe(
    events.ReturnMoved,
    _("Return went on"),
    icon="undo-2",
    detail=lambda payload: str(ReturnMove(payload["move"]).label),
    minor=True,
)
describe(
    events.RefundMoved,
    _("Refund went on"),
    icon="banknote",
    detail=lambda payload: str(RefundMove(payload["move"]).label),
    minor=True,
)
describe(events.ReturnRequested, _("Return asked for"), icon="undo-2", tone="information")
describe(events.ReturnApproved, _("Return approved"), icon="check", tone="good")
describe(events.GoodsMayStay, _("Goods stay with the shopper"), icon="gift")
describe(events.GoodsGivenAway, _("Goods given away"), icon="gift")
describe(
    events.ReturnPaidAhead,
    _("Paid before the check, as the policy says"),
    icon="hand-coins",
    detail=lambda payload: str(ProcessingEvent(payload["on"]).label),
)
describe(
    events.ReturnNotPaidByItself,
    _("Not paid by itself: staff decide"),
    icon="triangle-alert",
    tone="attention",
    detail=lambda payload: problem_words(payload["why"]),
)
describe(events.ReturnDeclined, _("Return declined"), icon="ban", tone="problem")
describe(events.ReturnDecisionUndone, _("Decision taken back"), icon="rotate-ccw")
describe(events.EvidenceAsked, _("Asked for photos"), icon="image", tone="attention")
describe(
    events.EvidenceAdded,
    _("Photos added"),
    icon="image",
    detail=lambda payload: str(payload["note"]),
)
describe(events.ReturnCancelled, _("Return cancelled"), icon="x")
describe(events.ReturnSent, _("Return on its way back"), icon="truck")
describe(
    events.ReturnSendReminded,
    _("Reminded of the return; days left"),
    icon="bell",
    detail=lambda payload: formats.number(payload["days"]),
)
describe(events.ReturnExpired, _("Return not sent in time"), icon="hourglass", tone="attention")
describe(events.ReturnReceived, _("Return received"), icon="package-check", tone="accent")
describe(events.ReturnInspected, _("Returned goods checked"), icon="package-search")
describe(events.ReturnCompleted, _("Return completed"), icon="check-check", tone="good")
describe(events.SettlementBooked, _("Settlement booked"), icon="receipt-text", detail=_settled)
describe(events.SettlementPaid, _("Settlement paid"), icon="hand-coins", tone="good")
describe(events.StoreCreditRequested, _("Store credit sent to the provider"), icon="send")
describe(events.StoreCreditGiven, _("Store credit given"), icon="wallet", tone="good")
describe(events.RefundRequested, _("Refund sent to the provider"), icon="send")
describe(events.RefundSucceeded, _("Refund paid"), icon="banknote", tone="good")
describe(events.RefundFailed, _("Refund failed"), icon="octagon-alert", tone="problem")
describe(events.RefundUnclear, _("Refund unclear"), icon="triangle-alert", tone="attention")
describe(events.ReplacementShipped, _("Replacement shipped"), icon="package")
describe(events.TestReturnStarted, _("Test return begun"), icon="play")
describe(events.PolicyPublished, _("Return policy published"), icon="file-text")
