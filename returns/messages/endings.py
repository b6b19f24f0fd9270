"""What shoppers are told of a return that ended without its goods: not sent in time, or cancelled.

Each has a kind of its own for who returns a gift.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.selectors import get_order
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from postexp.kernel import clock
from returns.enums import ReturnMove, ReturnState
from returns.events import ReturnCancelled, ReturnExpired
from returns.messages.gifts import gift_of_order, gift_variables
from returns.models import Return, TransitionLog
from returns.rules.eligibility import last_days
from returns.selectors import get_return, judge, list_lines_of, list_returns_of_order
from returns.selectors.cases import ending_of, was_changed
from returns.selectors.exchanges import was_sent_ahead
from returns.serializers import represent_return
from returns.serializers.last_days import last_day

SHOPPER = "shopper"


def expired(event: ReturnExpired) -> MessageVariables | None:
    """The return, and what its shopper can still do; that of a gift has a kind of its own."""
    case = get_return(event.return_id)
    return None if case.gift_id is not None else _expired(case)


def _expired(case: Return) -> MessageVariables:
    return order_variables(
        case.order.public_id, expired=expired_facts(case), **{"return": represent_return(case)}
    )


def expired_facts(case: Return) -> dict[str, Any]:
    """How a return stands that was not sent in time.

    `again_until` is the last day on which all of it can be asked for once more, null for none;
    `sent_ahead` and `paid_ahead` say that something was sent, or paid for, before it came.
    """
    lines = list_lines_of(case)
    wanted = {line.order_line_id for line in lines}
    judged = [one for one in judge(case.order, at=clock.now()).lines if one.line.pk in wanted]
    offers = last_days([one.decision for one in judged])
    until = max((offer.until for offer in offers), default=None)
    again = last_day(until, case.order.country).isoformat() if until else None
    return {
        "again_until": again,
        "sent_ahead": was_sent_ahead(case),
        "paid_ahead": any(line.settled for line in lines),
    }


def gift_expired(event: ReturnExpired) -> MessageVariables | None:
    """The return of a gift."""
    return gift_variables(get_return(event.return_id))


def why_not_expired(return_id: str) -> str:
    """Why a return is not given up any more."""
    if get_return(return_id).state != ReturnState.EXPIRED:
        return gettext_noop("The goods arrived after all.")
    return ""


def cancelled(event: ReturnCancelled) -> MessageVariables | None:
    """The return that staff cancelled; who did so themselves sees it on the page."""
    case = get_return(event.return_id)
    ended = _ending(case)
    if ended is None or ended.actor == SHOPPER or case.gift_id is not None:
        return None
    return _cancelled(case, ended)


def cancelled_by_shopper(event: ReturnCancelled) -> MessageVariables | None:
    """The return that its shopper cancelled."""
    case = get_return(event.return_id)
    ended = _ending(case)
    if ended is None or ended.actor != SHOPPER or case.gift_id is not None:
        return None
    return _cancelled(case, ended)


def gift_cancelled(event: ReturnCancelled) -> MessageVariables | None:
    """The return of a gift that staff cancelled."""
    case = get_return(event.return_id)
    ended = _ending(case)
    return None if ended is None or ended.actor == SHOPPER else _gift_cancelled(case, ended)


def _ending(case: Return) -> TransitionLog | None:
    """Return how a return ended; None for one that was changed, which goes on as another one."""
    return None if was_changed(case) else ending_of(case)


def _cancelled(case: Return, ended: TransitionLog | None) -> MessageVariables:
    return order_variables(
        case.order.public_id,
        cancelled=_cancelled_facts(ended),
        **{"return": represent_return(case)},
    )


def _gift_cancelled(case: Return, ended: TransitionLog | None) -> MessageVariables | None:
    return gift_variables(case, cancelled=_cancelled_facts(ended))


def _cancelled_facts(ended: TransitionLog | None) -> dict[str, bool]:
    """Whether it ended since the replacement came back instead of the original."""
    return {"came_back": ended is not None and ended.event == ReturnMove.UNDO_EXCHANGE}


def expired_example(order_id: str) -> MessageVariables | None:
    """The order's newest return that is no gift's, as if it had not been sent in time."""
    found = list_returns_of_order(get_order(order_id), for_buyer=True)
    return _expired(get_return(found[0].public_id)) if found else None


def cancelled_example(order_id: str) -> MessageVariables | None:
    """The order's newest return that is no gift's, as if it had been cancelled."""
    found = list_returns_of_order(get_order(order_id), for_buyer=True)
    return _cancelled(get_return(found[0].public_id), None) if found else None


def gift_expired_example(order_id: str) -> MessageVariables | None:
    """The newest return of a gift of the order."""
    case = gift_of_order(order_id)
    return gift_variables(case) if case else None


def gift_cancelled_example(order_id: str) -> MessageVariables | None:
    """The newest return of a gift of the order, as if it had been cancelled."""
    case = gift_of_order(order_id)
    return _gift_cancelled(case, None) if case else None


register_kind(
    MessageKind(
        name="return.expired",
        room="returns",
        title=_("Return closed: not sent in time"),
        event=ReturnExpired,
        object_id=lambda event: event.return_id,
        variables=expired,
        tells=(*OF_ORDER, "return", "expired"),
        still_true=why_not_expired,
        example=expired_example,
    )
)
register_kind(
    MessageKind(
        name="gift.expired",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return closed, not sent in time"),
        event=ReturnExpired,
        object_id=lambda event: event.return_id,
        variables=gift_expired,
        tells=("customer_name", "gift"),
        still_true=why_not_expired,
        example=gift_expired_example,
    )
)
register_kind(
    MessageKind(
        name="return.cancelled",
        room="returns",
        title=_("Return cancelled by the shop"),
        event=ReturnCancelled,
        object_id=lambda event: event.return_id,
        variables=cancelled,
        tells=(*OF_ORDER, "return", "cancelled"),
        example=cancelled_example,
    )
)
register_kind(
    MessageKind(
        name="return.cancel_confirmed",
        room="returns",
        title=_("Return cancelled by the shopper"),
        event=ReturnCancelled,
        object_id=lambda event: event.return_id,
        variables=cancelled_by_shopper,
        tells=(*OF_ORDER, "return", "cancelled"),
        default_on=False,
        example=cancelled_example,
    )
)
register_kind(
    MessageKind(
        name="gift.cancelled",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return cancelled by the shop"),
        event=ReturnCancelled,
        object_id=lambda event: event.return_id,
        variables=gift_cancelled,
        tells=("customer_name", "cancelled", "gift"),
        example=gift_cancelled_example,
    )
)
