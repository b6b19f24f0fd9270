"""Going live: who would get what in the next 24 hours, and the switch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.services.sandboxes import is_sandbox
from notifications import services
from notifications.errors import TestShopStaysDry
from notifications.models import Message
from notifications.rules.gates import Decision
from notifications.selectors import count_dry_runs, is_live
from notifications.serializers import kind_title
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money

DAY = timedelta(hours=24)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def go_live(request: StaffRequest) -> HttpResponse:
    """Show who would get what, and let messages go."""
    at = clock.now()
    if request.method == "POST":
        try:
            services.go_live(at=at, actor=request.user.actor)
        except TestShopStaysDry:
            notices.error(request, _("A test shop writes to nobody. Go live in the shop itself."))
        else:
            notices.success(request, _("Messages are live. Shoppers hear from you from now on."))
        return htmx.redirect(request, _here(request))
    written = sorted(count_dry_runs(since=at - DAY).items(), key=lambda item: -item[1])
    ahead = services.foresee_day(at=at)
    rows = [_row(row) for row in ahead.rows]
    context = {
        "live": is_live(),
        "for_tests": is_sandbox(request.merchant),
        "ahead": ahead,
        "rows": rows,
        "has_reasons": any(row["why"] for row in rows),
        "kinds": [(kind_title(one.kind), one) for one in ahead.kinds],
        "media": [_cost(request, one) for one in ahead.media],
        "written": [(kind_title(kind), count) for kind, count in written],
    }
    return render(request, "notifications/go_live.html", context)


def _row(row: services.Foreseen) -> dict[str, Any]:
    """Return a message of the day ahead, and what the gates say of it."""
    decision = row.decision
    held = decision.goes_out and decision.holding
    return {
        "kind": kind_title(row.message.kind),
        "message": row.message,
        "address": row.address,
        "is_likely": row.is_likely,
        "channel": row.medium.label if row.medium else "",
        "goes": decision.goes_out,
        "until": decision.until if held else None,
        "why": decision.holding.label if held and decision.holding else _why_stopped(decision),
    }


def _why_stopped(decision: Decision) -> str:
    """Return why a message would not go out, for staff; "" for one that does."""
    if decision.reason is None:
        return ""
    return Message(reason=decision.reason, detail=decision.detail).why


def _cost(request: StaffRequest, one: services.MediumCount) -> dict[str, Any]:
    amount = None if one.amount is None else Money(one.amount, request.merchant.currency)
    return {"label": one.medium.label, "count": one.count, "amount": amount}


@staff_view(Right.CONFIGURE)
@require_POST
def stop(request: StaffRequest) -> HttpResponse:
    """Put the messages back into dry run."""
    services.stop_messages(at=clock.now(), actor=request.user.actor)
    notices.success(request, _("Back in dry run. No message leaves the shop."))
    return htmx.redirect(request, _here(request))


def _here(request: StaffRequest) -> str:
    return reverse("dashboard:go_live", args=[request.merchant.slug])
