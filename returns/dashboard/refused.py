"""Units that could not be accepted, as staff see them: offered for, decided on, sent back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money
from returns.enums.receiving import RefusedChoice, RefusedState
from returns.errors import ReturnsError
from returns.forms.receiving import FeeForm, SendForm
from returns.forms.refused import DecideForm, OfferAmountForm
from returns.models import RefusedUnits
from returns.selectors.receiving import access_refused
from returns.serializers.refused import (
    REFUSED_TONES,
    choice_rows,
    closed_words,
    payment_rows,
    refused_reason,
)
from returns.services.refused import (
    answer_refused,
    offer_part_refund,
    send_back,
)
from returns.services.refused_fees import fee_paid, waive_fee


@staff_view()
@require_GET
def refused_detail(request: StaffRequest, refused_id: str) -> HttpResponse:
    """What was refused and why, what its shopper may choose, and what is to be done."""
    return _page(request, access_refused(refused_id))


def _page(
    request: StaffRequest,
    refused: RefusedUnits,
    *,
    offer: OfferAmountForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    may = request.membership.may
    currency = refused.case.order.currency
    state = RefusedState(refused.state)
    sold = refused.line.order_line
    image = sold.product.image if sold.product else None
    context: dict[str, Any] = {
        "refused": refused,
        "case": refused.case,
        "image_url": image.url if image else "",
        "tone": REFUSED_TONES[state],
        "why": refused_reason(refused.inspection, get_language() or "en"),
        "fee": Money(refused.fee, currency),
        "offered": Money(refused.offer, currency) if refused.offer else None,
        "became": closed_words(refused),
        "payments": payment_rows(refused),
        "choices": choice_rows(refused) if may(Right.DECIDE) else [],
        "offer": (offer or OfferAmountForm(None, currency=currency))
        if state is RefusedState.ASKED and may(Right.PAY)
        else None,
        "fee_form": FeeForm() if state is RefusedState.FEE_DUE and may(Right.PAY) else None,
        "send_form": SendForm() if state is RefusedState.TO_SEND and may(Right.RECEIVE) else None,
        "problem": problem,
    }
    return render(request, "returns/dashboard/refused.html", context, status=status)


def _act(
    request: StaffRequest, refused: RefusedUnits, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except ReturnsError as error:
        now = access_refused(refused.public_id)
        return _page(request, now, problem=str(error.message), status=error.status)
    messages.success(request, done)
    return htmx.redirect(request, _url(request, refused))


@staff_view(Right.PAY)
@require_POST
def refused_offer(request: StaffRequest, refused_id: str) -> HttpResponse:
    """Offer a partial refund; the shopper is asked anew."""
    refused = access_refused(refused_id)
    form = OfferAmountForm(request.POST, currency=refused.case.order.currency)
    if not form.is_valid():
        return _page(request, refused, offer=form, status=422)
    return _act(
        request,
        refused,
        lambda: offer_part_refund(
            refused_id=refused.public_id,
            amount=form.cleaned_data["amount"],
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The shopper is told of the offer."),
    )


@staff_view(Right.DECIDE)
@require_POST
def refused_answer(request: StaffRequest, refused_id: str) -> HttpResponse:
    """Note what the shopper said on another way, such as the telephone."""
    refused = access_refused(refused_id)
    form = DecideForm({**request.POST.dict(), "refused": refused.public_id})
    if not form.is_valid():
        return _page(request, refused, problem=_("Choose one of these."), status=422)
    return _act(
        request,
        refused,
        lambda: answer_refused(
            refused_id=refused.public_id,
            choice=RefusedChoice(form.cleaned_data["choice"]),
            at=clock.now(),
            actor=request.user.actor,
            shown=form.shown,
        ),
        _("Noted."),
    )


@staff_view(Right.PAY)
@require_POST
def refused_fee(request: StaffRequest, refused_id: str) -> HttpResponse:
    """Note how the fee was paid, or waive it."""
    refused, at = access_refused(refused_id), clock.now()
    reference = request.POST.get("reference", "").strip()[:120]
    if reference:
        return _act(
            request,
            refused,
            lambda: fee_paid(
                refused_id=refused.public_id,
                reference=reference,
                at=at,
                actor=request.user.actor,
            ),
            _("The fee is paid. It can be sent back."),
        )
    return _act(
        request,
        refused,
        lambda: waive_fee(refused_id=refused.public_id, at=at, actor=request.user.actor),
        _("The fee is waived. It can be sent back."),
    )


@staff_view(Right.RECEIVE)
@require_POST
def refused_send(request: StaffRequest, refused_id: str) -> HttpResponse:
    """Note that it was handed to a carrier."""
    refused = access_refused(refused_id)
    return _act(
        request,
        refused,
        lambda: send_back(
            refused_id=refused.public_id,
            tracking_number=request.POST.get("tracking_number", "").strip(),
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("It is sent back."),
    )


def _url(request: StaffRequest, refused: RefusedUnits) -> str:
    return reverse("dashboard:refused_detail", args=[request.merchant.slug, refused.public_id])
