"""What cancellations show on pages returns does not own, and how their events read."""

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
from commerce.enums import Right, SettingsGroup
from commerce.events import FulfilmentRecorded, OrderPicked
from postexp.design import formats
from postexp.kernel import clock, slots
from postexp.kernel.history import describe
from postexp.kernel.money import Money
from returns import events
from returns.enums import PlatformStop
from returns.models import Cancellation
from returns.selectors.cancellations import (
    count_cancellations,
    judge_cancel,
    list_cancellations_of_order,
    list_cancelled_lines,
)
from returns.serializers.cancellations import (
    CANCELLATION_TONES,
    cancel_sentence,
    cancellation_label,
    may_withdraw,
    platform_name,
    platform_problem_words,
    problem_words,
)
from tracking.ports import register_cancel_page

if TYPE_CHECKING:
    from commerce.models import Order

SHOPPED_ELSEWHERE = ("shopify",)
"""Sources of orders whose platform has to be told of a cancellation, by hand where nobody can."""


def order_cancellations(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The cancellations of an order, and what staff can do about each."""
    order = commerce.get_order(context["order_id"])
    found = list_cancellations_of_order(order)
    if not found:
        return ""
    staff = cast(StaffRequest, request)
    return render_to_string(
        "returns/dashboard/cancel_panel.html",
        {
            "rows": [_row(staff, one) for one in found],
            "tell_platform": order.cancelled_at is None
            and order.source in SHOPPED_ELSEWHERE
            and any(
                one.state in ("stopped", "refunding", "refunded") and not one.platform_stop
                for one in found
            ),
        },
        request,
    )


def _row(staff: StaffRequest, one: Cancellation) -> dict[str, Any]:
    may = staff.membership.may
    return {
        "cancellation": one,
        "tone": CANCELLATION_TONES[one.state],
        "label": cancellation_label(one),
        "lines": list_cancelled_lines(one),
        "payout": Money(one.quote["payout"], one.quote["currency"]),
        "problem": problem_words(one.problem),
        "untold": platform_problem_words(one),
        "told": _told(one),
        "may_undo": may(Right.DECIDE) and may_withdraw(one, clock.now()),
        "may_decide": may(Right.DECIDE) and one.state == "requested" and one.needs_review,
        "may_settle": may(Right.PAY) and one.state == "stopped",
        "may_tell": may(Right.DECIDE) and one.platform_stop == PlatformStop.FAILED,
    }


def _told(one: Cancellation) -> str:
    """Return how far the platform knows, while nothing is wrong with that."""
    name = platform_name(one.platform)
    return {
        PlatformStop.ASKED.value: gettext("%(platform)s is being told.") % {"platform": name},
        PlatformStop.TOLD.value: gettext("%(platform)s knows that this is not to be sent.")
        % {"platform": name},
    }.get(one.platform_stop, "")


def cancel_action(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The button to cancel what is still on the shelf."""
    staff = cast(StaffRequest, request)
    if not staff.membership.may(Right.DECIDE):
        return ""
    order = commerce.get_order(context["order_id"])
    if not judge_cancel(order, at=clock.now(), by_staff=True).decision.open:
        return ""
    return render_to_string("returns/dashboard/cancel_action.html", {"order": order}, request)


def tracking_cancel(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to cancel while it is open, and how far the order's cancellations are."""
    order = commerce.get_order(context["order_id"])
    found = list_cancellations_of_order(order)
    decision = judge_cancel(order, at=clock.now()).decision
    if not decision.open and not found:
        return ""
    return render_to_string(
        "returns/site/cancel_panel.html",
        {
            "cases": [
                {
                    "number": one.number,
                    "label": cancel_sentence(one),
                    "url": _url(context, "cancel_status", one.public_id),
                    "undo_until": formats.hour(one.undo_until)
                    if may_withdraw(one, clock.now()) and not one.needs_review
                    else "",
                }
                for one in found
            ],
            "is_open": decision.open,
            "until": formats.moment(decision.until) if decision.until else "",
            "url": _url(context, "cancel_start"),
        },
    )


def cancel_page(order: Order, locale: str) -> str:
    """Where the shopper of a late order may cancel what was not sent, or "" where no more."""
    if not judge_cancel(order, at=clock.now()).decision.open:
        return ""
    return links.cancel_url(commerce.get_merchant(), order, locale)


def tracking_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to cancel alone, for when nothing more can be told."""
    return render_to_string(
        "returns/site/cancel_panel.html",
        {"cases": [], "is_open": True, "until": "", "url": _url(context, "cancel_start")},
    )


def _url(context: Mapping[str, Any], name: str, *more: str) -> str:
    token = links.order_token(context["order_id"])
    path = reverse(f"site:{name}", args=[commerce.get_merchant().slug, token, *more])
    return f"{path}?lang={context['locale']}"


def home_cancellations(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """Cancellations that wait for a person; nothing while none does."""
    counts = count_cancellations()
    desk = reverse("dashboard:cancellation_list", args=[cast(StaffRequest, request).merchant.slug])
    rows = [
        (counts[view], view, f"{desk}?view={view}")
        for view in ("review", "stuck", "untold")
        if counts[view]
    ]
    if not rows:
        return ""
    return render_to_string("returns/dashboard/cancel_home.html", {"rows": rows}, request)


def settings_tab(request: HttpRequest) -> dict[str, Any]:
    """When shoppers may cancel."""
    url = reverse("dashboard:cancel_settings", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Cancellation"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


register_cancel_page(cancel_page)
slots.register("order_page", name="returns.cancellations", order=15, render=order_cancellations)
slots.register("order_actions", name="returns.cancel", order=15, render=cancel_action)
slots.register("dashboard_home", name="returns.cancellations", order=11, render=home_cancellations)
slots.register_entry("settings", order=31, entry=settings_tab)
slots.register(
    "tracking_page",
    name="returns.cancellations",
    order=10,
    render=tracking_cancel,
    refresh_on=(
        events.CancellationRequested,
        events.CancellationWithdrawn,
        events.CancellationDeclined,
        events.CancellationTooLate,
        events.CancellationStopped,
        events.CancellationSettled,
        events.CancellationRefunded,
        OrderPicked,
        FulfilmentRecorded,
    ),
    fallback=tracking_link,
)


def _sum(payload: Mapping[str, Any]) -> str:
    return formats.money(Money(payload["total"], payload["currency"]))


describe(events.CancellationRequested, _("Cancellation asked for"), icon="ban", tone="attention")
describe(events.CancellationWithdrawn, _("Cancellation taken back"), icon="rotate-ccw")
describe(events.CancellationDeclined, _("Cancellation declined"), icon="x", tone="problem")
describe(
    events.CancellationTooLate, _("Too late to cancel"), icon="package-check", tone="attention"
)
describe(events.CancellationStopped, _("Stopped: it will not be sent"), icon="ban")
describe(events.CancellationSettled, _("Cancellation settled"), icon="receipt-text", detail=_sum)
describe(events.CancellationRefunded, _("Cancellation refunded"), icon="hand-coins", tone="good")
describe(
    events.CancelledUnitsSent,
    _("Sent although it was cancelled"),
    icon="triangle-alert",
    tone="problem",
)
describe(
    events.PlatformStopAsked, _("Platform asked not to send it"), icon="message-circle", minor=True
)
describe(events.PlatformStopped, _("Platform told not to send it"), icon="check")
describe(
    events.PlatformStopFailed,
    _("Platform not told of the cancellation"),
    icon="triangle-alert",
    tone="problem",
)
describe(events.CancellationTermsChanged, _("Cancellation settings changed"), icon="settings")
