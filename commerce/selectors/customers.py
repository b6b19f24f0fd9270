"""Reads of customers, of what they agreed to, and of what they asked us to do with their data."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, QuerySet
from django.http import Http404

from commerce.models import (
    ConsentFact,
    Customer,
    Order,
    PrivacyRequest,
    StoreCreditAccount,
    StoreCreditEntry,
)
from commerce.ports import list_open_work


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


def count_orders_of(customer_id: int) -> int:
    """Return how many orders a customer placed, by their row, without tests and replacements."""
    return int(Order.objects.filter(customer=customer_id, test=False, sale=None).count())


def count_orders_before(order: Order) -> int:
    """Return how many orders the customer of an order had placed before it."""
    before = Order.objects.filter(customer=order.customer, placed_at__lt=order.placed_at)
    return before.count()


def is_first_order(order: Order) -> bool:
    """Whether it is the first order its customer made that stands; of two made at once, one is.

    One that follows from a sale, as a replacement does, is not.
    """
    if order.customer is None or order.sale_id is not None:
        return False
    others = Order.objects.filter(customer=order.customer, cancelled_at=None).exclude(pk=order.pk)
    earlier = Q(placed_at__lt=order.placed_at) | Q(placed_at=order.placed_at, pk__lt=order.pk)
    return not others.filter(earlier).exists()


def has_open_work(customer: Customer) -> bool:
    """Whether any room still has to do something for a customer, such as a return."""
    return any(work.count([customer.pk]) for work in list_open_work())


def find_customer_at(*, email: str = "", phone: str = "") -> Customer | None:
    """Return the newest customer with an e-mail address, or with a phone number (E.164)."""
    known = Customer.objects.filter(erased_at=None).order_by("-id")
    if email:
        return known.filter(email=email.lower()).first()
    return known.filter(phone=phone).first() if phone else None


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


def known_people(external_ids: Collection[str], emails: Collection[str]) -> set[str]:
    """Return which of these ids and addresses customers of the shop are known by."""
    rows = Customer.objects.filter(Q(external_id__in=external_ids) | Q(email__in=emails))
    return {word for row in rows.values_list("external_id", "email") for word in row if word}


def find_customer(*, external_id: str, email: str) -> Customer | None:
    """Return a customer by the platform's id, else by address, or None."""
    if external_id:
        found = Customer.objects.filter(external_id=external_id).first()
        if found is not None:
            return found
    return Customer.objects.filter(email=email).order_by("id").first() if email else None
