"""The shop's own system brings messages: connected, sent to, and told apart when it fails."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.test import Client
from standardwebhooks import Webhook

from commerce.models import Merchant, User
from integrations.connections import find_api
from integrations.messages.access import connect_system, send_test
from integrations.messages.outbound import OwnSystemChannel
from integrations.models import Connection
from notifications.enums import Medium
from notifications.ports import Outgoing, PermanentFailure, TemporaryFailure, find_channel
from postexp.kernel import clock

PAGE = "/d/komorebi/settings/connections/"
MESSAGE = Outgoing(
    message_id="msg_4XkT9aGm2Qw7Zr8Bc5Nd6Ef",
    merchant_id=7,
    key="postexp-12-notifications.send",
    kind="shipment.shipped",
    klass="transactional",
    to="",
    locale="ja",
    subject="発送しました",
    html="<p>発送しました</p>",
    text="発送しました\n",
    short="発送しました https://track.example/t/1",
    sender_name="森の道具店",
    reply_to="",
    link="https://track.example/t/1",
    facts={"order": {"number": "W-1"}},
)


class System:
    """A system that answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.answers: deque[tuple[int, bytes, dict[str, str]]] = deque()
        self.got: list[tuple[dict[str, str], bytes]] = []
        handler = type("Handler", (_Handler,), {"system": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/messages"


class _Handler(BaseHTTPRequestHandler):
    system: ClassVar[System]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.system.got.append((headers, body))
        status, told, more = (
            self.system.answers.popleft() if self.system.answers else (204, b"", {})
        )
        if not status:
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(told)), **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def system(settings: Any) -> Iterator[System]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    made = System()
    thread = Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def connection(scope: Merchant, owner: User, system: System) -> Connection:
    return connect_system(
        merchant=scope, url=system.url, secret="", renew=False, by=owner, at=clock.now()
    )


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def test_without_a_connection_it_carries_nothing(scope: Merchant) -> None:
    channel = find_channel(Medium.WEBHOOK)
    assert isinstance(channel, OwnSystemChannel)
    assert channel.honours_keys
    assert not channel.is_ready()
    with pytest.raises(PermanentFailure):
        channel.send(MESSAGE)


def test_a_message_is_handed_over_signed(connection: Connection, system: System) -> None:
    channel = OwnSystemChannel()
    assert channel.is_ready()
    system.answers.append((202, b'{"id": "push-1"}', {}))
    assert channel.send(MESSAGE).provider_id == "push-1"
    [(headers, body)] = system.got
    assert headers["webhook-id"] == MESSAGE.key
    told = Webhook(connection.secret).verify(body, headers)
    assert told == {
        "type": "message",
        "data": {
            "id": MESSAGE.message_id,
            "kind": "shipment.shipped",
            "klass": "transactional",
            "locale": "ja",
            "sender_name": "森の道具店",
            "subject": "発送しました",
            "text": "発送しました\n",
            "short": "発送しました https://track.example/t/1",
            "html": "<p>発送しました</p>",
            "link": "https://track.example/t/1",
            "unsubscribe": None,
            "facts": {"order": {"number": "W-1"}},
        },
    }


def test_a_second_try_is_the_same_to_the_letter(connection: Connection, system: System) -> None:
    system.answers.append((503, b"", {}))
    with pytest.raises(TemporaryFailure):
        OwnSystemChannel().send(MESSAGE)
    OwnSystemChannel().send(MESSAGE)
    (first, one), (second, other) = system.got
    assert one == other
    assert first["webhook-id"] == second["webhook-id"]


@pytest.mark.parametrize(
    ("answer", "failure", "wait"),
    [
        ((410, b"", {}), PermanentFailure, None),
        ((400, b"no such customer", {}), PermanentFailure, None),
        ((302, b"", {"Location": "http://10.0.0.1/"}), PermanentFailure, None),
        ((429, b"", {"Retry-After": "7"}), TemporaryFailure, 7.0),
        ((408, b"", {}), TemporaryFailure, 0.0),
        ((500, b"", {}), TemporaryFailure, 0.0),
        ((0, b"", {}), TemporaryFailure, 0.0),
    ],
)
def test_an_answer_is_taken_at_its_word(
    connection: Connection,
    system: System,
    answer: tuple[int, bytes, dict[str, str]],
    failure: type[Exception],
    wait: float | None,
) -> None:
    system.answers.append(answer)
    with pytest.raises(failure) as caught:
        OwnSystemChannel().send(MESSAGE)
    if wait is not None:
        assert caught.value.retry_after == wait  # type: ignore[attr-defined]


@pytest.mark.parametrize("told", [b"", b"not json", b"[1]", b'{"id": 7}', b'{"id": null}'])
def test_it_needs_no_number_of_its_own(connection: Connection, system: System, told: bytes) -> None:
    system.answers.append((200, told, {}))
    assert OwnSystemChannel().send(MESSAGE).provider_id == ""


def test_private_addresses_are_never_sent_to(
    connection: Connection, system: System, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    with pytest.raises(PermanentFailure):
        OwnSystemChannel().send(MESSAGE)
    send_test(connection, at=clock.now())
    assert connection.problem == "NotPublic"
    assert system.got == []


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    connection: Connection, system: System, scope: Merchant, owner: User
) -> None:
    old = connection.secret
    connect = {"merchant": scope, "url": system.url, "secret": "", "by": owner}
    kept = connect_system(**connect, renew=False, at=clock.now())
    assert kept.secret == old
    renewed = connect_system(**connect, renew=True, at=clock.now())
    assert renewed.secret != old
    OwnSystemChannel().send(MESSAGE)
    headers, body = system.got[-1]
    for secret in (old, renewed.secret):
        Webhook(secret).verify(body, headers)
    renewed.rotated_at = clock.now() - timedelta(days=2)
    renewed.save()
    OwnSystemChannel().send(MESSAGE)
    assert len(system.got[-1][0]["webhook-signature"].split()) == 1


def test_it_is_connected_on_the_page_and_tried(
    staff: Client, scope: Merchant, system: System
) -> None:
    typed = {"messages-url": system.url}
    page = staff.post(f"{PAGE}messages/connect/", typed, follow=True).content.decode()
    connection = Connection.objects.get()
    assert (connection.client_id, connection.problem) == (system.url, "")
    assert system.url in page
    assert connection.secret in page
    assert json.loads(system.got[0][1])["type"] == "message.test"

    system.answers.append((500, b"", {}))
    path = f"{PAGE}{connection.public_id}/check/"
    page = staff.post(path, follow=True).content.decode()
    assert "Your system answered 500." in page
    system.answers.append((500, b"", {}))
    page = staff.post(f"{PAGE}messages/connect/", typed, follow=True).content.decode()
    assert "your system did not take the test message" in page
    assert "Connected: " not in page
    page = staff.post(path, follow=True).content.decode()
    assert "Your system answered 500." not in page

    staff.post(f"{PAGE}{connection.public_id}/end/")
    assert find_api("messages") is None
    connection.refresh_from_db()
    assert (connection.secret, connection.client_id) == ("", "")
    assert staff.get(PAGE).status_code == 200
    assert staff.post(path).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"url": "http://example.com/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://localhost/"}, "url"),
        ({"url": "nothing"}, "url"),
        ({"url": "https://example.com/", "secret": "short"}, "secret"),
    ],
)
def test_what_cannot_be_sent_to_is_refused(
    staff: Client, scope: Merchant, typed: dict[str, str], field: str
) -> None:
    answer = staff.post(
        f"{PAGE}messages/connect/", {f"messages-{name}": told for name, told in typed.items()}
    )
    assert answer.status_code == 422
    form = next(
        one["form"]
        for one in answer.context["groups"][2]["services"]
        if one["service"] == "messages"
    )
    assert list(form.errors) == [field]
    assert not Connection.objects.exists()
