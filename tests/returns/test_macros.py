"""Saved texts: kept in both languages, filled in from the return, and sent once."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order, User
from notifications.models import Message
from postexp.kernel.tenancy import merchant_scope
from returns.models import Macro, Return
from returns.rules.macros import fill, unknown_in
from tests.returns.conftest import ask, fresh
from tests.returns.test_desk import at_desk, words

Drain = Callable[[], None]
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
TEXTS = "/d/komorebi/settings/macros/"
TEXT = {
    "name": "Ask for the size",
    "subject_en": "About {return_number}",
    "text_en": "Which size of {items} do you need?",
    "subject_ja": "{return_number} について",
    "text_ja": "{items} のサイズをお知らせください。",
    "waits": "on",
}


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
def case(bought: Order) -> Return:
    return ask(bought, NOW, (0, 1, "too_small"))


def kept(staff: Client, **changes: str) -> Macro:
    assert staff.post(f"{TEXTS}new/", {**TEXT, **changes}).status_code == 302
    found: Macro = Macro.objects.latest("id")
    return found


def test_texts_are_filled_in() -> None:
    assert fill("{a} and { b } and {c}", {"a": "1", "b": "2"}) == "1 and 2 and {c}"
    assert unknown_in("{amount} {sum} {sum} {items}") == ["sum"]


def test_a_text_is_kept_changed_and_removed(staff: Client, scope: Merchant) -> None:
    assert "No saved text yet" in words(staff.get(TEXTS))
    macro = kept(staff)
    assert "Ask for the size" in words(staff.get(TEXTS))
    page = f"{TEXTS}{macro.public_id}/"
    assert "About {return_number}" in staff.get(page).content.decode()
    staff.post(page, {**TEXT, "name": "Size?"})
    assert Macro.objects.get().name == "Size?"
    staff.post(f"{page}remove/")
    assert not Macro.objects.exists()


def test_a_variable_that_is_none_is_refused(staff: Client, scope: Merchant) -> None:
    answer = staff.post(f"{TEXTS}new/", {**TEXT, "text_en": "Dear {first_name}"})
    assert answer.status_code == 422
    assert "There is no {first_name}." in words(answer)
    assert not Macro.objects.exists()


def test_two_texts_have_two_names(staff: Client, scope: Merchant) -> None:
    kept(staff)
    answer = staff.post(f"{TEXTS}new/", TEXT)
    assert answer.status_code == 422
    assert "Another saved text has this name." in words(answer)


def test_a_shopper_is_written_to_once_and_waited_for(
    staff: Client, case: Return, drain: Drain, today: Any
) -> None:
    macro = kept(staff)
    page = at_desk(f"{case.public_id}/write/")
    form = staff.get(f"{page}?macro={macro.public_id}").content.decode()
    # The shopper of this order reads Japanese.
    assert f"{case.number} について" in form
    assert "マグカップ のサイズ" in form
    key = re.search(r'name="key" value="(\w+)"', form)
    assert key is not None
    today.shift(timedelta(hours=1))
    data = {"key": key[1], "subject": "サイズ", "text": "どのサイズですか。", "waits": "on"}
    for _time in range(2):
        staff.post(page, data)
    drain()
    assert Message.objects.filter(kind="order.letter").count() == 1
    told = words(staff.get(at_desk(f"{case.public_id}/")))
    assert "Letter from staff" in told
    assert "Shopper asked" in told
    assert fresh(case).waiting_since == NOW + timedelta(hours=1)
    today.shift(timedelta(hours=20))
    assert "Overdue (" not in words(staff.get(at_desk()))
    staff.post(at_desk(f"{case.public_id}/answered/"))
    resumed = fresh(case)
    assert resumed.waiting_since is None
    # Three of the four working hours were left; the shop opens again at nine.
    assert resumed.due_at == datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    again = staff.post(page, {"key": "key_other", "subject": "", "text": ""})
    assert again.status_code == 422


def test_the_times_of_the_desk_are_set(staff: Client, case: Return) -> None:
    page = "/d/komorebi/settings/desk/"
    assert 'value="4"' in staff.get(page).content.decode()
    times = {"decide_hours": 2, "inspect_days": 1, "refund_days": 1, "opens": 10, "closes": 17}
    assert staff.post(page, {**times, "closes": 10}).status_code == 422
    assert staff.post(page, times).status_code == 302
    assert 'value="17"' in staff.get(page).content.decode()


def test_another_shop_sees_no_text(
    staff: Client, scope: Merchant, other_merchant: Merchant
) -> None:
    with merchant_scope(other_merchant.pk):
        macro = Macro.objects.create(name="x", words={})
    assert staff.get(f"{TEXTS}{macro.public_id}/").status_code == 404
