"""Customers over REST: narrowed by filters, expanded by what is kept of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import ConsentFact, Customer, Merchant, User
from commerce.services.keys import create_key
from commerce.services.store_credit import issue_store_credit
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

Call = Callable[[str], Any]
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def call(merchant: Merchant, owner: User, client: Client) -> Call:
    """Ask for an address as a program of the shop."""
    with merchant_scope(merchant.pk):
        key = create_key(merchant=merchant, name="k", scopes=list(Scope), by=owner, at=clock.now())
    headers = {"Authorization": f"Bearer {key.secret}"}
    return lambda path: client.get(f"/api/v1/{path}", headers=headers)


@pytest.fixture
def people(scope: Merchant) -> list[Customer]:
    """Three customers, a day apart."""
    return [
        Customer.objects.create(
            external_id=f"c{number}",
            email=f"{number}@example.jp",
            created_at=AT + timedelta(days=number),
        )
        for number in range(3)
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["c2", "c1", "c0"]),
        ("external_id=c1", ["c1"]),
        ("external_id=c", []),
        ("email=1@EXAMPLE.jp", ["c1"]),
        ("created_since=2026-11-21T01:00:00Z", ["c2", "c1"]),
        ("created_until=2026-11-21T01:00:00Z", ["c0"]),
        ("created_since=2026-11-21T01:00:00Z&created_until=2026-11-22T01:00:00Z", ["c1"]),
    ],
)
def test_customers_are_narrowed_by_filters(
    call: Call, people: list[Customer], query: str, found: list[str]
) -> None:
    assert [one["external_id"] for one in call(f"customers?{query}").json()["data"]] == found


def test_what_is_no_filter_is_refused(call: Call, people: list[Customer]) -> None:
    assert call("customers?created_since=today").json()["code"] == "invalid_created_since"
    refused = call("customers?expand=orders")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_expand")


def test_a_customer_shows_what_expand_asks_for(
    call: Call, people: list[Customer], django_assert_max_num_queries: Any
) -> None:
    for minutes, granted in ((0, True), (5, False)):
        ConsentFact.objects.create(
            customer=people[0],
            channel="email",
            purpose="marketing",
            granted=granted,
            at=AT + timedelta(minutes=minutes),
            source="platform",
        )
    issue_store_credit(
        customer=people[0], amount=3000, currency="JPY", reason="bonus", reference="r", at=AT
    )
    consents = [
        {
            "channel": "email",
            "purpose": "marketing",
            "granted": False,
            "at": "2026-11-20T01:05:00Z",
            "source": "platform",
        }
    ]
    one = call(f"customers/{people[0].public_id}?expand=consents,store_credit").json()
    assert one["consents"] == consents
    assert one["store_credit"] == [{"amount": "3000", "currency": "JPY"}]
    listed = call("customers?expand=consents").json()["data"]
    assert [row["consents"] for row in listed] == [[], [], consents]
    assert "store_credit" not in listed[0]
    assert "consents" not in call(f"customers/{people[0].public_id}").json()
    with django_assert_max_num_queries(16):
        call("customers?expand=consents,store_credit")
