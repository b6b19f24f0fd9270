"""What the shopper's page tells of a return, put together from rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commerce.enums import STORE_VALUE, TenderKind
from postexp.design import formats
from postexp.kernel import clock
from postexp.kernel.money import Money
from returns.enums import KeepItem, Outcome, RefundState, ReplacementState, ReturnMove, ReturnState
from returns.enums.losses import Bearer
from returns.enums.receiving import RefusedState
from returns.models import Return, ReturnLine, ReturnLoss, Settlement
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors import list_lines_of, list_settlements, sending_policy
from returns.selectors.cases import ending_of, was_changed
from returns.selectors.exchanges import was_sent_ahead
from returns.selectors.losses import standing_loss
from returns.selectors.parcels import can_be_sent
from returns.selectors.promises import lines_that_stay
from returns.selectors.receiving import list_refused_of
from returns.serializers.changes import change_lines
from returns.serializers.credit_notes import note_url
from returns.serializers.exchanges import title_instead
from returns.serializers.happenings import tell_happenings
from returns.serializers.losses import loss_words
from returns.serializers.promises import goods_of, promises_of
from returns.serializers.words import (
    decline_words,
    reason_words,
    shopper_total,
    sum_in_words,
    sum_lines,
)

_S = ReturnState
_UNPAID = {_S.REJECTED, _S.CANCELLED, _S.EXPIRED, _S.LOST}
SHOPPER = "shopper"
PROGRESS = (
    (_S.REQUESTED, _S.IN_REVIEW),
    (_S.APPROVED, _S.IN_TRANSIT),
    (_S.RECEIVED, _S.RESOLVING),
    (_S.COMPLETED,),
)
"""The steps of a return that goes as it should, with the states that reach each."""


@dataclass(frozen=True, kw_only=True)
class ReturnStory:
    """A return as its shopper sees it; `steps` is empty for one that ended otherwise.

    `sum_words` says the only sum in one line; `happenings` are what happened and what comes next.
    `sums` holds each settlement's, or the one promised while nothing is settled, and none where
    the return ended unpaid; `sum_note` says where that one will not hold; `changes` says why they
    are not what was promised; `papers` are the credit notes, each with its address.
    """

    case: Return
    sentence: str
    detail: str
    steps: list[dict[str, str]]
    lines: list[dict[str, Any]]
    sums: list[list[dict[str, Any]]]
    sum_words: str
    sum_note: str
    happenings: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    payments: list[dict[str, Any]]
    papers: list[dict[str, str]]
    address: tuple[str, ...]
    instructions: str
    wants_photos: bool
    wants_receipt: bool
    may_cancel: bool
    may_send: bool
    has_refused: bool
    may_decide: bool
    owes_postage: bool
    stays: bool
    may_give_away: bool


def tell_return(case: Return, *, locale: str) -> ReturnStory:
    """Return what a shopper is told of their return, in the language in force (`locale`)."""
    lines = list_lines_of(case)
    settlements = [one for one in list_settlements(case.order) if one.case_id == case.pk]
    moves = possible(RETURN_MOVES, ReturnState(case.state))
    titles = {line.order_line.public_id: line.order_line.title for line in lines}
    given = [one.quote for one in settlements]
    sending = sending_policy(clock.now())
    to_come = ReturnMove.RECEIVE in moves
    waits = _replacement_waits(case, lines)
    where = sending.says_where(locale) or can_be_sent(case, at=clock.now())
    refused = list_refused_of(case)
    goods = goods_of(case, lines)
    asked = [one for one in refused if one.state == RefusedState.ASKED]
    outdated = bool(refused) and not given
    # What ended unpaid owes nothing: a sum under “You get back” would be no longer true.
    quotes = given or ([] if ReturnState(case.state) in _UNPAID else [case.quote])
    return ReturnStory(
        case=case,
        sentence=_sentence_of(case, waits=waits, asked=bool(asked)),
        detail=_detail(
            case, lines, locale, waits=waits, where=where, goods=goods, loss=standing_loss(case)
        ),
        steps=_steps(case, waits=waits),
        lines=[_line(case, line, locale) for line in lines],
        sums=[
            sum_lines(quote, titles, total_label=_("Shown at the request") if outdated else "")
            for quote in quotes
        ],
        sum_words="" if outdated or len(quotes) != 1 else sum_in_words(quotes[0]),
        sum_note=_(
            "What could not be accepted is not paid for. This is what was shown at your request."
        )
        if outdated and quotes
        else "",
        happenings=tell_happenings(case, settlements, asked),
        changes=change_lines(
            case,
            lines,
            given,
            total_label=shopper_total(given[-1]["outcome"] if given else case.outcome),
        ),
        payments=[payment for one in settlements for payment in payments_of(one)],
        papers=papers_of(settlements, locale),
        address=sending.address if to_come else (),
        instructions=sending.instructions.get(locale, "") if to_come else "",
        wants_photos=case.evidence_wanted and case.state == ReturnState.IN_REVIEW,
        wants_receipt=case.state == ReturnState.LOST,
        may_cancel=ReturnMove.CANCEL in moves and not was_sent_ahead(case),
        may_send=ReturnMove.FIRST_SCAN in moves and where and goods is KeepItem.SEND,
        has_refused=bool(refused),
        may_decide=bool(asked),
        owes_postage=any(one.state == RefusedState.FEE_DUE for one in refused),
        stays=goods is not KeepItem.SEND,
        may_give_away=case.state == ReturnState.APPROVED
        and bool(lines_that_stay(case, KeepItem.DONATE)),
    )


def _replacement_waits(case: Return, lines: Sequence[ReturnLine]) -> bool:
    """Whether everything is settled but a replacement is still to be shipped."""
    return case.state == ReturnState.COMPLETED and any(
        one.state == ReplacementState.READY for line in lines for one in line.replacements.all()
    )


def _sentence_of(case: Return, *, waits: bool, asked: bool) -> str:
    """Return the first sentence; what only the shopper can bring on comes before the rest."""
    if asked:
        return _("Please tell us what to do")
    return _("Your replacement is being prepared") if waits else _sentence(case)


def _sentence(case: Return) -> str:
    """Return the one sentence that answers "how far is it?"."""
    if case.state == _S.CANCELLED:
        return _cancelled(case)
    outcome = Outcome(case.outcome)
    resolving = {
        Outcome.REFUND: _("Your refund is on its way"),
        Outcome.STORE_CREDIT: _("Your store credit is on its way"),
        Outcome.EXCHANGE: _("Your exchange is being prepared"),
    }[outcome]
    completed = {
        Outcome.REFUND: _("Your return is complete"),
        Outcome.STORE_CREDIT: _("You have your store credit"),
        Outcome.EXCHANGE: _("Your exchange is settled"),
    }[outcome]
    return {
        _S.REQUESTED: _("We have your return request"),
        _S.IN_REVIEW: _("We need photos from you")
        if case.evidence_wanted
        else _("We are looking at your request"),
        _S.APPROVED: _("Your return is approved"),
        _S.REJECTED: _("We cannot accept this return"),
        _S.IN_TRANSIT: _("Your parcel is on its way to us"),
        _S.RECEIVED: _("Your return has arrived"),
        _S.RESOLVING: resolving,
        _S.COMPLETED: completed,
        _S.EXPIRED: _("This return was not sent in time"),
        _S.LOST: _("Your parcel was lost on its way to us"),
    }[ReturnState(case.state)]


def _cancelled(case: Return) -> str:
    if was_changed(case):
        return _("You changed this return")
    ended = ending_of(case)
    if ended is not None and ended.actor == SHOPPER:
        return _("You cancelled this return")
    return _("This return was cancelled")


def _detail(
    case: Return,
    lines: Sequence[ReturnLine],
    locale: str,
    *,
    waits: bool,
    where: bool,
    goods: KeepItem,
    loss: ReturnLoss | None,
) -> str:
    """Return the sentence below: what comes next, or why it ended.

    `waits` for a replacement to be shipped; `where` the shopper is told where to send it; `goods`
    is what becomes of them; `loss` what was decided of a lost parcel.
    """
    state = ReturnState(case.state)
    if waits:
        return _("The items you sent are accepted. We will write to you when it is on its way.")
    if state is _S.APPROVED and goods is KeepItem.KEEP:
        if case.gift_id is not None:
            return _("You can keep everything. What you chose is on its way to you.")
        return _("You can keep everything. The amount below is on its way to you.")
    if state is _S.APPROVED and goods is KeepItem.DONATE:
        return _("Nothing has to be sent. Tell us when you have given it away.")
    if state is _S.APPROVED and case.send_by is None:
        return _("Once it has arrived, you can send it back.")
    if state is _S.APPROVED and not where:
        return _("You will find here where to send it. Please keep the items until then.")
    if state is _S.IN_TRANSIT and case.parcels:
        missing = sum(line.missing for line in lines)
        return _("%(count)s of the items has not arrived yet. You can send it until %(day)s.") % {
            "count": formats.number(missing),
            "day": formats.day(case.send_by, "auto") if case.send_by else "",
        }
    if state is _S.IN_REVIEW and case.evidence_wanted:
        return _("We will go on as soon as we have them. Please keep the items until then.")
    send_by = formats.day(case.send_by, "auto") if case.send_by else ""
    return {
        _S.REQUESTED: _("We will write to you. Please keep the items until then."),
        _S.IN_REVIEW: _("We will write to you. Please keep the items until then."),
        _S.APPROVED: _("Please send it by %(day)s.") % {"day": send_by},
        _S.REJECTED: decline_words(case, locale),
        _S.IN_TRANSIT: _("We will write to you when it has arrived."),
        _S.RECEIVED: _("We will check the items and write to you."),
        _S.EXPIRED: _("If you have sent it after all, it will still be received."),
        _S.LOST: loss_words(loss, locale) if loss else "",
        _S.RESOLVING: _("Your parcel was lost on its way to us. You lose nothing by it.")
        if loss and loss.bearer == Bearer.SHOP
        else "",
    }.get(state, "")


def _steps(case: Return, *, waits: bool) -> list[dict[str, str]]:
    """Return the step bar; a return that ended before its time has none."""
    reached = next(
        (step for step, states in enumerate(PROGRESS) if ReturnState(case.state) in states), None
    )
    if reached is None:
        return []
    last = {
        Outcome.REFUND: _("Refunded"),
        Outcome.STORE_CREDIT: _("Credited"),
        Outcome.EXCHANGE: _("Exchanged"),
    }[Outcome(case.outcome)]
    labels = (_("Requested"), _("Approved"), _("Received"), last)
    done = case.state == ReturnState.COMPLETED and not waits
    return [
        {
            "label": label,
            "state": "done"
            if step < reached or (step == reached and done)
            else ("now" if step == reached else "next"),
        }
        for step, label in enumerate(labels)
    ]


def _line(case: Return, line: ReturnLine, locale: str) -> dict[str, Any]:
    image = line.order_line.product.image if line.order_line.product else None
    return {
        "title": line.order_line.title,
        "variant_title": line.order_line.variant_title,
        "image_url": image.url if image else "",
        "quantity": line.quantity,
        "reason": reason_words(case, line.reason, locale),
        "exchange_for": title_instead(line.order_line, line.variant) if line.variant else "",
        "shipped": any(one.state == ReplacementState.SHIPPED for one in line.replacements.all()),
        "refused": line.refused,
        "promises": promises_of(case, line, locale),
    }


def papers_of(settlements: Sequence[Settlement], locale: str) -> list[dict[str, str]]:
    """Return the credit notes of settlements, each with its number and its signed address."""
    notes = [getattr(one, "credit_note", None) for one in settlements]
    return [{"code": note.code, "url": note_url(note, locale)} for note in notes if note]


def payments_of(settlement: Settlement) -> list[dict[str, Any]]:
    """Return where the money of a settlement went, or is going, as lines of `{% sum_of %}`."""
    rows = []
    for refund in settlement.refunds.all():
        kind = TenderKind(refund.tender.kind)
        label = str(kind.label) if kind in STORE_VALUE else _("To your original payment")
        done = refund.state == RefundState.SUCCEEDED
        note = "" if done else pgettext("a payment back", "On its way")
        amount = Money(refund.amount, settlement.currency)
        rows.append({"label": label, "amount": amount, "note": note})
    if settlement.credited:
        amount = Money(settlement.credited, settlement.currency)
        rows.append({"label": _("To your store credit"), "amount": amount, "note": ""})
    return rows
