"""Settling with the exact sum, paying by hand, and what to do when a payment goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.design import formats
from postexp.kernel import clock, htmx, ids
from postexp.kernel.money import Money
from returns import selectors, services
from returns.dashboard.desk import answer, detail, detail_url, refused
from returns.enums import Outcome
from returns.errors import QuoteChanged, ReturnsError
from returns.forms import DespiteForm, PaidForm, SettleForm, ShipForm
from returns.models import Refund, Return
from returns.selectors.disputes import dispute_against
from returns.services.refunds import refund_not_found


@staff_view(Right.PAY)
@require_POST
def return_settle(request: StaffRequest, return_id: str) -> HttpResponse:
    """Settle a return with the sum that was shown, or with a lower one."""
    case = selectors.access_return(return_id)
    form = SettleForm(request.POST, currency=case.order.currency)
    if not form.is_valid():
        return (
            _to_mend(request, case, form)
            if form.to_mend
            else refused(request, case, QuoteChanged())
        )
    outcome, rest_to = form.cleaned_data["outcome"], form.cleaned_data["rest_to"]
    try:
        settlement = services.settle_return(
            return_id=case.public_id,
            key=form.cleaned_data["key"],
            shown=form.cleaned_data["shown"],
            pay=form.cleaned_data["pay"],
            outcome=Outcome(outcome) if outcome else None,
            rest_to=Outcome(rest_to) if rest_to else None,
            difference=form.cleaned_data["difference"],
            despite=form.cleaned_data["despite"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        if form.refuse(error):
            return _to_mend(request, case, form)
        return refused(request, case, error)
    amount = formats.money(Money(settlement.payout, settlement.currency))
    return answer(request, case, _("Settled: %(amount)s.") % {"amount": amount})


def _to_mend(request: StaffRequest, case: Return, form: SettleForm) -> HttpResponse:
    """Answer with the page of the return, its form open at what is wrong with it."""
    return htmx.render(
        request,
        page="returns/dashboard/detail.html",
        part="returns/dashboard/_detail.html",
        context=detail(request, case, form=form),
        status=422,
    )


@staff_view()
@require_GET
def refund_home(request: StaffRequest, refund_id: str) -> HttpResponse:
    """Lead to the page a refund stands on; the addresses of its commands lead back here."""
    return htmx.redirect(request, _owner_url(request, selectors.access_refund(refund_id)))


@staff_view(Right.PAY)
@require_http_methods(["GET", "POST"])
def refund_paid(request: StaffRequest, refund_id: str) -> HttpResponse:
    """Ask for the reference of a payment, and note that it was made."""
    refund = selectors.access_refund(refund_id)
    form = PaidForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/paid.html",
            part="returns/dashboard/_paid.html",
            context={
                "refund": refund,
                "form": form,
                "amount": Money(refund.amount, refund.settlement.currency),
                "back_url": _owner_url(request, refund),
            },
            status=422 if form.is_bound else 200,
        )
    return _act(
        request,
        refund,
        lambda: services.refund_succeeded(
            refund.public_id,
            reference=form.cleaned_data["reference"],
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The refund counts as paid."),
    )


@staff_view(Right.PAY)
@require_POST
def refund_not_paid(request: StaffRequest, refund_id: str) -> HttpResponse:
    """Note that an unclear payment was not made, as the provider's books say."""
    refund = selectors.access_refund(refund_id)
    return _act(
        request,
        refund,
        lambda: refund_not_found(refund.public_id, at=clock.now(), actor=request.user.actor),
        _("The refund counts as not paid. You can try it again."),
    )


@staff_view(Right.PAY)
@require_POST
def refund_retry(request: StaffRequest, refund_id: str) -> HttpResponse:
    """Send a failed payment again, under the same key; where a chargeback stands, ask why."""
    refund = selectors.access_refund(refund_id)
    form = DespiteForm(request.POST if "despite" in request.POST else None)
    if dispute_against(refund.order) and not form.is_valid():
        context = {
            "refund": refund,
            "form": form,
            "amount": Money(refund.amount, refund.settlement.currency),
            "back_url": _owner_url(request, refund),
        }
        return render(request, "returns/dashboard/retry.html", context, status=422)
    return _act(
        request,
        refund,
        lambda: services.retry_refund(
            refund.public_id,
            despite=request.POST.get("despite", "")[:500],
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The refund is being tried again."),
    )


def _act(
    request: StaffRequest, refund: Refund, act: Callable[[], object], done: str
) -> HttpResponse:
    case = refund.settlement.case
    try:
        act()
    except ReturnsError as error:
        if case is not None:
            return refused(request, case, error)
        messages.error(request, str(error.message))
    else:
        if case is not None:
            return answer(request, case, done)
        messages.success(request, done)
    return htmx.redirect(request, _owner_url(request, refund))


def _owner_url(request: StaffRequest, refund: Refund) -> str:
    """Return the page a refund stands on: its return's, else its order's."""
    slug, case = request.merchant.slug, refund.settlement.case
    if case is not None:
        return detail_url(request, case)
    return reverse("dashboard:order_detail", args=[slug, refund.order.public_id])


@staff_view(Right.RECEIVE)
@require_http_methods(["GET", "POST"])
def replacement_ship(request: StaffRequest, replacement_id: str) -> HttpResponse:
    """Ask how a replacement travels, and hand it over."""
    replacement = selectors.access_replacement(replacement_id)
    case = replacement.line.case
    form = ShipForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/ship.html",
            part="returns/dashboard/_ship.html",
            context={"replacement": replacement, "case": case, "form": form},
            status=422 if form.is_bound else 200,
        )
    try:
        services.ship_replacement(
            replacement_id=replacement.public_id,
            carrier_name=form.cleaned_data["carrier_name"],
            tracking_number=form.cleaned_data["tracking_number"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("The replacement is on its way."))


@staff_view(Right.PAY)
@require_http_methods(["GET", "POST"])
def shipping_refund(request: StaffRequest, order_id: str) -> HttpResponse:
    """Ask whether to give shipping back, with the sum, and give it back."""
    order = commerce.access_order(order_id)
    order_url = reverse("dashboard:order_detail", args=[request.merchant.slug, order.public_id])
    if request.method == "GET":
        try:
            quoted = services.quote_shipping(order)
        except ReturnsError as error:
            messages.error(request, str(error.message))
            return htmx.redirect(request, order_url)
        return htmx.render(
            request,
            page="returns/dashboard/shipping.html",
            part="returns/dashboard/_shipping.html",
            context={
                "order": order,
                "amount": Money(quoted.payout, quoted.currency),
                "key": ids.new_id("set"),
                "despite": DespiteForm() if dispute_against(order) else None,
            },
        )
    try:
        services.refund_shipping(
            order_id=order.public_id,
            key=request.POST.get("key", "")[:64] or ids.new_id("set"),
            despite=request.POST.get("despite", "")[:500],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Shipping is refunded."))
    return htmx.redirect(request, order_url)
