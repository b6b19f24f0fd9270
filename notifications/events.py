"""What happens to messages."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from postexp.kernel import ids
from postexp.kernel.events import Event


def new_test_id() -> str:
    """A new id of a test message."""
    return ids.new_id("tst")


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
class SendingDue(MessageEvent):
    """A message is to be handed to the `step`-th channel of its chain once its time has come."""

    type: ClassVar[str] = "message.sending_due"
    channel: str
    step: int


@dataclass(frozen=True, kw_only=True)
class FallbackDue(MessageEvent):
    """The channel that took a message has had its time to show that it arrived."""

    type: ClassVar[str] = "message.fallback_due"
    step: int


@dataclass(frozen=True, kw_only=True)
class ReceiptNoted(MessageEvent):
    """A channel told of a message it had taken; `receipt` is one of `enums.ReceiptKind`."""

    type: ClassVar[str] = "message.receipt"
    channel: str
    receipt: str


@dataclass(frozen=True, kw_only=True)
class ReplyReceived(Event):
    """A shopper wrote to the shop on a channel."""

    type: ClassVar[str] = "reply.received"
    reply_id: str
    channel: str

    @property
    def subject(self) -> str:
        return f"reply:{self.reply_id}"


@dataclass(frozen=True, kw_only=True)
class CustomerEvent(Event):
    """Something about where a customer is written to."""

    customer_id: str
    channel: str

    @property
    def subject(self) -> str:
        return f"customer:{self.customer_id}"


@dataclass(frozen=True, kw_only=True)
class ContactLinked(CustomerEvent):
    """A customer linked an account of theirs on a channel, at an instant."""

    type: ClassVar[str] = "contact.linked"
    linked_at: str


@dataclass(frozen=True, kw_only=True)
class ContactUnlinked(CustomerEvent):
    """A customer unlinked their accounts on a channel."""

    type: ClassVar[str] = "contact.unlinked"


@dataclass(frozen=True, kw_only=True)
class ConsentChosen(CustomerEvent):
    """A customer said whether they want messages for a purpose on a channel."""

    type: ClassVar[str] = "consent.chosen"
    purpose: str
    granted: bool


@dataclass(frozen=True, kw_only=True)
class ConsentAsked(CustomerEvent):
    """A customer said yes to messages and has to confirm it from the address they go to."""

    type: ClassVar[str] = "consent.asked"
    opt_in_id: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(MessageEvent):
    """A message was handed over to its channel, or staff found that it arrived."""

    type: ClassVar[str] = "message.sent"


@dataclass(frozen=True, kw_only=True)
class MessageNotSent(MessageEvent):
    """A message was not sent, or nobody can know whether it was.

    `state` is merged, refused, expired, dry_run, failed or outcome_unknown; `reason` is one of
    `enums.Reason`.
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


@dataclass(frozen=True, kw_only=True)
class LetterWritten(Event):
    """Staff wrote to the shopper of an order; the event's actor tells who.

    One letter goes to several shoppers, of whom this one is the `turn`-th, and names the
    `order_numbers` of all orders of theirs that it is about. It is told of each of those orders,
    and sent once.
    """

    type: ClassVar[str] = "letter.written"
    letter_id: str
    order_id: str
    turn: int
    order_numbers: list[str]

    @property
    def subject(self) -> str:
        return f"letter:{self.letter_id}:{self.turn}"


@dataclass(frozen=True, kw_only=True)
class DispatchEvent(Event):
    """Something about a shop's messages as a whole, or about one kind of them."""

    merchant_public_id: str

    @property
    def subject(self) -> str:
        return f"merchant:{self.merchant_public_id}"


@dataclass(frozen=True, kw_only=True)
class MessagesWentLive(DispatchEvent):
    """Staff let messages go to shoppers; the event's actor tells who."""

    type: ClassVar[str] = "messages.went_live"


@dataclass(frozen=True, kw_only=True)
class MessagesStopped(DispatchEvent):
    """Staff put the shop's messages back into dry run."""

    type: ClassVar[str] = "messages.stopped"


@dataclass(frozen=True, kw_only=True)
class FlowChanged(DispatchEvent):
    """Staff changed how one kind of message is sent; the event's actor tells who.

    `changes` holds what was and what is now, by the name of each part that changed; amounts are of
    the `currency`.
    """

    type: ClassVar[str] = "flow.changed"
    kind: str
    currency: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class SendingTermsChanged(DispatchEvent):
    """Staff changed what holds for all messages of the shop; the event's actor tells who.

    `changes` holds what was and what is now, by the name of each part that changed; amounts are of
    the `currency`.
    """

    type: ClassVar[str] = "sending_terms.changed"
    currency: str
    changes: dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class WordingEvent(DispatchEvent):
    """Something about what a shop says for one kind of message in one language."""

    kind: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class WordingSaved(WordingEvent):
    """Staff kept the `number`-th version of the shop's own words; the event's actor tells who."""

    type: ClassVar[str] = "wording.saved"
    number: int


@dataclass(frozen=True, kw_only=True)
class WordingUsed(WordingEvent):
    """Staff put the `number`-th version of the shop's own words into use."""

    type: ClassVar[str] = "wording.used"
    number: int


@dataclass(frozen=True, kw_only=True)
class HouseWordsUsed(WordingEvent):
    """Staff went back to our words."""

    type: ClassVar[str] = "wording.house_used"


@dataclass(frozen=True, kw_only=True)
class TestMessageRequested(DispatchEvent):
    """A member of staff asked for one kind of message, about an order, to their own address.

    `order_id` is empty for the sample, which stands in while no order has such a message.
    `wording_id` names the version of the shop's own words to try; empty tries those in use.

    Each is a subject of its own, so that one that fails holds up no later one.
    """

    # pytest collects classes by this name unless told not to.
    __test__: ClassVar[bool] = False
    type: ClassVar[str] = "messages.test_requested"
    kind: str
    order_id: str
    locale: str
    user_id: int
    wording_id: str = ""
    test_id: str = field(default_factory=new_test_id)

    @property
    def subject(self) -> str:
        return f"test_message:{self.test_id}"


@dataclass(frozen=True, kw_only=True)
class StaffEvent(Event):
    """Something a member of staff is written to about."""

    user_id: int

    @property
    def subject(self) -> str:
        return f"staff:{self.user_id}"


@dataclass(frozen=True, kw_only=True)
class StaffAlerted(StaffEvent):
    """A member of staff is told of something at once, by e-mail."""

    type: ClassVar[str] = "staff.alerted"
    alert_id: str


@dataclass(frozen=True, kw_only=True)
class StaffDigestDue(StaffEvent):
    """The morning came for which a member of staff has alerts together; `day` is the shop's."""

    type: ClassVar[str] = "staff.digest_due"
    day: str
