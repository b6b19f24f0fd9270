"""Opening a return for a shopper who called or stands at the counter, and giving more time.

What is chosen first travels in the address, as on the shopper's own way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.design import formats
from postexp.kernel import clock, htmx, ids
from postexp.kernel.money import Money
from returns import selectors, services
from returns.enums import DenialCode, ReturnChannel
from returns.errors import ReturnsError
from returns.forms import UnitsForm
from returns.forms.opening import ExtensionForm, OpeningForm
from returns.rules.commands import Wish
from returns.selectors import Judgement
from returns.selectors.evidence import photos_held
from returns.selectors.extensions import list_extensions
from returns.serializers import denials_in_words, sum_in_words
from returns.services.extensions import extend_time
from returns.services.quotes import quote_return

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine
    from returns.rules.quotes import Quote

WEEK = timedelta(days=7)


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_new(request: StaffRequest, order_id: str) -> HttpResponse:
    """Choose what comes back and why, then what for; sent, it is the request."""
    order, locale = commerce.access_order(order_id), get_language() or "en"
    judgement = selectors.judge(order, at=clock.now(), channel=ReturnChannel.STAFF)
    chosen = any(name.startswith("q_") for name in request.GET)
    held = photos_held(order, None)
    units = UnitsForm(
        request.GET if chosen else None, judgement=judgement, locale=locale, held=held
    )
    if not chosen or not units.is_valid():
        return _choose(request, judgement, units)
    return _decide(request, judgement, units.wishes())


def _choose(request: StaffRequest, judgement: Judgement, form: UnitsForm) -> HttpResponse:
    locale, order = get_language() or "en", judgement.order
    closed = [one for one in judgement.lines if not one.decision.returnable]
    return render(
        request,
        "returns/dashboard/opening_items.html",
        {
            "order": order,
            "form": form,
            "rows": [
                (_shown(one.line), quantity, reason) for one, quantity, reason, _p in form.rows()
            ],
            "closed": [
                (
                    _shown(one.line),
                    denials_in_words(one.decision.denials, locale, country=order.country),
                )
                for one in closed
            ],
            "may_extend": bool(_overdue(judgement)),
            "extensions": list_extensions(order),
        },
        status=422 if form.is_bound else 200,
    )


def _overdue(judgement: Judgement) -> list[tuple[str, str]]:
    """Return the lines that more time would help: whose time is over, for some outcome at least."""
    return [
        (one.line.public_id, one.line.title)
        for one in judgement.lines
        if any(denial.code is DenialCode.WINDOW_ENDED for denial in one.decision.denials)
    ]


def _decide(request: StaffRequest, judgement: Judgement, wishes: Sequence[Wish]) -> HttpResponse:
    picked = request.POST if request.method == "POST" else request.GET
    lines = {wish.line for wish in wishes}
    chosen = [one for one in judgement.lines if one.line.public_id in lines]
    named = [replace(wish, variant=picked.get(f"v_{wish.line}", "")) for wish in wishes]
    quoted = quote_return(judgement, named, actor=request.user.actor)
    offers = [(one.outcome, one.plan.quoted) for one in quoted if one.plan is not None]
    plans = {one.outcome.value: one.plan for one in quoted if one.plan is not None}
    plan = plans.get(picked.get("outcome", ""), next(iter(plans.values()), None))
    form = OpeningForm(
        request.POST if request.method == "POST" else None,
        offers=offers,
        judged=chosen,
        methods=plan.ways.open if plan else (),
        initial={"key": ids.new_id("req"), "outcome": offers[0][0] if offers else ""},
    )
    if form.is_valid():
        try:
            case = services.request_return(
                order_id=judgement.order.public_id,
                wishes=form.wishes(wishes),
                outcome=form.outcome_chosen,
                at=clock.now(),
                actor=request.user.actor,
                note=form.cleaned_data["note"],
                shown_payout=form.shown_payout,
                key=form.cleaned_data["key"],
                method=form.cleaned_data["method"],
            )
        except ReturnsError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Return %(number)s is opened.") % {"number": case.number})
            args = [request.merchant.slug, case.public_id]
            return htmx.redirect(request, reverse("dashboard:return_detail", args=args))
    return render(
        request,
        "returns/dashboard/opening_outcome.html",
        {
            "order": judgement.order,
            "form": form,
            "items": [
                (_shown(one.line), wish) for one in chosen for wish in wishes if _is_of(wish, one)
            ],
            "offers": [
                {
                    "outcome": one,
                    "payout": Money(quoted.payout, quoted.currency),
                    "due": Money(quoted.due, quoted.currency) if quoted.due else None,
                    "words": _terms(quoted),
                }
                for one, quoted in offers
            ],
            "refusals": [
                (one.outcome, str(one.refusal.message)) for one in quoted if one.refusal is not None
            ],
            "here": request.get_full_path(),
        },
        status=422 if form.is_bound else 200,
    )


def _terms(quoted: Quote) -> str:
    """Say how a sum came about; nothing where it is the price alone."""
    words = sum_in_words(quoted.to_json())
    return words if words != formats.money(Money(quoted.payout, quoted.currency)) else ""


def _shown(line: OrderLine) -> dict[str, str]:
    image = line.product.image if line.product else None
    return {
        "title": line.title,
        "variant_title": line.variant_title,
        "image_url": image.url if image else "",
    }


def _is_of(wish: Wish, one: selectors.Judged) -> bool:
    return wish.line == one.line.public_id


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_extend(request: StaffRequest, order_id: str) -> HttpResponse:
    """Give a shopper more time for what could not come back any more."""
    order, today = commerce.access_order(order_id), timezone.localdate(clock.now())
    judgement = selectors.judge(order, at=clock.now(), channel=ReturnChannel.STAFF)
    form = ExtensionForm(
        request.POST if request.method == "POST" else None,
        lines=_overdue(judgement),
        today=today,
        initial={"until": today + WEEK},
    )
    if form.is_valid():
        told = form.cleaned_data
        try:
            extend_time(
                order_id=order.public_id,
                lines=told["lines"],
                until=told["until"],
                reason=told["reason"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except ReturnsError as error:
            form.add_error(None, str(error.message))
        else:
            until = {"until": formats.day(told["until"], "year")}
            messages.success(request, _("It may come back until %(until)s.") % until)
            return htmx.redirect(request, _here(request, order))
    context: dict[str, Any] = {"order": order, "form": form, "back": _here(request, order)}
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/opening_time.html", context, status=status)


def _here(request: StaffRequest, order: Order) -> str:
    return reverse("dashboard:return_new", args=[request.merchant.slug, order.public_id])
