"""What LINE answers is told apart, and a push happens once per key."""

import pytest

from integrations.line.bubbles import Button, bubble
from integrations.line.client import LineClient
from integrations.line.errors import (
    Busy,
    LineError,
    NotAllowed,
    QuotaUsedUp,
    Refused,
    TokenRefused,
    Unanswered,
)
from integrations.line.fake.account import FakeAccount
from integrations.line.fake.server import FakeLine

KEY = "123e4567-e89b-12d3-a456-426614174000"
OTHER = "123e4567-e89b-12d3-a456-426614174001"
HELLO = [{"type": "text", "text": "こんにちは"}]


@pytest.fixture
def user(account: FakeAccount) -> str:
    return account.befriend("花").user


def push(account: FakeAccount, to: str, key: str = KEY) -> str:
    with LineClient(account.token) as client:
        return client.push(to, HELLO, key=key)


def test_a_push_happens_once_per_key(account: FakeAccount, user: str) -> None:
    first = push(account, user)
    assert first
    assert push(account, user) == first, "taken before, and called the same"
    assert account.friends[user].received == HELLO
    assert push(account, user, OTHER) != first
    assert (len(account.friends[user].received), account.used) == (2, 2)


def test_a_push_that_was_not_answered_is_asked_again(account: FakeAccount, user: str) -> None:
    account.faults += ["done_then_silent", "silent", "broken"]
    for _ in range(3):
        with pytest.raises(Unanswered):
            push(account, user)
    assert push(account, user)
    assert account.friends[user].received == HELLO


def test_a_key_is_forgotten_after_a_day(account: FakeAccount, user: str) -> None:
    push(account, user)
    now = account.now()
    account.now = lambda: now + 24 * 3600 + 1
    push(account, user)
    assert len(account.friends[user].received) == 2


def test_the_request_of_a_taken_push_stands_in_where_its_messages_are_not_told(
    account: FakeAccount, user: str
) -> None:
    push(account, user)
    made_at, request_id, _ = account.pushed[KEY]
    account.pushed[KEY] = (made_at, request_id, [])
    assert push(account, user) == request_id


def test_failures_have_names(account: FakeAccount, user: str) -> None:
    account.faults += ["busy", "forbidden"]
    with pytest.raises(Busy):
        push(account, user)
    with pytest.raises(NotAllowed, match="not available"):
        push(account, user)
    with pytest.raises(Refused, match="Failed to send messages"):
        push(account, f"U{'0' * 32}")
    with pytest.raises(Refused, match="'to'"):
        push(account, "nobody")
    account.quota = 0
    with pytest.raises(QuotaUsedUp):
        push(account, user)
    with LineClient("another") as client, pytest.raises(TokenRefused):
        client.get("info")
    with LineClient(account.token) as client, pytest.raises(Refused, match="May not be empty"):
        client.push(user, [{"type": "text", "text": ""}], key=OTHER)


def test_what_is_no_answer_is_told(account: FakeAccount, fake: FakeLine) -> None:
    with LineClient(account.token) as client, pytest.raises(Refused, match="Not found"):
        client.get("nowhere")
    account.faults.append("silent")
    with LineClient(account.token) as client, pytest.raises(LineError):
        client.post("message/reply")


def test_a_bubble_is_one_that_line_takes(account: FakeAccount) -> None:
    made = bubble(
        title="あ" * 500,
        words="い" * 6000,
        colour="#0b7a3b",
        button=Button(
            label="とても長いボタンの名前は二十文字までにします", url="https://a.example/"
        ),
        aside=Button(label="Stop", url="https://a.example/stop"),
    )
    with LineClient(account.token) as client:
        assert client.post("message/validate/push", {"messages": [made]}) == {}
    assert len(made["altText"]) == 400
    plain = bubble(title="Hi", words="", colour="#000000")
    assert "footer" not in plain["contents"]
