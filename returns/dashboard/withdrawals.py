"""Withdrawals from contracts: the queue, one statement and what is known of its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.serializers.view_tabs import own_tabs
from postexp.kernel import clock, history, htmx
from postexp.kernel.money import Money
from postexp.kernel.paging import cut
from returns.enums import WithdrawalEnd, WithdrawalState
from returns.errors import ReturnsError
from returns.forms.withdrawals import CloseForm, MatchForm, OfferForm, SendBackForm
from returns.models import Withdrawal
from returns.rules.withdrawals import numbers_in
from returns.selectors.exemptions import exempt_tags
from returns.selectors.withdrawals import (
    access_withdrawal,
    cancellation_of,
    count_by_view,
    is_offered,
    is_under_way,
    list_withdrawals,
    period_of,
)
from returns.serializers.last_days import last_moment
from returns.serializers.withdrawals import TONES, answer_words, due_words
from returns.services.withdrawal_returns import (
    quote_withdrawal,
    return_withdrawn,
    withdrawable_units,
)
from returns.services.withdrawals import change_withdrawal, close_withdrawal, match_withdrawal

if TYPE_CHECKING:
    from commerce.models import Order

SUGGESTED = 5


@staff_view()
@require_GET
def withdrawal_list(request: StaffRequest) -> HttpResponse:
    """Every withdrawal, those to carry out first; view and search are in the address."""
    query = request.GET
    view, search = query.get("view", "open"), query.get("q", "").strip()
    page = cut(list_withdrawals(view=view, search=search), query)
    return htmx.render(
        request,
        page="returns/dashboard/withdrawals.html",
        part="returns/dashboard/_withdrawals.html",
        context={
            "rows": [_row(request, one) for one in page.rows],
            "page": page,
            "views": _views(view, query),
            "q": search,
            "keep": {"view": query["view"]} if "view" in query else {},
            "narrowed": bool(search or view != "open"),
        },
    )


def _views(view: str, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "open": pgettext("view of withdrawals", "Open"),
        "to_match": pgettext("view of withdrawals", "To match"),
        "matched": pgettext("view of withdrawals", "To carry out"),
        "closed": pgettext("view of withdrawals", "Closed"),
        "all": pgettext("view of withdrawals", "All"),
    }
    counts = count_by_view()
    told = {name: counts[name] for name in ("open", "to_match", "matched")}
    return own_tabs(labels, query, view=view, counts=told)


def _row(request: StaffRequest, withdrawal: Withdrawal) -> dict[str, Any]:
    state = WithdrawalState(withdrawal.state)
    today = clock.now().astimezone(request.merchant.zone).date()
    left = (withdrawal.refund_due - today).days
    is_open = state is not WithdrawalState.CLOSED
    return {
        "withdrawal": withdrawal,
        "label": state.label,
        "tone": TONES[state],
        "due": due_words(left) if is_open else "",
        "due_tone": "problem" if left < 0 else "attention" if left <= 3 else "neutral",
    }


@staff_view()
@require_GET
def withdrawal_detail(request: StaffRequest, withdrawal_id: str) -> HttpResponse:
    """One statement with its time, its order, what is due, and what happened."""
    return _detail(request, access_withdrawal(withdrawal_id))


def _detail(
    request: StaffRequest,
    withdrawal: Withdrawal,
    *,
    match: MatchForm | None = None,
    send_back: SendBackForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    is_open = withdrawal.state != WithdrawalState.CLOSED
    may_decide = is_open and request.membership.may(Right.DECIDE)
    may_match = may_decide and not is_under_way(withdrawal)
    may_return = may_match and withdrawal.case is None
    order = withdrawal.order
    period = period_of(order) if order else None
    sum_back = _sum_back(order) if order and may_return else None
    context = {
        **_row(request, withdrawal),
        "order": order,
        "period": period,
        "until": last_moment(period.until, order.country)
        if order and period and period.until
        else "",
        "in_time": period.is_open(withdrawal.received_at) if period else False,
        "return": withdrawal.case,
        "cancellation": cancellation_of(withdrawal),
        "sum_back": sum_back,
        "send_back": (send_back or _send_back_form(order)) if order and sum_back else None,
        "may_close": may_decide,
        "match": (match or MatchForm()) if may_match else None,
        "suggested": _suggested(withdrawal) if may_match else [],
        "answer": answer_words(withdrawal, get_language() or "en"),
        "problem": problem,
        "zone": withdrawal.received_at.astimezone(request.merchant.zone).tzname(),
        "story": commerce.timeline(history.story_of(f"withdrawal:{withdrawal.public_id}")),
    }
    return render(request, "returns/dashboard/withdrawal.html", context, status=status)


def _suggested(withdrawal: Withdrawal) -> list[dict[str, Any]]:
    """Return orders the statement may be about: of its address, or with a number it names."""
    found = list(commerce.list_orders(search=withdrawal.contact)[:SUGGESTED])
    for number in numbers_in(withdrawal.contract):
        found += commerce.list_orders_numbered(number)[:SUGGESTED]
    orders = {order.pk: order for order in found if order.pk != withdrawal.order_id}
    return [
        {
            "order": order,
            "same_email": order.email == withdrawal.contact.lower(),
            "name": order.customer.full_name(get_language() or "en") if order.customer else "",
        }
        for order in list(orders.values())[:SUGGESTED]
    ]


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def withdrawal_match(request: StaffRequest, withdrawal_id: str) -> HttpResponse:
    """Say which order a statement is about."""
    withdrawal = access_withdrawal(withdrawal_id)
    if request.method == "GET":
        return htmx.redirect(request, _url(request, withdrawal))
    form = MatchForm(request.POST)
    if not form.is_valid():
        return _detail(request, withdrawal, match=form, status=422)
    try:
        match_withdrawal(
            withdrawal_id=withdrawal.public_id,
            order_id=form.cleaned_data["order_id"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return _detail(request, withdrawal, problem=str(error.message), status=error.status)
    messages.success(
        request, _("%(number)s is matched to its order.") % {"number": withdrawal.number}
    )
    return htmx.redirect(request, _url(request, withdrawal))


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def withdrawal_return(request: StaffRequest, withdrawal_id: str) -> HttpResponse:
    """Make an approved return of a withdrawal, under the law's terms."""
    withdrawal = access_withdrawal(withdrawal_id)
    if request.method == "GET" or withdrawal.order is None:
        return htmx.redirect(request, _url(request, withdrawal))
    form = _send_back_form(withdrawal.order, request.POST)
    if not form.is_valid():
        return _detail(request, withdrawal, send_back=form, status=422)
    try:
        case = return_withdrawn(
            withdrawal_id=withdrawal.public_id,
            units=form.units(),
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return _detail(request, withdrawal, problem=str(error.message), status=error.status)
    messages.success(request, _("%(number)s is approved.") % {"number": case.number})
    return htmx.redirect(request, _url(request, withdrawal))


def _send_back_form(order: Order, data: QueryDict | None = None) -> SendBackForm:
    units = withdrawable_units(order, at=clock.now())
    titles = {
        line.public_id: " ".join(part for part in (line.title, line.variant_title) if part)
        for line in commerce.list_lines(order)
    }
    return SendBackForm(data, units=units, titles=titles)


def _sum_back(order: Order) -> Money | None:
    """Return what is due if everything that can come back does."""
    at = clock.now()
    try:
        quoted = quote_withdrawal(order, withdrawable_units(order, at=at), at=at)
    except ReturnsError:
        return None
    return Money(quoted.payout, quoted.currency)


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def withdrawal_close(request: StaffRequest, withdrawal_id: str) -> HttpResponse:
    """End a withdrawal, with words its shopper reads."""
    withdrawal = access_withdrawal(withdrawal_id)
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/withdrawal_close.html",
            part="returns/dashboard/_withdrawal_close.html",
            context={"withdrawal": withdrawal, "form": form},
            status=422 if form.is_bound else 200,
        )
    try:
        close_withdrawal(
            withdrawal_id=withdrawal.public_id,
            end=WithdrawalEnd(form.cleaned_data["end"]),
            text=form.cleaned_data["text"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return _detail(request, withdrawal, problem=str(error.message), status=error.status)
    messages.success(request, _("%(number)s is closed.") % {"number": withdrawal.number})
    return htmx.redirect(request, _url(request, withdrawal))


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def withdrawal_settings(request: StaffRequest) -> HttpResponse:
    """Whether shopper pages lead to the withdrawal, and what is exempt from it."""
    form = OfferForm(
        request.POST if request.method == "POST" else None,
        offered=is_offered(),
        tags=exempt_tags(),
    )
    if request.method == "POST" and form.is_valid():
        change_withdrawal(
            offered=form.cleaned_data["offered"],
            exempt_tags=form.tags(),
            at=clock.now(),
            actor=request.user.actor,
        )
        messages.success(request, _("Saved."))
        return htmx.redirect(
            request, reverse("dashboard:withdrawal_settings", args=[request.merchant.slug])
        )
    return render(
        request,
        "returns/dashboard/withdrawal_settings.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


def _url(request: StaffRequest, withdrawal: Withdrawal) -> str:
    return reverse(
        "dashboard:withdrawal_detail", args=[request.merchant.slug, withdrawal.public_id]
    )
