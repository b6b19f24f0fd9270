"""The inbox: every request kept once as it came, read in its shop's scope, and never lost."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from commerce.models import Merchant
from postexp.kernel import inbox
from postexp.kernel.events import RetryLater
from postexp.kernel.inbox import Effect, Unreadable, drain, purge, replay, store
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.tenancy import current_merchant_id, merchant_scope

Reader = Callable[[InboxMessage, datetime], Effect]


@pytest.fixture
def read_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Choose how requests of the source `test` are read."""
    monkeypatch.setattr(inbox, "_sources", {})
    monkeypatch.setattr(inbox, "_together", {})
    return partial(inbox.register_source, "test")


def take_in(merchant: Merchant, key: str, at: datetime, body: bytes = b"\x00{}") -> inbox.Stored:
    return store(
        source="test",
        topic="orders/create",
        provider_key=key,
        merchant_id=merchant.pk,
        headers={"Topic": "orders/create"},
        body=body,
        at=at,
    )


def row(stored: inbox.Stored) -> InboxMessage:
    message: InboxMessage = InboxMessage.every_merchant.get(id=stored.id)
    return message


def test_a_request_is_kept_as_it_came_and_once(scope: Merchant, at: datetime) -> None:
    first = take_in(scope, "e1", at, body=b"\xff\x00raw")
    again = take_in(scope, "e1", at + timedelta(hours=1), body=b"another")
    assert (first.duplicate, again.duplicate) == (False, True)
    assert again.id == first.id
    kept = row(first)
    assert bytes(kept.body) == b"\xff\x00raw"
    assert kept.headers == {"Topic": "orders/create"}
    assert (kept.received_at, kept.state) == (at, InboxState.RECEIVED)
    assert kept.public_id.startswith("inb_")
    assert str(kept) == "test orders/create e1"


def test_two_shops_may_hear_the_same_thing(
    merchant: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    assert not take_in(merchant, "e1", at).duplicate
    assert not take_in(other_merchant, "e1", at).duplicate


def test_long_names_are_cut_and_still_tell_a_repeat(scope: Merchant, at: datetime) -> None:
    key = "k" * 300
    assert not take_in(scope, key, at).duplicate
    assert take_in(scope, key, at).duplicate


def test_a_request_is_read_in_its_shops_scope_and_leaves_a_named_effect(
    scope: Merchant, other_merchant: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    scopes: list[int] = []

    def reader(message: InboxMessage, instant: datetime) -> Effect:
        scopes.append(current_merchant_id())
        return Effect(kind="order", object_id="ord_1", detail={"number": "#1"})

    read_with(reader)
    mine, theirs = take_in(scope, "e1", at), take_in(other_merchant, "e1", at)
    later = at + timedelta(seconds=1)
    assert drain(at=later) == 2
    assert drain(at=later) == 0
    assert scopes == [scope.pk, other_merchant.pk]
    for stored in (mine, theirs):
        read = row(stored)
        assert (read.state, read.effect_kind, read.effect_object_id) == (
            InboxState.PROCESSED, "order", "ord_1",
        )  # fmt: skip
        assert read.effect_detail == {"number": "#1"}
        assert (read.processed_at, read.attempts) == (later, 1)


def test_one_bad_request_leaves_no_trace_and_does_not_hold_up_the_next(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    def reader(message: InboxMessage, instant: datetime) -> Effect:
        Merchant.objects.filter(pk=scope.pk).update(hours_en=message.provider_key)
        if message.provider_key == "bad":
            raise ValueError("no such thing")
        return Effect(kind="order")

    read_with(reader)
    good, bad = take_in(scope, "good", at), take_in(scope, "bad", at)
    drain(at=at)
    scope.refresh_from_db()
    assert scope.hours_en == "good"
    assert row(good).state == InboxState.PROCESSED
    waiting = row(bad)
    assert waiting.state == InboxState.RECEIVED
    assert waiting.cause == "ValueError: no such thing"
    assert "Replay it" in waiting.next_step
    assert waiting.next_at > at, "tried again later, not at once"


def test_a_request_is_tried_some_times_then_waits_for_staff(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    def reader(message: InboxMessage, instant: datetime) -> Effect:
        raise ValueError

    read_with(reader)
    stored = take_in(scope, "e1", at)
    for _ in range(inbox.MAX_ATTEMPTS):
        at += timedelta(hours=2)
        assert drain(at=at) == 1
    assert row(stored).state == InboxState.FAILED
    assert drain(at=at + timedelta(days=1)) == 0


def test_a_request_that_came_too_early_is_read_again_however_often(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    def reader(message: InboxMessage, instant: datetime) -> Effect:
        raise RetryLater(30, "The order is not here yet.")

    read_with(reader)
    stored = take_in(scope, "e1", at)
    for _ in range(inbox.MAX_ATTEMPTS + 1):
        assert drain(at=at) == 1
        assert drain(at=at + timedelta(seconds=29)) == 0
        at += timedelta(seconds=30)
    waiting = row(stored)
    assert (waiting.state, waiting.attempts) == (InboxState.RECEIVED, 0)
    assert (waiting.cause, waiting.next_step) == ("The order is not here yet.", "")


def test_a_request_nobody_can_read_says_why_and_can_be_replayed(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    def refuse(message: InboxMessage, instant: datetime) -> Effect:
        raise Unreadable("The body is no JSON.", "Ask the sender to send it again.")

    read_with(refuse)
    stored = take_in(scope, "e1", at)
    drain(at=at)
    failed = row(stored)
    assert (failed.state, failed.attempts) == (InboxState.FAILED, 1)
    assert failed.cause == "The body is no JSON."
    assert failed.next_step == "Ask the sender to send it again."

    read_with(lambda message, instant: Effect(kind="order", detail={"size": len(message.body)}))
    replay(failed, at=at)
    drain(at=at)
    read = row(stored)
    assert (read.state, read.cause, read.next_step) == (InboxState.PROCESSED, "", "")
    assert read.effect_detail == {"size": 3}


def test_the_oldest_are_read_first_and_a_batch_has_a_limit(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    seen: list[str] = []

    def reader(message: InboxMessage, instant: datetime) -> Effect:
        seen.append(message.provider_key)
        return Effect(kind="order")

    read_with(reader)
    for number in range(3):
        take_in(scope, f"e{number}", at)
    assert drain(at=at, limit=2) == 2
    assert seen == ["e0", "e1"]
    assert drain(at=at, limit=2) == 1


def test_an_effect_that_cannot_be_noted_is_its_own_failure(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    def reader(message: InboxMessage, instant: datetime) -> Effect:
        if message.provider_key == "long":
            return Effect(kind="order", object_id="x" * 300)
        if message.provider_key == "nul":
            raise Unreadable("a \x00 in it", "Send it without.")
        return Effect(kind="order")

    read_with(reader)
    long, nul, good = (take_in(scope, key, at) for key in ("long", "nul", "good"))
    later = at
    for _ in range(inbox.MAX_ATTEMPTS):
        drain(at=later)
        later += timedelta(hours=2)
    assert [row(one).state for one in (long, nul, good)] == ["failed", "failed", "processed"]
    assert "too long" in row(long).cause
    assert row(nul).cause == "a  in it"


def test_requests_of_one_shop_are_read_together_and_keep_their_order(
    scope: Merchant, other_merchant: Merchant, at: datetime, read_with: Callable[..., None]
) -> None:
    seen: list[list[str]] = []

    def together(messages: Sequence[InboxMessage], instant: datetime) -> list[Effect]:
        seen.append([one.provider_key for one in messages])
        return [Effect(kind="order", object_id=f"ord_{one.provider_key}") for one in messages]

    def alone(message: InboxMessage, instant: datetime) -> Effect:
        seen.append([message.provider_key])
        return Effect(kind="order")

    read_with(alone, process_together=together)
    first, second = take_in(scope, "1", at), take_in(scope, "2", at)
    take_in(other_merchant, "3", at)
    take_in(scope, "4", at)
    take_in(scope, "5", at)
    assert drain(at=at) == 5
    assert seen == [["1", "2"], ["3"], ["4", "5"]]
    for stored in (first, second):
        read = row(stored)
        assert read.effect_object_id == f"ord_{read.provider_key}"
        assert (read.state, read.attempts, read.processed_at) == (InboxState.PROCESSED, 1, at)


@pytest.mark.parametrize("fault", ["raises", "breaks_sql", "too_long", "too_few"])
def test_what_cannot_be_read_together_is_read_one_by_one(
    scope: Merchant, at: datetime, read_with: Callable[..., None], fault: str
) -> None:
    calls: list[int] = []

    def together(messages: Sequence[InboxMessage], instant: datetime) -> list[Effect]:
        calls.append(len(messages))
        Merchant.objects.filter(pk=scope.pk).update(hours_en="together")
        if fault == "raises":
            raise Unreadable("one of them", "look")
        if fault == "breaks_sql":
            Merchant.objects.filter(pk=scope.pk).update(hours_en="x" * 10_000)
        object_id = "x" * 300 if fault == "too_long" else ""
        effects = [Effect(kind="order", object_id=object_id) for _ in messages]
        return effects[1:] if fault == "too_few" else effects

    def alone(message: InboxMessage, instant: datetime) -> Effect:
        if message.provider_key == "bad":
            raise ValueError("no such thing")
        return Effect(kind="order", object_id="alone")

    read_with(alone, process_together=together)
    good, bad = take_in(scope, "good", at), take_in(scope, "bad", at)
    last = take_in(scope, "last", at)
    assert drain(at=at) == 3
    scope.refresh_from_db()
    assert scope.hours_en != "together", "nothing stays of what was given up"
    assert (row(good).effect_object_id, row(last).effect_object_id) == ("alone", "alone")
    waiting = row(bad)
    assert (waiting.state, waiting.attempts) == (InboxState.RECEIVED, 1)
    assert waiting.cause == "ValueError: no such thing"
    # What went wrong before holds up no others again.
    take_in(scope, "new", at)
    drain(at=at + timedelta(hours=2))
    assert calls == [3]


def test_what_is_read_and_what_failed_is_forgotten_with_age(
    scope: Merchant, at: datetime, read_with: Callable[[Reader], None]
) -> None:
    def reader(message: InboxMessage, instant: datetime) -> Effect:
        if message.provider_key == "failed":
            raise Unreadable("no", "step")
        return Effect(kind="order")

    read_with(reader)
    for key in ("read", "failed"):
        take_in(scope, key, at)
    take_in(scope, "young", at + timedelta(days=1))
    drain(at=at + timedelta(days=1))
    take_in(scope, "waiting", at)
    assert purge(before=at + timedelta(hours=1)) == 2
    with merchant_scope(scope.pk):
        kept = set(InboxMessage.objects.values_list("provider_key", flat=True))
    assert kept == {"young", "waiting"}


def test_an_effect_needs_no_object() -> None:
    ignored: Any = Effect(kind="ignored", detail={"reason": "a draft"})
    assert (ignored.kind, ignored.object_id) == ("ignored", "")
