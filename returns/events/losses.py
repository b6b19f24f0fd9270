"""Parcels lost on their way back. Ids are public ids."""

from dataclasses import dataclass
from typing import ClassVar

from returns.events.cases import ReturnEvent


@dataclass(frozen=True, kw_only=True)
class LossEvent(ReturnEvent):
    """Something about the units of a return that were lost on their way."""

    loss_id: str


@dataclass(frozen=True, kw_only=True)
class ReturnLossBorne(LossEvent):
    """The shop bears what was lost: `units` are paid for as if they had arrived.

    `ground` is how the loss is known.
    """

    type: ClassVar[str] = "return.loss_borne"
    ground: str
    units: int


@dataclass(frozen=True, kw_only=True)
class ReturnLossDeclined(LossEvent):
    """The shop does not bear what was lost: nothing is paid for `units`."""

    type: ClassVar[str] = "return.loss_declined"
    ground: str
    units: int


@dataclass(frozen=True, kw_only=True)
class ReturnLossUndone(LossEvent):
    """What was decided of a lost parcel was taken back within its undo time."""

    type: ClassVar[str] = "return.loss_undone"


@dataclass(frozen=True, kw_only=True)
class ReturnLossStands(LossEvent):
    """The time to take back what was decided of a lost parcel is over."""

    type: ClassVar[str] = "return.loss_stands"


@dataclass(frozen=True, kw_only=True)
class ReturnTurnedUp(LossEvent):
    """`units` that were called lost arrived after all; what was paid for them stays paid."""

    type: ClassVar[str] = "return.turned_up"
    units: int
