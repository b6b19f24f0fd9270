"""The command that runs the made-up Twilio says what to connect with, and obeys its lines."""

import io
import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from integrations.management.commands import fake_twilio
from integrations.management.commands.fake_twilio import NUMBER, Command
from integrations.models import Connection
from integrations.twilio.fake.account import Call, FakeAccount
from integrations.twilio.outbound import TwilioSms
from notifications.models import Reply
from tests.integrations.twilio.conftest import SHOPPER, outgoing


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def command(said: io.StringIO) -> Command:
    return Command(stdout=said, stderr=said)


def test_it_says_what_to_connect_with(
    command: Command, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: Iterator[str] = iter(["hello"])
    monkeypatch.setattr("builtins.input", lambda: next(lines, None) or _end())
    command.handle(port=0)
    words = said.getvalue()
    assert "POSTEXP_TWILIO_URL=http://127.0.0.1:" in words
    assert "Messaging Service: MG" in words
    assert "no number with words" in words
    assert words.endswith("Stopped.\n")


def _end() -> str:
    raise EOFError


def test_lines_let_shoppers_write(
    command: Command,
    said: io.StringIO,
    account: FakeAccount,
    connected: Connection,
    post: Callable[[Call], Any],
    monkeypatch: pytest.MonkeyPatch,
    drain: Callable[[], None],
) -> None:
    def carried(url: str, **sent: Any) -> httpx.Response:
        call = heard[-1]
        assert (url, sent["content"]) == (call.url, call.body)
        answer = post(call)
        return httpx.Response(answer.status_code, content=answer.content)

    heard: list[Call] = []
    monkeypatch.setattr(httpx, "post", carried)
    account.listeners += [heard.append, command.post]
    command.obey(account, f"{SHOPPER} too early")
    command.obey(account, connected.public_id)
    command.obey(account, f"{SHOPPER} 停止")
    command.obey(account, "")
    drain()
    assert Reply.objects.get().text == "停止"
    assert "no number with words" in said.getvalue()
    assert "incoming: HTTP 200" in said.getvalue()
    assert f"To {SHOPPER}: こもれび" in said.getvalue()


def test_what_is_sent_is_shown_and_reported(
    command: Command,
    said: io.StringIO,
    account: FakeAccount,
    connected: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fake_twilio, "ON_ITS_WAY_SECONDS", 0.0)
    states: queue.SimpleQueue[str] = queue.SimpleQueue()
    account.listeners.append(lambda call: states.put(call.fields["MessageStatus"]))
    sent: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=command.carry, args=(account, sent), daemon=True).start()
    sent.put(TwilioSms().send(outgoing()).provider_id)
    assert [states.get(timeout=5), states.get(timeout=5)] == ["sent", "delivered"]
    sent.put(TwilioSms().send(outgoing("+819000030003")).provider_id)
    assert [states.get(timeout=5), states.get(timeout=5)] == ["sent", "undelivered"]
    assert f"To {SHOPPER}: On its way" in said.getvalue()


def test_a_receiver_that_is_down_is_told_of(command: Command, said: io.StringIO) -> None:
    command.post(Call(url="http://127.0.0.1:1/", fields={"From": NUMBER}, token="t"))
    assert "does not answer" in said.getvalue()
