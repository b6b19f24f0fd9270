"""One return: its story, money and facts, and the answers to what is done on its page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_htmx.http import reswap, retarget, trigger_client_event

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications.selectors import list_messages_of_order
from notifications.serializers import represent_messages
from postexp.design import formats
from postexp.kernel import clock, htmx, ids
from postexp.kernel.money import Money
from returns import selectors, services
from returns.dashboard.queue import nowhere, queue
from returns.enums import KeepItem, Outcome, ReturnMove, ReturnState
from returns.errors import ReturnsError
from returns.forms import SettleForm
from returns.models import Refund, Return, ReturnLine, Settlement
from returns.rules.states import RETURN_MOVES, can_undo, is_revocable, possible
from returns.selectors.belongings import belongings_of
from returns.selectors.disputes import dispute_against
from returns.selectors.evidence import list_evidence
from returns.selectors.exchanges import exchange_of, is_difference_paid, was_sent_ahead
from returns.selectors.losses import may_undo_loss, outlook_of, standing_loss
from returns.selectors.parcels import can_be_sent, recipient_lines
from returns.selectors.people import history_of_shopper
from returns.selectors.policies import decision_of
from returns.selectors.promises import lines_that_stay
from returns.serializers import (
    change_lines,
    decline_words,
    reason_words,
    standings,
    sum_lines,
)
from returns.serializers.belongings import belonging_rows, timeline_of_return
from returns.serializers.deadlines import due_words
from returns.serializers.decision_words import ToldLine, tell_decision
from returns.serializers.exchanges import exchange_for_staff, title_instead
from returns.serializers.losses import tell_outlook
from returns.serializers.parcels_back import show_parcels
from returns.serializers.tones import REFUND_TONES, REPLACEMENT_TONES


@staff_view()
@require_GET
def return_detail(request: StaffRequest, return_id: str) -> HttpResponse:
    """One return: what comes next, what comes back, what it comes to, and what happened."""
    case = selectors.access_return(return_id)
    return htmx.render(
        request,
        page="returns/dashboard/detail.html",
        part="returns/dashboard/_detail.html",
        context=detail(request, case),
    )


def detail(
    request: StaffRequest, case: Return, *, problem: str = "", form: SettleForm | None = None
) -> dict[str, Any]:
    """Return what the page of a return shows; `problem` is why the last act was refused.

    `form` is what was asked to be paid instead, with its errors.
    """
    lines = selectors.list_lines_of(case)
    titles = {line.order_line.public_id: line.order_line.title for line in lines}
    settlements = [one for one in selectors.list_settlements(case.order) if one.case_id == case.pk]
    moves = possible(RETURN_MOVES, ReturnState(case.state))
    may = request.membership.may
    may_settle = ReturnMove.SETTLE in moves and may(Right.PAY)
    due = _due(case, titles, form) if may_settle else None
    given = [one.quote for one in settlements]
    if due:
        given.append(due["quote"])
    [standing] = standings([case])
    to_come = bool(moves & {ReturnMove.APPROVE, ReturnMove.RECEIVE})
    around, exchange = belongings_of(case), exchange_of(case)
    return {
        "case": case,
        "order": case.order,
        "customer_name": case.order.customer.full_name(get_language() or "en")
        if case.order.customer
        else "",
        "recipient_lines": recipient_lines(case, get_language() or "en"),
        "standing": standing,
        "nowhere": nowhere(request) if to_come and not can_be_sent(case, at=clock.now()) else None,
        "problem": problem,
        "lines": [_line(case, line) for line in lines],
        "asked": _sum(case.quote, titles),
        "settlements": [_settlement(one, titles) for one in settlements],
        "due": due,
        "changes": change_lines(
            case,
            lines,
            given,
            total_label=str(Outcome(given[-1]["outcome"]).label) if given else "",
        ),
        "decline": decline_words(case, get_language() or "en"),
        "may_approve": may(Right.DECIDE)
        and bool(moves & {ReturnMove.APPROVE, ReturnMove.OVERRIDE}),
        "may_decline": may(Right.DECIDE) and ReturnMove.REJECT in moves,
        "may_cancel": may(Right.DECIDE) and ReturnMove.CANCEL in moves and not was_sent_ahead(case),
        "may_undo": may(Right.DECIDE) and _may_undo(case),
        "may_give_away": may(Right.DECIDE) and bool(given_away_lines(case)),
        "may_receive": may(Right.RECEIVE)
        and bool(moves & {ReturnMove.RECEIVE, ReturnMove.INSPECT}),
        "may_pay": may(Right.PAY),
        "may_give": may(Right.GOODWILL),
        "may_ship": may(Right.RECEIVE),
        "may_change": may(Right.DECIDE)
        and exchange is not None
        and (exchange.short_since is not None or exchange.asked_at is not None),
        "photos": list_evidence(case),
        "may_ask_photos": may(Right.DECIDE) and ReturnMove.ASK_SHOPPER in moves,
        "may_write": may(Right.DECIDE),
        "is_waiting": case.waiting_since is not None and ReturnMove.SHOPPER_REPLIED in moves,
        "due_next": due_words(case, clock.now()),
        "decided": _decided(case, lines),
        **show_parcels(case, may_decide=may(Right.DECIDE)),
        **_lost(case, moves, may_decide=may(Right.DECIDE)),
        "letters": represent_messages(list_messages_of_order(case.order.public_id)),
        "history": _history(case),
        "order_id": case.order.public_id,
        "story": timeline_of_return(case, around),
        "belongings": belonging_rows(case, around, exchange),
        "policy": case.policy_version,
        "told": exchange_for_staff(exchange, at=clock.now()),
        "may_decide": may(Right.DECIDE),
    }


def given_away_lines(case: Return) -> list[ReturnLine]:
    """Return the lines of which nobody has told yet that their goods were given away."""
    if case.state != ReturnState.APPROVED:
        return []
    return lines_that_stay(case, KeepItem.DONATE)


def _decided(case: Return, lines: Sequence[ReturnLine]) -> list[ToldLine]:
    """Return what the policy said of each line when the return was asked for, and why."""
    kept = decision_of(case)
    if kept is None:
        return []
    titles = [line.order_line.title for line in lines]
    return tell_decision(kept, titles, currency=case.order.currency)


def _history(case: Return) -> dict[str, Any] | None:
    """Return what the shopper did before, with their other returns as they stand."""
    found = history_of_shopper(case)
    if found is None:
        return None
    others = [
        (one, Money(one.case.quote["payout"], one.case.quote["currency"]))
        for one in standings(found.others)
    ]
    return {"counts": found, "others": others}


def _lost(case: Return, moves: Collection[ReturnMove], *, may_decide: bool) -> dict[str, Any]:
    """Return what is known and was decided of a lost parcel; nothing where neither can be."""
    loss = standing_loss(case)
    if loss is None and ReturnMove.BEAR_LOSS not in moves:
        return {}
    at = clock.now()
    outlook = outlook_of(case, at=at)
    return {
        "outlook": tell_outlook(outlook, at),
        "loss": loss,
        "may_lose": may_decide and ReturnMove.BEAR_LOSS in moves and outlook.units > 0,
    }


def _may_undo(case: Return) -> bool:
    if (loss := standing_loss(case)) is not None:
        return may_undo_loss(case, loss, at=clock.now())
    return (
        case.decided_at is not None
        and is_revocable(case.decided_by)
        and ReturnState(case.state) in (ReturnState.APPROVED, ReturnState.REJECTED)
        and can_undo(case.decided_at, clock.now())
    )


def _line(case: Return, line: ReturnLine) -> dict[str, Any]:
    image = line.order_line.product.image if line.order_line.product else None
    return {
        "line": line,
        "image_url": image.url if image else "",
        "reason": reason_words(case, line.reason, get_language() or "en"),
        "exchange_for": title_instead(line.order_line, line.variant) if line.variant else "",
        "replacements": [(one, REPLACEMENT_TONES[one.state]) for one in line.replacements.all()],
        "looks": list(line.inspections.all()),
    }


def _settlement(settlement: Settlement, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "settlement": settlement,
        "sum": _sum(settlement.quote, titles),
        "refunds": [_refund(refund, settlement.currency) for refund in settlement.refunds.all()],
    }


def _refund(refund: Refund, currency: str) -> dict[str, Any]:
    return {
        "refund": refund,
        "tender": refund.tender.get_kind_display(),
        "gateway": refund.tender.gateway,
        "amount": Money(refund.amount, currency),
        "tone": REFUND_TONES[refund.state],
    }


def _sum(quote: Mapping[str, Any], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return a sum with its total called as staff call it."""
    return sum_lines(quote, titles, total_label=str(Outcome(quote["outcome"]).label))


def _due(case: Return, titles: dict[str, str], form: SettleForm | None) -> dict[str, Any] | None:
    """Return what is to be settled now, exact, with a key for pressing the button once."""
    try:
        quoted = services.quote_settlement(case)
    except ReturnsError:
        return None
    payout = Money(quoted.payout, quoted.currency)
    action = {
        Outcome.REFUND: _("Refund %(amount)s"),
        Outcome.STORE_CREDIT: _("Give %(amount)s of store credit"),
        Outcome.EXCHANGE: _("Release the exchange of %(amount)s"),
    }[quoted.outcome]
    others = services.quote_other_outcomes(case)
    return {
        "quote": quoted.to_json(),
        "sum": _sum(quoted.to_json(), titles),
        "payout": payout,
        "total": Money(quoted.total, quoted.currency),
        "action": action % {"amount": formats.money(payout)},
        "key": ids.new_id("set"),
        "others": [
            {
                "outcome": other.outcome.value,
                "label": other.outcome.label,
                "payout": Money(other.payout, other.currency),
            }
            for other in others
        ],
        "form": (form or SettleForm(None, currency=quoted.currency)).offering(quoted, others),
        "currency": quoted.currency,
        "asks_rest": bool(quoted.rest and case.gift_id is None and case.order.customer_id),
        "asks_how_paid": bool(quoted.due) and not is_difference_paid(case),
        "is_disputed": dispute_against(case.order) is not None,
    }


def answer(request: StaffRequest, case: Return, text: str, *, undo: bool = False) -> HttpResponse:
    """Answer an act: the part of the page it was done on made anew, and a word about it.

    Without scripts, and from a page that shows neither, the return's own page comes next, with
    the same word.
    """
    queue_url = reverse("dashboard:return_list", args=[request.merchant.slug])
    current = urlsplit(htmx.details(request).current_url or "")
    if current.path not in (queue_url, detail_url(request, case)):
        messages.success(request, text)
        return htmx.redirect(request, detail_url(request, case))
    undo_url = _url(request, "return_undo", case) if undo else ""
    if current.path == queue_url:
        context, part, target = (
            queue(request, QueryDict(current.query)),
            "returns/dashboard/_rows.html",
            "#rows",
        )
    else:
        context, part, target = (
            detail(request, selectors.access_return(case.public_id)),
            "returns/dashboard/_detail.html",
            "#case",
        )
    response = htmx.render(request, page=part, part=part, context=context)
    htmx.toast(response, text, undo_url=undo_url)
    trigger_client_event(response, "dialog:close")
    return reswap(retarget(response, target), "outerHTML")


def refused(request: StaffRequest, case: Return, error: ReturnsError) -> HttpResponse:
    """Answer an act that could not be done: the page as it is now, and why."""
    if htmx.details(request):
        messages.error(request, str(error.message))
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    context = detail(request, selectors.access_return(case.public_id), problem=str(error.message))
    return render(request, "returns/dashboard/detail.html", context, status=error.status)


def detail_url(request: StaffRequest, case: Return) -> str:
    """Return the address of a return's page."""
    return _url(request, "return_detail", case)


def _url(request: StaffRequest, name: str, case: Return) -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug, case.public_id])
