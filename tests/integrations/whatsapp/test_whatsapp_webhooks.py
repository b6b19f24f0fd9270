"""WhatsApp's webhooks: proven, kept once, and led to what they mean."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from commerce.models import ConsentFact, Customer, Merchant
from integrations.connections import disconnect
from integrations.models import Connection
from integrations.whatsapp.access import verify_token
from integrations.whatsapp.fake.business import FakeBusiness, Thing
from integrations.whatsapp.models import Template
from integrations.whatsapp.services import read_templates
from integrations.whatsapp.tasks import look_after_all, look_after_shop
from integrations.whatsapp.webhooks import is_signed
from notifications.enums import ARRIVED, Medium
from notifications.models import Message, Receipt, Reply, Suppression
from notifications.services.staging import stage_sent_message
from postexp.kernel.models import InboxMessage
from tests.integrations.whatsapp.conftest import BODY

PERSON = "819012345678"
Tell = Callable[[Thing], int]
Drain = Callable[[], None]


def last() -> InboxMessage:
    message: InboxMessage = InboxMessage.objects.order_by("-id")[0]
    return message


@pytest.fixture
def customer(order: object) -> Customer:
    """A customer whose number is the person's."""
    Customer.objects.update(phone=f"+{PERSON}")
    customer: Customer = Customer.objects.get()
    return customer


@pytest.fixture
def sent(scope: Merchant, business: FakeBusiness, at: datetime) -> Thing:
    """A message of ours, and what WhatsApp knows of it."""
    ours: Message = stage_sent_message(
        channel=Medium.WHATSAPP, address=f"+{PERSON}", provider_id="wamid.ours", at=at
    )
    return {"id": "wamid.ours", "to": PERSON, "mark": ours.public_id}


def test_a_signature_proves_the_bytes() -> None:
    # printf '{}' | openssl dgst -sha256 -hmac secret
    digest = "77325902caca812dc259733aacd046b73817372c777b8d95b402647474516e13"
    assert is_signed(b"{}", f"sha256={digest}", "secret")
    assert not is_signed(b"{ }", f"sha256={digest}", "secret")
    assert not is_signed(b"{}", f"sha256={digest}", "another")
    assert not is_signed(b"{}", digest, "secret")
    assert not is_signed(b"{}", "sha256=ü", "secret")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 200),
        ({"hub.verify_token": "wrong"}, 403),
        ({"hub.verify_token": "ü"}, 403),
        ({"hub.mode": "unsubscribe"}, 403),
    ],
)
def test_hands_are_shaken(
    client: Client, connected: Connection, changes: dict[str, str], status: int
) -> None:
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": verify_token(connected.public_id),
        "hub.challenge": "1158201444",
        **changes,
    }
    answer = client.get(f"/webhooks/whatsapp/{connected.public_id}/", asked)
    assert answer.status_code == status
    if status == 200:
        assert (answer.content, answer["Content-Type"]) == (b"1158201444", "text/plain")


def test_hands_are_shaken_with_living_connections_alone(
    client: Client, connected: Connection, at: datetime
) -> None:
    disconnect(service="whatsapp", account=connected.account, at=at)
    for public_id in (connected.public_id, "con_nobody"):
        asked = {"hub.mode": "subscribe", "hub.verify_token": verify_token(public_id)}
        assert client.get(f"/webhooks/whatsapp/{public_id}/", asked).status_code == 403


def test_what_nobody_signed_is_not_kept(client: Client, connected: Connection) -> None:
    for headers in ({}, {"X-Hub-Signature-256": "sha256=00"}):
        answer = client.post(
            f"/webhooks/whatsapp/{connected.public_id}/",
            b"{}",
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code == 401
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("status", "kind"), [("delivered", "delivered"), ("read", "opened"), ("failed", "failed")]
)
def test_a_status_is_a_receipt(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain, status: str, kind: str
) -> None:
    code = 131026 if status == "failed" else 0
    event = business.tell(sent, status, code=code, title="Message undeliverable")
    assert [tell(event), tell(event)] == [200, 200]
    drain()
    receipt = Receipt.objects.get()
    assert receipt.kind == kind
    assert ("no WhatsApp" in receipt.detail) is (status == "failed")
    assert last().effect_detail == {"channel": "whatsapp", "receipt": kind}
    assert InboxMessage.objects.count() == 1
    assert not Suppression.objects.exists()


def test_a_report_without_our_mark_is_found_by_its_id(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain
) -> None:
    tell(business.tell({**sent, "mark": ""}, "delivered"))
    tell(business.tell({**sent, "mark": "", "id": "wamid.others"}, "delivered"))
    drain()
    assert Receipt.objects.count() == 1
    assert last().effect_detail["reason"] == "It is about no message from here."


def test_other_states_are_no_receipts(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain
) -> None:
    tell(business.tell(sent, "warning"))
    drain()
    assert "No use for the state" in last().effect_detail["reason"]
    assert not Receipt.objects.exists()


def test_a_message_that_was_passed_on_is_no_message_that_arrived(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain
) -> None:
    tell(business.tell(sent, "sent"))
    drain()
    assert last().effect_detail == {"channel": "whatsapp", "receipt": "handed_on"}
    assert Receipt.objects.get().kind not in ARRIVED


def test_who_stopped_marketing_is_told_by_a_failure(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain, customer: Customer
) -> None:
    Message.objects.update(customer_id=customer.public_id)
    tell(business.tell(sent, "failed", code=131050, title="Stopped"))
    drain()
    assert {receipt.kind for receipt in Receipt.objects.all()} == {"failed", "unsubscribed"}
    said = ConsentFact.objects.get(channel="whatsapp")
    assert (said.purpose, said.granted) == ("marketing", False)
    assert not Suppression.objects.exists()


def test_an_answer_is_kept_and_shows_that_the_message_arrived(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain, customer: Customer
) -> None:
    event = business.write(
        PERSON, {"type": "text", "text": {"body": "Thank you!"}}, context="wamid.ours"
    )
    tell(event)
    drain()
    reply = Reply.objects.get()
    assert (reply.text, reply.customer_id) == ("Thank you!", customer.public_id)
    assert reply.address == f"+{PERSON}"
    assert Receipt.objects.get().kind == "replied"
    assert (last().effect_kind, last().effect_object_id) == ("reply", reply.public_id)


def test_a_stop_is_obeyed_and_a_start(
    business: FakeBusiness, scope: Merchant, tell: Tell, drain: Drain
) -> None:
    for words, stopped in (("ＳＴＯＰ", True), ("Hello", True), ("START", False)):
        tell(business.write(PERSON, {"type": "text", "text": {"body": words}}))
        drain()
        assert Suppression.objects.exists() is stopped
    assert last().effect_detail == {"channel": "whatsapp", "asks": "start"}


def test_what_its_writer_took_back_is_wiped(
    business: FakeBusiness, scope: Merchant, tell: Tell, drain: Drain
) -> None:
    tell(business.write(PERSON, {"type": "text", "text": {"body": "My secret"}}))
    drain()
    reply = Reply.objects.get()
    taken_back = {"type": "revoke", "revoke": {"original_message_id": reply.provider_id}}
    for _ in range(2):
        tell(business.write(PERSON, taken_back))
        drain()
    reply.refresh_from_db()
    assert reply.text == ""
    assert reply.withdrawn_at is not None
    assert last().effect_detail["reason"] == "What was taken back is not here."


def test_marketing_ends_and_goes_on_as_they_wish(
    business: FakeBusiness, tell: Tell, drain: Drain, customer: Customer
) -> None:
    tell(business.prefer(PERSON, "resume"))
    drain()
    assert "no consent" in last().effect_detail["reason"]
    for wish, granted in (("stop", False), ("resume", True)):
        tell(business.prefer(PERSON, wish))
        drain()
        assert ConsentFact.objects.latest("id").granted is granted
        assert last().effect_detail == {"channel": "whatsapp", "marketing": granted}
    tell(business.prefer("819000000000", "stop"))
    drain()
    assert last().effect_detail["reason"] == "It is a wish of nobody who is known here."
    button = {"type": "button", "button": {"text": "Stop promotions", "payload": "x"}}
    tell(business.write(PERSON, button))
    drain()
    assert ConsentFact.objects.latest("id").granted is False
    assert Reply.objects.get().text == "Stop promotions"


def test_a_template_follows_what_whatsapp_tells(
    business: FakeBusiness, connected: Connection, tell: Tell, drain: Drain, at: datetime
) -> None:
    made = business.template("shipped", "en", BODY, state="PENDING")
    read_templates(connected, at=datetime(2026, 1, 1, tzinfo=at.tzinfo))
    assert Template.objects.get().state == "pending"
    for event, state in (("APPROVED", "approved"), ("PAUSED", "paused"), ("FLAGGED", "approved")):
        tell(business.review(made, event, reason="LOW_QUALITY" if state == "paused" else "NONE"))
        drain()
        template = Template.objects.get()
        assert (template.state, bool(template.reason)) == (state, state == "paused")
        assert template.parts
        assert last().effect_detail["state"] == state
    tell(business.review(made, "LOCKED"))
    drain()
    assert "says nothing of whether" in last().effect_detail["reason"]
    old = business.review(made, "REJECTED")
    old["entry"][0]["time"] = 1_600_000_000
    tell(old)
    drain()
    assert last().effect_detail["reason"] == "More recent is known of the template."
    assert Template.objects.get().state == "approved"
    # A list that was asked for before says nothing newer of its state, and knows its words.
    made["status"] = "PENDING"
    made["components"] = [{"type": "BODY", "text": "Other words"}]
    read_templates(connected, at=datetime(2026, 1, 1, tzinfo=at.tzinfo))
    template = Template.objects.get()
    assert (template.state, template.parts) == ("approved", made["components"])


def test_a_template_that_was_paused_is_noticed_without_a_webhook(
    business: FakeBusiness, connected: Connection, at: datetime
) -> None:
    made = business.template("shipped", "en", BODY, state="APPROVED")
    read_templates(connected, at=datetime(2026, 1, 1, tzinfo=at.tzinfo))
    made["status"] = "PAUSED"
    assert look_after_all() == 1
    look_after_shop(connected.merchant_id)
    assert Template.objects.get().state == "paused"
    Connection.objects.update(access_token="gone")
    look_after_shop(connected.merchant_id)
    connected.refresh_from_db()
    assert (connected.problem, Template.objects.count()) == ("TokenRefused", 1)
    Connection.objects.update(ended_at=at)
    assert look_after_all() == 0


@pytest.mark.parametrize(("name", "known"), [("shipped", True), ("others", False)])
def test_a_template_that_moved_to_another_category(
    business: FakeBusiness,
    connected: Connection,
    tell: Tell,
    drain: Drain,
    at: datetime,
    name: str,
    known: bool,
) -> None:
    business.template("shipped", "en", BODY)
    read_templates(connected, at=at)
    moved = {
        "message_template_name": name,
        "message_template_language": "en",
        "new_category": "MARKETING",
    }
    tell(business.happen("template_category_update", moved))
    drain()
    assert (Template.objects.get().category == "MARKETING") is known
    assert (last().effect_kind == "template") is known


def test_several_things_may_come_at_once(
    business: FakeBusiness, sent: Thing, tell: Tell, drain: Drain
) -> None:
    first = business.write(PERSON, {"type": "text", "text": {"body": "One"}})
    first["entry"] += business.tell(sent, "read")["entry"]
    first["entry"] += business.tell(sent, "sent")["entry"]
    tell(first)
    drain()
    assert last().effect_detail == {"channel": "whatsapp", "effects": 3}
    assert (Reply.objects.count(), Receipt.objects.filter(kind="opened").count()) == (1, 1)


def test_what_concerns_another_number_or_nothing_is_ignored(
    business: FakeBusiness, scope: Merchant, tell: Tell, drain: Drain
) -> None:
    other = business.write(PERSON, {"type": "text", "text": {"body": "One"}})
    other["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "2"
    empty: Any = {"object": "whatsapp_business_account", "entry": []}
    for event, reason in (
        (other, "another number"),
        (business.happen("account_alerts", {}), "No use for the field"),
        (empty, "It tells of nothing."),
    ):
        tell(event)
        drain()
        assert last().effect_kind == "ignored"
        assert reason in last().effect_detail["reason"]
    assert not Reply.objects.exists()


def test_nothing_counts_after_the_shop_disconnected(
    business: FakeBusiness, connected: Connection, tell: Tell, drain: Drain, at: datetime
) -> None:
    event = business.write(PERSON, {"type": "text", "text": {"body": "One"}})
    assert tell(event) == 200
    Connection.objects.update(ended_at=at)
    drain()
    assert last().effect_kind.startswith("ignored")
    disconnect(service="whatsapp", account=connected.account, at=at)
    assert not Reply.objects.exists()
