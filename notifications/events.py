"""What happens to messages."""

from dataclasses import dataclass
from typing import ClassVar

from postexp.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageEvent(Event):
    """Something that happened to a message; ids are public. `order_id` is empty for a message about
    no order.
    """

    message_id: str
    kind: str
    order_id: str = ""

    @property
    def subject(self) -> str:
        return f"message:{self.message_id}"


@dataclass(frozen=True, kw_only=True)
class MessagePlanned(MessageEvent):
    """A message passed its gates and is going to be sent."""

    type: ClassVar[str] = "message.planned"


@dataclass(frozen=True, kw_only=True)
class MessageSettled(MessageEvent):
    """A message came to an end: `state` is sent, refused, expired, failed or outcome_unknown."""

    type: ClassVar[str] = "message.settled"
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageResent(MessageEvent):
    """Staff asked for a message to be sent again; the event's actor tells who."""

    type: ClassVar[str] = "message.resent"
