"""Planning, sending, and the honest end of what nobody can know."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from commerce.models import Merchant, Order
from notifications import ports
from notifications.enums import Reason, SendingState, State, SuppressionCause
from notifications.errors import NotWaitingForStaff
from notifications.models import Message, Sending, Suppression
from notifications.ports import (
    Accepted,
    Channel,
    MessageKind,
    Outgoing,
    PermanentFailure,
    TemporaryFailure,
    register_kind,
)
from notifications.selectors import find_suppression, order_variables
from notifications.services import (
    give_up_message,
    lift_suppression,
    mark_sent,
    note_unknown,
    plan_message,
    resend_message,
    send_message,
    suppress_address,
)
from postexp.kernel import clock, events, outbox
from postexp.kernel.events import Event, RetryLater, append
from postexp.kernel.models import Delivery, DeliveryState, EventRecord
from postexp.kernel.tenancy import merchant_scope

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ParcelShown(Event):
    """An event of these tests."""

    type: ClassVar[str] = "tests.parcel_shown"
    order_id: str
    parcel: str

    @property
    def subject(self) -> str:
        return f"order:{self.order_id}"


@dataclass
class Wire(Channel):
    """A channel that remembers what it was given and fails as it is told to."""

    name: str = "email"
    honours_keys: bool = False
    sent: list[Outgoing] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def send(self, mail: Outgoing) -> Accepted:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(mail)
        return Accepted(provider_id=f"provider-{len(self.sent)}")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    channel = Wire()
    monkeypatch.setitem(ports._channels, "email", channel)
    return channel


@pytest.fixture
def doubts() -> dict[str, str]:
    """Why messages about parcels are no longer true, by parcel."""
    return {}


@pytest.fixture
def kind(
    doubts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., MessageKind[Any]]]:
    """Register a kind for these tests; it borrows the words of the order thanks."""
    monkeypatch.setattr(ports, "_kinds", dict(ports._kinds))
    made: list[str] = []

    def make(name: str = "order.thanks_again", **changes: Any) -> MessageKind[Any]:
        class Borrowed(MessageKind[Any]):
            template = "commerce/messages/order_thanks"

        new = Borrowed(
            **{
                "name": name,
                "room": "commerce",
                "title": "A parcel",
                "event": ParcelShown,
                "object_id": lambda event: event.parcel,
                "variables": lambda event: order_variables(event.order_id),
                "still_true": lambda parcel: doubts.get(parcel, ""),
                **changes,
            }
        )
        register_kind(new)
        made.append(name)
        return new

    yield make
    for name in made:
        events.registry.remove(f"notifications.plan.{name}")


def plan(
    kind: MessageKind[Any], order: Order, object_id: str = "shp_1", at: datetime = AT
) -> Message:
    variables = order_variables(order.public_id)
    return plan_message(
        kind, object_id=object_id, variables=variables, event_id=1, occurred_at=AT, at=at
    )


def send(message: Message, at: datetime = AT) -> State:
    return send_message(message.public_id, step=message.step, key="key-1", at=at)


# Planning


def test_a_planned_message_knows_whom_and_what(kind: Any, order: Order) -> None:
    message = plan(kind(), order)
    assert (message.state, message.reason, message.why) == (State.PLANNED, "", "")
    assert (message.address, message.name, message.locale) == (
        "hana@example.jp",
        "佐藤 花 様",
        "ja",
    )
    assert (message.order_id, message.order_number) == (order.public_id, "#1001")
    assert message.subject == "ご注文ありがとうございます（注文番号 #1001）"
    planned = EventRecord.objects.get(type="message.planned")
    assert planned.payload["message_id"] == message.public_id
    assert planned.payload["order_id"] == order.public_id


def test_what_was_taken_back_before_it_was_planned_is_told_to_nobody(
    kind: Any, order: Order
) -> None:
    made = kind()
    append(ParcelShown(order_id="ord_undone", parcel="shp_1"), at=AT)
    outbox.drain_database(at=AT + timedelta(minutes=1))
    assert not Message.objects.filter(kind=made.name).exists()
    assert not Delivery.objects.exclude(last_error="").exists()


def test_an_object_missing_for_another_reason_is_shown_to_staff(kind: Any, order: Order) -> None:
    def lost(event: ParcelShown) -> None:
        raise Message.DoesNotExist("a mistake")

    made = kind(variables=lost)
    append(ParcelShown(order_id=order.public_id, parcel="shp_1"), at=AT)
    outbox.drain_database(at=AT + timedelta(minutes=1))
    failed = Delivery.objects.get(handler=f"notifications.plan.{made.name}")
    assert "a mistake" in failed.last_error


def test_asking_twice_sends_once_and_counts(kind: Any, order: Order) -> None:
    made = kind()
    first, second = plan(made, order), plan(made, order)
    assert first.pk == second.pk
    assert Message.objects.get(pk=first.pk).repeats == 1
    assert EventRecord.objects.filter(type="message.planned").count() == 1


def test_another_object_and_another_kind_are_other_messages(kind: Any, order: Order) -> None:
    made = kind()
    plan(made, order, "shp_1")
    plan(made, order, "shp_2")
    plan(kind("order.thanks_thrice"), order, "shp_1")
    assert Message.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_processes_that_plan_at_once_leave_one_message(
    kind: Any, order: Order, merchant: Merchant
) -> None:
    made, together = kind(), threading.Barrier(6)
    found: list[int] = []

    def one() -> None:
        try:
            with merchant_scope(merchant.pk):
                together.wait(timeout=60)
                found.append(plan(made, order).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    message = Message.objects.get()
    assert found == [message.pk] * 6
    assert message.repeats == 5
    assert EventRecord.objects.filter(type="message.planned").count() == 1


def test_a_conflict_of_another_kind_is_not_swallowed(
    kind: Any, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifications.services import plan as module

    def conflict(*_args: Any, **_named: Any) -> None:
        raise IntegrityError("another constraint")

    monkeypatch.setattr(module, "append", conflict)
    with pytest.raises(IntegrityError, match="another constraint"):
        plan(kind(), order)


def test_a_refusal_is_a_row_with_its_reason(
    kind: Any, order: Order, doubts: dict[str, str]
) -> None:
    doubts["shp_1"] = "The parcel is already delivered."
    message = plan(kind(), order)
    assert (message.state, message.reason) == (State.REFUSED, Reason.NO_LONGER_TRUE)
    assert message.why == "It was no longer true. The parcel is already delivered."
    assert message.settled_at == AT
    settled = EventRecord.objects.get(type="message.not_sent")
    assert (settled.payload["state"], settled.payload["reason"]) == ("refused", "no_longer_true")
    assert not Delivery.objects.filter(handler="notifications.send").exists()


def test_no_address_and_a_bad_address_are_told_apart(kind: Any, order: Order) -> None:
    made = kind()
    Order.objects.filter(pk=order.pk).update(email="")
    order.customer.email = ""
    order.customer.save()
    assert plan(made, order, "a").reason == Reason.NO_ADDRESS
    Order.objects.filter(pk=order.pk).update(email="not-an-address")
    assert plan(made, order, "b").reason == Reason.BAD_ADDRESS


def test_the_customers_address_stands_in_for_the_orders(kind: Any, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(email="")
    assert plan(kind(), order).address == "hana@example.jp"


def test_news_of_two_days_ago_is_not_told(kind: Any, order: Order) -> None:
    late = plan(kind(), order, at=AT + timedelta(hours=48))
    assert (late.state, late.reason) == (State.EXPIRED, Reason.TOO_LATE)


def test_without_a_channel_the_row_says_so(
    kind: Any, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_channels", {})
    assert plan(kind(), order).reason == Reason.NO_CHANNEL


def test_a_held_message_waits_for_the_end_of_its_undo_window(kind: Any, order: Order) -> None:
    message = plan(kind(hold=timedelta(minutes=5)), order)
    assert message.state == State.HELD
    assert message.send_at == AT + timedelta(minutes=5)
    delivery = Delivery.objects.get(handler="notifications.send")
    assert delivery.next_at == AT + timedelta(minutes=5)


def test_the_database_refuses_an_unsent_message_without_a_reason(kind: Any, order: Order) -> None:
    message = plan(kind(), order)
    with pytest.raises(Exception, match="message_unsent_has_reason"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=State.FAILED)
    with pytest.raises(Exception, match="message_unsent_has_reason"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(reason=Reason.TOO_LATE)


# Addresses


def test_a_suppressed_address_is_not_written_to_and_not_kept(kind: Any, order: Order) -> None:
    suppress_address("Hana@Example.jp ", cause=SuppressionCause.BLOCKED, at=AT)
    suppress_address("hana@example.jp", cause=SuppressionCause.BOUNCED, at=AT)
    message = plan(kind(), order)
    assert (message.reason, message.detail) == (Reason.SUPPRESSED, "blocked")
    assert message.why == "This address must not be written to. Blocked by staff"
    assert "hana" not in repr(Suppression.objects.values()[0])


def test_lifting_lets_messages_through_again(kind: Any, order: Order) -> None:
    suppress_address(order.email, cause=SuppressionCause.BLOCKED, at=AT)
    parcels = kind()
    refused = plan(parcels, order)
    assert lift_suppression(refused, at=AT, actor="staff:7") is True
    assert lift_suppression(refused, at=AT, actor="staff:8") is False
    assert plan(parcels, order, "shp_2").state == State.PLANNED
    allowed = EventRecord.objects.get(type="message.address_allowed")
    assert (allowed.actor, allowed.payload["message_id"]) == ("staff:7", refused.public_id)
    assert order.email not in str(allowed.payload)


def test_a_suppression_binds_one_shop_alone(
    order: Order, merchant: Merchant, other_merchant: Merchant
) -> None:
    suppress_address(order.email, cause=SuppressionCause.BLOCKED, at=AT)
    with merchant_scope(other_merchant.pk):
        assert find_suppression(order.email) is None
        first = suppress_address(order.email, cause=SuppressionCause.BLOCKED, at=AT)
    assert first is True
    hashes = Suppression.every_merchant.values_list("address_hash", flat=True)
    assert len(set(hashes)) == 2


# Sending


def test_sending_writes_the_words_and_keeps_what_was_said(
    kind: Any, order: Order, wire: Wire
) -> None:
    message = plan(kind(), order)
    assert send(message) == State.SENT
    message.refresh_from_db()
    mail = wire.sent[0]
    assert (mail.to, mail.key, mail.message_id) == (message.address, "key-1", message.public_id)
    assert (mail.sender_name, mail.reply_to) == ("こもれび雑貨店", "help@komorebi.example")
    assert "¥7,500" in mail.text
    assert (message.html, message.text, message.subject) == (mail.html, mail.text, mail.subject)
    (sending,) = Sending.objects.all()
    assert (sending.provider_id, sending.key, sending.address) == ("provider-1", "key-1", mail.to)
    assert (sending.state, sending.ended_at) == (SendingState.ACCEPTED, AT)
    assert message.facts == {}
    assert message.settled_at == AT


def test_a_sent_message_is_never_sent_again(kind: Any, order: Order, wire: Wire) -> None:
    message = plan(kind(), order)
    assert [send(message), send(message)] == [State.SENT, State.SENT]
    assert len(wire.sent) == 1


def test_a_message_planned_beside_the_undo_of_its_order_is_not_sent(
    kind: Any, order: Order, wire: Wire
) -> None:
    message = plan(kind(), order)
    Message.objects.filter(pk=message.pk).update(order_id="ord_undone")
    assert send(message) == State.REFUSED
    message.refresh_from_db()
    assert message.reason == Reason.NO_LONGER_TRUE
    assert wire.sent == []


def test_a_message_about_a_parcel_that_is_no_more_is_not_sent(
    kind: Any, order: Order, wire: Wire
) -> None:
    def look(parcel: str) -> str:
        if is_gone:
            raise Message.DoesNotExist
        return ""

    is_gone = False
    message = plan(kind(still_true=look), order)
    is_gone = True
    assert send(message) == State.REFUSED
    message.refresh_from_db()
    assert message.reason == Reason.NO_LONGER_TRUE
    assert message.detail == "What it was about is no more."
    assert wire.sent == []


def test_what_became_untrue_while_held_is_not_sent(
    kind: Any, order: Order, wire: Wire, doubts: dict[str, str]
) -> None:
    message = plan(kind(hold=timedelta(minutes=5)), order)
    doubts["shp_1"] = "The approval was undone."
    assert send(message, AT + timedelta(minutes=5)) == State.REFUSED
    message.refresh_from_db()
    assert (message.reason, message.detail) == (Reason.NO_LONGER_TRUE, "The approval was undone.")
    assert wire.sent == []


def test_a_temporary_failure_is_retried_with_the_same_words(
    kind: Any, order: Order, wire: Wire
) -> None:
    message = plan(kind(), order)
    wire.failures = [TemporaryFailure("451 later"), TemporaryFailure("451 later")]
    for seconds in (30, 60):
        with pytest.raises(RetryLater) as retry:
            send(message)
        assert retry.value.seconds == seconds
    before = Message.objects.get(pk=message.pk).html
    assert send(message, AT + timedelta(hours=1)) == State.SENT
    assert wire.sent[0].html == before
    assert Message.objects.get(pk=message.pk).attempts == 2


def test_retries_end_when_the_message_is_no_longer_useful(
    kind: Any, order: Order, wire: Wire
) -> None:
    message = plan(kind(), order)
    wire.failures = [TemporaryFailure("451 later")]
    with pytest.raises(RetryLater):
        send(message)
    assert send(message, AT + timedelta(hours=49)) == State.EXPIRED
    assert wire.sent == []


@pytest.mark.parametrize("dead", [True, False])
def test_a_refusal_for_good_fails_and_stops_a_dead_address(
    kind: Any, order: Order, wire: Wire, dead: bool
) -> None:
    message = plan(kind(), order)
    wire.failures = [PermanentFailure("550 no such user", address_is_dead=dead)]
    assert send(message) == State.FAILED
    message.refresh_from_db()
    assert message.why == "The provider refused it for good. 550 no such user"
    suppression = find_suppression(message.address)
    assert (suppression.cause if suppression else None) == ("bounced" if dead else None)


def test_silence_in_mid_send_is_told_to_the_kernel_as_unknown(
    kind: Any, order: Order, wire: Wire
) -> None:
    message = plan(kind(), order)
    wire.failures = [smtplib.SMTPServerDisconnected("gone")]
    with pytest.raises(outbox.OutcomeUnknown, match="gone"):
        send(message)
    note_unknown(message.public_id, at=AT)
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.OUTCOME_UNKNOWN, Reason.INTERRUPTED)


def test_what_was_handed_over_and_could_not_be_noted_is_not_sent_twice(
    kind: Any, order: Order, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifications.services import send as module

    def broken(*_arguments: Any, **_named: Any) -> None:
        raise OperationalError("the connection is gone")

    message = plan(kind(), order)
    with monkeypatch.context() as patch:
        patch.setattr(module, "settle", broken)
        with pytest.raises(outbox.OutcomeUnknown, match="the connection is gone"):
            send(message)
    assert len(wire.sent) == 1
    message.refresh_from_db()
    assert message.state == State.PLANNED
    note_unknown(message.public_id, at=AT)
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.OUTCOME_UNKNOWN, Reason.INTERRUPTED)


def test_what_was_sent_after_all_stays_sent(kind: Any, order: Order, wire: Wire) -> None:
    message = plan(kind(), order)
    send(message)
    note_unknown(message.public_id, at=AT)
    give_up_message(message.public_id, at=AT)
    assert Message.objects.get(pk=message.pk).state == State.SENT


def test_a_message_that_cannot_be_written_says_so(kind: Any, order: Order) -> None:
    message = plan(kind(), order)
    give_up_message(message.public_id, at=AT)
    message.refresh_from_db()
    assert (message.state, message.why) == (State.FAILED, "Its words could not be written.")


def test_a_kind_that_is_gone_fails_instead_of_waiting(kind: Any, order: Order, wire: Wire) -> None:
    message = plan(kind(), order)
    ports._kinds.pop("order.thanks_again")
    assert send(message) == State.FAILED


def test_the_words_of_a_code_are_not_kept(kind: Any, order: Order, wire: Wire) -> None:
    message = plan(kind(secret=True), order)
    assert message.subject == "A parcel"
    send(message)
    message.refresh_from_db()
    assert wire.sent[0].html
    assert (message.subject, message.html, message.text) == ("A parcel", "", "")
    assert message.facts == {}


# What staff do


@pytest.fixture
def unclear(kind: Any, order: Order, wire: Wire) -> Message:
    """A message whose sending was interrupted, as the kernel leaves it."""
    message = plan(kind(), order)
    wire.failures = [ConnectionResetError("reset")]
    run_due(AT)
    message.refresh_from_db()
    assert message.state == State.OUTCOME_UNKNOWN
    return message


def run_due(at: datetime) -> None:
    def hand_over(delivery_id: int, claim: str) -> None:
        outbox.run_outside(delivery_id, claim, now=lambda: at)

    outbox.claim_outside(at=at, hand_over=hand_over)


def test_an_unclear_message_is_not_resent_by_itself(unclear: Message, wire: Wire) -> None:
    run_due(AT + timedelta(days=1))
    outbox.end_leases(at=AT + timedelta(days=1))
    run_due(AT + timedelta(days=1))
    assert wire.sent == []


def test_a_worker_that_dies_in_mid_send_leaves_an_unclear_message(
    kind: Any, order: Order, wire: Wire
) -> None:
    class Killed(BaseException):
        """Nothing after this line runs, as after kill -9."""

    message = plan(kind(), order)
    wire.failures = [Killed()]  # type: ignore[list-item]
    with pytest.raises(Killed):
        run_due(AT)
    message.refresh_from_db()
    assert message.state == State.PLANNED
    outbox.end_leases(at=AT + timedelta(minutes=10))
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.OUTCOME_UNKNOWN, Reason.INTERRUPTED)
    run_due(AT + timedelta(minutes=20))
    assert wire.sent == []


def test_a_replay_from_the_events_page_sends_it_too(
    unclear: Message, wire: Wire, drain: Any
) -> None:
    outbox.replay(Delivery.objects.get(handler="notifications.send"), at=AT)
    run_due(AT)
    unclear.refresh_from_db()
    assert unclear.state == State.SENT
    assert len(wire.sent) == 1


def test_staff_may_send_it_again_under_the_same_key(
    unclear: Message, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = AT + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    resend_message(unclear, at=later, actor="staff:7")
    run_due(later)
    unclear.refresh_from_db()
    assert unclear.state == State.SENT
    delivery = Delivery.objects.get(handler="notifications.send")
    assert wire.sent[0].key == delivery.idempotency_key
    assert delivery.state == DeliveryState.DONE
    assert EventRecord.objects.get(type="message.resent").actor == "staff:7"


def test_staff_may_take_it_for_sent(unclear: Message, wire: Wire) -> None:
    mark_sent(unclear, at=AT, actor="staff:7")
    unclear.refresh_from_db()
    assert (unclear.state, unclear.reason) == (State.SENT, "")
    assert Delivery.objects.get(handler="notifications.send").state == DeliveryState.SKIPPED
    assert EventRecord.objects.get(type="message.sent").actor == "staff:7"


def test_the_second_of_two_colleagues_is_told(unclear: Message) -> None:
    mark_sent(unclear, at=AT, actor="staff:7")
    with pytest.raises(NotWaitingForStaff):
        mark_sent(unclear, at=AT, actor="staff:8")
    with pytest.raises(NotWaitingForStaff):
        resend_message(unclear, at=AT, actor="staff:8")


def test_a_failed_message_may_be_sent_again_but_not_taken_for_sent(
    kind: Any, order: Order, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    message = plan(kind(), order)
    wire.failures = [PermanentFailure("552 mailbox full")]
    run_due(AT)
    with pytest.raises(NotWaitingForStaff):
        mark_sent(message, at=AT, actor="staff:7")
    resend_message(message, at=AT, actor="staff:7")
    run_due(AT)
    assert Message.objects.get(pk=message.pk).state == State.SENT


# From the event to the mail


def test_an_event_becomes_one_mail(kind: Any, order: Order, wire: Wire, drain: Any) -> None:
    made = kind()
    with transaction.atomic():
        for _ in range(2):
            append(ParcelShown(order_id=order.public_id, parcel="shp_9"), at=clock.now())
    drain()
    message = Message.objects.get(kind=made.name)
    assert (message.state, message.repeats) == (State.SENT, 1)
    assert len([mail for mail in wire.sent if mail.message_id == message.public_id]) == 1


def test_an_event_without_variables_leaves_no_row(kind: Any, order: Order, drain: Any) -> None:
    made = kind(variables=lambda event: None)
    with transaction.atomic():
        append(ParcelShown(order_id=order.public_id, parcel="shp_9"), at=clock.now())
    drain()
    assert not Message.objects.filter(kind=made.name).exists()


def test_words_that_break_end_as_a_dead_letter_and_a_failed_message(
    kind: Any, order: Order, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    from notifications.services import send as module

    def broken(*_args: Any, **_named: Any) -> None:
        raise KeyError("title")

    monkeypatch.setattr(module, "write_words", broken)
    message = plan(kind(), order)
    at = AT
    for _ in range(outbox.MAX_ATTEMPTS):
        run_due(at)
        at += timedelta(hours=2)
    message.refresh_from_db()
    assert (message.state, message.reason) == (State.FAILED, Reason.NOT_WRITTEN)
    assert Delivery.objects.get(handler="notifications.send").state == DeliveryState.DEAD


def test_a_kind_registered_twice_is_a_mistake(kind: Any) -> None:
    kind("order.twice")
    with pytest.raises(ValueError, match=r"order\.twice is registered twice"):
        register_kind(ports.get_kind("order.twice"))  # type: ignore[arg-type]
