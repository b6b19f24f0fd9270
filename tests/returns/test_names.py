"""A person is found by their name however staff write it: in orders, returns and cancellations."""

import pytest

from commerce.models import Merchant, Order
from commerce.ports import CustomerFacts
from commerce.selectors import list_orders
from returns.rules.cancellations import CancelWish
from returns.selectors import list_returns
from returns.selectors.cancellations import list_cancellations
from returns.services.cancellations import request_cancellation
from tests.returns.conftest import SENT, STAFF, ask, line_ids, mug_facts, sent_order

pytestmark = pytest.mark.django_db
HANA = CustomerFacts(
    external_id="c9",
    email="hana9@example.jp",
    family_name="佐藤",
    given_name="花",
    family_kana="サトウ",
    given_kana="ハナ",
)


@pytest.fixture
def hanas(scope: Merchant, mugs: None) -> Order:
    """An order of 佐藤 花, with a return."""
    order = sent_order(scope, mug_facts(external_id="9", number="#9", customer=HANA))
    ask(order, SENT, (0, 1, "too_small"))
    return order


@pytest.mark.parametrize(
    "search", ["佐藤", "花", "佐藤 花", "花 佐藤", "佐藤花", "さとうはな", "ｻﾄｳ"]
)
def test_a_name_is_found_however_it_is_written(hanas: Order, search: str) -> None:
    assert [one.pk for one in list_orders(search=search)] == [hanas.pk]
    assert [one.order_id for one in list_returns(search=search)] == [hanas.pk]


@pytest.mark.parametrize("search", ["鈴木 花", "佐藤 花子"])
def test_another_name_finds_nothing(hanas: Order, search: str) -> None:
    assert not list_orders(search=search)
    assert not list_returns(search=search)


def test_a_cancellation_is_found_too(order: Order) -> None:
    cancelled = request_cancellation(
        order_id=order.public_id,
        wishes=[CancelWish(line=line_ids(order)[0], quantity=1)],
        at=SENT,
        actor=STAFF,
        by_staff=True,
    )
    assert list(list_cancellations(search="花 佐藤")) == [cancelled]
    assert not list_cancellations(search="花 鈴木")
