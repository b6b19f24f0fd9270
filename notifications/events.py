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
class MessageSent(MessageEvent):
    """A message was handed over to its channel, or staff found that it arrived."""

    type: ClassVar[str] = "message.sent"


@dataclass(frozen=True, kw_only=True)
class MessageNotSent(MessageEvent):
    """A message was not sent, or nobody can know whether it was.

    `state` is refused, expired, failed or outcome_unknown; `reason` is one of `enums.Reason`.
    """

    type: ClassVar[str] = "message.not_sent"
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class AddressAllowed(MessageEvent):
    """Staff let messages go to the address of this message again; the event's actor tells who."""

    type: ClassVar[str] = "message.address_allowed"


@dataclass(frozen=True, kw_only=True)
class MessageResent(MessageEvent):
    """Staff asked for a message to be sent again; the event's actor tells who."""

    type: ClassVar[str] = "message.resent"
