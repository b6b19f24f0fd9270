"""Idempotency keys: one key, one effect, one answer."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from commerce.models import Merchant
from postexp.kernel import idempotency
from postexp.kernel.idempotency import (
    Answer,
    IdempotencyInProgress,
    IdempotencyMismatch,
    once,
    purge,
)
from postexp.kernel.models import IdempotencyRecord
from postexp.kernel.tenancy import merchant_scope

CREATED = Answer(status=201, body=b'{"id": "ret_1"}', content_type="application/json")


class Till:
    """Counts how often a command was carried out."""

    def __init__(self, answer: Answer = CREATED) -> None:
        self.times = 0
        self.answer = answer

    def ring(self) -> Answer:
        self.times += 1
        return self.answer


def send(
    carry_out: Callable[[], Answer],
    at: datetime,
    *,
    key: str = "k1",
    operation: str = "POST /api/v1/returns",
    body: bytes = b'{"order": "ord_1"}',
) -> Answer:
    return once(key=key, operation=operation, body=body, at=at, carry_out=carry_out)


def test_a_repeat_gets_the_first_answer_and_does_nothing(scope: Merchant, at: datetime) -> None:
    till = Till()
    assert send(till.ring, at) == CREATED
    assert send(till.ring, at + timedelta(hours=1)) == CREATED
    assert till.times == 1


def test_a_refusal_is_an_answer_too(scope: Merchant, at: datetime) -> None:
    till = Till(Answer(status=422, body=b"{}", content_type="application/problem+json"))
    assert send(till.ring, at) == send(till.ring, at)
    assert till.times == 1


@pytest.mark.parametrize(
    "changed", [{"body": b'{"order": "ord_2"}'}, {"operation": "POST /api/v1/orders"}]
)
def test_the_key_of_another_request_is_refused(
    scope: Merchant, at: datetime, changed: dict[str, bytes | str]
) -> None:
    till = Till()
    send(till.ring, at)
    with pytest.raises(IdempotencyMismatch):
        send(till.ring, at, **changed)  # type: ignore[arg-type]
    assert till.times == 1


def test_operation_and_body_never_run_together() -> None:
    assert idempotency.fingerprint("a", b"bc") != idempotency.fingerprint("ab", b"c")


def test_another_key_or_another_shop_is_another_command(
    scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    till = Till()
    send(till.ring, at)
    send(till.ring, at, key="k2")
    with merchant_scope(other_merchant.pk):
        send(till.ring, at)
    assert till.times == 3


def test_a_command_that_broke_may_be_tried_again(scope: Merchant, at: datetime) -> None:
    def broken() -> Answer:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        send(broken, at)
    assert not IdempotencyRecord.objects.exists()
    assert send(Till().ring, at) == CREATED


@pytest.mark.django_db(transaction=True)
def test_a_repeat_meanwhile_is_told_so_and_does_not_wait(scope: Merchant, at: datetime) -> None:
    begun, told = threading.Event(), threading.Event()
    till = Till()

    def slow() -> Answer:
        begun.set()
        assert told.wait(60)
        return till.ring()

    def first() -> None:
        with merchant_scope(scope.pk):
            send(slow, at)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert begun.wait(60)
        with pytest.raises(IdempotencyInProgress):
            send(till.ring, at)
    finally:
        told.set()
        thread.join()
    assert send(till.ring, at) == CREATED
    assert till.times == 1


def test_old_keys_are_forgotten_in_every_shop(
    scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    send(Till().ring, at, key="old")
    with merchant_scope(other_merchant.pk):
        send(Till().ring, at, key="old")
    send(Till().ring, at + timedelta(seconds=1), key="young")
    assert purge(before=at + timedelta(seconds=1)) == 2
    assert [record.key for record in IdempotencyRecord.every_merchant.all()] == ["young"]
