"""Goods that were not sent are asked for in time, once, and never where nothing is to be sent."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from commerce.models import Merchant, Order
from notifications.models import Message
from postexp.kernel import clock
from returns import services
from returns.enums import LabelFileKind, Outcome, ReturnMethod
from returns.models import PolicyVersion, Return
from returns.rules.policy import OutcomeTerms
from returns.services.labels import upload_label
from returns.services.parcels import add_number
from returns.services.reminders import remind_to_send
from returns.tasks import remind_to_send_back
from tests.returns.conftest import STAFF, ask, fresh
from tests.returns.labels import PDF, offer
from tests.returns.test_api import NOW
from tests.returns.test_gifts import code_for, give_back
from tests.returns.test_pickups import arrange

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Drain = Callable[[], None]


@pytest.fixture
def today() -> Iterator[Any]:
    """Noon in Tokyo, on the day of the request; the test moves it on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fortnight(publish: Callable[..., PolicyVersion], today: Any) -> None:
    """Approved by itself, and to be sent within 14 days, to Kyoto."""
    terms = tuple(OutcomeTerms(outcome=outcome, days=30) for outcome in Outcome)
    publish(review=False, send_within=14, outcomes=terms, address=())
    offer(ReturnMethod.OWN, ReturnMethod.LABEL, ReturnMethod.PICKUP)


def reminders(kind: str = "return.send_reminded") -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("id").values_list("state", flat=True))


def pass_days(today: Any, drain: Drain, last: int, first: int = 1) -> list[int]:
    """Let days go by, looking each noon; return those on which somebody was reminded."""
    found = []
    for day in range(first, last + 1):
        before = Message.objects.filter(kind__endswith=".send_reminded").count()
        today.move_to(NOW + day * DAY)
        remind_to_send_back()
        remind_to_send_back()
        drain()
        found += [day] * (Message.objects.filter(kind__endswith=".send_reminded").count() - before)
    return found


def test_who_sent_nothing_is_reminded_at_half_time_and_three_days_before(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"), method="own")
    assert case.send_by is not None
    assert pass_days(today, drain, 14) == [7, 11]
    assert reminders() == ["sent", "sent"]
    letter = Message.objects.filter(kind="return.send_reminded").latest("id")
    assert "12月5日(土)までに" in letter.subject
    assert case.number in letter.text
    assert "Shijo 1" in letter.text
    assert "行き違い" in letter.text
    assert f"/{case.public_id}/" in letter.html


def test_nobody_is_reminded_in_the_night(bought: Order, fortnight: None, today: Any) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"), method="own")
    night = NOW + 11 * DAY - timedelta(hours=4)
    remind_to_send(return_id=case.public_id, at=night)
    assert fresh(case).reminded is None
    remind_to_send(return_id=case.public_id, at=night + timedelta(hours=1))
    assert fresh(case).reminded == 3


def test_nobody_is_reminded_of_what_is_on_its_way_or_cannot_be_sent(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    sent = ask(bought, NOW, (0, 1, "too_small"), method="own")
    services.mark_sent(return_id=sent.public_id, tracking_number="", at=NOW, actor="shopper")
    numbered = ask(bought, NOW, (0, 1, "too_small"), method="own")
    add_number(return_id=numbered.public_id, tracking_number="T-1", at=NOW, actor=STAFF)
    fetched = ask(bought, NOW, (1, 1, "too_small"), method="pickup")
    arrange(fetched)
    assert pass_days(today, drain, 14) == []


def test_who_waits_for_a_label_is_reminded_once_it_is_there(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"), method="label")
    assert pass_days(today, drain, 12) == []
    upload(case)
    assert pass_days(today, drain, 14, first=13) == [13]


def test_a_reminder_is_not_sent_once_the_parcel_left(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"), method="own")
    drain()
    today.move_to(NOW + 11 * DAY)
    remind_to_send_back()
    services.mark_sent(
        return_id=case.public_id, tracking_number="", at=NOW + 11 * DAY, actor="shopper"
    )
    drain()
    assert reminders() == ["refused"]


def test_who_returns_a_gift_is_reminded_without_a_price(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    give_back(code_for(bought, 1))
    assert pass_days(today, drain, 14) == [7, 11]
    assert reminders() == []
    letter = Message.objects.filter(kind="gift.send_reminded").latest("id")
    assert (letter.address, letter.state) == ("hana@example.com", "sent")
    assert bought.number not in letter.text
    assert "¥" not in letter.text


def upload(case: Return) -> None:
    upload_label(
        return_id=case.public_id,
        file=PDF,
        kind=LabelFileKind.LABEL,
        tracking_number="",
        carrier="yamato",
        at=clock.now(),
        actor=STAFF,
    )


def test_a_label_that_comes_later_is_told_once(
    bought: Order, scope: Merchant, fortnight: None, today: Any, drain: Drain
) -> None:
    """The approval said that it would be there within a minute, and no provider made it."""
    case = ask(bought, NOW, (0, 1, "too_small"), method="label")
    drain()
    assert Message.objects.filter(kind="return.approved").exists()
    today.move_to(NOW + timedelta(hours=3))
    upload(case)
    drain()
    letter = Message.objects.get(kind="return.label_ready")
    assert letter.state == "sent"
    assert "送り状のご用意" in letter.subject
    assert "配送会社へお渡し" in letter.text


def test_a_label_that_was_announced_is_no_news(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"), method="label")
    drain()
    today.move_to(NOW + timedelta(minutes=2))
    upload(case)
    drain()
    assert not Message.objects.filter(kind="return.label_ready").exists()


def test_who_returns_a_gift_hears_of_a_late_label(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = give_back(code_for(bought, 1), method=ReturnMethod.LABEL)
    drain()
    today.move_to(NOW + timedelta(hours=3))
    upload(case)
    drain()
    letter = Message.objects.get(kind="gift.label_ready")
    assert (letter.address, letter.state) == ("hana@example.com", "sent")
    assert not Message.objects.filter(kind="return.label_ready").exists()
