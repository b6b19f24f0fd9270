"""What happened to a return and what comes next, as its shopper reads it: newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import Outcome, RefundState, ReturnMove, ReturnState
from returns.models import RefusedUnits, Return, Settlement, TransitionLog
from returns.selectors import list_transitions

_M, _S = ReturnMove, ReturnState
_UNDONE = {
    _M.UNDO_APPROVE: (_M.APPROVE, _M.OVERRIDE),
    _M.UNDO_REJECT: (_M.REJECT,),
    _M.UNDO_LOSS: (_M.BEAR_LOSS, _M.DECLINE_LOSS),
    _M.UNDO_LOSS_EXPIRED: (_M.BEAR_LOSS,),
    _M.UNDO_LOSS_LOST: (_M.BEAR_LOSS,),
}
_QUIET = (_M.FLAG, _M.SETTLE, _M.SETTLE_FAILED, *_UNDONE)
"""Moves that tell a shopper nothing, or that something else tells better."""


def tell_happenings(
    case: Return, settlements: Sequence[Settlement], asked: Sequence[RefusedUnits] = ()
) -> list[dict[str, Any]]:
    """Return the entries of `{% timeline %}`: what comes next on top, then what happened.

    A decision that was taken back before anyone was told of it is left out. `asked` are refused
    units whose shopper has to choose what becomes of them: that comes before anything else.
    """
    moves = [move for move in list_transitions(case) if move.case_id == case.pk]
    told = [_asked(case)]
    told += [_entry(case, move) for move in _standing(moves) if move.event not in _QUIET]
    told += [_paid(settlement) for settlement in settlements]
    # Of what happened in one moment the later stands above.
    told = sorted(told, key=lambda entry: entry["at"])[::-1]
    coming = _choice(asked) if asked else _next(case)
    return [coming, *told] if coming else told


def _standing(moves: Sequence[TransitionLog]) -> list[TransitionLog]:
    """Return the moves without decisions that were undone."""
    kept: list[TransitionLog] = []
    for move in moves:
        undone = _UNDONE.get(ReturnMove(move.event))
        if undone and kept and kept[-1].event in undone:
            kept.pop()
        kept.append(move)
    return kept


def _asked(case: Return) -> dict[str, Any]:
    return {
        "title": _("You asked for this return"),
        "at": case.requested_at,
        "icon": "undo-2",
        "tone": "information",
    }


def _entry(case: Return, move: TransitionLog) -> dict[str, Any]:
    photos = bool(case.evidence_asked)
    words = {
        _M.AUTO_APPROVE: (_("Approved"), "check", "good"),
        _M.APPROVE: (_("Approved"), "check", "good"),
        _M.OVERRIDE: (_("Approved after all"), "check", "good"),
        _M.REJECT: (_("Not accepted"), "ban", "problem"),
        _M.ASK_SHOPPER: (
            _("We asked you for photos") if photos else _("We asked you something"),
            "image" if photos else "send",
            "attention",
        ),
        _M.SHOPPER_REPLIED: (_("You answered"), "send", "information"),
        _M.CANCEL: (_("Cancelled"), "x", ""),
        _M.FIRST_SCAN: (_("On its way to us"), "truck", ""),
        _M.EXPIRE: (_("Not sent in time"), "hourglass", "attention"),
        _M.RECEIVE: (_("Arrived"), "package-check", "accent"),
        _M.INSPECT: (_("Checked"), "package-search", ""),
        _M.BEAR_LOSS: (_("Lost on its way: we bear it"), "package-x", "attention"),
        _M.DECLINE_LOSS: (_("Lost on its way"), "package-x", "problem"),
        _M.TURN_UP: (_("Your parcel turned up"), "package-check", "accent"),
    }
    event = ReturnMove(move.event)
    title, icon, tone = words.get(event) or (str(event.label), "circle", "")
    return {"title": title, "at": move.at, "icon": icon, "tone": tone}


def _paid(settlement: Settlement) -> dict[str, Any]:
    amount = formats.money(Money(settlement.payout, settlement.currency))
    waits = any(one.state != RefundState.SUCCEEDED for one in settlement.refunds.all())
    title = {
        Outcome.REFUND: _("%(amount)s is on its way to you") if waits else _("%(amount)s refunded"),
        Outcome.STORE_CREDIT: _("%(amount)s of store credit given"),
        Outcome.EXCHANGE: _("Exchange settled"),
    }[Outcome(settlement.outcome)]
    return {
        "title": title % {"amount": amount},
        "at": settlement.at,
        "icon": "hand-coins",
        "tone": "good",
    }


def _choice(asked: Sequence[RefusedUnits]) -> dict[str, Any]:
    """Return what the shopper has to say, and until when."""
    until = formats.day(min(one.answer_by for one in asked), "auto")
    when = _("By %(day)s") % {"day": until}
    return {"title": _("Next: your choice"), "when": when, "icon": "clock", "tone": "attention"}


def _next(case: Return) -> dict[str, Any] | None:
    """Return what comes next and until when, None where nothing does."""
    due = formats.day(case.due_at, "auto") if case.due_at else ""
    send_by = formats.day(case.send_by, "auto") if case.send_by else ""
    state = ReturnState(case.state)
    if state is _S.IN_REVIEW and case.evidence_wanted:
        title, when = _("Next: your photos"), ""
    elif state in (_S.REQUESTED, _S.IN_REVIEW):
        title, when = _("Next: our answer"), due and _("Usually by %(day)s") % {"day": due}
    elif state is _S.APPROVED:
        title, when = _("Next: you send it"), send_by and _("By %(day)s") % {"day": send_by}
    elif state is _S.IN_TRANSIT:
        title, when = _("Next: it arrives, and we check it"), ""
    elif state is _S.RECEIVED:
        title, when = _("Next: we check it"), due and _("Usually by %(day)s") % {"day": due}
    elif state is _S.RESOLVING:
        title, when = _last(case), due and _("Usually by %(day)s") % {"day": due}
    else:
        return None
    return {"title": title, "when": when or _("Still to come"), "icon": "clock", "tone": ""}


def _last(case: Return) -> str:
    return {
        Outcome.REFUND: _("Next: your money goes back"),
        Outcome.STORE_CREDIT: _("Next: you get your store credit"),
        Outcome.EXCHANGE: _("Next: your new one is sent"),
    }[Outcome(case.outcome)]
