"""Whether units of an order may be cancelled, until when, if not why, and what else can be done.

The warehouse is first with a unit, or the cancellation is: units that were picked or sent cannot be
cancelled by anyone, units that are being cancelled cannot be picked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from returns.enums import CancelDenialCode, CancelInstead, RefundShipping
from returns.rules.money import quote
from returns.rules.paid import PaidOrder, Terms, Units
from returns.rules.quotes import Quote

CANCEL_UNDO_TIME = timedelta(minutes=5)
"""How long a cancellation can be taken back; nothing goes to any gateway before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWish:
    """Units of an order line to cancel."""

    line: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelTerms:
    """How long after the order shoppers may cancel, None until it is picked; 0 is never."""

    minutes: int | None = 60
    review: bool = False

    def until(self, placed_at: datetime) -> datetime | None:
        """Return the last instant at which a shopper may cancel, or None where picking ends it."""
        return None if self.minutes is None else placed_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLineFacts:
    """What is known of a line's units.

    `gone` were picked or sent, `stopped` are being cancelled or were, `held` are those of them that
    no settlement has yet; `settled` went back, `reserved` are in open returns. `goods` is false for
    what is never sent, such as a download.
    """

    line: str
    quantity: int
    gone: int = 0
    stopped: int = 0
    held: int = 0
    settled: int = 0
    reserved: int = 0
    goods: bool = True

    @property
    def unsettled(self) -> int:
        """Units whose money is with the shop and promised to nobody."""
        return max(0, self.quantity - self.settled - self.reserved - self.held)

    @property
    def cancellable(self) -> int:
        """Units that are still on the shelf and not settled."""
        return max(0, min(self.quantity - self.gone - self.stopped, self.unsettled))


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrderFacts:
    """What is known of an order; `busy` while another cancellation of it is not settled.

    `exchanged` where it is that of an exchange, which ends, and pays, with its return alone.
    """

    placed_at: datetime
    lines: tuple[CancelLineFacts, ...]
    cancelled: bool = False
    busy: bool = False
    exchanged: bool = False
    return_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDenial:
    """A reason against cancelling, with the instant it began to hold where it has one."""

    code: CancelDenialCode
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLine:
    """How many units of a line may be cancelled; with none, `denial` says why."""

    line: str
    cancellable: int
    denial: CancelDenial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDecision:
    """What may be cancelled of an order.

    `denial` stands against the whole order; `instead` is what the shopper can still do where
    nothing can be cancelled. `until` is empty where picking alone ends it.
    """

    lines: tuple[CancelLine, ...]
    until: datetime | None = None
    denial: CancelDenial | None = None
    instead: CancelInstead | None = None

    @property
    def open(self) -> bool:
        """Whether anything can be cancelled."""
        return any(line.cancellable for line in self.lines)


def decide_cancel(
    order: CancelOrderFacts, terms: CancelTerms, at: datetime, *, by_staff: bool = False
) -> CancelDecision:
    """Return what may be cancelled of an order at an instant.

    Staff may cancel what is still on the shelf whatever the terms say.
    """
    until = None if by_staff else terms.until(order.placed_at)
    denial = _denial(order, terms, at, until, by_staff=by_staff)
    lines = tuple(_line(one, denial, by_staff=by_staff) for one in order.lines)
    decision = CancelDecision(lines=lines, until=until, denial=denial)
    return decision if decision.open else replace(decision, instead=_instead(order))


def _denial(
    order: CancelOrderFacts,
    terms: CancelTerms,
    at: datetime,
    until: datetime | None,
    *,
    by_staff: bool,
) -> CancelDenial | None:
    if order.cancelled:
        return CancelDenial(code=CancelDenialCode.ORDER_CANCELLED)
    if order.busy:
        return CancelDenial(code=CancelDenialCode.CANCELLATION_OPEN)
    if order.exchanged:
        return CancelDenial(code=CancelDenialCode.EXCHANGE)
    if not by_staff and terms.minutes == 0:
        return CancelDenial(code=CancelDenialCode.NOT_OFFERED)
    if until is not None and at > until:
        return CancelDenial(code=CancelDenialCode.WINDOW_ENDED, since=until)
    return None


def _line(one: CancelLineFacts, denial: CancelDenial | None, *, by_staff: bool) -> CancelLine:
    if denial is not None:
        return CancelLine(line=one.line, cancellable=0, denial=denial)
    if one.cancellable and (one.goods or by_staff):
        return CancelLine(line=one.line, cancellable=one.cancellable)
    return CancelLine(line=one.line, cancellable=0, denial=CancelDenial(code=_why(one)))


def _why(one: CancelLineFacts) -> CancelDenialCode:
    """Name the first thing that used the units up, most final first."""
    if one.settled >= one.quantity:
        return CancelDenialCode.ALREADY_SETTLED
    if not one.goods:
        return CancelDenialCode.NOT_GOODS
    if one.gone:
        return CancelDenialCode.TOO_LATE
    return CancelDenialCode.ALREADY_SETTLED if one.settled else CancelDenialCode.RETURN_OPEN


def _instead(order: CancelOrderFacts) -> CancelInstead | None:
    if order.cancelled or order.busy or all(one.unsettled == 0 for one in order.lines):
        return None
    if order.return_open:
        return CancelInstead.RETURN_NOW
    return CancelInstead.RETURN_LATER


def quote_cancelled(
    order: PaidOrder, units: Sequence[Units], terms: Terms, *, nothing_gone: bool
) -> Quote:
    """Return the exact sum of cancelling `units`: their value, and nothing is taken off it.

    Shipping goes back with the last unit of the order as for a return, and whatever the terms say
    where nothing of the order was sent: then there was no shipping. Raises what `quote` raises.
    """
    free = replace(terms, restocking=0, postage=0, bonus=0)
    if nothing_gone:
        free = replace(free, refund_shipping=RefundShipping.FULL_RETURN)
    return quote(order, units, free)
