"""When a webhook is tried again, when not, and how it is signed."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from integrations.outgoing import rules

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def wait_after(attempts: int, *, retry_after: str = "", chance: float = 0) -> timedelta | None:
    verdict = rules.judge(
        status=503, retry_after=retry_after, attempts=attempts, at=AT, chance=chance
    )
    return verdict.again_at - AT if verdict.again_at else None


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_delivered(status: int) -> None:
    assert rules.judge(
        status=status, retry_after="9", attempts=1, at=AT, chance=0
    ) == rules.Verdict(delivered=True)


@pytest.mark.parametrize("status", [None, 100, 301, 302, 400, 404, 429, 500, 503])
def test_anything_else_is_tried_again(status: int | None) -> None:
    verdict = rules.judge(status=status, retry_after="", attempts=1, at=AT, chance=0)
    assert verdict == rules.Verdict(again_at=AT + timedelta(seconds=5))


def test_tries_go_on_for_72_hours_at_least_whatever_the_jitter() -> None:
    waits = [wait_after(attempts) for attempts in range(1, rules.MOST_ATTEMPTS + 1)]
    assert waits[-1] is None
    assert sum((wait for wait in waits if wait), timedelta()) >= timedelta(hours=72)
    jittered = wait_after(3, chance=1)
    assert jittered is not None
    assert jittered > timedelta(minutes=30)


def test_gone_is_gone() -> None:
    assert rules.judge(status=410, retry_after="", attempts=1, at=AT, chance=0) == rules.Verdict(
        gone=True
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Sat, 21 Nov 2026 03:10:00 GMT", 600),
        ("999999999999", 86400),
        ("Sat, 21 Nov 2020 03:10:00 GMT", 5),
        ("soon", 5),
        ("-7", 5),
        ("1", 5),
        ("", 5),
    ],
)
def test_a_longer_wait_the_receiver_asks_for_is_kept(header: str, seconds: int) -> None:
    assert wait_after(1, retry_after=header) == timedelta(seconds=seconds)


def test_the_standard_library_of_receivers_accepts_every_signature() -> None:
    old, new = rules.write_secret(b"o" * 32), rules.write_secret(b"n" * 32)
    now = datetime.now(UTC)
    headers = rules.sign(message_id="evt_1", at=now, body=b'{"a":1}', secrets=[new, old])
    for secret in (old, new):
        assert Webhook(secret).verify('{"a":1}', headers) == {"a": 1}
    assert len(headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize(
    ("url", "may_be"),
    [
        ("https://example.com/hooks?x=1", True),
        ("https://example.com:8443", True),
        ("http://example.com/", False),
        ("https://user:pass@example.com/", False),
        ("https://", False),
        ("https://example.com/#part", False),
        ("https://example.com:port/", False),
        ("https://[::1", False),
        ("https://exa mple.com/", False),
        ("ftp://example.com/", False),
    ],
)
def test_what_can_be_an_endpoint(url: str, may_be: bool) -> None:
    assert rules.is_endpoint(url, https_only=True) is may_be
