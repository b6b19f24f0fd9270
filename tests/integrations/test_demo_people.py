"""The shoppers of living demo data are never taken for a shop's own."""

from collections.abc import Callable
from datetime import datetime

import pytest

from commerce.models import Customer, Merchant, Order
from commerce.ports import CustomerFacts
from commerce.selectors.setup import DEMO
from commerce.services.customers import take_in_customer
from integrations.demo import living
from postexp.kernel import clock

FEW = 3
ON_THE_PLATFORM = tuple(
    str(base + number) for base in (810_000, 120_000) for number in range(990, 1001 + FEW)
)
"""The ids under which the demo's pretended platform knows its shoppers."""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few orders tell the same as forty."""
    monkeypatch.setattr(living, "ORDERS", FEW)
    living._planned.cache_clear()


def of_the_shop(merchant: Merchant, external_id: str, at: datetime) -> Customer:
    """Return a customer of the shop's own."""
    facts = CustomerFacts(
        external_id=external_id,
        email=f"own.{external_id}@example.net",
        family_name="Own",
        given_name=external_id,
    )
    return take_in_customer(facts, merchant=merchant, at=at)


def test_customers_with_the_same_ids_are_left_as_they_are(
    scope: Merchant, at: datetime, drain: Callable[[], None]
) -> None:
    ours = {of_the_shop(scope, known, at).pk for known in ON_THE_PLATFORM}
    before = list(Customer.objects.order_by("pk").values())

    living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    buyers = set(Order.objects.filter(source=DEMO).values_list("customer_id", flat=True))
    assert buyers
    assert not buyers & ours
    assert list(Customer.objects.filter(pk__in=ours).order_by("pk").values()) == before

    living.ask_to_remove(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    assert list(Customer.objects.order_by("pk").values()) == before
