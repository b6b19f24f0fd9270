"""A return from its request to its end. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ReturnEvent(Event):
    """Something that happened to a return."""

    order_id: str
    return_id: str

    @property
    def subject(self) -> str:
        return f"return:{self.return_id}"


@dataclass(frozen=True, kw_only=True)
class ReturnMoved(ReturnEvent):
    """A return went on by `move` and stands in `state` now; what happened is told beside it."""

    type: ClassVar[str] = "return.moved"
    move: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ReturnRequested(ReturnEvent):
    """A return was asked for."""

    type: ClassVar[str] = "return.requested"


@dataclass(frozen=True, kw_only=True)
class ReturnApproved(ReturnEvent):
    """A return was approved; `decision` counts the decisions on this return."""

    type: ClassVar[str] = "return.approved"
    decision: int


@dataclass(frozen=True, kw_only=True)
class GoodsMayStay(ReturnEvent):
    """Goods of an approved return stay with its shopper; `decision` as on ReturnApproved."""

    type: ClassVar[str] = "return.goods_may_stay"
    decision: int


@dataclass(frozen=True, kw_only=True)
class GoodsGivenAway(ReturnEvent):
    """The shopper, or staff for them, say that goods which need not come back were given away."""

    type: ClassVar[str] = "return.goods_given_away"


@dataclass(frozen=True, kw_only=True)
class ReturnPaidAhead(ReturnEvent):
    """Units were paid for before they were checked, as the policy says: `on` which event."""

    type: ClassVar[str] = "return.paid_ahead"
    on: str
    units: int


@dataclass(frozen=True, kw_only=True)
class ReturnNotPaidByItself(ReturnEvent):
    """The policy says to pay, and something stands against it: staff decide. `why` is a code."""

    type: ClassVar[str] = "return.not_paid_by_itself"
    why: str


@dataclass(frozen=True, kw_only=True)
class ReturnDeclined(ReturnEvent):
    """A return was declined; `decision` as on ReturnApproved."""

    type: ClassVar[str] = "return.declined"
    decision: int


@dataclass(frozen=True, kw_only=True)
class ReturnDecisionUndone(ReturnEvent):
    """An approval or refusal was taken back within its undo time."""

    type: ClassVar[str] = "return.decision_undone"
    decision: int


@dataclass(frozen=True, kw_only=True)
class ReturnChanged(ReturnEvent):
    """A shopper changed a return before sending anything: `changed_to` is what it is now."""

    type: ClassVar[str] = "return.changed"
    changed_to: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAsked(ReturnEvent):
    """Staff ask a shopper for photos; `asked` counts how often."""

    type: ClassVar[str] = "return.evidence_asked"
    asked: int


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded(ReturnEvent):
    """Photos were added to a return that is under way.

    `count` of them, which may be none; `answers` is the `asked` of the last EvidenceAsked, 0 where
    nobody asked. `note` is what the shopper wrote with them.
    """

    type: ClassVar[str] = "return.evidence_added"
    count: int
    answers: int
    note: str


@dataclass(frozen=True, kw_only=True)
class ReturnCancelled(ReturnEvent):
    """A return was cancelled before anything was sent."""

    type: ClassVar[str] = "return.cancelled"


@dataclass(frozen=True, kw_only=True)
class ReturnSent(ReturnEvent):
    """The shopper says that the parcel is on its way."""

    type: ClassVar[str] = "return.sent"


@dataclass(frozen=True, kw_only=True)
class ReturnScanned(ReturnEvent):
    """A carrier scanned a parcel of this return for the first time; its first of this parcel."""

    type: ClassVar[str] = "return.scanned"
    parcel_id: str


@dataclass(frozen=True, kw_only=True)
class ReturnDelivered(ReturnEvent):
    """A carrier delivered a parcel of this return; it waits to be opened."""

    type: ClassVar[str] = "return.delivered"
    parcel_id: str


@dataclass(frozen=True, kw_only=True)
class ReturnSendReminded(ReturnEvent):
    """An approved return of which nothing was sent is due by `send_by`, a day, in `days` days."""

    type: ClassVar[str] = "return.send_reminded"
    send_by: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ReturnExpired(ReturnEvent):
    """An approved return was not sent in time; its units are free again."""

    type: ClassVar[str] = "return.expired"


@dataclass(frozen=True, kw_only=True)
class ReturnReceived(ReturnEvent):
    """A parcel of a return arrived; `parcel` counts them."""

    type: ClassVar[str] = "return.received"
    parcel: int


@dataclass(frozen=True, kw_only=True)
class ReturnInspected(ReturnEvent):
    """The units that arrived were graded."""

    type: ClassVar[str] = "return.inspected"


@dataclass(frozen=True, kw_only=True)
class ReturnCompleted(ReturnEvent):
    """Nothing more will happen to a return."""

    type: ClassVar[str] = "return.completed"
