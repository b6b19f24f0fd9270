"""Requests of mail providers: refused, kept once for whom they are about, and led to an effect."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client

from commerce.models import Customer, Merchant, SenderIdentity, User
from integrations.mail import providers, sns
from integrations.recorded import NotARecording, Recording, Stage, prepare
from notifications.enums import SendingState, State
from notifications.models import Message, Receipt, Reply, Sending, Suppression
from notifications.selectors import find_suppression
from postexp.kernel import clock, inbox
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tests.integrations.mail.sent import make_sent
from tests.samples import recordings

RECORDED = [
    path
    for provider in ("mailgun", "postmark", "amazon_ses")
    for path in recordings(f"email_{provider}")
]
Drain = Callable[[], None]


def proof(password: str = "") -> dict[str, str]:
    told = base64.b64encode((password or providers.passwords()[0]).encode()).decode()
    return {"authorization": f"Basic {told}"}


def post(client: Client, path: str, told: Any, **headers: str) -> Any:
    return client.post(
        f"/webhooks/mail/{path}/",
        data=told if isinstance(told, bytes) else json.dumps(told).encode(),
        content_type="application/json",
        headers={**proof(), **headers},
    )


def postmark(record: str = "Delivery", **told: Any) -> dict[str, Any]:
    return {
        "RecordType": record,
        "MessageID": "883953f4",
        "Recipient": "hana@example.jp",
        "DeliveredAt": "2026-11-20T01:00:00Z",
        **told,
    }


def bounced(address: str = "hana@example.jp", **told: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "ID": 1,
        "Type": "HardBounce",
        "MessageID": "883953f4",
        "Email": address,
        "BouncedAt": "2026-11-20T01:00:00Z",
        **told,
    }


def letter(**told: Any) -> dict[str, Any]:
    return {
        "FromFull": {"Email": "hana@example.jp", "Name": "佐藤 花"},
        "ToFull": [{"Email": "help@shop.example", "Name": ""}],
        "OriginalRecipient": "help@shop.example",
        "Subject": "Re: 発送",
        "MessageID": "22c74902",
        "TextBody": "ありがとう\n\n> 引用",
        "StrippedTextReply": "ありがとう",
        "Headers": [{"Name": "Message-ID", "Value": "<abc@example.jp>"}],
        **told,
    }


@pytest.fixture
def stage(merchant: Merchant) -> Stage:
    return Stage.set_up(at=clock.now())


def send(client: Client, recording: Recording, stage: Stage) -> Any:
    delivery = prepare(recording, stage)
    return client.post(
        delivery.path,
        data=delivery.body or recording.body,
        content_type=recording.content_type,
        headers=dict(delivery.headers),
    )


def test_there_are_recordings() -> None:
    assert len(RECORDED) >= 17


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_recorded_request_ends_as_it_should(
    path: Path, client: Client, scope: Merchant, stage: Stage, drain: Drain
) -> None:
    recording = Recording.read(path)
    answer = send(client, recording, stage)
    if recording.expect["http"] == "4xx":
        assert answer.status_code == 401
        assert not InboxMessage.objects.exists()
        return
    assert answer.status_code == recording.expect["http"]
    drain()
    message = InboxMessage.objects.get()
    assert (message.state, message.cause) == ("processed", "")
    for expected in recording.expect["anymail_events"]:
        EFFECTS[expected["kind"]](expected, message)

    again = send(client, recording, stage)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    drain()
    assert InboxMessage.objects.count() == 1


def _tracking(expected: dict[str, Any], message: InboxMessage) -> None:
    [told] = message.effect_detail["events"]
    for name in ("event_type", "message_id", "reject_reason"):
        assert told[name] == expected[name]
    stopped = find_suppression(expected["recipient"])
    causes = {"bounced": "bounced", "complained": "complained"}
    assert (stopped.cause if stopped else None) == causes.get(expected["event_type"])
    assert told["outcome"] == "noted"
    receipt = Receipt.objects.get()
    assert receipt.kind == expected["event_type"]
    assert receipt.sending.provider_id == expected["message_id"]


def _inbound(expected: dict[str, Any], message: InboxMessage) -> None:
    reply = Reply.objects.get(public_id=message.effect_object_id)
    assert reply.address in expected["from"]
    assert reply.subject == expected["subject"]
    assert reply.text == (expected["stripped_text"] or expected["text"]).strip()
    assert reply.provider_id == expected["message_id"]


EFFECTS = {"tracking": _tracking, "inbound": _inbound}


def test_recordings_of_one_provider_do_not_pass_for_each_other(
    client: Client, scope: Merchant, stage: Stage, drain: Drain
) -> None:
    # Amazon's samples share one MessageId, and two of Mailgun's one token. What stands in both
    # folders is one recording.
    read = {path.read_bytes(): Recording.read(path) for path in RECORDED}
    valid = [one for one in read.values() if one.expect["http"] == 200]
    for recording in valid:
        assert send(client, recording, stage).json() == {"stored": True, "duplicate": False}
    assert InboxMessage.objects.count() == len(valid)


@pytest.mark.parametrize(
    "headers",
    [{"authorization": ""}, proof("postexp:wrong"), {"authorization": "Bearer x"}],
)
def test_without_the_password_nothing_is_kept(
    client: Client, scope: Merchant, headers: dict[str, str]
) -> None:
    make_sent(provider_id="883953f4")
    answer = post(client, "postmark/tracking", postmark(), **headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")
    assert not InboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("pigeon/tracking", b"{}", 404),
        ("resend/inbound", b"{}", 404),
        ("postmark/tracking", b"not json", 422),
        ("postmark/tracking", b"[]", 422),
        ("postmark/tracking", b'{"RecordType": "Delivery", "DeliveredAt": 7}', 422),
        ("mailgun/tracking", b"not json", 401),
        ("mailgun/tracking", b"[]", 400),
        ("amazon_ses/tracking", b"not json", 400),
        ("postmark/tracking/mer_nobody", json.dumps(postmark()).encode(), 404),
    ],
)
def test_what_is_no_request_of_a_provider_is_refused(
    client: Client, db: None, path: str, body: bytes, status: int
) -> None:
    assert post(client, path, body).status_code == status


def test_the_address_of_the_other_kind_is_told(client: Client, db: None) -> None:
    answer = post(client, "postmark/tracking", {"FromFull": {"Email": "a@x.example"}})
    assert answer.status_code == 422
    assert "inbound" in answer.json()["error"]


def test_a_provider_that_is_not_set_up(client: Client, db: None, settings: Any) -> None:
    settings.ANYMAIL = {}
    assert post(client, "postal/tracking", {}).status_code == 503


def test_providers_look_whether_an_address_is_there(client: Client, db: None) -> None:
    assert client.head("/webhooks/mail/mandrill/tracking/").status_code == 200
    assert client.get("/webhooks/mail/mandrill/tracking/").status_code == 405


def test_a_body_too_large_is_not_read(client: Client, db: None) -> None:
    answer = post(client, "postmark/inbound", b"{}", **{"content-length": str(9 * 1024 * 1024)})
    assert answer.status_code == 413


def test_a_receipt_finds_its_message_by_the_providers_id(
    client: Client, scope: Merchant, other_merchant: Merchant, drain: Drain
) -> None:
    message = make_sent(provider_id="883953f4")
    assert post(client, "postmark/tracking", postmark()).json()["stored"]
    drain()
    assert Receipt.objects.get().kind == "delivered"
    told = InboxMessage.objects.get()
    assert (told.topic, told.effect_kind) == ("postmark/tracking/delivered", "mail_receipt")
    assert "authorization" not in told.headers
    assert Receipt.objects.get().sending.message == message
    with merchant_scope(other_merchant.pk):
        assert not InboxMessage.objects.exists()


def test_or_by_ours_though_it_came_before_the_answer(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    message = make_sent()
    told = postmark(Metadata={"message_id": message.public_id, "merchant_id": "9999"})
    assert post(client, "postmark/tracking", told).json()["stored"]
    drain()
    assert Receipt.objects.get().sending.message == message
    assert InboxMessage.objects.get().effect_object_id == message.public_id


def handing_over(address: str = "hana@example.jp") -> Message:
    """Return a message that the provider is being given; its answer is not here yet."""
    message = make_sent(address)
    Sending.objects.filter(message=message).update(state=SendingState.SENDING, ended_at=None)
    Message.objects.filter(pk=message.pk).update(state=State.PLANNED, settled_at=None)
    return message


def named(message: Message, provider_id: str) -> None:
    """The answer came, and names a message."""
    Sending.objects.filter(message=message).update(
        state=SendingState.ACCEPTED, provider_id=provider_id
    )
    Message.objects.filter(pk=message.pk).update(state=State.SENT, settled_at=clock.now())


def test_a_receipt_that_overtakes_the_answer_waits_for_it(
    client: Client, scope: Merchant, owner: User, other_merchant: Merchant, drain: Drain
) -> None:
    message = handing_over()
    told = postmark(Recipient="Hana@example.jp")
    assert post(client, "postmark/tracking", told).json()["stored"]
    drain()
    waiting = InboxMessage.objects.get()
    assert (waiting.state, waiting.attempts, waiting.next_step) == ("received", 0, "")
    assert "may be about that one" in waiting.cause
    assert not Receipt.objects.exists()
    client.force_login(owner)
    listed = client.get("/d/komorebi/events/requests/", headers={"accept-language": "ja"})
    assert "送信サービスへ渡している途中" in listed.content.decode()
    named(message, "883953f4")
    inbox.drain(at=clock.now() + timedelta(minutes=2))
    assert Receipt.objects.get().sending.message == message
    assert InboxMessage.objects.get().cause == ""
    with merchant_scope(other_merchant.pk):
        assert not InboxMessage.objects.exists()


def test_so_does_a_bounce_of_a_customers_address(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    Customer.objects.create(email="hana@example.jp", created_at=clock.now())
    message = handing_over()
    post(client, "postmark/tracking", bounced())
    drain()
    named(message, "883953f4")
    inbox.drain(at=clock.now() + timedelta(minutes=2))
    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "undelivered")


def test_what_was_about_another_mail_waits_no_longer_than_it_takes(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    handing_over()
    post(client, "postmark/tracking", postmark())
    drain()
    inbox.drain(at=clock.now() + timedelta(minutes=11))
    assert InboxMessage.objects.get().effect_kind == "ignored"
    assert not Receipt.objects.exists()


def test_a_bounce_stops_the_address_in_that_shop_alone(
    client: Client, scope: Merchant, other_merchant: Merchant, drain: Drain
) -> None:
    message = make_sent(provider_id="883953f4")
    post(client, "postmark/tracking", bounced())
    drain()
    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "undelivered")
    assert Suppression.objects.get().cause == "bounced"
    with merchant_scope(other_merchant.pk):
        assert find_suppression("hana@example.jp") is None


@pytest.mark.parametrize("kind", ["SoftBounce", "Transient", "DnsError"])
def test_what_may_get_through_later_stops_nothing(
    client: Client, scope: Merchant, drain: Drain, kind: str
) -> None:
    make_sent(provider_id="883953f4")
    post(client, "postmark/tracking", bounced(Type=kind))
    drain()
    assert Receipt.objects.get().kind in ("failed", "deferred")
    assert not Suppression.objects.exists()


def test_a_dead_address_is_every_shops_that_knows_it(
    client: Client, scope: Merchant, other_merchant: Merchant, drain: Drain
) -> None:
    for shop in (scope, other_merchant):
        with merchant_scope(shop.pk):
            Customer.objects.create(email="hana@example.jp", created_at=clock.now())
    post(client, "postmark/tracking", bounced("Hana@Example.jp", MessageID="unknown"))
    drain()
    for shop in (scope, other_merchant):
        with merchant_scope(shop.pk):
            assert find_suppression("hana@example.jp") is not None
            [told] = InboxMessage.objects.get().effect_detail["events"]
            assert told["outcome"] == "address stopped"


def test_what_is_about_no_shop_is_answered_and_not_kept(client: Client, scope: Merchant) -> None:
    answer = post(client, "postmark/tracking", bounced("staff@shop.example"))
    assert (answer.status_code, answer.json()["stored"]) == (200, False)
    assert not InboxMessage.every_merchant.exists()


def test_shops_are_told_of_their_own_mails_alone(
    client: Client, scope: Merchant, other_merchant: Merchant, drain: Drain
) -> None:
    make_sent("hana@example.jp", provider_id="one")
    with merchant_scope(other_merchant.pk):
        make_sent("john@example.com", provider_id="two")
    both = [
        {"event": "sent", "time": 1, "email": address, "Message_GUID": guid, "MessageID": 1}
        for address, guid in (("hana@example.jp", "one"), ("john@example.com", "two"))
    ]
    told = [{**row, "MessageID": guid} for row, guid in zip(both, ("one", "two"), strict=True)]
    assert post(client, "mailjet/tracking", told).json()["stored"]
    drain()
    for shop, foreign in ((scope, b"john@"), (other_merchant, b"hana@")):
        with merchant_scope(shop.pk):
            message = InboxMessage.objects.get()
            assert foreign not in bytes(message.body)
            assert Receipt.objects.get().kind == "delivered"
    again = post(client, "mailjet/tracking", told).json()
    assert again == {"stored": True, "duplicate": True}


def test_an_event_that_changes_nothing_says_so(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    make_sent(provider_id="883953f4")
    post(client, "postmark/tracking", postmark("SubscriptionChange", SuppressSending=False))
    drain()
    message = InboxMessage.objects.get()
    assert message.effect_kind == "ignored"
    assert "nothing to do" in message.effect_detail["reason"]


def test_a_reader_that_changed_meanwhile_says_what_is_wrong(
    client: Client, scope: Merchant, drain: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_sent(provider_id="883953f4")
    post(client, "postmark/tracking", postmark())

    def refuse(*_: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(providers, "read_events", refuse)
    drain()
    message = InboxMessage.objects.get()
    assert (message.state, "odd" in message.cause) == ("failed", True)
    monkeypatch.undo()
    inbox.replay(message, at=clock.now())
    drain()
    message.refresh_from_db()
    assert message.state == "processed"


def test_an_answer_belongs_to_the_shop_whose_message_it_answers(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    message = make_sent("hana@example.jp")
    headers = [
        {"Name": "Message-ID", "Value": "<abc@example.jp>"},
        {"Name": "In-Reply-To", "Value": f"<{message.public_id}@mail.example>"},
    ]
    assert post(client, "postmark/inbound", letter(Headers=headers)).json()["stored"]
    drain()
    reply = Reply.objects.get()
    assert (reply.address, reply.text) == ("hana@example.jp", "ありがとう")
    assert Receipt.objects.get().kind == "replied"
    [told] = InboxMessage.objects.get().effect_detail["mails"]
    assert told["answers"] == [message.public_id]


def test_also_where_the_provider_gave_it_an_id_of_its_own(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    make_sent("hana@example.jp", provider_id="0100abc-1")
    headers = [{"Name": "References", "Value": "<0100abc-1@email.amazonses.com>"}]
    assert post(client, "postmark/inbound", letter(Headers=headers)).json()["stored"]
    drain()
    assert Receipt.objects.get().kind == "replied"
    assert Reply.objects.count() == 1


def test_a_mail_belongs_to_the_shop_it_was_sent_to(
    client: Client, scope: Merchant, other_merchant: Merchant, drain: Drain
) -> None:
    scope.support_email = "help@shop.example"
    scope.save()
    assert post(client, "postmark/inbound", letter()).json()["stored"]
    drain()
    assert Reply.objects.count() == 1
    # Another shop claims the address; then nobody knows whose it is, until one has proven it.
    other_merchant.support_email = "help@shop.example"
    other_merchant.save()
    again = letter(Headers=[{"Name": "Message-ID", "Value": "<2@example.jp>"}])
    assert not post(client, "postmark/inbound", again).json()["stored"]
    SenderIdentity.objects.create(from_address="help@shop.example", usable=True)
    assert post(client, "postmark/inbound", again).json()["stored"]
    with merchant_scope(other_merchant.pk):
        assert not InboxMessage.objects.exists()


def test_or_to_the_one_shop_that_knows_its_writer(
    client: Client, scope: Merchant, other_merchant: Merchant, drain: Drain
) -> None:
    Customer.objects.create(email="hana@example.jp", created_at=clock.now())
    assert post(client, "postmark/inbound", letter()).json()["stored"]
    with merchant_scope(other_merchant.pk):
        Customer.objects.create(email="hana@example.jp", created_at=clock.now())
    again = letter(Headers=[{"Name": "Message-ID", "Value": "<2@example.jp>"}])
    assert not post(client, "postmark/inbound", again).json()["stored"]


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"Headers": [{"Name": "Auto-Submitted", "Value": "auto-replied"}]}, "automatic"),
        ({"Headers": [{"Name": "X-Spam-Status", "Value": "Yes"}]}, "spam"),
        ({"TextBody": "", "StrippedTextReply": "", "Subject": ""}, "empty"),
    ],
)
def test_what_nobody_wrote_is_no_reply(
    client: Client, scope: Merchant, drain: Drain, told: dict[str, Any], outcome: str
) -> None:
    path = f"postmark/inbound/{scope.public_id}"
    assert post(client, path, letter(**told)).json()["stored"]
    drain()
    message = InboxMessage.objects.get()
    assert message.effect_kind == "ignored"
    assert message.effect_detail["mails"][0]["outcome"] == outcome
    assert not Reply.objects.exists()


def confirmation(url: str) -> tuple[dict[str, Any], dict[str, str]]:
    told = {"Type": "SubscriptionConfirmation", "MessageId": "1", "SubscribeURL": url}
    return told, {
        "x-amz-sns-message-type": "SubscriptionConfirmation",
        "x-amz-sns-message-id": "1",
    }


def test_a_topic_of_amazons_is_confirmed(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        opened.append(str(request.url))
        return httpx.Response(200)

    monkeypatch.setattr(
        sns, "checked_client", lambda: httpx.Client(transport=httpx.MockTransport(answer))
    )
    url = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    told, headers = confirmation(url)
    assert post(client, "amazon_ses/tracking", told, **headers).status_code == 200
    assert opened == [url]
    for elsewhere in ("https://sns.evil.example/", "http://sns.eu-west-1.amazonaws.com/"):
        told, headers = confirmation(elsewhere)
        assert post(client, "amazon_ses/tracking", told, **headers).status_code == 422
    assert len(opened) == 1


def test_a_topic_that_cannot_be_confirmed_is_asked_again(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down")

    monkeypatch.setattr(
        sns, "checked_client", lambda: httpx.Client(transport=httpx.MockTransport(fail))
    )
    told, headers = confirmation("https://sns.eu-west-1.amazonaws.com/")
    assert post(client, "amazon_ses/tracking", told, **headers).status_code == 422


def test_a_recording_of_a_kind_its_provider_does_not_send(scope: Merchant, stage: Stage) -> None:
    recording = Recording.read(RECORDED[0])
    odd = Recording(**{**vars(recording), "topic": "pigeons"})
    with pytest.raises(NotARecording, match="pigeons"):
        prepare(odd, stage)


def test_messages_stay_as_they_are_under_a_second_delivery(
    client: Client, scope: Merchant, drain: Drain
) -> None:
    make_sent(provider_id="883953f4")
    for told in (bounced(), bounced()):
        post(client, "postmark/tracking", told)
        drain()
    assert (Receipt.objects.count(), Message.objects.count()) == (1, 1)
