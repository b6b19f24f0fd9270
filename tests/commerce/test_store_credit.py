"""Store credit: a ledger that books once and never goes below zero."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import Error as DatabaseError

from commerce.errors import InsufficientCredit
from commerce.models import Customer, Order, StoreCreditAccount, StoreCreditEntry
from commerce.services.store_credit import issue_store_credit
from postexp.kernel.models import EventRecord


@pytest.fixture
def customer(order: Order) -> Customer:
    """Someone who buys."""
    assert order.customer is not None
    return order.customer


def book(customer: Customer, amount: int, at: datetime, **changes: Any) -> StoreCreditEntry:
    facts = {"currency": "JPY", "reason": "return", "reference": f"r{amount}", **changes}
    return issue_store_credit(customer=customer, amount=amount, at=at, **facts)


def balance(customer: Customer, currency: str = "JPY") -> int:
    return StoreCreditAccount.objects.get(customer=customer, currency=currency).balance


def test_credit_is_given_and_spent(customer: Customer, at: datetime) -> None:
    book(customer, 3000, at)
    book(customer, -1200, at)
    assert balance(customer) == 1800
    events = EventRecord.objects.filter(type="store_credit.changed").order_by("id")
    assert [event.payload["amount"] for event in events] == [3000, -1200]


def test_the_same_reference_books_once(customer: Customer, at: datetime) -> None:
    first = book(customer, 3000, at, reference="once")
    assert book(customer, 3000, at, reference="once") == first
    assert balance(customer) == 3000


def test_nobody_spends_more_than_there_is(customer: Customer, at: datetime) -> None:
    book(customer, 1000, at)
    with pytest.raises(InsufficientCredit):
        book(customer, -1001, at)
    assert balance(customer) == 1000
    assert StoreCreditEntry.objects.count() == 1


def test_each_currency_has_its_own_account(customer: Customer, at: datetime) -> None:
    book(customer, 1000, at)
    book(customer, 500, at, currency="USD")
    assert (balance(customer), balance(customer, "USD")) == (1000, 500)


def test_entries_are_never_changed(customer: Customer, at: datetime) -> None:
    entry = book(customer, 1000, at)
    with pytest.raises(DatabaseError), transaction.atomic():
        StoreCreditEntry.objects.filter(pk=entry.pk).update(amount=1)
