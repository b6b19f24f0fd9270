"""Approving and declining with one key, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors, services
from returns.dashboard.desk import answer, detail_url, given_away_lines, refused
from returns.enums import DeclineReason, ReturnMove, ReturnState
from returns.errors import ReturnsError
from returns.forms import DeclineForm
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors.exemptions import marked_lines, reasons_to_decline
from returns.services.paying import note_given_away


@staff_view(Right.DECIDE)
@require_POST
def return_approve(request: StaffRequest, return_id: str) -> HttpResponse:
    """Approve a return. Its shopper is told when the time to undo is over."""
    case = selectors.access_return(return_id)
    try:
        services.approve_return(return_id=case.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    text = _("%(number)s is approved.") % {"number": case.number}
    return answer(request, case, text, undo=True)


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_decline(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask why a return is declined, in words its shopper reads, and decline it."""
    case = selectors.access_return(return_id)
    reasons = reasons_to_decline(case)
    form = DeclineForm(request.POST if request.method == "POST" else None, reasons=reasons)
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/decline.html",
            part="returns/dashboard/_decline.html",
            context={
                "case": case,
                "form": form,
                "by_law": DeclineReason.OTHER not in reasons,
                "never": not reasons,
                "marked": marked_lines(case),
            },
            status=422 if form.is_bound else 200,
        )
    try:
        services.decline_return(
            return_id=case.public_id,
            reason=DeclineReason(form.cleaned_data["reason"]),
            text=form.cleaned_data["text"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return refused(request, case, error)
    text = _("%(number)s is declined.") % {"number": case.number}
    return answer(request, case, text, undo=True)


@staff_view(Right.DECIDE)
@require_POST
def return_undo(request: StaffRequest, return_id: str) -> HttpResponse:
    """Take a decision back, if its time is not over."""
    case = selectors.access_return(return_id)
    try:
        services.undo_decision(return_id=case.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    messages.success(
        request, _("Taken back: %(number)s needs a decision again.") % {"number": case.number}
    )
    if htmx.details(request):
        # The undo of a toast swaps nothing: the page it stands on is made anew.
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return htmx.redirect(request, detail_url(request, case))


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_withdraw(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask whether a return is cancelled for its shopper, before anything was sent, and do so."""
    case = selectors.access_return(return_id)
    if request.method == "GET":
        if ReturnMove.CANCEL not in possible(RETURN_MOVES, ReturnState(case.state)):
            return htmx.redirect(request, detail_url(request, case))
        return htmx.render(
            request,
            page="returns/dashboard/cancel_return.html",
            part="returns/dashboard/_cancel_return.html",
            context={"case": case},
        )
    try:
        services.cancel_return(return_id=case.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("%(number)s is cancelled.") % {"number": case.number})


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_give_away(request: StaffRequest, return_id: str) -> HttpResponse:
    """Ask whether goods were given away, as the shopper said, and pay for them."""
    case = selectors.access_return(return_id)
    if request.method == "GET":
        return htmx.render(
            request,
            page="returns/dashboard/give_away.html",
            part="returns/dashboard/_give_away.html",
            context={"case": case, "lines": given_away_lines(case)},
        )
    try:
        note_given_away(return_id=case.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    text = _("Noted: the goods of %(number)s were given away.") % {"number": case.number}
    return answer(request, case, text)
