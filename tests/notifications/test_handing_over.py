"""What may happen while a message is being handed over, and after: none is sent twice or lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from commerce.enums import Channel as Way
from commerce.enums import Purpose
from commerce.models import Customer, Order
from commerce.ports import Person
from notifications.enums import Class, Medium, Reason, ReceiptKind, SendingState, State
from notifications.models import Contact, Message, Receipt, Sending, SendingTerms
from notifications.ports import (
    Accepted,
    MessageKind,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
    register_channel,
)
from notifications.selectors import is_being_handed_over
from notifications.services import (
    note_receipt,
    note_unknown,
    personal,
    resend_message,
    send_message,
)
from notifications.services.withdraw import hold_messages
from postexp.kernel import outbox
from postexp.kernel.events import RetryLater
from postexp.kernel.models import Delivery, DeliveryState
from tests.notifications.test_chain import (
    DAY,
    HOUR,
    MINUTE,
    PHONE,
    Line,
    again,
    agree,
    flow,
    lines,
    reader,
    send,
)
from tests.notifications.test_offers import offer
from tests.notifications.test_services import AT, doubts, kind, plan

__all__ = ("doubts", "kind", "lines", "offer", "reader")

pytestmark = pytest.mark.django_db


@dataclass
class Slow(Line):
    """A channel during whose work something else happens."""

    meanwhile: Callable[[Outgoing], None] = lambda message: None

    def send(self, message: Outgoing) -> Accepted:
        self.meanwhile(message)
        return super().send(message)


@pytest.fixture
def slow(lines: dict[str, Line]) -> Slow:
    made = Slow("email")
    register_channel(made)
    return made


# What asks for a message a second time


def test_an_unknown_outcome_is_not_sent_again_by_another_request(
    kind: Any, order: Order, lines: dict[str, Line]
) -> None:
    message = plan(kind(), order)
    lines["email"].failures = [TimeoutError()]
    with pytest.raises(outbox.OutcomeUnknown):
        send(message)
    note_unknown(message.public_id, at=AT)
    assert send_message(message.public_id, step=0, key="other", at=AT) == State.OUTCOME_UNKNOWN
    assert lines["email"].sent == []
    # Staff run the same request again, where nobody stopped it since.
    assert send(message) == State.SENT


def test_what_staff_run_again_passes_all_gates(
    kind: Any, order: Order, lines: dict[str, Line], doubts: dict[str, str]
) -> None:
    message = plan(kind(), order)
    lines["email"].failures = [PermanentFailure("550")]
    assert send(message) == State.FAILED
    doubts["shp_1"] = "It was taken back."
    assert send(message) == State.REFUSED
    assert again(message).reason == Reason.NO_LONGER_TRUE
    assert lines["email"].sent == []


# Offers that go together


@pytest.fixture
def held(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> tuple[Message, Message, Message]:
    """An offer that took the only place, and two that wait for it: one due soon, the better one
    later.
    """
    SendingTerms.objects.create(cap=1, cap_days=7, priority=["offer.best", "offer.one"])
    plain, best = offer(), offer("offer.best")
    first = plan(plain, order, "o1")
    send(first)
    soon = plan(plain, order, "o2", at=AT + HOUR)
    better = plan(best, order, "b", at=AT + HOUR)
    return first, soon, better


def open_deliveries(message: Message) -> list[Delivery]:
    return list(
        Delivery.objects.filter(
            handler="notifications.send",
            subject=f"message:{message.public_id}",
            state=DeliveryState.PENDING,
        )
    )


def test_an_offer_that_carries_others_is_due_at_once_and_once(
    held: tuple[Message, Message, Message], offer: Any, order: Order
) -> None:
    first, _soon, better = held
    Message.objects.filter(pk=first.pk).update(slot_at=None)
    newest = plan(offer("offer.two"), order, "o3", at=AT + DAY)
    assert send(newest, AT + DAY) == State.MERGED
    assert again(newest).merged_into == better.public_id
    (delivery,) = open_deliveries(better)
    assert delivery.next_at == AT + DAY
    assert send(better, AT + DAY) == State.SENT


def test_an_offer_that_is_no_longer_true_carries_none_and_is_carried_by_none(
    held: tuple[Message, Message, Message], lines: dict[str, Line], doubts: dict[str, str]
) -> None:
    _first, soon, better = held
    doubts["b"] = "It is sold out."
    assert send(soon, AT + 7 * DAY) == State.SENT
    assert again(better).state == State.HELD
    assert better.subject not in lines["email"].sent[-1].html.split("</h1>")[-1]
    assert send(better, AT + 7 * DAY) == State.REFUSED


def test_an_offer_of_unknown_outcome_keeps_its_place(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    SendingTerms.objects.create(cap=1, cap_days=7)
    made = offer()
    first, second = plan(made, order, "o1"), plan(made, order, "o2")
    lines["email"].failures = [TimeoutError()]
    with pytest.raises(outbox.OutcomeUnknown):
        send(first)
    note_unknown(first.public_id, at=AT)
    assert send(second) == State.HELD


# What happens while a channel has it


def test_who_is_forgotten_meanwhile_stays_forgotten(
    kind: Any, order: Order, reader: Customer, slow: Slow
) -> None:
    message = plan(kind(), order)
    person = Person(
        customer_id=reader.public_id,
        emails=(reader.email,),
        order_ids=(order.public_id,),
        words=(),
    )
    slow.meanwhile = lambda sent: personal.erase(person, AT)
    assert send(message) == State.SENT
    kept = again(message)
    assert (kept.subject, kept.html, kept.text, kept.short, kept.facts) == ("", "", "", "", {})
    assert (kept.address, kept.addresses) == ("", {})


def test_a_failure_told_before_the_answer_is_not_lost(
    kind: Any, order: Order, reader: Customer, slow: Slow
) -> None:
    made = kind()
    flow(made, "email", "sms")
    message = plan(made, order)
    slow.meanwhile = lambda sent: note_told(sent.message_id, ReceiptKind.FAILED)
    assert send(message) == State.PLANNED
    assert (again(message).channel, again(message).step) == (Medium.SMS, 1)
    assert Sending.objects.get(step=0).state == SendingState.FAILED


def test_a_failure_told_before_the_answer_ends_what_has_no_other_way(
    kind: Any, order: Order, slow: Slow
) -> None:
    message = plan(kind(), order)
    slow.meanwhile = lambda sent: note_told(sent.message_id, ReceiptKind.BOUNCED)
    assert send(message) == State.FAILED
    assert again(message).reason == Reason.UNDELIVERED


def note_told(message_id: str, kind: ReceiptKind, channel: Medium = Medium.EMAIL) -> None:
    note_receipt(channel=channel, kind=kind, message_id=message_id, at=AT)


def test_what_a_channel_has_cannot_be_taken_back_on_its_way_to_the_next(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    assert hold_messages(order.public_id) == ""
    send(message)
    note_told(message.public_id, ReceiptKind.FAILED, Medium.SMS)
    assert again(message).state == State.PLANNED
    assert hold_messages(order.public_id) == ""
    Sending.objects.update(state=SendingState.ACCEPTED)
    assert hold_messages(order.public_id) != ""


# Channels that know repeats, and are silent


@pytest.fixture
def silent(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> tuple[MessageKind[Any], Line]:
    """A kind that goes by LINE, which takes messages once per key and does not answer."""
    Contact.objects.create(
        customer_id=reader.public_id, channel=Medium.LINE, address="U1", linked_at=AT
    )
    line = lines["line"]
    line.honours_keys = True
    line.failures = [TimeoutError() for _time in range(3)]
    return kind(useful_for=timedelta(days=5)), line


def test_silence_of_a_channel_is_followed_by_the_next(
    silent: tuple[MessageKind[Any], Line], order: Order, lines: dict[str, Line]
) -> None:
    made, _line = silent
    flow(made, "line", "email", fallback=30)
    message = plan(made, order)
    for minutes in (0, 10):
        with pytest.raises(RetryLater):
            send(message, AT + minutes * MINUTE)
    assert send(message, AT + 31 * MINUTE) == State.PLANNED
    assert send(message, AT + 31 * MINUTE) == State.SENT
    assert len(lines["email"].sent) == 1
    assert Sending.objects.get(step=0).state == SendingState.UNKNOWN


def test_a_silent_channel_is_not_asked_again_when_it_forgot_the_key(
    silent: tuple[MessageKind[Any], Line], order: Order
) -> None:
    made, line = silent
    flow(made, "line")
    message = plan(made, order)
    with pytest.raises(RetryLater):
        send(message)
    assert send(message, AT + 25 * HOUR) == State.OUTCOME_UNKNOWN
    assert (line.sent, len(line.failures)) == ([], 2)


def test_a_channel_that_told_of_it_meanwhile_is_not_asked_again(
    silent: tuple[MessageKind[Any], Line], order: Order
) -> None:
    made, line = silent
    flow(made, "line")
    message = plan(made, order)
    with pytest.raises(RetryLater):
        send(message)
    note_told(message.public_id, ReceiptKind.DELIVERED, Medium.LINE)
    assert send(message, AT + MINUTE) == State.SENT
    assert (len(line.failures), Receipt.objects.count()) == (2, 1)


def test_what_may_have_been_taken_is_not_called_unsent(
    silent: tuple[MessageKind[Any], Line], order: Order, doubts: dict[str, str]
) -> None:
    made, _line = silent
    flow(made, "line")
    message = plan(made, order)
    with pytest.raises(RetryLater):
        send(message)
    doubts["shp_1"] = "It was taken back."
    assert send(message, AT + MINUTE) == State.OUTCOME_UNKNOWN


# What a shopper said


def test_who_wants_nothing_by_line_gets_it_by_mail(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    Contact.objects.create(
        customer_id=reader.public_id, channel=Medium.LINE, address="U1", linked_at=AT
    )
    made = kind()
    flow(made, "line", "email")
    assert plan(made, order).channel == Medium.LINE
    agree(reader, Way.LINE, Purpose.SERVICE, granted=False)
    message = plan(made, order, "shp_2")
    assert message.channel == Medium.EMAIL
    assert send(message) == State.SENT
    assert (lines["line"].sent, message.klass) == ([], Class.TRANSACTIONAL)


def test_what_is_sent_again_has_no_name_at_its_provider_yet(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms")
    message = plan(made, order)
    send(message)
    told: dict[str, Any] = {"channel": Medium.SMS, "provider_id": "sms-1", "at": AT}
    note_receipt(kind=ReceiptKind.FAILED, detail="It was 5.", **told)
    resend_message(message, at=AT, actor="staff:0")
    lines["sms"].failures = [TemporaryFailure("busy")]
    with pytest.raises(RetryLater):
        send(message)
    assert is_being_handed_over(channel=Medium.SMS, address=PHONE)
    assert not note_receipt(kind=ReceiptKind.DELIVERED, **told)
