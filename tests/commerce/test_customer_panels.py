"""What other rooms show of customers: open returns in the list, returns and messages below."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from commerce.models import Customer, Merchant, User
from commerce.ports import OpenWork, register_open_work
from postexp.kernel.tenancy import merchant_scope
from returns.models import Return
from returns.selectors import customers_with_open

LIST = "/d/komorebi/customers/"


@pytest.fixture
def reader(full_shop: Merchant, owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


def test_open_returns_are_counted_and_filtered_by(reader: Client, full_shop: Merchant) -> None:
    with merchant_scope(full_shop.pk):
        before = Return.objects.exclude(state__in=["completed", "cancelled"]).count()
    page = reader.get(f"{LIST}?open=returns")
    assert f"{before} open return" in page.content.decode()
    assert [row["customer"].external_id for row in page.context["rows"]] == ["c1"]
    answer: Any = reader.get(f"{LIST}?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    counts = [row["Open returns"] for row in csv.DictReader(io.StringIO(text))]
    assert str(before) in counts
    with merchant_scope(full_shop.pk):
        Return.objects.update(state="cancelled")
    assert reader.get(f"{LIST}?open=returns").context["rows"] == []
    assert "open return" not in reader.get(LIST).content.decode().replace("Has an open return", "")


def test_the_page_shows_returns_and_messages(reader: Client, full_shop: Merchant) -> None:
    with merchant_scope(full_shop.pk):
        customer = Customer.objects.get(external_id="c1")
        numbers = list(Return.objects.values_list("number", flat=True))
        stranger = Customer.objects.create(external_id="x", created_at=customer.created_at)
    page = reader.get(f"{LIST}{customer.public_id}/").content.decode()
    assert numbers
    assert all(number in page for number in numbers)
    assert f"/d/komorebi/messages/?q={customer.public_id}" in page
    found = reader.get(f"/d/komorebi/messages/?q={customer.public_id}").context["rows"]
    assert found
    empty = reader.get(f"{LIST}{stranger.public_id}/").content.decode()
    assert "All messages" not in empty
    assert not any(number in empty for number in numbers)


def test_two_kinds_of_open_work_have_two_names() -> None:
    twin = OpenWork(
        name="returns",
        title="",
        any_of="",
        words=str,
        count=lambda _rows: {},
        customers=customers_with_open,
    )
    with pytest.raises(ValueError, match="Two kinds"):
        register_open_work(twin)
