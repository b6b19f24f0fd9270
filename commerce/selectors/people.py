"""One person's data found: the customer, their orders, and the words that name nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from commerce.models import Customer, Order, PrivacyRequest
from commerce.ports import Person

# Shorter words would be found inside others.
SHORTEST = 5
SHORTEST_CJK = 3
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def person_of(customer: Customer, *, order_external_ids: Iterable[str] = ()) -> Person:
    """Return a customer as every room finds their data, with orders the platform names besides."""
    return _person(customer, _orders(customer, order_external_ids))


def person_asked_for(request: PrivacyRequest) -> Person | None:
    """Return whom a request of the platform is about; None where nothing is known of them."""
    customer = None
    if request.customer_external_id:
        customer = Customer.objects.filter(external_id=request.customer_external_id).first()
    orders = _orders(customer, request.order_external_ids)
    return _person(customer, orders) if customer or orders else None


def customer_asked_for(request: PrivacyRequest) -> Customer | None:
    """Return the customer a request names, or None where they are not known."""
    if not request.customer_external_id:
        return None
    return Customer.objects.filter(external_id=request.customer_external_id).first()


def _orders(customer: Customer | None, external_ids: Iterable[str]) -> list[Order]:
    named = Q(external_id__in=list(external_ids))
    if customer is not None:
        named |= Q(customer=customer)
        if customer.email:
            named |= Q(customer=None, email=customer.email)
    return list(Order.objects.filter(named).order_by("id"))


def _person(customer: Customer | None, orders: list[Order]) -> Person:
    words = _words_of(customer, orders)
    emails = {order.email for order in orders} | ({customer.email} if customer else set())
    return Person(
        customer_id=customer.public_id if customer else "",
        order_ids=tuple(order.public_id for order in orders),
        emails=tuple(sorted(emails - {""})),
        words=tuple(sorted(words - _shared(words, customer, orders))),
    )


def _words_of(customer: Customer | None, orders: list[Order]) -> set[str]:
    words: set[str] = set()
    if customer is not None:
        words |= {customer.email, *_phones(customer.phone)}
        words |= _names(customer.family_name, customer.given_name)
        words |= _names(customer.family_kana, customer.given_kana)
    for order in orders:
        words |= {order.email, *_phones(order.phone)}
        address = order.address
        words |= {address.get(part, "") for part in ("name", "address1", "address2")}
        words |= set(_phones(address.get("phone", "")))
    return {word.strip().lower() for word in words if _is_telling(word.strip())}


def _is_telling(word: str) -> bool:
    return len(word) >= (SHORTEST_CJK if CJK.search(word) else SHORTEST)


def _phones(phone: str) -> list[str]:
    """Return the ways in which a number is written: as given, its digits, and with a leading 0."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < SHORTEST + 3:
        return []
    written = [phone, digits]
    if phone.startswith("+81"):
        written.append(f"0{digits[2:]}")
    return written


def _names(family: str, given: str) -> set[str]:
    if not (family and given):
        return set()
    return {
        f"{first}{between}{second}"
        for first, second in ((family, given), (given, family))
        for between in (" ", "", "\u3000")
    }


def _shared(words: set[str], customer: Customer | None, orders: list[Order]) -> set[str]:
    """Return the words that are in use for somebody else as well."""
    wanted = list(words)
    customers: QuerySet[Customer] = Customer.objects.all()
    if customer is not None:
        customers = customers.exclude(pk=customer.pk)
    others = Order.objects.exclude(pk__in=[order.pk for order in orders])
    shared: set[str] = set()
    for other in customers.filter(Q(email__in=wanted) | Q(phone__in=wanted)):
        shared |= {other.email, *_phones(other.phone)}
    for other in customers.extra(  # noqa: S610 - no text of users in the condition
        where=[_SAME_NAME], params=[wanted, wanted]
    ):
        shared |= _names(other.family_name, other.given_name)
        shared |= _names(other.family_kana, other.given_kana)
    for order in others.extra(  # noqa: S610 - no text of users in the condition
        where=[_SAME_PLACE], params=[wanted] * 5
    ).iterator():
        shared |= _words_of(None, [order])
    return {word.lower() for word in shared}


# Whole columns are compared at once: an erasure may read the shop's orders, a page may not.
_SAME_NAME = (
    "(lower(family_name || ' ' || given_name) = ANY(%s) "
    "OR lower(given_name || ' ' || family_name) = ANY(%s))"
)
_SAME_PLACE = (
    "(email = ANY(%s) OR phone = ANY(%s) OR lower(address->>'name') = ANY(%s) "
    "OR lower(address->>'address1') = ANY(%s) OR lower(address->>'address2') = ANY(%s))"
)
