"""The shopper's page about units that could not be accepted: why, and what to do with them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from postexp.kernel import clock
from postexp.kernel.files import private_files
from returns import selectors
from returns.enums.receiving import RefusedChoice, RefusedState
from returns.errors import ReturnsError
from returns.forms.refused import DecideForm
from returns.models import RefusedUnits, Return
from returns.selectors.receiving import list_refused_of, receiving_settings
from returns.serializers.refused import (
    choice_rows,
    closed_words,
    default_words,
    photo_path,
    refused_reason,
)
from returns.services.refused import answer_refused
from returns.site.visits import Visit, of_order


def _case(visit: Visit, return_id: str) -> Return:
    case = selectors.access_return(return_id)
    if case.order_id != visit.order.pk:
        raise Http404
    return case


@require_http_methods(["GET", "HEAD", "POST"])
@of_order
def return_decide(visit: Visit, return_id: str) -> HttpResponse:
    """Show what could not be accepted, and carry out what the shopper chooses."""
    case = _case(visit, return_id)
    found = list_refused_of(case)
    if visit.request.method != "POST":
        return _page(visit, case, found)
    form = DecideForm(visit.request.POST)
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
    return visit.page(
        "refused",
        status,
        case=case,
        rows=[_row(visit, one, form) for one in found],
        form=form,
        waits=any(one.state == RefusedState.ASKED for one in found),
        problem=problem,
        here=visit.url("return_decide", case.public_id),
        status_url=visit.url("return_status", case.public_id),
    )


def _row(visit: Visit, refused: RefusedUnits, form: DecideForm | None) -> dict[str, Any]:
    sold = refused.line.order_line
    image = sold.product.image if sold.product else None
    asked = refused.state == RefusedState.ASKED
    usual = RefusedChoice(receiving_settings().without_answer)
    if usual is RefusedChoice.PART_REFUND and refused.offer is None:
        usual = RefusedChoice.SEND_BACK
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
        "errors": form if is_form else None,
        "until": refused.answer_by if asked else None,
        "default": default_words(usual) if asked else "",
        "became": closed_words(refused),
    }


@require_safe
@of_order
def return_finding(visit: Visit, return_id: str, photo_id: str) -> HttpResponse:
    """A photo of units that could not be accepted, for who announced them."""
    case = _case(visit, return_id)
    for refused in list_refused_of(case):
        photo = refused.inspection.photo
        if photo is not None and photo.public_id == photo_id:
            with private_files().open(photo.path) as file:
                return HttpResponse(file.read(), content_type="image/jpeg")
    raise Http404
