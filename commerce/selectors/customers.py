"""Reads of customers, of what they agreed to, and of what they asked us to do with their data."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.http import Http404

from commerce.models import (
    ConsentFact,
    Customer,
    Order,
    PrivacyRequest,
    StoreCreditAccount,
    StoreCreditEntry,
)


def get_customer(public_id: str) -> Customer:
    """Return a customer; raises Customer.DoesNotExist."""
    found: Customer = Customer.objects.get(public_id=public_id)
    return found


def access_customer(public_id: str) -> Customer:
    """Return a customer of the scope's shop for a page; raises Http404."""
    found: Customer | None = Customer.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_orders_of(customer: Customer, *, limit: int) -> list[Order]:
    """Return a customer's newest orders."""
    return list(Order.objects.filter(customer=customer).order_by("-placed_at", "-id")[:limit])


def list_store_credit(customer: Customer) -> list[StoreCreditAccount]:
    """Return what a customer may spend, one account a currency."""
    return list(StoreCreditAccount.objects.filter(customer=customer).order_by("currency"))


def list_credit_entries(customer: Customer, *, limit: int) -> list[StoreCreditEntry]:
    """Return the newest movements of a customer's store credit, with their accounts."""
    return list(
        StoreCreditEntry.objects.filter(account__customer=customer)
        .select_related("account")
        .order_by("-at", "-id")[:limit]
    )


def list_consents(customer: Customer) -> list[ConsentFact]:
    """Return what a customer last said of each channel and purpose."""
    return list(
        ConsentFact.objects.filter(customer=customer)
        .order_by("channel", "purpose", "-at", "-id")
        .distinct("channel", "purpose")
    )


def list_privacy_requests() -> QuerySet[PrivacyRequest]:
    """Return the requests about personal data: open ones first, the most urgent on top."""
    requests: QuerySet[PrivacyRequest] = PrivacyRequest.objects.order_by(
        F("done_at").desc(nulls_first=True), "due_at", "id"
    )
    return requests


def list_open_privacy_requests() -> list[PrivacyRequest]:
    """Return the requests nobody has answered yet, the most urgent first."""
    return list(PrivacyRequest.objects.filter(done_at=None).order_by("due_at", "id"))


def access_privacy_request(public_id: str) -> PrivacyRequest:
    """Return a request of the scope's shop; raises Http404."""
    found: PrivacyRequest | None = PrivacyRequest.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def map_customers(external_ids: list[str]) -> dict[str, Customer]:
    """Return the customers the platform knows by these ids."""
    known = Customer.objects.filter(external_id__in=[one for one in external_ids if one])
    return {customer.external_id: customer for customer in known}
