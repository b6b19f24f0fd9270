"""Which move of an exchange is due by what is known of it.

One pure decision drives it: whoever learns something new lets the exchange go on as far as it can.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from returns.enums import ReturnState
from returns.enums.exchanges import ExchangeMove, ExchangeState, ExchangeTiming

PAY_WITHIN = timedelta(hours=72)
"""How long a difference can be paid, and the stock is held for it."""

RENEW_BEFORE = timedelta(hours=24)
"""How long before a hold lapses it is renewed: on day 6 of 7."""

REMINDERS = (1, 3, 7)
"""How many days before its last day a return is reminded of whose replacement was sent already."""

OWN_RETURN_DAYS = 14
"""How many days after its own delivery a replacement may come back at least."""

_S, _M = ExchangeState, ExchangeMove


BEFORE_SHIPPING = frozenset({_S.REQUESTED, _S.PAYMENT_DUE, _S.APPROVED, _S.READY_TO_SHIP})
"""States in which nothing of an exchange was sent yet."""

_AGREED = frozenset(
    {
        ReturnState.APPROVED,
        ReturnState.IN_TRANSIT,
        ReturnState.RECEIVED,
        ReturnState.RESOLVING,
        ReturnState.COMPLETED,
    }
)
_COMING = _AGREED - {ReturnState.APPROVED}
_ENDED = frozenset(
    {ReturnState.REJECTED, ReturnState.CANCELLED, ReturnState.EXPIRED, ReturnState.LOST}
)
_OPEN = _AGREED - {ReturnState.COMPLETED} | {ReturnState.IN_REVIEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFacts:
    """What is known of an exchange: where it and its return stand, its money, and its units.

    `due` and `paid` are minor units; `held` whether its price is held on a card, `charging` whether
    some of it is being taken, `unpaid` whether that was refused and is owed still; `reserved`,
    `ready` and `shipped` count units; `accepted` whether the return was settled as an exchange, and
    `owing` whether more was sent than that pays for. `revocable`: how the return stands may still
    be taken back.
    """

    state: ExchangeState
    returned: ReturnState
    timing: ExchangeTiming
    revocable: bool = False
    due: int = 0
    paid: int = 0
    held: bool = False
    charging: bool = False
    unpaid: bool = False
    reserved: int = 0
    ready: int = 0
    shipped: int = 0
    accepted: bool = False
    owing: bool = False

    @property
    def ended(self) -> bool:
        """Whether the return ended, for good, without bringing anything."""
        return self.returned in _ENDED and not self.revocable


def due_move(known: ExchangeFacts) -> ExchangeMove | None:
    """Return what has to happen to an exchange next, or None while it waits."""
    if known.state in BEFORE_SHIPPING and known.ended and not known.shipped:
        return _M.CANCEL
    match known.state:
        case _S.QUOTED:
            return _M.ACCEPT
        case _S.CANCELLED:
            return _M.REOPEN if known.returned in _OPEN and not known.shipped else None
        case _S.REQUESTED if known.returned in _AGREED:
            return _agreed(known)
        case _S.PAYMENT_DUE if known.paid >= known.due:
            return _M.PAY
        case _S.APPROVED:
            return _approved(known)
        case _S.READY_TO_SHIP if known.shipped:
            # Nothing more is sent once the original does not come.
            whole = not (known.ready or known.reserved)
            return _M.SHIP if whole or known.ended else None
        case _S.SHIPPED:
            return _shipped(known)
        case _S.UNRETURNED | _S.CHARGED if known.accepted and not known.charging:
            # A part that came late does not pay for the others.
            is_owed = known.state is _S.UNRETURNED and known.owing
            return None if is_owed else _M.LATE_RECEIVE
        case _:
            return None


def _agreed(known: ExchangeFacts) -> ExchangeMove | None:
    if known.held:
        return _M.AUTHORISE
    if known.timing is ExchangeTiming.INSTANT and known.returned not in _COMING:
        return None
    return _M.DIFFERENCE_DUE if known.due > known.paid else _M.CONFIRM


def _approved(known: ExchangeFacts) -> ExchangeMove | None:
    if known.ready or known.shipped:
        return _M.RETURN_ACCEPTED
    if known.returned is ReturnState.COMPLETED:
        # Settled otherwise by staff, or nothing of it could be accepted.
        return _M.CANCEL
    if known.due > known.paid and not known.held:
        # What was to be taken of a hold that is gone.
        return _M.DIFFERENCE_DUE
    if known.timing is ExchangeTiming.ON_RECEIPT:
        return None
    if known.returned in _COMING:
        return _M.RETURN_SCANNED
    return _M.SHIP_NOW if known.timing is ExchangeTiming.INSTANT and known.held else None


def _shipped(known: ExchangeFacts) -> ExchangeMove | None:
    is_over = known.ended or known.returned is ReturnState.COMPLETED
    if known.accepted:
        to_take = known.held and known.due > known.paid
        if to_take or known.unpaid:
            return None
        if not known.owing:
            return _M.ORIGINAL_RECEIVED
    # Of what did not come the price is owed, once nothing more is waited for.
    return _M.DEADLINE_PASSED if is_over else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldUnits:
    """Units of one variant that an exchange holds, told in the order in which they were asked."""

    exchange: int
    quantity: int


def unfillable(stock: int, held: Sequence[HeldUnits]) -> Iterable[int]:
    """Yield the exchanges for whose units the stock does not suffice; the first asked is served."""
    for one in held:
        if one.quantity <= stock:
            stock -= one.quantity
        else:
            yield one.exchange
