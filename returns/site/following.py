"""The shopper's page of a return: how far it is, and what they can still do about it."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from postexp.kernel import clock
from returns import services
from returns.errors import ReturnsError
from returns.forms import SentForm
from returns.forms.photos import AnswerForm
from returns.models import Return
from returns.selectors.evidence import list_evidence
from returns.selectors.exchanges import exchange_of
from returns.selectors.parcels import recipient_lines
from returns.serializers.exchanges import exchange_for_shopper
from returns.serializers.sending import tell_sending
from returns.serializers.stories import tell_return
from returns.site.asking import CHANGE, case_of
from returns.site.drop_off import sending_context
from returns.site.paying import look_again, turn_of
from returns.site.visits import Visit, of_return


@require_safe
@of_return
def return_status(visit: Visit, return_id: str) -> HttpResponse:
    """How far a return is, what comes next, and what it comes to."""
    return show_status(visit, case_of(visit, return_id), SentForm())


def show_status(
    visit: Visit,
    case: Return,
    form: SentForm,
    *,
    answer: AnswerForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page of a return; `answer` is the form of photos that could not be taken."""
    exchange, turn = exchange_for_shopper(exchange_of(case), at=clock.now()), turn_of(visit)
    response = visit.page(
        # Of a gift no sum is told.
        "status" if visit.given is None else "gift_status",
        status,
        story=tell_return(case, locale=visit.request.locale),
        sending=tell_sending(case, locale=visit.request.locale),
        **sending_context(visit, case),
        form=form,
        problem=problem,
        exchange=exchange,
        awaits_word=turn > 0,
        pay_url=visit.url("exchange_pay", case.public_id),
        choose_url=visit.url("exchange_choose", case.public_id),
        cancel_url=visit.url("return_cancel", case.public_id),
        change_url=f"{visit.url('return_start')}&{CHANGE}={case.public_id}",
        became_url=_became(visit, case),
        sent_url=visit.url("return_sent", case.public_id),
        photos=[visit.url("return_photo", one.public_id) for one in list_evidence(case)],
        answer=answer or AnswerForm(),
        answer_url=visit.url("return_answer", case.public_id),
        start_url=visit.url("return_start"),
        given_away_url=visit.url("return_given_away", case.public_id),
        address=recipient_lines(case, visit.request.locale),
    )
    if exchange is not None and exchange["pay"] and turn:
        return look_again(response, visit.url("return_status", case.public_id), turn)
    return response


def _became(visit: Visit, case: Return) -> str:
    """Return the address of what a return was changed into, "" where it was not."""
    changed: Return | None = Return.objects.filter(replaces=case).first()
    return visit.url("return_status", changed.public_id) if changed else ""


@require_POST
@of_return
def return_cancel(visit: Visit, return_id: str) -> HttpResponse:
    """Cancel a return that was not sent yet."""
    case = case_of(visit, return_id)
    try:
        services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    except ReturnsError as error:
        return show_status(visit, case, SentForm(), problem=str(error.message), status=error.status)
    return visit.go("return_status", case.public_id)


@require_POST
@of_return
def return_sent(visit: Visit, return_id: str) -> HttpResponse:
    """Tell the shop that the parcel is on its way."""
    case = case_of(visit, return_id)
    form = SentForm(visit.request.POST)
    if not form.is_valid():
        return show_status(visit, case, form, status=422)
    try:
        services.mark_sent(
            return_id=case.public_id,
            tracking_number=form.cleaned_data["tracking_number"],
            at=clock.now(),
            actor="shopper",
        )
    except ReturnsError as error:
        return show_status(visit, case, form, problem=str(error.message), status=error.status)
    return visit.go("return_status", case.public_id)
