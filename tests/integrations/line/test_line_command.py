"""The command that runs the made-up LINE says what to connect with, and obeys its lines."""

import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from integrations.line.fake.account import FakeAccount
from integrations.line.fake.postman import Postman
from integrations.line.fake.server import FakeLine
from integrations.management.commands.fake_line import Command


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def command(said: io.StringIO) -> Command:
    return Command(stdout=said, stderr=said)


def test_lines_move_the_account_on(command: Command, said: io.StringIO) -> None:
    account = FakeAccount()
    for line in ("con_1", "add 花", "花: こんにちは", "block 花", "block nobody", ""):
        command.obey(account, line)
    assert account.endpoint.endswith("/webhooks/line/con_1/")
    assert [one["type"] for one in account.events] == ["follow", "message", "unfollow"]
    assert "nobody here" in said.getvalue()

    (friend,) = account.friends.values()
    bubble = {"type": "flex", "altText": "発送しました", "contents": {"type": "bubble"}}
    link = {"type": "button", "action": {"label": "くわしく", "uri": "https://a.example/"}}
    friend.received += [
        {"type": "text", "text": "はい"},
        {**bubble, "contents": {"type": "bubble", "footer": {"contents": [link]}}},
        bubble,
    ]
    command.obey(account, "chats")
    assert (
        "  はい\n  発送しました [くわしく] https://a.example/\n  発送しました\n" in said.getvalue()
    )


def test_it_says_what_to_connect_with(
    command: Command, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = iter(["chats"])
    monkeypatch.setattr("builtins.input", lambda: next(lines, None) or _end())
    command.handle(port=0, quota=5)
    words = said.getvalue()
    assert "POSTEXP_LINE_URL=http://127.0.0.1:" in words
    assert words.endswith("Stopped.\n")


def _end() -> str:
    raise EOFError


class _Door:
    """An address that takes nothing the first time."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def post(self, url: str, *, content: bytes, headers: dict[str, str]) -> httpx.Response:
        self.bodies.append(content)
        if len(self.bodies) == 1:
            raise httpx.ConnectError("closed")
        return httpx.Response(503 if len(self.bodies) == 2 else 200)

    def __enter__(self) -> "_Door":
        return self

    def __exit__(self, *_: object) -> None:
        return None


def test_what_was_not_taken_is_sent_again_and_says_so(
    monkeypatch: pytest.MonkeyPatch, wait_for: Callable[[Callable[[], Any]], None]
) -> None:
    door = _Door()
    monkeypatch.setattr("integrations.line.fake.postman.httpx.Client", lambda **_: door)
    account = FakeAccount(endpoint="http://127.0.0.1:9/")
    postman = Postman(account, waits=(0.0, 0.0))
    postman.start()
    account.befriend("花")
    wait_for(lambda: postman.delivered)
    assert [b'"isRedelivery":true' in body for body in door.bodies] == [False, True, True]


def test_quota_is_told() -> None:
    with FakeLine(FakeAccount(quota=3, used=1)) as fake:
        asked = {"Authorization": f"Bearer {fake.account.token}"}
        quota = httpx.get(f"{fake.url}/v2/bot/message/quota", headers=asked).json()
        used = httpx.get(f"{fake.url}/v2/bot/message/quota/consumption", headers=asked).json()
        assert (quota, used) == ({"type": "limited", "value": 3}, {"totalUsage": 1})
        dialog = httpx.get(f"{fake.url}/dialog/bot/accountLink?linkToken=x&nonce=y")
        assert dialog.status_code == 400
