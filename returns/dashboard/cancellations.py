"""Cancellations at the desk: the list, cancelling for a shopper, and deciding on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.serializers.view_tabs import own_tabs
from postexp.kernel import clock, htmx, ids
from postexp.kernel.money import Money
from postexp.kernel.paging import cut
from returns.errors import ReturnsError
from returns.forms.cancellations import (
    CancelConfirmForm,
    CancelDeclineForm,
    CancelSettleForm,
    CancelTermsForm,
    CancelUnitsForm,
)
from returns.models import Cancellation
from returns.selectors.cancellations import (
    CancelJudgement,
    access_cancellation,
    cancel_terms,
    count_cancellations,
    judge_cancel,
    list_cancellations,
)
from returns.selectors.disputes import dispute_against
from returns.serializers import sum_lines
from returns.serializers.cancellations import (
    CANCELLATION_TONES,
    cancel_denial_words,
    cancellation_label,
    platform_name,
)
from returns.services.cancellations import (
    approve_cancellation,
    decline_cancellation,
    quote_cancellation,
    request_cancellation,
    set_cancel_terms,
    withdraw_cancellation,
)
from returns.services.cancelling import quote_stopped, settle_cancellation
from returns.services.platform_stops import tell_platform_again

if TYPE_CHECKING:
    from commerce.models import Order


@staff_view()
@require_GET
def cancellation_list(request: StaffRequest) -> HttpResponse:
    """Every cancellation, the open ones first; view and search are in the address."""
    query = request.GET
    view, search = query.get("view", "open"), query.get("q", "").strip()
    page = cut(list_cancellations(view=view, search=search), query)
    return htmx.render(
        request,
        page="returns/dashboard/cancellations.html",
        part="returns/dashboard/_cancellations.html",
        context={
            "rows": [_row(one) for one in page.rows],
            "page": page,
            "views": _views(view, query),
            "q": search,
            "keep": {"view": query["view"]} if "view" in query else {},
            "narrowed": bool(search or view != "open"),
        },
    )


def _views(view: str, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "open": pgettext("view of cancellations", "Open"),
        "review": pgettext("view of cancellations", "To decide"),
        "stuck": pgettext("view of cancellations", "Not refunded"),
        "untold": pgettext("view of cancellations", "Platform not told"),
        "too_late": pgettext("view of cancellations", "Too late"),
        "refunded": pgettext("view of cancellations", "Refunded"),
        "all": pgettext("view of cancellations", "All"),
    }
    counts = count_cancellations()
    told = {name: counts[name] for name in ("open", "review", "stuck", "untold")}
    return own_tabs(labels, query, view=view, counts=told)


def _row(cancellation: Cancellation) -> dict[str, Any]:
    customer = cancellation.order.customer
    name = customer.full_name(get_language() or "en") if customer else ""
    return {
        "cancellation": cancellation,
        "customer": name or cancellation.order.email,
        "tone": CANCELLATION_TONES[cancellation.state],
        "label": cancellation_label(cancellation),
        "payout": Money(cancellation.quote["payout"], cancellation.quote["currency"]),
    }


def order_url(request: StaffRequest, order: Order) -> str:
    """Return the page of an order, on which its cancellations stand."""
    return reverse("dashboard:order_detail", args=[request.merchant.slug, order.public_id])


@staff_view(Right.DECIDE)
@require_GET
def order_cancel(request: StaffRequest, order_id: str) -> HttpResponse:
    """Choose what of an order is not to be sent."""
    order = commerce.access_order(order_id)
    judgement = judge_cancel(order, at=clock.now(), by_staff=True)
    return _choose(request, judgement, CancelUnitsForm(None, judgement=judgement))


def _choose(
    request: StaffRequest, judgement: CancelJudgement, form: CancelUnitsForm, *, status: int = 200
) -> HttpResponse:
    denial, locale = judgement.decision.denial, get_language() or "en"
    context = {
        "order": judgement.order,
        "form": form,
        "rows": [(one.line, quantity) for one, quantity in form.rows()],
        "closed": [
            (one.line, cancel_denial_words(one.decision.denial, locale))
            for one in judgement.lines
            if one.decision.denial and not denial
        ],
        "why": cancel_denial_words(denial, locale) if denial else "",
    }
    return render(request, "returns/dashboard/cancel_choose.html", context, status=status)


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def order_cancel_check(request: StaffRequest, order_id: str) -> HttpResponse:
    """The exact sum; sent, it is the cancellation."""
    order = commerce.access_order(order_id)
    judgement = judge_cancel(order, at=clock.now(), by_staff=True)
    units = CancelUnitsForm(request.GET or None, judgement=judgement)
    if not units.is_bound:
        return _choose(request, judgement, units)
    if not units.is_valid():
        return _choose(request, judgement, units, status=422)
    form = CancelConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            request_cancellation(
                order_id=order.public_id,
                wishes=units.wishes(),
                at=clock.now(),
                actor=request.user.actor,
                by_staff=True,
                note=form.cleaned_data["note"],
                shown_payout=form.cleaned_data["payout"],
                key=form.cleaned_data["key"],
            )
        except ReturnsError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Cancelled. You can take it back for 5 minutes."))
        return htmx.redirect(request, order_url(request, order))
    return _check(request, judgement, units, form)


def _check(
    request: StaffRequest,
    judgement: CancelJudgement,
    units: CancelUnitsForm,
    form: CancelConfirmForm,
) -> HttpResponse:
    wishes = units.wishes()
    quoted = quote_cancellation(judgement.order, wishes, nothing_gone=judgement.nothing_gone)
    titles = {one.line.public_id: one.line.title for one in judgement.lines}
    context = {
        "order": judgement.order,
        "form": form
        if form.is_bound
        else CancelConfirmForm(initial={"payout": quoted.payout, "key": ids.new_id("req")}),
        "lines": [(titles[wish.line], wish.quantity) for wish in wishes],
        "sum": sum_lines(quoted.to_json(), titles, total_label=_("Goes back")),
        "here": request.get_full_path(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/cancel_check.html", context, status=status)


def _act(
    request: StaffRequest, cancellation: Cancellation, act: Callable[[], object], done: str
) -> HttpResponse:
    """Do something to a cancellation, and go back to its order."""
    try:
        act()
    except ReturnsError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return htmx.redirect(request, order_url(request, cancellation.order))


@staff_view(Right.DECIDE)
@require_POST
def cancellation_withdraw(request: StaffRequest, cancellation_id: str) -> HttpResponse:
    """Take a cancellation back for whoever asked for it."""
    cancellation = access_cancellation(cancellation_id)
    return _act(
        request,
        cancellation,
        lambda: withdraw_cancellation(
            cancellation_id=cancellation.public_id, at=clock.now(), actor=request.user.actor
        ),
        _("Taken back: everything is to be sent."),
    )


@staff_view(Right.DECIDE)
@require_POST
def cancellation_approve(request: StaffRequest, cancellation_id: str) -> HttpResponse:
    """Let a cancellation that waits for a decision go on."""
    cancellation = access_cancellation(cancellation_id)
    return _act(
        request,
        cancellation,
        lambda: approve_cancellation(
            cancellation_id=cancellation.public_id, at=clock.now(), actor=request.user.actor
        ),
        _("%(number)s goes ahead.") % {"number": cancellation.number},
    )


@staff_view(Right.DECIDE)
@require_POST
def cancellation_tell_platform(request: StaffRequest, cancellation_id: str) -> HttpResponse:
    """Let the order's platform be told once more of what it refused to hear."""
    cancellation = access_cancellation(cancellation_id)
    return _act(
        request,
        cancellation,
        lambda: tell_platform_again(
            cancellation_id=cancellation.public_id, at=clock.now(), actor=request.user.actor
        ),
        _("%(platform)s is being told again.") % {"platform": platform_name(cancellation.platform)},
    )


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def cancellation_decline(request: StaffRequest, cancellation_id: str) -> HttpResponse:
    """Ask why a cancellation is declined, in words its shopper reads, and decline it."""
    cancellation = access_cancellation(cancellation_id)
    form = CancelDeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        context = {"cancellation": cancellation, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "returns/dashboard/cancel_decline.html", context, status=status)
    return _act(
        request,
        cancellation,
        lambda: decline_cancellation(
            cancellation_id=cancellation.public_id,
            text=form.cleaned_data["text"],
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("%(number)s is declined.") % {"number": cancellation.number},
    )


@staff_view(Right.PAY)
@require_http_methods(["GET", "POST"])
def cancellation_settle(request: StaffRequest, cancellation_id: str) -> HttpResponse:
    """Show what a stopped cancellation comes to now, and settle it with that sum."""
    cancellation = access_cancellation(cancellation_id)
    form = CancelSettleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _act(
            request,
            cancellation,
            lambda: settle_cancellation(
                cancellation_id=cancellation.public_id,
                shown=form.cleaned_data["shown"],
                despite=form.cleaned_data["despite"],
                at=clock.now(),
                actor=request.user.actor,
            ),
            _("%(number)s is settled.") % {"number": cancellation.number},
        )
    try:
        quoted = quote_stopped(cancellation)
    except ReturnsError as error:
        messages.error(request, str(error.message))
        return htmx.redirect(request, order_url(request, cancellation.order))
    titles = {line.public_id: line.title for line in commerce.list_lines(cancellation.order)}
    context = {
        "cancellation": cancellation,
        "form": CancelSettleForm(initial={"shown": quoted.payout}),
        "disputed": dispute_against(cancellation.order) is not None,
        "shown_then": sum_lines(cancellation.quote, titles, total_label=_("Goes back")),
        "sum": sum_lines(quoted.to_json(), titles, total_label=_("Goes back")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/cancel_settle.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def cancel_settings(request: StaffRequest) -> HttpResponse:
    """When shoppers may cancel, and whether staff decide on each."""
    form = CancelTermsForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        set_cancel_terms(form.terms, at=clock.now(), actor=request.user.actor)
        messages.success(request, _("Saved."))
        return htmx.redirect(request, request.path)
    return render(
        request,
        "returns/dashboard/cancel_settings.html",
        {"form": form or CancelTermsForm.of(cancel_terms())},
        status=422 if form is not None else 200,
    )
