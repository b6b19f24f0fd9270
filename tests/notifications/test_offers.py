"""Marketing: only where a customer agreed, under its cap, and what matters most first."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from commerce.models import Customer, Merchant, Order
from notifications.enums import Class, Hold, Reason, State
from notifications.models import Message, SendingTerms
from notifications.ports import MessageKind, PermanentFailure
from notifications.services import send_message
from postexp.kernel.tenancy import merchant_scope
from tests.notifications.test_chain import DAY, HOUR, Line, again, lines, reader, send
from tests.notifications.test_services import AT, doubts, kind, plan

__all__ = ("doubts", "kind", "lines", "reader")

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(kind: Any) -> Callable[..., MessageKind[Any]]:
    """Make a kind that is marketing."""

    def make(name: str = "offer.one") -> MessageKind[Any]:
        made: MessageKind[Any] = kind(name, klass=Class.MARKETING, useful_for=timedelta(days=30))
        return made

    return make


def test_offers_without_a_yes_are_refused(offer: Any, order: Order, lines: dict[str, Line]) -> None:
    assert plan(offer(), order).reason == Reason.NO_CONSENT


def test_the_cap_holds_and_never_drops(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    SendingTerms.objects.create(cap=2, cap_days=7)
    made = offer()
    first, second, third = (plan(made, order, f"o{n}") for n in range(3))
    assert send(first) == send(second, AT + DAY) == State.SENT
    assert send(third, AT + DAY) == State.HELD
    third = again(third)
    assert (third.holding, third.send_at) == (Hold.CAP, AT + 7 * DAY)
    # What was planned while all places were taken is held from the start.
    fourth = plan(made, order, "o4", at=AT + DAY)
    assert (fourth.state, fourth.holding) == (State.HELD, Hold.CAP)
    assert send(third, third.send_at) == State.SENT
    fourth = again(fourth)
    assert (fourth.state, fourth.merged_into) == (State.MERGED, third.public_id)
    assert fourth.subject in lines["email"].sent[-1].html


def test_the_kind_that_matters_most_carries_the_others(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    SendingTerms.objects.create(cap=1, cap_days=7, priority=["offer.best", "offer.one"])
    plain, best = offer(), offer("offer.best")
    send(plan(plain, order, "o1"))
    held, better = plan(plain, order, "o2", at=AT + HOUR), plan(best, order, "b", at=AT + HOUR)
    assert send(held, AT + 7 * DAY) == State.MERGED
    assert again(held).merged_into == better.public_id
    assert send(better, AT + 7 * DAY) == State.SENT
    assert len(lines["email"].sent) == 2


def test_a_place_that_came_to_nothing_is_free_again(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    SendingTerms.objects.create(cap=1, cap_days=7)
    made = offer()
    first, second = plan(made, order, "o1"), plan(made, order, "o2")
    lines["email"].failures = [PermanentFailure("550")]
    assert send(first) == State.FAILED
    assert send(second) == State.SENT


def test_offers_carry_the_way_to_end_them(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    send(plan(offer(), order))
    mail = lines["email"].sent[0]
    assert "/unsubscribe/" in mail.unsubscribe
    assert mail.unsubscribe.replace("&", "&amp;") in mail.html or mail.unsubscribe in mail.html
    assert mail.unsubscribe in mail.text


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_keep_the_cap(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line], merchant: Merchant
) -> None:
    SendingTerms.objects.create(cap=2, cap_days=7)
    made = offer()
    messages = [plan(made, order, f"o{n}") for n in range(6)]
    together = threading.Barrier(len(messages))

    def one(message: Message) -> None:
        try:
            with merchant_scope(merchant.pk):
                together.wait(timeout=60)
                send_message(message.public_id, step=0, key=message.public_id, at=AT)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(lines["email"].sent) == 2
    states = sorted(Message.objects.values_list("state", flat=True))
    assert states == [State.HELD] * 4 + [State.SENT] * 2


@pytest.mark.django_db(transaction=True)
def test_offers_that_come_due_at_once_wait_for_each_other_and_not_for_ever(
    offer: Any, order: Order, reader: Customer, lines: dict[str, Line], merchant: Merchant
) -> None:
    SendingTerms.objects.create(cap=1, cap_days=7)
    made = offer()
    send(plan(made, order, "first"))
    held = [plan(made, order, f"o{n}", at=AT + HOUR) for n in range(6)]
    assert {message.holding for message in held} == {Hold.CAP}
    together = threading.Barrier(len(held))
    failures: list[Exception] = []

    def one(message: Message) -> None:
        try:
            with merchant_scope(merchant.pk):
                together.wait(timeout=60)
                send_message(message.public_id, step=0, key=message.public_id, at=AT + 7 * DAY)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(message,)) for message in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    # Another may have been chosen to carry the rest, and is due.
    for message in Message.objects.filter(state=State.PLANNED):
        send(message, AT + 7 * DAY)
    assert len(lines["email"].sent) == 2
    states = set(Message.objects.exclude(object_id="first").values_list("state", flat=True))
    assert states <= {State.SENT, State.MERGED, State.HELD}
