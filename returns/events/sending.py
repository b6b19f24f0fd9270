"""Labels, slips and numbers of parcels sent back. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event
from returns.events.cases import ReturnEvent


@dataclass(frozen=True, kw_only=True)
class LabelEvent(Event):
    """Something that happened to the label of a parcel on its way back.

    `return_id` is the return it was made for first: a parcel may carry several.
    """

    order_id: str
    return_id: str
    parcel_id: str

    @property
    def subject(self) -> str:
        return f"return_parcel:{self.parcel_id}"


@dataclass(frozen=True, kw_only=True)
class LabelWanted(LabelEvent):
    """A label is to be bought of a provider."""

    type: ClassVar[str] = "return_label.wanted"
    provider: str


@dataclass(frozen=True, kw_only=True)
class LabelReady(LabelEvent):
    """A label is at hand. `cost` is in minor units of `currency`, "" where it is not known."""

    type: ClassVar[str] = "return_label.ready"
    source: str
    tracking_number: str = ""
    cost: int = 0
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class LabelFailed(LabelEvent):
    """A label could not be made."""

    type: ClassVar[str] = "return_label.failed"
    why: str


@dataclass(frozen=True, kw_only=True)
class LabelVoidWanted(LabelEvent):
    """A label that was not used is to be given back to its provider."""

    type: ClassVar[str] = "return_label.void_wanted"
    provider: str


@dataclass(frozen=True, kw_only=True)
class LabelVoided(LabelEvent):
    """A label that was not used is void, and costs nothing."""

    type: ClassVar[str] = "return_label.voided"


@dataclass(frozen=True, kw_only=True)
class LabelSpent(LabelEvent):
    """The provider did not take a label back: its cost stays."""

    type: ClassVar[str] = "return_label.spent"
    why: str


@dataclass(frozen=True, kw_only=True)
class ParcelNumberGiven(LabelEvent):
    """Somebody told the number of a parcel that is being sent back."""

    type: ClassVar[str] = "return_parcel.number_given"
    tracking_number: str


@dataclass(frozen=True, kw_only=True)
class SendingSettingsChanged(Event):
    """How shoppers may send goods back, or where to, was changed."""

    type: ClassVar[str] = "return_sending.changed"

    @property
    def subject(self) -> str:
        return "return_sending"


@dataclass(frozen=True, kw_only=True)
class DropOffPointEvent(Event):
    """Something that happened to a drop-off point of the shop's list."""

    point_id: str
    name: str

    @property
    def subject(self) -> str:
        return f"drop_off_point:{self.point_id}"


@dataclass(frozen=True, kw_only=True)
class DropOffPointSaved(DropOffPointEvent):
    """A drop-off point is new, was changed, or takes parcels again."""

    type: ClassVar[str] = "drop_off_point.saved"


@dataclass(frozen=True, kw_only=True)
class DropOffPointWithdrawn(DropOffPointEvent):
    """A drop-off point takes no more parcels."""

    type: ClassVar[str] = "drop_off_point.withdrawn"


@dataclass(frozen=True, kw_only=True)
class DropOffChosen(ReturnEvent):
    """Somebody said where the parcel of a return is handed in; no `point_id`: nowhere any more."""

    type: ClassVar[str] = "return.drop_off_chosen"
    point_id: str = ""
