"""LINE's webhooks: recorded ones end as labelled, each event is taken in exactly once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.connections import connect
from integrations.line.fake.account import FakeAccount, Friend
from integrations.line.webhooks import is_signed, signature_of
from integrations.models import Connection, Service
from integrations.reception import LARGEST_BODY
from integrations.recorded import Recording, Stage, prepare
from notifications.models import Contact, Reply
from postexp.kernel import clock
from postexp.kernel.models import InboxMessage
from tests.integrations.line.conftest import deliver
from tests.samples import recordings

RECORDED = recordings("line")
SECRET = "0123456789abcdef0123456789abcdef"


def send(client: Client, recording: Recording, stage: Stage) -> Any:
    delivery = prepare(recording, stage)
    return client.post(
        delivery.path,
        data=recording.body,
        content_type=recording.content_type,
        headers=dict(delivery.headers),
    )


@pytest.fixture
def stage(merchant: Merchant) -> Stage:
    return Stage.set_up(at=clock.now())


def test_there_are_recordings() -> None:
    assert len({path.name for path in RECORDED}) >= 10


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_request_ends_as_it_should(
    path: Path, client: Client, scope: Merchant, stage: Stage, drain: Callable[[], None]
) -> None:
    recording = Recording.read(path)
    answer = send(client, recording, stage)
    if recording.expect["http"] == "4xx":
        assert answer.status_code == 401
        assert InboxMessage.objects.count() == 0
        return
    assert answer.status_code == recording.expect["http"]
    assert answer.json() == {"stored": True, "duplicate": False}
    drain()
    messages = list(InboxMessage.objects.order_by("id"))
    assert {(one.state, one.cause) for one in messages} == {("processed", "")}
    EFFECTS[recording.topic](messages)
    replies = Reply.objects.count()

    again = send(client, recording, stage)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    drain()
    assert InboxMessage.objects.count() == len(messages)
    assert Reply.objects.count() == replies


def _linked(messages: list[InboxMessage]) -> None:
    contact = Contact.objects.get()
    assert contact.address == "U206d25c2ea6bd87c17655609a1c37cb8"
    assert messages[0].effect_object_id == contact.customer_id


def _replied(messages: list[InboxMessage]) -> None:
    replies = {reply.public_id: reply for reply in Reply.objects.all()}
    assert set(replies) == {one.effect_object_id for one in messages}
    assert all(reply.text for reply in replies.values())


def _both_replied(messages: list[InboxMessage]) -> None:
    _replied(messages)
    texts = [Reply.objects.get(public_id=one.effect_object_id).text for one in messages]
    assert texts == ["Hello, world", "[LINEのスタンプ] Just sticker"]


def _state(state: str) -> Callable[[list[InboxMessage]], None]:
    def check(messages: list[InboxMessage]) -> None:
        (message,) = messages
        assert (message.effect_kind, message.effect_detail["state"]) == ("contact", state)

    return check


def _left(messages: list[InboxMessage]) -> None:
    _state("unreachable")(messages)
    assert Contact.objects.get().unreachable_at is not None


def _taken_back(messages: list[InboxMessage]) -> None:
    reply = Reply.objects.get()
    assert reply.withdrawn_at is not None
    assert reply.text == ""


def _kind(kind: str) -> Callable[[list[InboxMessage]], None]:
    def check(messages: list[InboxMessage]) -> None:
        assert [one.effect_kind for one in messages] == [kind]

    return check


EFFECTS: dict[str, Callable[[list[InboxMessage]], None]] = {
    "accountLink": _linked,
    "message": _replied,
    "message,message": _both_replied,
    "follow": _state("reachable"),
    "unfollow": _left,
    "unsend": _taken_back,
    "postback": _kind("ignored"),
    "verify": _kind("verified"),
}


def test_the_signature_is_of_the_raw_body() -> None:
    recording = Recording.read(next(one for one in RECORDED if one.stem == "text_user"))
    signature = recording.headers["x-line-signature"]
    assert signature_of(recording.body, recording.secret) == signature
    assert is_signed(recording.body, signature, recording.secret)
    assert not is_signed(recording.body + b" ", signature, recording.secret)
    assert not is_signed(recording.body, signature, "another")
    assert not is_signed(recording.body, "", recording.secret)
    assert not is_signed(recording.body, "é\ud800", recording.secret)


@pytest.fixture
def connection(scope: Merchant) -> Connection:
    return connect(service=Service.LINE, account="U1", secret=SECRET, at=clock.now())


def event(topic: str, key: str = "", **more: Any) -> dict[str, Any]:
    made = {
        "type": topic,
        "mode": "active",
        "timestamp": 1462629479859,
        "source": {"type": "user", "userId": "U1"},
        **more,
    }
    return {**made, "webhookEventId": key} if key else made


def body_with(*events: object) -> bytes:
    return json.dumps({"destination": "U1", "events": events}).encode()


def written(key: str, number: str) -> dict[str, Any]:
    return event("message", key, message={"id": number, "type": "text", "text": number})


def test_an_event_sent_again_among_others_is_taken_in_once(
    client: Client, connection: Connection, drain: Callable[[], None]
) -> None:
    first, second = written("01A", "1"), written("01B", "2")
    assert not deliver(client, connection, body_with(first), SECRET).json()["duplicate"]
    again = {**first, "deliveryContext": {"isRedelivery": True}}
    answer = deliver(client, connection, body_with(again, second), SECRET)
    assert answer.json() == {"stored": True, "duplicate": False}
    drain()
    assert sorted(Reply.objects.values_list("text", flat=True)) == ["1", "2"]
    assert InboxMessage.objects.count() == 2


def test_events_without_an_id_are_told_apart_by_their_place(
    client: Client, connection: Connection, drain: Callable[[], None]
) -> None:
    body = body_with(written("", "1"), written("", "2"))
    deliver(client, connection, body, SECRET)
    assert deliver(client, connection, body, SECRET).json()["duplicate"]
    drain()
    assert Reply.objects.count() == 2


def test_one_event_that_cannot_be_read_spoils_no_other(
    client: Client, connection: Connection, drain: Callable[[], None]
) -> None:
    bad = {**written("01BAD", "1"), "timestamp": "yesterday"}
    deliver(client, connection, body_with(bad, 5, written("01GOOD", "2")), SECRET)
    drain()
    assert InboxMessage.objects.get(provider_key="01BAD").state == "failed"
    assert InboxMessage.objects.get(provider_key="01GOOD").effect_kind == "reply"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"events": 5}', b'{"events": [5]}', b"{}"])
def test_what_cannot_be_read_is_kept_and_said(
    client: Client, connection: Connection, drain: Callable[[], None], body: bytes
) -> None:
    assert deliver(client, connection, body, SECRET).status_code == 200
    drain()
    message = InboxMessage.objects.get()
    assert (message.state, bytes(message.body)) == ("failed", body)


def test_strangers_forgeries_and_floods_leave_nothing(
    client: Client, connection: Connection
) -> None:
    body = body_with(written("01A", "1"))
    assert deliver(client, Connection(public_id="con_nobody"), body, SECRET).status_code == 401
    assert deliver(client, connection, body, "another").status_code == 401
    assert deliver(client, connection, b" " * (LARGEST_BODY + 1), SECRET).status_code == 413
    assert InboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"type": "image"}, "[Picture in LINE]"),
        ({"type": "video"}, "[Video in LINE]"),
        ({"type": "audio"}, "[Voice message in LINE]"),
        ({"type": "file", "fileName": "傷.pdf"}, "[File in LINE] 傷.pdf"),
        (
            {"type": "location", "title": "倉庫", "address": "東京都渋谷区"},
            "[Place in LINE] 倉庫 東京都渋谷区",
        ),
        ({"type": "sticker", "keywords": ["Love", "Heart"]}, "[Sticker in LINE] Love, Heart"),
        ({"type": "hologram"}, "[Message in LINE]"),
    ],
)
def test_staff_read_what_was_sent(
    client: Client,
    connection: Connection,
    scope: Merchant,
    drain: Callable[[], None],
    message: dict[str, Any],
    text: str,
) -> None:
    Merchant.objects.filter(pk=scope.pk).update(default_locale="en")
    sent = event("message", "01A", message={"id": "1", **message})
    deliver(client, connection, body_with(sent), SECRET)
    drain()
    assert Reply.objects.get().text == text


def test_topics_nobody_reads_are_ignored_aloud(
    client: Client, connection: Connection, drain: Callable[[], None]
) -> None:
    deliver(client, connection, body_with(event("beacon", "01A")), SECRET)
    gone = event("unsend", "01B", unsend={"messageId": "99"})
    deliver(client, connection, body_with(gone), SECRET)
    drain()
    beacon, unsend = InboxMessage.objects.order_by("id")
    assert "beacon" in beacon.effect_detail["reason"]
    assert (unsend.effect_kind, "not here" in unsend.effect_detail["reason"]) == ("ignored", True)


def test_what_comes_after_the_shop_left_has_no_effect(
    staff: Client,
    account: FakeAccount,
    hana: Friend,
    connected: Connection,
    told: Callable[..., Any],
) -> None:
    Connection.objects.update(ended_at=clock.now())
    Connection.objects.update(ended_at=None)
    told()
    assert InboxMessage.objects.get().effect_kind == "contact"
    staff.post(f"/d/komorebi/settings/connections/{connected.public_id}/end/")
    connected.refresh_from_db()
    assert (connected.secret, connected.access_token, connected.client_id) == ("", "", "")
    assert deliver(staff, connected, b"{}", account.secret).status_code == 401
