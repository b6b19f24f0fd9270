"""What else belongs to a return, and its whole story, as its page at the desk tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from commerce import selectors as commerce
from postexp.design import formats
from postexp.kernel.events import Event
from returns import events
from returns.enums import ReturnMove, WithdrawalState
from returns.enums.receiving import RefusedState, UnannouncedState
from returns.models import Exchange, Return, TransitionLog
from returns.selectors.belongings import Belongings, list_moves, story_of_return
from returns.serializers.cancellations import CANCELLATION_TONES, cancellation_label
from returns.serializers.refused import REFUSED_TONES
from returns.serializers.unannounced import UNANNOUNCED_TONES
from returns.serializers.withdrawals import TONES as WITHDRAWAL_TONES

if TYPE_CHECKING:
    from postexp.kernel.models import EventRecord

_M = ReturnMove
TOLD_BY: Mapping[ReturnMove, tuple[type[Event], ...]] = {
    _M.AUTO_APPROVE: (events.ReturnApproved,),
    _M.FLAG: (),
    _M.APPROVE: (events.ReturnApproved,),
    _M.REJECT: (events.ReturnDeclined,),
    _M.UNDO_APPROVE: (events.ReturnDecisionUndone,),
    _M.UNDO_REJECT: (events.ReturnDecisionUndone,),
    _M.OVERRIDE: (events.ReturnApproved,),
    _M.ASK_SHOPPER: (events.EvidenceAsked,),
    _M.SHOPPER_REPLIED: (events.EvidenceAdded,),
    _M.CANCEL: (events.ReturnCancelled, events.ReturnChanged),
    _M.KEEP_ITEM: (events.GoodsGivenAway,),
    _M.FIRST_SCAN: (events.ReturnSent,),
    _M.EXPIRE: (events.ReturnExpired,),
    _M.RECEIVE: (events.ReturnReceived, events.ReturnDelivered),
    _M.INSPECT: (events.ReturnInspected,),
    _M.AWAIT_REST: (),
    _M.GIVE_UP_REST: (),
    _M.AWAIT_ANSWER: (),
    _M.SETTLE: (events.ReturnCompleted,),
    _M.SETTLE_FAILED: (events.RefundFailed,),
    _M.UNDO_EXCHANGE: (events.ExchangeMoved,),
    _M.BEAR_LOSS: (events.ReturnLossBorne,),
    _M.DECLINE_LOSS: (events.ReturnLossDeclined,),
    _M.UNDO_LOSS: (events.ReturnLossUndone,),
    _M.UNDO_LOSS_EXPIRED: (events.ReturnLossUndone,),
    _M.UNDO_LOSS_LOST: (events.ReturnLossUndone,),
    _M.TURN_UP: (events.ReturnTurnedUp,),
}
"""The events that tell of a move; where none of them came with it, the move tells of itself."""


def belonging_rows(
    case: Return, around: Belongings, exchange: Exchange | None
) -> list[dict[str, str]]:
    """Return what belongs to a return, each with its way there and how it stands, as staff read."""
    slug = commerce.get_merchant().slug
    rows = [
        _row(
            _("Not accepted"),
            _units(one.line.order_line.title, one.quantity),
            _url("refused_detail", slug, one.public_id),
            str(one.get_state_display()),
            REFUSED_TONES[RefusedState(one.state)],
        )
        for one in around.refused
    ]
    if exchange is not None and exchange.order is not None:
        order = exchange.order
        where = _url("order_detail", slug, order.public_id)
        rows.append(_row(_("Order of the replacement"), order.number, where))
    rows += [
        _row(
            _("More than announced"),
            f"{one.number} · {_units(one.title, one.quantity)}",
            _url("unannounced_detail", slug, one.public_id),
            str(one.get_state_display()),
            UNANNOUNCED_TONES[UnannouncedState(one.state)],
        )
        for one in around.surplus
    ]
    rows += [
        _row(
            _("Withdrawal from the contract"),
            one.number,
            _url("withdrawal_detail", slug, one.public_id),
            str(one.get_state_display()),
            WITHDRAWAL_TONES[WithdrawalState(one.state)],
        )
        for one in around.withdrawals
    ]
    rows += [
        _row(
            _("Cancellation that came too late"),
            one.number,
            _url("order_detail", slug, case.order.public_id),
            cancellation_label(one),
            CANCELLATION_TONES[one.state],
        )
        for one in around.cancellations
    ]
    changed = ((_("Changed from"), around.replaced), (_("Changed into"), around.replaced_by))
    rows += [
        _row(kind, other.number, _url("return_detail", slug, other.public_id))
        for kind, other in changed
        if other
    ]
    return rows


def _row(kind: str, label: str, url: str, state: str = "", tone: str = "") -> dict[str, str]:
    return {"kind": kind, "label": label, "url": url, "state": state, "tone": tone}


def _units(title: str, quantity: int) -> str:
    return f"{title} × {formats.number(quantity)}" if quantity > 1 else title


def _url(name: str, *arguments: str) -> str:
    return reverse(f"dashboard:{name}", args=arguments)


def timeline_of_return(case: Return, around: Belongings) -> list[dict[str, Any]]:
    """Return everything that happened to a return, what happened last first.

    The log of events tells it, with the moves of the return that no event tells of.
    """
    records = story_of_return(case, around)
    return commerce.timeline(records, _untold(list_moves(case), records))


def _untold(moves: Sequence[TransitionLog], records: Sequence[EventRecord]) -> list[dict[str, Any]]:
    """Return the moves that no event tells of, as entries of a timeline."""
    told = {(one.type, one.occurred_at) for one in records}
    left = [
        one
        for one in moves
        if not any((kind.type, one.at) in told for kind in TOLD_BY[ReturnMove(one.event)])
    ]
    names = commerce.name_actors(one.actor for one in left)
    return [
        {
            "title": ReturnMove(one.event).label,
            "at": one.at,
            "text": _("by %(name)s") % {"name": names[one.actor]} if names[one.actor] else "",
            "icon": "circle",
            "tone": "neutral",
        }
        for one in left
    ]
