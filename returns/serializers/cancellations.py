"""Cancellations in words and as JSON: API, webhooks and messages share one representation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commerce.selectors import get_merchant
from commerce.serializers import instant, money
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import (
    CancelDenialCode,
    CancelInstead,
    CancellationMove,
    CancellationState,
    PlatformStop,
)
from returns.models import Cancellation, CancellationLine
from returns.rules.cancellations import CancelDenial
from returns.rules.policy import LANGUAGES
from returns.rules.states import CANCELLATION_MOVES, possible
from returns.selectors import get_settlement
from returns.selectors.cancellations import CancelJudgement, list_cancelled_lines
from returns.serializers.represent import represent_settlement, represent_sum
from returns.serializers.stories import papers_of, payments_of
from returns.serializers.words import sum_lines

_S = CancellationState

CANCELLATION_TONES: dict[str, str] = {
    _S.REQUESTED: "attention",
    _S.STOPPED: "attention",
    _S.REFUNDING: "information",
    _S.REFUNDED: "good",
    _S.TOO_LATE: "neutral",
    _S.DECLINED: "neutral",
    _S.WITHDRAWN: "neutral",
}


def represent_cancellation(
    cancellation: Cancellation, *, with_parts: bool = True
) -> dict[str, Any]:
    """Return a cancellation; lists leave out lines, sum and settlement (`with_parts=False`)."""
    body: dict[str, Any] = {
        "id": cancellation.public_id,
        "number": cancellation.number,
        "order_id": cancellation.order.public_id,
        "order_number": cancellation.order.number,
        "state": cancellation.state,
        "requested_at": instant(cancellation.requested_at),
        "undo_until": instant(cancellation.undo_until),
        "needs_review": cancellation.needs_review,
        "problem": cancellation.problem,
        "platform": cancellation.platform,
        "platform_stop": cancellation.platform_stop,
        "platform_problem": cancellation.platform_problem,
        "decline_reason": cancellation.decline_text,
        "return_id": cancellation.case.public_id if cancellation.case else None,
        "closed_at": instant(cancellation.closed_at),
        "total": money(cancellation.quote["payout"], cancellation.quote["currency"]),
    }
    if with_parts:
        lines = list_cancelled_lines(cancellation)
        settlement = cancellation.settlement
        body |= {
            "note": cancellation.note,
            "lines": [_line(line) for line in lines],
            "quote": represent_sum(cancellation.quote, [line.order_line for line in lines]),
            "settlement": represent_settlement(get_settlement(settlement.public_id))
            if settlement
            else None,
        }
    return body


def _line(line: CancellationLine) -> dict[str, Any]:
    return {
        **item_of(line),
        "line_id": line.order_line.public_id,
        "sku": line.order_line.sku,
        "too_late_quantity": line.too_late,
    }


def item_of(line: CancellationLine) -> dict[str, Any]:
    """Return what a page shows of a cancelled line."""
    sold = line.order_line
    return {
        "title": sold.title,
        "variant_title": sold.variant_title,
        "image_url": sold.product.image.url if sold.product and sold.product.image else "",
        "quantity": line.quantity,
    }


def represent_cancellable(judgement: CancelJudgement, quoted: dict[str, Any]) -> dict[str, Any]:
    """Return what of an order may be cancelled, and the kept sum of cancelling all of that."""
    decision = judgement.decision
    lines = [one.line for one in judgement.lines]
    return {
        "order_id": judgement.order.public_id,
        "cancellable": decision.open,
        "until": instant(decision.until),
        "needs_review": judgement.terms.review,
        "denial": _denial(decision.denial),
        "instead": decision.instead.value if decision.instead else None,
        "lines": [
            {
                "line_id": one.line.public_id,
                "external_id": one.line.external_id,
                "title": one.line.title,
                "cancellable_quantity": one.decision.cancellable,
                "denial": _denial(one.decision.denial),
            }
            for one in judgement.lines
        ],
        "quote": represent_sum(quoted, lines),
    }


def _denial(denial: CancelDenial | None) -> dict[str, Any] | None:
    if denial is None:
        return None
    return {
        "code": denial.code.value,
        "since": instant(denial.since),
        "text": {language: cancel_denial_words(denial, language) for language in LANGUAGES},
    }


def cancel_denial_words(denial: CancelDenial, locale: str) -> str:
    """Return a reason against cancelling as a sentence; times are those of the shop's zone."""
    with override(locale), timezone.override(get_merchant().zone):
        time = formats.moment(denial.since) if denial.since else ""
        return str(CancelDenialCode(denial.code).label) % {"time": time}


def instead_words(instead: CancelInstead | None) -> str:
    """Return what a shopper can still do, in the language in force."""
    return str(CancelInstead(instead).label) if instead else ""


@dataclass(frozen=True, kw_only=True)
class CancellationStory:
    """A cancellation as its shopper sees it."""

    cancellation: Cancellation
    sentence: str
    detail: str
    lines: list[dict[str, Any]]
    sums: list[list[dict[str, Any]]]
    payments: list[dict[str, Any]]
    papers: list[dict[str, str]]
    may_undo: bool


def may_withdraw(cancellation: Cancellation, at: datetime) -> bool:
    """Whether a cancellation can be taken back at this instant."""
    moves = possible(CANCELLATION_MOVES, CancellationState(cancellation.state))
    in_time = cancellation.needs_review or at <= cancellation.undo_until
    return CancellationMove.WITHDRAW in moves and in_time


def tell_cancellation(
    cancellation: Cancellation, *, locale: str, at: datetime
) -> CancellationStory:
    """Return what a shopper is told of their cancellation, in the language in force (`locale`)."""
    lines = list_cancelled_lines(cancellation)
    settlement = cancellation.settlement
    settled = get_settlement(settlement.public_id) if settlement else None
    quote = settled.quote if settled else cancellation.quote
    titles = {line.order_line.public_id: line.order_line.title for line in lines}
    is_money = quote["rows"] and cancellation.state not in (_S.TOO_LATE, _S.DECLINED, _S.WITHDRAWN)
    return CancellationStory(
        cancellation=cancellation,
        sentence=cancel_sentence(cancellation),
        detail=_detail(cancellation, lines, at),
        lines=[item_of(line) for line in lines],
        sums=[sum_lines(quote, titles)] if is_money else [],
        payments=payments_of(settled) if settled else [],
        papers=papers_of([settled], locale) if settled else [],
        may_undo=may_withdraw(cancellation, at),
    )


def cancel_sentence(cancellation: Cancellation) -> str:
    """Return the one sentence that says where a cancellation stands."""
    if cancellation.state == _S.REQUESTED and cancellation.needs_review:
        return _("We are looking at your cancellation")
    return {
        _S.REQUESTED: _("Your cancellation is confirmed"),
        _S.STOPPED: _("Your items will not be sent"),
        _S.REFUNDING: _("Your items will not be sent"),
        _S.REFUNDED: _("Your cancellation is complete"),
        _S.TOO_LATE: _("It was too late to cancel"),
        _S.DECLINED: _("We could not cancel this"),
        _S.WITHDRAWN: _("You took your cancellation back"),
    }[CancellationState(cancellation.state)]


def _detail(cancellation: Cancellation, lines: Sequence[CancellationLine], at: datetime) -> str:
    """Return the sentence below: what comes next, or what can be done."""
    state = CancellationState(cancellation.state)
    amount = formats.money(Money(cancellation.quote["payout"], cancellation.quote["currency"]))
    paid = bool(cancellation.quote["payout"])
    if state is _S.REQUESTED and cancellation.needs_review:
        return _("Nothing of it is sent until we have decided. We will write to you.")
    if state in (_S.REQUESTED, _S.STOPPED, _S.REFUNDING):
        told = (
            _("%(amount)s goes back to the way you paid.") % {"amount": amount}
            if paid
            else _("Nothing was paid yet, so nothing is to be paid back.")
        )
        late = sum(line.too_late for line in lines)
        return f"{told} {_part_words(late)}" if late else told
    return {
        _S.REFUNDED: _("%(amount)s has gone back to the way you paid.") % {"amount": amount}
        if paid
        else "",
        _S.TOO_LATE: _(
            "The items were already being packed or on their way. Once they have arrived, you can "
            "send them back: the return is approved."
        ),
        _S.DECLINED: cancellation.decline_text,
        _S.WITHDRAWN: _("Everything will be sent as you ordered it."),
    }[state]


def _part_words(late: int) -> str:
    return _(
        "It was too late for %(count)s of the items: once it has arrived, you can send that part "
        "back."
    ) % {"count": formats.number(late)}


def cancellation_label(cancellation: Cancellation) -> str:
    """Return where a cancellation stands, in a word for staff."""
    if cancellation.state == _S.REQUESTED and cancellation.needs_review:
        return _("To decide")
    return str(CancellationState(cancellation.state).label)


def platform_name(platform: str) -> str:
    """Return the name a platform bears."""
    return {"shopify": "Shopify"}.get(platform, platform)


def platform_problem_words(cancellation: Cancellation) -> str:
    """Return why the platform could not be told, for staff; "" where it was, or need not be."""
    if cancellation.platform_stop != PlatformStop.FAILED:
        return ""
    return _("%(platform)s could not be told and may send it: %(why)s") % {
        "platform": platform_name(cancellation.platform),
        "why": _(cancellation.platform_problem),
    }


def problem_words(code: str) -> str:
    """Return why a stopped cancellation is not refunded, for staff; "" where nothing is wrong."""
    if not code:
        return ""
    return {
        "quote_changed": _("The sum is another one than the shopper saw."),
        "open_dispute": _("A chargeback is open."),
        "lost_dispute": _("A chargeback was lost."),
        "refund_exceeds_balance": _("More would go back than is left of the payment."),
    }.get(code, _("It could not be refunded by itself."))
