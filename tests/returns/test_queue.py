"""The queue: what is due and how near it is, tracking numbers, and several returns at once."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commerce.models import Merchant, Order, User
from commerce.ports import AddressFacts
from returns import selectors, services
from returns.enums import ReturnState
from returns.models import PolicyVersion, Refund, Return, ReturnParcel
from returns.rules.clocks import DeskTimes
from returns.rules.policy.slots import read_rule
from returns.services.clocks import end_law_clock, hold_clock, resume_clock, set_desk_times
from returns.services.settlements import settle_ahead
from tests.returns.conftest import STAFF, ask, fresh, grade, mug_facts, sent_order
from tests.returns.test_desk import at_desk, words

# A Thursday noon in Tokyo.
NOW = datetime(2026, 11, 19, 3, 0, tzinfo=UTC) + timedelta(days=7)
QUEUE = at_desk("?view=review")


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


@pytest.fixture
def cases(bought: Order) -> list[Return]:
    """Two returns that wait for a decision."""
    return [ask(bought, NOW, (0, 1, "too_small")), ask(bought, NOW, (1, 1, "defective"))]


def choose(client: Client, path: str, cases: list[Return], **more: str) -> Any:
    data = {"return": [case.public_id for case in cases], **more}
    return client.post(at_desk(path), data, follow=True)


def test_what_is_due_is_told_and_what_is_overdue_is_found(
    staff: Client, cases: list[Return], today: Any
) -> None:
    assert fresh(cases[0]).due_at == NOW + timedelta(hours=4)
    assert "Decide: in 4 hours" in words(staff.get(QUEUE))
    today.shift(timedelta(hours=4, minutes=5))
    late = words(staff.get(QUEUE))
    assert "Decide: 5 minutes late" in late
    assert "Overdue (2)" in late
    assert "R-1001-2" in words(staff.get(at_desk("?due=overdue")))
    services.approve_return(return_id=cases[0].public_id, at=NOW, actor=STAFF)
    found = words(staff.get(at_desk("?due=overdue")))
    assert "R-1001-1" not in found
    assert "Overdue (1)" in found


def test_each_step_starts_the_clock_of_the_next(cases: list[Return]) -> None:
    case = cases[0]
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    assert fresh(case).due_at is None
    [line] = case.lines.all()
    services.receive_return(
        return_id=case.public_id, counts={line.public_id: 1}, at=NOW, actor=STAFF
    )
    # Two working days after a Thursday are over on Monday evening.
    assert fresh(case).due_at == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    grade(case, NOW)
    assert fresh(case).due_at == datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    services.settle_return(return_id=case.public_id, key="settled", at=NOW, actor=STAFF)
    assert fresh(case).state in (ReturnState.COMPLETED, ReturnState.RESOLVING)


def test_a_shops_own_times_hold_from_the_next_step_on(bought: Order) -> None:
    set_desk_times(DeskTimes(decide_hours=1), at=NOW, actor=STAFF)
    assert fresh(ask(bought, NOW, (0, 1, "too_small"))).due_at == NOW + timedelta(hours=1)


def test_a_return_is_found_by_its_tracking_number(staff: Client, cases: list[Return]) -> None:
    case = cases[0]
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    services.mark_sent(
        return_id=case.public_id, tracking_number="4912-0001", at=NOW, actor="shopper"
    )
    found = words(staff.get(at_desk("?view=in_transit&q=4912")))
    assert "R-1001-1" in found
    assert "R-1001-2" not in found


def test_several_are_approved_at_once_with_a_line_for_each_and_an_undo(
    staff: Client, cases: list[Return], merchant: Merchant
) -> None:
    services.approve_return(return_id=cases[1].public_id, at=NOW, actor=STAFF)
    page = choose(staff, "approve/", cases, back="?view=review")
    assert page.redirect_chain[-1][0] == QUEUE
    told = words(page)
    assert "1 return is approved." in told
    assert "R-1001-1 Approved" in told
    assert "R-1001-2 This is no longer possible" in told
    assert fresh(cases[0]).state == ReturnState.APPROVED
    undoable = re.findall(
        r'<input type="hidden" name="return" value="(\w+)"', page.content.decode()
    )
    assert undoable == [cases[0].public_id]
    # Told once, not again when the page is opened anew.
    assert "1 return is approved." not in words(staff.get(QUEUE))
    undone = choose(staff, "undo/", [cases[0]], back="?view=review")
    assert "1 decision is taken back." in words(undone)
    assert fresh(cases[0]).state == ReturnState.IN_REVIEW


def test_undoing_several_too_late_says_so(staff: Client, cases: list[Return], today: Any) -> None:
    choose(staff, "approve/", cases)
    today.shift(timedelta(seconds=31))
    assert "R-1001-1 The time to undo this is over." in words(choose(staff, "undo/", cases))
    assert fresh(cases[0]).state == ReturnState.APPROVED


def test_nothing_chosen_and_strange_returns_do_nothing(staff: Client, cases: list[Return]) -> None:
    assert "Choose at least one return." in words(staff.post(at_desk("approve/"), follow=True))
    strange = staff.post(at_desk("approve/"), {"return": ["ret_elsewhere"]}, follow=True)
    assert "Choose at least one return." in words(strange)
    assert fresh(cases[0]).state == ReturnState.IN_REVIEW


def test_the_queue_is_flat(
    staff: Client, bought: Order, publish: Callable[..., PolicyVersion]
) -> None:
    ask(bought, NOW, (0, 1, "too_small"))
    staff.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        staff.get(QUEUE)
    ask(bought, NOW, (0, 1, "too_small"))
    ask(bought, NOW, (1, 1, "defective"))
    with CaptureQueriesContext(connection) as more:
        staff.get(QUEUE)
    assert len(more) == len(one)


def test_the_page_of_a_return_tells_what_was_decided_and_by_which_rule(
    staff: Client, bought: Order, publish: Callable[..., PolicyVersion]
) -> None:
    rules = [
        {
            "id": "photos",
            "when": {"all": [{"fact": "reason", "operator": "is", "value": "too_small"}]},
            "effects": {"review": True},
            "if_unknown": "skip",
            "say": {"en": "We look at it first.", "ja": "先に確認します。"},
            "note": "Small ones",
            "active": True,
        },
        {
            "id": "canada",
            "when": {"all": [{"fact": "country", "operator": "in", "value": ["CA"]}]},
            "effects": {"review": False},
            "if_unknown": "skip",
            "say": {"en": "", "ja": ""},
            "note": "",
            "active": True,
        },
    ]
    publish(review=False, rules=tuple(read_rule(rule, "rule") for rule in rules))
    case = ask(bought, NOW, (0, 1, "too_small"))
    page = words(staff.get(at_desk(f"{case.public_id}/")))
    assert "Staff decide" in page
    assert "Small ones" in page
    assert "1 rule did not apply." in page
    assert "Counted from" in page
    assert "This shopper so far" in page


def test_the_page_of_a_return_shows_the_shoppers_other_returns(
    staff: Client, cases: list[Return]
) -> None:
    page = words(staff.get(at_desk(f"{cases[0].public_id}/")))
    assert "Decide: in 4 hours" in page
    assert "R-1001-2" in page


def to_berlin(merchant: Merchant) -> Order:
    """An order that went to Germany, whose law gives the shop 14 days to pay."""
    address = AddressFacts(name="Anna Weber", postcode="10115", country="DE", city="Berlin")
    return sent_order(merchant, mug_facts(address=address))


def test_the_law_wants_the_money_back_in_fourteen_days_whatever_the_desk_waits_for(
    staff: Client, scope: Merchant, mugs: None, today: Any
) -> None:
    case = ask(to_berlin(scope), NOW, (0, 1, "too_small"))
    last = datetime(2026, 12, 10, 14, 59, 59, tzinfo=UTC)
    assert fresh(case).law_due_at == last
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    today.move_to(last - timedelta(days=2))
    assert "Refund by law: in 2 days" in words(staff.get(at_desk("?view=open")))
    assert list(selectors.list_returns(overdue_at=last)) == []
    assert list(selectors.list_returns(overdue_at=last + timedelta(seconds=1))) == [case]
    services.cancel_return(return_id=case.public_id, at=last, actor="shopper")
    assert fresh(case).law_due_at is None


def test_no_law_sets_a_date_for_the_money_at_home(cases: list[Return]) -> None:
    assert fresh(cases[0]).law_due_at is None


def test_what_was_overdue_when_the_shopper_was_asked_stays_so(cases: list[Return]) -> None:
    case = fresh(cases[0])
    case.due_at = NOW - timedelta(hours=2)
    hold_clock(case, at=NOW)
    hold_clock(case, at=NOW + timedelta(hours=1))
    resume_clock(case, at=NOW + timedelta(days=1))
    assert case.due_at == NOW + timedelta(days=1) - timedelta(hours=2)
    resume_clock(case, at=NOW + timedelta(days=9))
    assert case.due_at == NOW + timedelta(days=1) - timedelta(hours=2)


def test_a_return_is_found_by_the_number_of_its_label(
    staff: Client, cases: list[Return], bought: Order
) -> None:
    parcel = ReturnParcel.objects.create(
        order=bought,
        method="label",
        source="easypost",
        state="ready",
        tracking_number="EZ100",
        asked_at=NOW,
        asked_by=STAFF,
    )
    parcel.cases.add(cases[1])
    found = words(staff.get(at_desk("?q=ez100")))
    assert "R-1001-2" in found
    assert "R-1001-1" not in found


def test_the_laws_date_is_over_once_all_was_paid_for(
    scope: Merchant, mugs: None, drain: Callable[[], None]
) -> None:
    case = ask(to_berlin(scope), NOW, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    end_law_clock(case.public_id)
    assert fresh(case).law_due_at is not None
    settle_ahead(
        fresh(case), {line.public_id: 2 for line in case.lines.all()}, key="a", at=NOW, actor=STAFF
    )
    drain()
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=NOW, actor=STAFF)
    drain()
    assert fresh(case).law_due_at is None
