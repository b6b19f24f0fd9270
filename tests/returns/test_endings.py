"""A return that ended without its goods says so: not sent in time, or cancelled by the shop."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from commerce.models import Order
from notifications.models import Message
from notifications.selectors.flows import FlowTerms
from notifications.services.flows import change_flow
from returns import services
from returns.enums import Outcome
from returns.models import PolicyVersion
from returns.rules.commands import Wish
from returns.rules.policy import OutcomeTerms
from returns.services.changes import change_return
from returns.tasks import end_overdue_returns
from tests.returns.conftest import STAFF, arrive, ask, fresh, line_ids
from tests.returns.test_api import NOW
from tests.returns.test_gifts import code_for, give_back

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
    """Approved by itself, and to be sent within 14 days; asked for within 30."""
    terms = tuple(OutcomeTerms(outcome=outcome, days=30) for outcome in Outcome)
    publish(review=False, send_within=14, outcomes=terms)


def told(kind: str) -> Message:
    found: Message = Message.objects.get(kind=kind)
    return found


def test_who_sent_nothing_hears_that_it_is_closed_and_what_they_can_do(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    drain()
    today.move_to(NOW + 15 * DAY)
    end_overdue_returns()
    drain()
    assert fresh(case).state == "expired"
    letter = told("return.expired")
    assert letter.state == "sent"
    assert case.number in letter.subject
    assert "ご請求も、ご返金もございません" in letter.text
    assert "あらためて返品をお申し込みいただけます" in letter.text
    assert re.search(r"12月\d+日\(.\)まで、あらためて", letter.text)


def test_nothing_is_offered_again_once_the_time_to_ask_is_over(
    bought: Order, publish: Callable[..., PolicyVersion], today: Any, drain: Drain
) -> None:
    terms = tuple(OutcomeTerms(outcome=outcome, days=8) for outcome in Outcome)
    publish(review=False, send_within=14, outcomes=terms)
    ask(bought, NOW, (0, 1, "too_small"))
    today.move_to(NOW + 15 * DAY)
    end_overdue_returns()
    drain()
    letter = told("return.expired")
    assert "期間は終了しております" in letter.text


def test_what_arrived_meanwhile_is_not_called_closed(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    drain()
    today.move_to(NOW + 15 * DAY)
    end_overdue_returns()
    arrive(fresh(case), NOW + 15 * DAY)
    drain()
    assert told("return.expired").state == "refused"


def test_a_return_that_staff_cancelled_is_told(
    bought: Order, fortnight: None, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.cancel_return(return_id=case.public_id, at=NOW, actor=STAFF)
    drain()
    letter = told("return.cancelled")
    assert letter.state == "sent"
    assert "当店にて取り消し" in letter.text
    assert not Message.objects.filter(kind="return.cancel_confirmed").exists()


def test_who_cancelled_it_themselves_hears_of_it_where_the_shop_wants_that(
    bought: Order, fortnight: None, drain: Drain
) -> None:
    for wanted in (False, True):
        case = ask(bought, NOW, (0, 1, "too_small"))
        if wanted:
            change_flow(kind="return.cancel_confirmed", terms=FlowTerms(), at=NOW, actor=STAFF)
        services.cancel_return(return_id=case.public_id, at=NOW, actor="shopper")
        drain()
        assert Message.objects.filter(kind="return.cancel_confirmed").exists() is wanted
    assert "ご希望により" in told("return.cancel_confirmed").text
    assert not Message.objects.filter(kind="return.cancelled").exists()


def test_a_return_that_was_changed_is_not_called_cancelled(
    bought: Order, fortnight: None, drain: Drain
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    change_return(
        return_id=case.public_id,
        wishes=[Wish(line=line_ids(bought)[0], quantity=1, reason="too_small")],
        outcome=Outcome.STORE_CREDIT,
        at=NOW,
        actor=STAFF,
    )
    drain()
    assert not Message.objects.filter(kind__contains=".cancel").exists()


def test_who_returns_a_gift_hears_that_it_ended_and_its_buyer_does_not(
    bought: Order, fortnight: None, today: Any, drain: Drain
) -> None:
    first = give_back(code_for(bought, 1))
    services.cancel_return(return_id=first.public_id, at=NOW, actor=STAFF)
    give_back(code_for(bought, 1), key="the_second")
    today.move_to(NOW + 15 * DAY)
    end_overdue_returns()
    drain()
    for kind in ("gift.cancelled", "gift.expired"):
        letter = told(kind)
        assert letter.address == "hana@example.com"
        assert "¥" not in letter.text
    assert not Message.objects.filter(kind__in=("return.cancelled", "return.expired")).exists()
