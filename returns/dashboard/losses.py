"""Deciding who bears a parcel that was lost on its way back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money
from returns import selectors
from returns.dashboard.desk import answer, refused
from returns.enums import ReturnMove, ReturnState
from returns.enums.losses import Bearer, LossGround
from returns.errors import ReturnsError
from returns.forms.losses import LossForm
from returns.models import Return
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors.losses import Outlook, outlook_of
from returns.serializers.losses import tell_outlook
from returns.services.losses import bear_loss, decline_loss
from returns.services.settlements import quote_settlement


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_loss(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask who bears what of a return was lost, with what tracking knows, and note it."""
    case, at = selectors.access_return(return_id), clock.now()
    outlook = outlook_of(case, at=at)
    form = LossForm(request.POST if request.method == "POST" else None).offering(
        outlook, may_decline=_may_decline(case)
    )
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/loss.html",
            part="returns/dashboard/_loss.html",
            context={
                "case": case,
                "form": form,
                "outlook": tell_outlook(outlook, at),
                "comes_to": _comes_to(case, outlook),
            },
            status=422 if form.is_bound else 200,
        )
    try:
        text = _decide(case, form.cleaned_data, at=at, actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, text, undo=True)


def _may_decline(case: Return) -> bool:
    """Whether a loss can be left to the shopper of a return in its state."""
    return ReturnMove.DECLINE_LOSS in possible(RETURN_MOVES, ReturnState(case.state))


def _decide(case: Return, said: dict[str, Any], *, at: datetime, actor: str) -> str:
    """Carry out what was decided, and return it in words."""
    is_borne = said["bearer"] == Bearer.SHOP
    decide = bear_loss if is_borne else decline_loss
    decide(
        return_id=case.public_id,
        ground=LossGround(said["ground"]),
        receipt=said.get("receipt", False),
        text=said["text"],
        at=at,
        actor=actor,
    )
    if is_borne:
        return _("%(number)s is lost at your cost: what is due can be paid now.") % {
            "number": case.number
        }
    return _("%(number)s is lost at the shopper’s cost: nothing is paid.") % {"number": case.number}


def _comes_to(case: Return, outlook: Outlook) -> Money | None:
    """Return what is due once the shop bears it, None where that cannot be said."""
    if outlook.paid_ahead:
        return None
    units = {one.public_id: one.missing + one.payable for one in selectors.list_lines_of(case)}
    try:
        quoted = quote_settlement(case, ahead=units)
    except ReturnsError:
        return None
    return Money(quoted.payout, quoted.currency)
