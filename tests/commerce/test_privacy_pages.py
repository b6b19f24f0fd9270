"""The pages of personal data: who may open them, and what they do."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commerce.models import Customer, DataExport, Merchant, Order, ShopErasure, User
from commerce.services import privacy
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope

ROOT = "/d/komorebi/"
Enter = Callable[[str], Client]


@pytest.fixture
def customer(order: Order) -> Customer:
    """The customer of an order."""
    assert order.customer is not None
    return order.customer


def test_a_file_of_a_customer_is_made_and_downloaded(staff: Client, customer: Customer) -> None:
    here = f"{ROOT}customers/{customer.public_id}/data/"
    staff.post(here)
    made = DataExport.objects.get()
    assert f"/data/{made.public_id}/".encode() in staff.get(here).content
    answer = staff.get(f"{ROOT}data/{made.public_id}/")
    body = b"".join(answer.streaming_content)  # type: ignore[arg-type]
    assert b"hana@example.jp" in body
    assert "attachment" in answer["Content-Disposition"]
    assert EventRecord.objects.filter(type="data.downloaded").count() == 1


def test_a_customer_is_erased_after_a_question(
    staff: Client, customer: Customer, drain: Callable[[], None]
) -> None:
    here = f"{ROOT}customers/{customer.public_id}/erase/"
    assert b"cannot be undone" in staff.get(here).content
    assert Customer.objects.get().email == "hana@example.jp"
    assert "is being erased" in staff.post(here, follow=True).content.decode()
    assert Customer.objects.get().erased_at is None, "a worker does it, not the page"
    drain()
    assert Customer.objects.get().erased_at is not None
    page = staff.get(f"{ROOT}customers/{customer.public_id}/").content
    assert b"hana@example.jp" not in page
    [erased] = EventRecord.objects.filter(type="customer.erased")
    assert erased.actor.startswith("staff:")


def test_everything_is_for_owners(
    staff: Client, enter: Enter, scope: Merchant, owner: User
) -> None:
    staff.post(f"{ROOT}settings/data/")
    made = DataExport.objects.get()
    page = staff.get(f"{ROOT}settings/data/").content
    assert b"hx-get" in page
    assert staff.get(f"{ROOT}data/{made.public_id}/").status_code == 404
    with merchant_scope(scope.pk):
        privacy.make_shop_export(merchant=scope, export_id=made.public_id, now=clock.now)
    assert staff.get(f"{ROOT}settings/data/progress/").status_code == 200
    assert staff.get(f"{ROOT}data/{made.public_id}/").status_code == 200
    manager = enter("manager")
    for path in ("settings/data/", "settings/data/erase/", f"data/{made.public_id}/"):
        assert manager.get(f"{ROOT}{path}").status_code == 403, path
    assert b"settings/data/" not in manager.get(f"{ROOT}settings/").content
    agent = enter("agent")
    assert agent.get(f"{ROOT}data/{made.public_id}/").status_code == 403


def test_a_shop_is_erased_by_its_typed_name(staff: Client, scope: Merchant, at: datetime) -> None:
    here = f"{ROOT}settings/data/erase/"
    answer = staff.post(here, {"slug": "harbor"})
    assert answer.status_code == 422
    assert ShopErasure.every_merchant.count() == 0
    assert staff.post(here, {"slug": "komorebi"})["Location"] == "/"
    assert ShopErasure.every_merchant.count() == 1
    assert staff.get(ROOT).status_code == 404
