"""Codes by which gifts are returned. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class GiftEvent(Event):
    """Something that happened to a gift code."""

    order_id: str
    gift_id: str

    @property
    def subject(self) -> str:
        return f"gift:{self.gift_id}"


@dataclass(frozen=True, kw_only=True)
class GiftCodeMade(GiftEvent):
    """A gift code was made for units of an order."""

    type: ClassVar[str] = "gift_code.made"


@dataclass(frozen=True, kw_only=True)
class GiftCodeEnded(GiftEvent):
    """A gift code opens nothing more."""

    type: ClassVar[str] = "gift_code.ended"
