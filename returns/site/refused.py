"""The shopper's page about units that could not be accepted: why, and what to do with them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from postexp.kernel import clock
from postexp.kernel.files import private_files
from returns.enums.receiving import RefusedChoice, RefusedState
from returns.errors import ReturnsError
from returns.forms.refused import DecideForm
from returns.models import RefusedUnits, Return
from returns.selectors.receiving import list_refused_of
from returns.serializers.refused import (
    choice_rows,
    closed_words,
    default_words,
    fee_to_pay,
    photo_path,
    refused_reason,
    unpaid_words,
    usual_choice,
)
from returns.services.refused import answer_refused
from returns.services.refused_fees import open_fee_page
from returns.site.asking import case_of
from returns.site.paying import lead_to_payment, look_again, turn_of
from returns.site.visits import Visit, of_return


@require_http_methods(["GET", "HEAD", "POST"])
@of_return
def return_decide(visit: Visit, return_id: str) -> HttpResponse:
    """Show what could not be accepted, and carry out what the shopper chooses."""
    case = case_of(visit, return_id)
    found = list_refused_of(case)
    if visit.request.method != "POST":
        return _page(visit, case, found)
    form = DecideForm(visit.request.POST, auto_id=f"{visit.request.POST.get('refused', '')}_%s")
    if not form.is_valid():
        return _page(visit, case, found, form=form, status=422)
    refused = next((one for one in found if one.public_id == form.cleaned_data["refused"]), None)
    if refused is None:
        raise Http404
    try:
        answer_refused(
            refused_id=refused.public_id,
            choice=RefusedChoice(form.cleaned_data["choice"]),
            at=clock.now(),
            actor="shopper",
            shown=form.shown,
        )
    except ReturnsError as error:
        now = list_refused_of(case)
        return _page(visit, case, now, problem=str(error.message), status=error.status)
    return visit.go("return_decide", case.public_id)


def _page(
    visit: Visit,
    case: Return,
    found: list[RefusedUnits],
    *,
    form: DecideForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    turn, rows = turn_of(visit), [_row(visit, one, form) for one in found]
    response = visit.page(
        "refused",
        status,
        case=case,
        rows=rows,
        awaits_word=turn > 0,
        form=form,
        waits=any(one.state == RefusedState.ASKED for one in found),
        problem=problem,
        here=visit.url("return_decide", case.public_id),
        status_url=visit.url("return_status", case.public_id),
    )
    if turn and any(row["pay"] for row in rows):
        return look_again(response, visit.url("return_decide", case.public_id), turn)
    return response


def _row(visit: Visit, refused: RefusedUnits, form: DecideForm | None) -> dict[str, Any]:
    sold = refused.line.order_line
    image = sold.product.image if sold.product else None
    asked = refused.state == RefusedState.ASKED
    usual = usual_choice(refused)
    is_form = form is not None and form.data.get("refused") == refused.public_id
    return {
        "refused": refused,
        "item": {
            "title": sold.title,
            "variant_title": sold.variant_title,
            "image_url": image.url if image else "",
            "quantity": refused.quantity,
        },
        "why": refused_reason(refused.inspection, visit.request.locale),
        "photo": photo_path(refused),
        "choices": choice_rows(refused),
        "choice_id": f"{refused.public_id}_choice",
        "errors": form if is_form else None,
        "until": refused.answer_by if asked else None,
        "default": default_words(usual) if asked else "",
        "became": closed_words(refused),
        "unpaid": unpaid_words(usual),
        "pay": fee_to_pay(refused, at=clock.now()),
        "pay_url": visit.url("refused_pay", refused.case.public_id, refused.public_id),
    }


@require_POST
@of_return
def refused_pay(visit: Visit, return_id: str, refused_id: str) -> HttpResponse:
    """Lead to the page of the payment provider on which the fee for sending back is paid."""
    case = case_of(visit, return_id)
    refused = next((one for one in list_refused_of(case) if one.public_id == refused_id), None)
    if refused is None:
        raise Http404
    return lead_to_payment(
        visit,
        lambda home: open_fee_page(refused_id=refused_id, home=home, at=clock.now()),
        visit.url("return_decide", case.public_id),
    )


@require_safe
@of_return
def return_finding(visit: Visit, return_id: str, photo_id: str) -> HttpResponse:
    """A photo of units that could not be accepted, for who announced them."""
    case = case_of(visit, return_id)
    for refused in list_refused_of(case):
        photo = refused.inspection.photo
        if photo is not None and photo.public_id == photo_id:
            with private_files().open(photo.path) as file:
                return HttpResponse(file.read(), content_type="image/jpeg")
    raise Http404
