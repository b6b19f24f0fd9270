"""The shopper's face of cancelling: choose, check the sum, and five minutes to take it back."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postexp.kernel import clock, ids
from returns.errors import ReturnsError
from returns.forms.cancellations import CancelConfirmForm, CancelUnitsForm
from returns.models import Cancellation
from returns.rules.cancellations import CancelWish
from returns.rules.quotes import Quote
from returns.selectors.cancellations import (
    CancelJudged,
    CancelJudgement,
    access_cancellation,
    find_cancel_request,
    judge_cancel,
    list_cancellations_of_order,
)
from returns.serializers import sum_lines
from returns.serializers.cancellations import (
    cancel_denial_words,
    cancel_sentence,
    instead_words,
    tell_cancellation,
)
from returns.services.cancellations import (
    quote_cancellation,
    request_cancellation,
    withdraw_cancellation,
)
from returns.site.visits import Visit, of_order, of_sale

SCREENS = 2


@require_safe
@of_sale
def cancel_start(visit: Visit) -> HttpResponse:
    """What of an order can be cancelled, until when, and if not, why and what else can be done."""
    judgement = judge_cancel(visit.order, at=clock.now())
    return _start(visit, judgement, CancelUnitsForm(None, judgement=judgement))


def _start(
    visit: Visit, judgement: CancelJudgement, form: CancelUnitsForm, *, status: int = 200
) -> HttpResponse:
    locale, decision = visit.request.locale, judgement.decision
    return visit.page(
        "cancel_start",
        status,
        form=form,
        rows=[(_shown(one), quantity) for one, quantity in form.rows()],
        closed=[
            {**_shown(one), "why": cancel_denial_words(one.decision.denial, locale)}
            for one in judgement.lines
            if one.decision.denial and not decision.denial
        ],
        until=decision.until,
        why=cancel_denial_words(decision.denial, locale) if decision.denial else "",
        instead=instead_words(decision.instead),
        return_url=visit.url("return_start") if decision.instead else "",
        cases=[
            {
                "number": one.number,
                "label": cancel_sentence(one),
                "url": visit.url("cancel_status", one.public_id),
            }
            for one in list_cancellations_of_order(visit.order)
        ],
        next_url=visit.url("cancel_check"),
        screens=SCREENS,
    )


def _shown(one: CancelJudged) -> dict[str, Any]:
    image = one.line.product.image if one.line.product else None
    return {
        "title": one.line.title,
        "variant_title": one.line.variant_title,
        "image_url": image.url if image else "",
        "quantity": one.line.quantity,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@of_sale
def cancel_check(visit: Visit) -> HttpResponse:
    """The exact sum, row by row; sent, it is the cancellation."""
    request = visit.request
    judgement = judge_cancel(visit.order, at=clock.now())
    units = CancelUnitsForm(request.GET, judgement=judgement)
    form = CancelConfirmForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _confirm(visit, judgement, form)
    if not units.is_valid():
        return _start(visit, judgement, units, status=422)
    return _check(visit, judgement, units.wishes(), form)


def _confirm(visit: Visit, judgement: CancelJudgement, form: CancelConfirmForm) -> HttpResponse:
    """Cancel what was chosen; what was picked in the meantime is told as that."""
    # A second press of the button comes when the units are no longer free.
    first = find_cancel_request(visit.order, form.cleaned_data["key"])
    if first is not None:
        return visit.go("cancel_status", first.public_id)
    try:
        cancellation = request_cancellation(
            order_id=visit.order.public_id,
            wishes=_chosen(visit, judgement),
            at=clock.now(),
            actor="shopper",
            note=form.cleaned_data["note"],
            locale=visit.request.locale,
            shown_payout=form.cleaned_data["payout"],
            key=form.cleaned_data["key"],
        )
    except ReturnsError as error:
        fresh = judge_cancel(visit.order, at=clock.now())
        units = CancelUnitsForm(visit.request.GET, judgement=fresh)
        if not units.is_valid():
            return _start(visit, fresh, units, status=error.status)
        form.add_error(None, str(error.message))
        return _check(visit, fresh, units.wishes(), form)
    return visit.go("cancel_status", cancellation.public_id)


def _chosen(visit: Visit, judgement: CancelJudgement) -> list[CancelWish]:
    """Return what the address asks for, whether or not it is still on the shelf."""
    wishes = []
    for one in judgement.lines:
        asked = visit.request.GET.get(f"q_{one.line.public_id}", "")
        if asked.isascii() and asked.isdigit() and len(asked) < 10 and int(asked):
            wishes.append(CancelWish(line=one.line.public_id, quantity=int(asked)))
    return wishes


def _check(
    visit: Visit, judgement: CancelJudgement, wishes: list[CancelWish], form: CancelConfirmForm
) -> HttpResponse:
    quoted: Quote = quote_cancellation(visit.order, wishes, nothing_gone=judgement.nothing_gone)
    by_line = {one.line.public_id: one for one in judgement.lines}
    fresh = {"payout": quoted.payout, "key": ids.new_id("req")}
    shown = CancelConfirmForm({**form.data, **fresh} if form.is_bound else None, initial=fresh)
    for error in form.non_field_errors() if form.is_bound else ():
        shown.add_error(None, error)
    return visit.page(
        "cancel_check",
        422 if form.is_bound else 200,
        form=shown,
        lines=[{**_shown(by_line[wish.line]), "quantity": wish.quantity} for wish in wishes],
        sum=sum_lines(quoted.to_json(), {name: one.line.title for name, one in by_line.items()}),
        needs_review=judgement.terms.review,
        here=visit.request.get_full_path(),
        back_url=visit.url("cancel_start"),
        screens=SCREENS,
    )


def _cancellation(visit: Visit, cancellation_id: str) -> Cancellation:
    """Return a cancellation of this order; raises Http404 for another one's."""
    found = access_cancellation(cancellation_id)
    if found.order_id != visit.order.pk:
        raise Http404
    return found


@require_safe
@of_order
def cancel_status(visit: Visit, cancellation_id: str) -> HttpResponse:
    """How far a cancellation is, and the way to take it back while there is one."""
    return _status(visit, _cancellation(visit, cancellation_id))


def _status(
    visit: Visit, cancellation: Cancellation, *, problem: str = "", status: int = 200
) -> HttpResponse:
    case = cancellation.case
    return visit.page(
        "cancel_status",
        status,
        story=tell_cancellation(cancellation, locale=visit.request.locale, at=clock.now()),
        problem=problem,
        undo_url=visit.url("cancel_undo", cancellation.public_id),
        return_url=visit.url("return_status", case.public_id) if case else "",
        start_url=visit.url("cancel_start"),
    )


@require_POST
@of_order
def cancel_undo(visit: Visit, cancellation_id: str) -> HttpResponse:
    """Take a cancellation back while there is time."""
    cancellation = _cancellation(visit, cancellation_id)
    try:
        withdraw_cancellation(
            cancellation_id=cancellation.public_id, at=clock.now(), actor="shopper"
        )
    except ReturnsError as error:
        return _status(visit, cancellation, problem=str(error.message), status=error.status)
    return visit.go("cancel_status", cancellation.public_id)
