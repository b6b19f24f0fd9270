"""What belongs to one order comes in at one moment, on parallel connections."""

from collections.abc import Callable
from datetime import datetime

import pytest

from commerce.models import Fulfilment, Merchant, Order, PlatformRefund
from commerce.ports import FulfilmentFacts, RefundFacts
from commerce.selectors import lock_order
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from commerce.services.refunds import take_in_refund
from tests.facts import order_facts
from tests.parallel import overlap

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = order_facts().external_id


def fulfilment_facts(at: datetime) -> FulfilmentFacts:
    """The order's goods leave."""
    return FulfilmentFacts(external_id="f1", order_external_id=ORDER, created_at=at)


def refund_facts(at: datetime) -> RefundFacts:
    """The platform paid ¥500 back."""
    return RefundFacts(
        external_id="r1",
        order_external_id=ORDER,
        processed_at=at,
        amount=500,
        currency="JPY",
        lines=(),
    )


@pytest.mark.parametrize("order_first", [True, False])
def test_a_fulfilment_meets_an_order_that_comes_in_with_it(
    scope: Merchant, at: datetime, order_first: bool
) -> None:
    both: list[Callable[[], object]] = [
        lambda: take_in_order(order_facts(), merchant=scope, at=at),
        lambda: take_in_fulfilment(fulfilment_facts(at), at=at),
    ]
    overlap(scope, *(both if order_first else reversed(both)))
    assert Fulfilment.objects.get().order == Order.objects.get()


@pytest.mark.parametrize("order_first", [True, False])
def test_a_refund_meets_an_order_that_comes_in_with_it_and_is_booked(
    scope: Merchant, at: datetime, drain: Callable[[], None], order_first: bool
) -> None:
    both: list[Callable[[], object]] = [
        lambda: take_in_order(order_facts(), merchant=scope, at=at),
        lambda: take_in_refund(refund_facts(at), at=at),
    ]
    overlap(scope, *(both if order_first else reversed(both)))
    drain()
    assert PlatformRefund.objects.get().order == Order.objects.get()
    assert Order.objects.get().given_back == 500


def test_goods_leave_while_a_newer_version_of_their_order_waits_for_its_row(
    scope: Merchant, order: Order, at: datetime
) -> None:
    """As a replacement leaves: whoever holds the order's row waits for nobody who waits for it."""
    overlap(
        scope,
        lambda: lock_order(order.public_id),
        lambda: take_in_order(order_facts(updated_at=at), merchant=scope, at=at),
        then=lambda: take_in_fulfilment(fulfilment_facts(at), at=at),
    )
    assert Fulfilment.objects.get().order == Order.objects.get()
