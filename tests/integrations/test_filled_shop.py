"""A shop that stands filled with living demo data: what it shows, and what its removal leaves."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from commerce.models import Customer, Merchant, Order, Product, User
from integrations.demo import living
from integrations.demo.models import DemoData
from notifications.models import Message
from postexp.kernel import clock
from postexp.kernel.models import Delivery, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from returns.models import Return
from tests.shops import drain_all, make_owner, open_harbor, open_komorebi
from tests.standing import Standing, db, forgotten, merchant, other_merchant, owner
from tracking.models import Shipment

__all__ = ("db", "merchant", "other_merchant", "owner")

FEW = 14


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing]:
    """The shop, filled once for all tests of the file, and a rival's empty one."""
    at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    with django_db_blocker.unblock(), forgotten(), pytest.MonkeyPatch.context() as patch:
        # A few orders tell the same as forty.
        patch.setattr(living, "ORDERS", FEW)
        living._planned.cache_clear()
        owner = make_owner()
        merchant = open_komorebi(owner, at)
        with merchant_scope(merchant.pk):
            living.ask_to_fill(merchant=merchant, at=clock.now(), actor="staff:0")
            drain_all()
        yield Standing(owner, merchant, open_harbor(at))
        living._planned.cache_clear()


@pytest.fixture
def filled(scope: Merchant) -> Merchant:
    """The filled shop, inside its scope."""
    return scope


def test_it_fills_a_shop_through_intake_and_no_message_leaves(filled: Merchant) -> None:
    assert DemoData.objects.get().state == "ready"
    assert Order.objects.filter(source="demo").count() == FEW == Order.objects.count()
    assert Shipment.objects.count() > FEW // 2
    assert Return.objects.exists()
    assert set(Order.objects.values_list("currency", flat=True)) == {filled.currency}
    assert not Delivery.objects.filter(state__in=["dead", "outcome_unknown"]).exists()
    assert not InboxMessage.objects.exclude(state="processed").exists()
    assert Message.objects.filter(state="dry_run", reason="demo").exists()
    assert not Message.objects.filter(state="sent").exists()


def test_customers_and_products_a_real_order_names_stay(
    filled: Merchant, drain: Callable[[], None]
) -> None:
    known = Customer.objects.filter(orders__isnull=False).order_by("id").first()
    assert known is not None
    Order.objects.create(
        external_id="real",
        source="api",
        number="1",
        number_key="1",
        customer=known,
        locale="ja",
        currency="JPY",
        tax_included=True,
        placed_at=clock.now(),
        source_updated_at=clock.now(),
        payment_state="paid",
        total=0,
        captured=0,
        taken_in_at=clock.now(),
    )
    living.ask_to_remove(merchant=filled, at=clock.now(), actor="staff:0")
    drain()
    assert list(Customer.objects.all()) == [known]
    assert Order.objects.count() == 1


def test_another_shops_rows_are_left_alone(
    filled: Merchant, other_merchant: Merchant, drain: Callable[[], None]
) -> None:
    with merchant_scope(other_merchant.pk):
        living.ask_to_fill(merchant=other_merchant, at=clock.now(), actor="staff:2")
    drain()
    living.ask_to_remove(merchant=filled, at=clock.now(), actor="staff:0")
    drain()
    with merchant_scope(other_merchant.pk):
        assert Order.objects.filter(source="demo").count() == FEW
        assert Product.objects.exclude(image="").exists()
    assert not Order.objects.exists()


def test_the_banner_stands_on_every_page_until_it_is_gone(
    filled: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    client.force_login(owner)
    for name in ("home", "order_list", "message_list", "return_list"):
        page = client.get(reverse(f"dashboard:{name}", args=[filled.slug])).content.decode()
        assert "Remove all in one click" in page, name
    client.post(reverse("dashboard:demo_remove", args=[filled.slug]))
    banner = client.get(reverse("dashboard:demo_banner", args=[filled.slug])).content.decode()
    assert "is being removed" in banner
    drain()
    page = client.get(reverse("dashboard:order_list", args=[filled.slug])).content.decode()
    assert "demo-data" not in page


def test_a_picture_goes_with_its_product(filled: Merchant, drain: Callable[[], None]) -> None:
    names = [product.image.name for product in Product.objects.exclude(image="")]
    assert names
    living.ask_to_remove(merchant=filled, at=clock.now(), actor="staff:0")
    drain()
    assert not Product.objects.exists()
    assert all(default_storage.exists(name) for name in names), "files go with the commit alone"
