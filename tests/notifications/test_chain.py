"""Channels in a row, what they tell back, and messages that become one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from commerce.enums import Channel as Way
from commerce.enums import Purpose
from commerce.models import Customer, Merchant, Order
from commerce.selectors.consents import latest_consents
from commerce.services.consents import note_consent
from notifications import ports
from notifications.enums import (
    Hold,
    Medium,
    Reason,
    ReceiptKind,
    SendingState,
    State,
    SuppressionCause,
)
from notifications.models import (
    Contact,
    Flow,
    LinkOffer,
    Message,
    Receipt,
    Reply,
    Sending,
    SendingTerms,
    Suppression,
)
from notifications.ports import (
    Accepted,
    Channel,
    MessageKind,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
)
from notifications.selectors import find_suppression
from notifications.services import (
    fall_back,
    link_account,
    mark_reachable,
    mark_unreachable,
    note_receipt,
    note_unknown,
    offer_link,
    resend_message,
    send_message,
    start_address,
    stop_address,
    take_in_reply,
    unlink_accounts,
    withdraw_reply,
)
from postexp.kernel import outbox
from postexp.kernel.events import RetryLater
from postexp.kernel.models import Delivery, EventRecord
from tests.notifications.test_services import AT, doubts, kind, plan

__all__ = ("doubts", "kind")

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PHONE = "+819012345678"


@dataclass
class Line(Channel):
    """A channel that remembers what it was given and fails as it is told to."""

    name: str
    honours_keys: bool = False
    ready: bool = True
    sent: list[Outgoing] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def is_ready(self) -> bool:
        return self.ready

    def send(self, message: Outgoing) -> Accepted:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)
        return Accepted(provider_id=f"{self.name}-{len(self.sent)}")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> dict[str, Line]:
    """Every channel, ready."""
    made = {str(medium): Line(str(medium)) for medium in Medium}
    for name, line in made.items():
        monkeypatch.setitem(ports._channels, name, line)
    return made


@pytest.fixture
def reader(order: Order) -> Customer:
    """The customer of the order: with a number, and fine with texts and offers."""
    assert order.customer is not None
    Customer.objects.filter(pk=order.customer.pk).update(phone=PHONE)
    Order.objects.filter(pk=order.pk).update(phone=PHONE)
    for channel, purpose in (
        (Way.SMS, Purpose.SERVICE),
        (Way.WHATSAPP, Purpose.SERVICE),
        (Way.EMAIL, Purpose.MARKETING),
    ):
        agree(order.customer, channel, purpose)
    return order.customer


def agree(customer: Customer, channel: str, purpose: str, *, granted: bool = True) -> None:
    note_consent(customer, channel=channel, purpose=purpose, granted=granted, source="test", at=AT)


def flow(kind: MessageKind[Any], *chain: str, **changes: Any) -> Flow:
    made: Flow = Flow.objects.create(
        kind=kind.name, chain=list(chain), changed_at=AT, changed_by="staff:0", **changes
    )
    return made


def again(message: Message) -> Message:
    found: Message = Message.objects.get(pk=message.pk)
    return found


def send(message: Message, at: datetime = AT) -> State:
    message = again(message)
    return send_message(message.public_id, step=message.step, key=f"k{message.step}", at=at)


# Flows


def test_what_is_switched_off_is_refused_with_its_reason(kind: Any, order: Order) -> None:
    made = kind()
    flow(made, enabled=False)
    message = plan(made, order)
    assert (message.state, message.reason) == (State.REFUSED, Reason.SWITCHED_OFF)


def test_a_condition_that_does_not_hold_is_named(kind: Any, order: Order) -> None:
    made = kind()
    flow(made, conditions=[{"fact": "country", "is": "is", "value": "US"}])
    message = plan(made, order)
    assert (message.state, message.reason) == (State.REFUSED, Reason.CONDITION)
    assert "(The country it goes to)" in message.why


def test_a_first_order_is_told_from_the_next(kind: Any, order: Order) -> None:
    made = kind()
    flow(made, conditions=[{"fact": "first_order", "is": "is", "value": True}])
    assert plan(made, order).state == State.PLANNED
    earlier = Order.objects.get(pk=order.pk)
    earlier.pk, earlier.public_id, earlier.external_id = None, "ord_earlier", "earlier"
    earlier.placed_at = order.placed_at - DAY
    earlier.save(force_insert=True)
    assert plan(made, order, "shp_2").reason == Reason.CONDITION


def test_a_delay_holds_and_says_until_when(kind: Any, order: Order) -> None:
    made = kind()
    flow(made, delay=90)
    message = plan(made, order)
    assert (message.state, message.holding) == (State.HELD, Hold.DELAY)
    assert message.send_at == AT + timedelta(minutes=90)
    due = Delivery.objects.get(handler="notifications.send")
    assert due.next_at == message.send_at


# Channels


def test_a_text_needs_a_yes_of_its_own(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    assert (message.channel, message.address) == (Medium.SMS, PHONE)
    agree(reader, Way.SMS, Purpose.SERVICE, granted=False)
    assert send(message) == State.PLANNED
    message = again(message)
    assert (message.channel, message.step, lines["sms"].sent) == (Medium.EMAIL, 1, [])
    assert send(message) == State.SENT
    assert [mail.to for mail in lines["email"].sent] == ["hana@example.jp"]


def test_what_refuses_for_good_is_followed_by_the_next(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    lines["sms"].failures = [PermanentFailure("21610", stopped=True)]
    assert send(message) == State.PLANNED
    assert send(message) == State.SENT
    assert [(one.channel, one.state) for one in Sending.objects.order_by("step")] == [
        ("sms", SendingState.FAILED),
        ("email", SendingState.ACCEPTED),
    ]
    stopped = find_suppression(PHONE, channel="sms")
    assert stopped is not None
    assert stopped.cause == SuppressionCause.STOPPED
    # Another channel to the same number is another matter.
    assert find_suppression(PHONE, channel="whatsapp") is None


def test_silence_is_followed_by_the_next_once(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email", fallback=30)
    message = plan(made, order)
    assert send(message) == State.SENT
    due = Delivery.objects.get(handler="notifications.fall_back")
    assert due.next_at == AT + 30 * MINUTE
    assert fall_back(message.public_id, step=0, at=due.next_at) is True
    assert fall_back(message.public_id, step=0, at=due.next_at) is False
    assert send(message, due.next_at) == State.SENT
    assert len(lines["sms"].sent) == len(lines["email"].sent) == 1
    assert again(message).facts == {}


def test_a_sign_of_life_ends_the_chain(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email", fallback=30)
    message = plan(made, order)
    send(message)
    told = {"channel": Medium.SMS, "provider_id": "sms-1", "at": AT + MINUTE}
    assert note_receipt(kind=ReceiptKind.DELIVERED, **told) is True  # type: ignore[arg-type]
    assert note_receipt(kind=ReceiptKind.DELIVERED, **told) is True  # type: ignore[arg-type]
    assert Receipt.objects.count() == 1
    assert fall_back(message.public_id, step=0, at=AT + 30 * MINUTE) is False
    assert again(message).state == State.SENT
    assert EventRecord.objects.filter(type="message.receipt").count() == 1


def test_a_text_that_did_not_arrive_is_followed_at_once(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    send(message)
    note_receipt(channel=Medium.SMS, kind=ReceiptKind.FAILED, provider_id="sms-1", at=AT)
    assert (again(message).state, again(message).channel) == (State.PLANNED, Medium.EMAIL)
    assert send(message) == State.SENT


def test_a_bounce_without_another_way_fails_and_stops_the_address(
    kind: Any, order: Order, lines: dict[str, Line]
) -> None:
    made = kind()
    message = plan(made, order)
    send(message)
    note_receipt(
        channel=Medium.EMAIL,
        kind=ReceiptKind.BOUNCED,
        message_id=message.public_id,
        detail="550",
        at=AT,
    )
    message = again(message)
    assert (message.state, message.reason) == (State.FAILED, Reason.UNDELIVERED)
    assert plan(made, order, "shp_2").reason == Reason.SUPPRESSED
    Suppression.objects.all().delete()
    resend_message(message, at=AT, actor="staff:0")
    assert send(message) == State.SENT
    assert not Receipt.objects.exists()


def test_a_delay_at_the_provider_stops_nobody(
    kind: Any, order: Order, lines: dict[str, Line]
) -> None:
    message = plan(kind(), order)
    send(message)
    note_receipt(channel=Medium.EMAIL, kind=ReceiptKind.DEFERRED, provider_id="email-1", at=AT)
    assert not Suppression.objects.exists()
    assert again(message).state == State.SENT


def test_complaints_and_unsubscribing_end_offers(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    message = plan(kind(), order)
    send(message)
    told = {"channel": Medium.EMAIL, "message_id": message.public_id, "at": AT}
    note_receipt(kind=ReceiptKind.UNSUBSCRIBED, **told)  # type: ignore[arg-type]
    assert latest_consents(reader.public_id)[(Way.EMAIL, Purpose.MARKETING)] is False
    assert not Suppression.objects.exists()
    note_receipt(kind=ReceiptKind.COMPLAINED, **told)  # type: ignore[arg-type]
    assert Suppression.objects.get().cause == SuppressionCause.COMPLAINED


def test_a_receipt_for_nothing_of_ours_changes_nothing(scope: Merchant) -> None:
    for known in ({"message_id": "msg_x"}, {"provider_id": "x"}, {}):
        told = note_receipt(channel=Medium.SMS, kind=ReceiptKind.DELIVERED, at=AT, **known)
        assert told is False


def test_what_was_unclear_is_cleared_by_its_receipt(
    kind: Any, order: Order, lines: dict[str, Line]
) -> None:
    message = plan(kind(), order)
    lines["email"].failures = [OSError("gone")]
    with pytest.raises(outbox.OutcomeUnknown):
        send(message)
    note_unknown(message.public_id, at=AT)
    assert Sending.objects.get().state == SendingState.UNKNOWN
    note_receipt(
        channel=Medium.EMAIL, kind=ReceiptKind.DELIVERED, message_id=message.public_id, at=AT
    )
    assert again(message).state == State.SENT


def test_a_channel_that_knows_repeats_is_asked_again(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    Contact.objects.create(customer_id=reader.public_id, channel="line", address="U1", linked_at=AT)
    made = kind()
    flow(made, "line", "email")
    message = plan(made, order)
    assert (message.channel, message.address) == (Medium.LINE, "U1")
    lines["line"].honours_keys = True
    lines["line"].failures = [OSError("gone")]
    with pytest.raises(RetryLater):
        send(message)
    assert send(message) == State.SENT
    assert [one.key for one in lines["line"].sent] == ["k0"]


def test_patience_with_one_channel_ends_and_the_next_takes_over(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email", fallback=30)
    message = plan(made, order)
    lines["sms"].failures = [TemporaryFailure("429", retry_after=120.0) for _ in range(2)]
    with pytest.raises(RetryLater) as wait:
        send(message)
    assert wait.value.seconds == 120.0
    assert send(message, AT + 31 * MINUTE) == State.PLANNED
    assert again(message).channel == Medium.EMAIL


def test_where_no_channel_is_left_a_taken_message_stays_sent(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email", fallback=30)
    message = plan(made, order)
    send(message)
    lines["email"].ready = False
    fall_back(message.public_id, step=0, at=AT + HOUR)
    assert send(message, AT + HOUR) == State.SENT


def test_quiet_hours_hold_and_the_gates_are_asked_again(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line], doubts: dict[str, str]
) -> None:
    made = kind()
    flow(made, "sms")
    begin = AT.astimezone(Merchant.objects.get().zone).time()
    end = (AT + 2 * HOUR).astimezone(Merchant.objects.get().zone).time()
    SendingTerms.objects.create(quiet_from=begin, quiet_until=end)
    message, other = plan(made, order), plan(made, order, "shp_2")
    assert (message.state, message.holding) == (State.HELD, Hold.QUIET)
    assert message.send_at == AT + 2 * HOUR
    doubts["shp_2"] = "It was delivered."
    assert send(message, AT + 2 * HOUR) == State.SENT
    assert send(other, AT + 2 * HOUR) == State.REFUSED


# Messages that become one


def joined(facts: Any, more: Any) -> dict[str, Any]:
    return {**facts, "seen": [*facts.get("seen", [1]), 2]}


@pytest.fixture
def gathered(kind: Any, order: Order) -> Callable[..., Message]:
    """Plan messages of one order that are gathered."""
    from dataclasses import replace

    from notifications.selectors import order_variables
    from notifications.services import plan_message

    made = kind(merge=joined)

    def make(object_id: str, at: datetime = AT) -> Message:
        variables = replace(order_variables(order.public_id), merge_key=order.public_id)
        return plan_message(
            made, object_id=object_id, variables=variables, event_id=1, occurred_at=AT, at=at
        )

    return make


def test_messages_that_wait_together_become_one(
    gathered: Callable[..., Message], lines: dict[str, Line]
) -> None:
    first, second = gathered("shp_1"), gathered("shp_2")
    assert (first.state, first.holding) == (State.HELD, Hold.GATHERING)
    assert first.send_at == AT + 10 * MINUTE
    assert (second.state, second.merged_into) == (State.MERGED, first.public_id)
    assert again(first).facts["seen"] == [1, 2]
    assert send(first, AT + 10 * MINUTE) == State.SENT
    assert gathered("shp_1").pk == first.pk
    assert gathered("shp_3", AT + 11 * MINUTE).state != State.MERGED
    assert len(lines["email"].sent) == 1


# What shoppers write back


def test_a_reply_is_kept_once_with_its_writer(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms")
    message = plan(made, order)
    send(message)
    for _time in range(2):
        reply = take_in_reply(
            channel=Medium.SMS, address=PHONE, provider_id="SM1", text="Thanks", at=AT
        )
    assert Reply.objects.count() == 1
    assert (reply.customer_id, reply.text) == (reader.public_id, "Thanks")
    assert Receipt.objects.get(sending__message=message).kind == ReceiptKind.REPLIED
    assert withdraw_reply(channel=Medium.SMS, provider_id="SM1", at=AT) is True
    assert withdraw_reply(channel=Medium.SMS, provider_id="SM1", at=AT) is False
    assert Reply.objects.get().text == ""


def test_stop_is_obeyed_on_its_channel_until_start(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    made = kind()
    flow(made, "sms", "email")
    assert stop_address(channel=Medium.SMS, address=PHONE, at=AT) is True
    assert stop_address(channel=Medium.SMS, address=PHONE, at=AT) is False
    assert latest_consents(reader.public_id)[(Way.SMS, Purpose.SERVICE)] is False
    assert plan(made, order).channel == Medium.EMAIL
    assert start_address(channel=Medium.SMS, address=PHONE, at=AT + HOUR) is True
    assert plan(made, order, "shp_2", at=AT + HOUR).channel == Medium.SMS


def test_a_yes_to_something_else_agrees_to_nothing(reader: Customer, scope: Merchant) -> None:
    agree(reader, Way.SMS, Purpose.SERVICE, granted=False)
    told: dict[str, Any] = {"channel": Medium.SMS, "address": PHONE, "lifts_only": True}
    assert start_address(**told, at=AT + HOUR) is False
    assert latest_consents(reader.public_id)[(Way.SMS, Purpose.SERVICE)] is False
    stop_address(channel=Medium.SMS, address=PHONE, at=AT + HOUR)
    assert start_address(**told, at=AT + 2 * HOUR) is True
    assert latest_consents(reader.public_id)[(Way.SMS, Purpose.SERVICE)] is True


def test_what_bounced_is_not_freed_by_start(reader: Customer, scope: Merchant) -> None:
    Suppression.objects.create(
        channel="sms", address_hash=hash_of(PHONE), cause=SuppressionCause.BOUNCED, at=AT
    )
    assert start_address(channel=Medium.SMS, address=PHONE, at=AT) is False
    assert Suppression.objects.exists()


def hash_of(address: str) -> str:
    from notifications.selectors import address_hash

    return address_hash(address)


# Linked accounts


def test_an_offer_links_once_and_for_half_an_hour(reader: Customer) -> None:
    line, whom = Medium.LINE, reader.public_id
    nonce = offer_link(channel=line, customer_id=whom, at=AT)
    late = offer_link(channel=line, customer_id=whom, at=AT)
    assert link_account(channel=line, nonce=late, address="U1", at=AT + HOUR) is None
    assert link_account(channel=Medium.SMS, nonce=nonce, address="U1", at=AT) is None
    assert link_account(channel=line, nonce=nonce, address="U1", at=AT) is not None
    assert link_account(channel=line, nonce=nonce, address="U2", at=AT) is None
    assert LinkOffer.objects.filter(used_at__isnull=False).count() == 1
    assert mark_unreachable(channel=line, address="U1", at=AT) is True
    assert mark_unreachable(channel=line, address="U1", at=AT) is False
    assert mark_reachable(channel=line, address="U1") is True
    assert unlink_accounts(channel=line, customer_id=whom, at=AT) is True
    assert unlink_accounts(channel=line, customer_id=whom, at=AT) is False
    assert not Contact.objects.exists()
