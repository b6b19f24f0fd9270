"""Customers as the dashboard lists them, and what one types to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from commerce.enums import Purpose
from commerce.models import ConsentFact, Customer, Order
from commerce.models.customers import EMAIL_BYTES
from commerce.ports import list_open_work
from commerce.rules import normal_phone, number_key
from commerce.selectors.names import NAMES, is_named

VIEWS = ("all", "repeat", "none")
# One number is an order of a few people at most; whoever shares it beyond is found by name.
MOST_OF_A_NUMBER = 50
# The tags of this many newest customers are offered, this many of them.
TAGS_FROM, TAGS_OFFERED = 300, 5


@dataclass(frozen=True, kw_only=True)
class OrdersSum:
    """What a customer ordered, test orders aside: `spent` is what was paid and not given back.

    `spent` is minor units of one currency; `foreign` counts the orders in others, which it leaves
    out. `last` is when the newest order was placed.
    """

    orders: int = 0
    spent: int = 0
    foreign: int = 0
    last: datetime | None = None


def list_customer_rows(
    *,
    country: str,
    search: str = "",
    view: str = "",
    language: str = "",
    marketing: bool = False,
    tag: str = "",
    work: str = "",
) -> QuerySet[Customer]:
    """Return customers, newest first, narrowed as the list asks, with `agrees` (to marketing).

    `view` is one of VIEWS, `search` as in `search_customers`, `work` the name of an `OpenWork`.
    """
    agrees = Exists(_agreed().filter(customer=OuterRef("pk")))
    customers: QuerySet[Customer] = Customer.objects.order_by("-id").annotate(agrees=agrees)
    if view == "repeat":
        counts = _orders().values("customer").annotate(orders=Count("id"))
        again = counts.filter(customer=OuterRef("pk"), orders__gt=1)
        customers = customers.filter(Exists(again))
    elif view == "none":
        customers = customers.exclude(Exists(_orders().filter(customer=OuterRef("pk"))))
    if language:
        customers = customers.filter(locale=language)
    if marketing:
        customers = customers.filter(agrees)
    if tag:
        customers = customers.filter(tags__contains=[tag])
    for one in list_open_work():
        if one.name == work:
            customers = customers.filter(pk__in=one.customers())
    if not search:
        return customers
    return search_customers(customers, search, country=country, by_order=True)


def search_customers(
    customers: QuerySet[Customer], search: str, *, country: str, by_order: bool
) -> QuerySet[Customer]:
    """Return those whose name, reading or e-mail address begins so, or whose phone it is.

    Names are found in either order, with or without blanks, in either kana; phones as dialled in
    `country`. With `by_order`, whoever placed the order of that number is found too.
    """
    found = Q(email_bytes__startswith=search.lower()) | Q(public_id=search) | is_named(search)
    if phone := normal_phone(search, country):
        found |= Q(phone=phone)
    if by_order and (key := number_key(search)):
        found |= Q(pk__in=_customers_of_order(key))
    return customers.alias(**NAMES, email_bytes=EMAIL_BYTES).filter(found)


def sum_orders_of(customers: Iterable[Customer], *, currency: str) -> dict[int, OrdersSum]:
    """Return what each of some customers ordered, by their rows; one query."""
    placed = Q(sale=None)
    rows = (
        # What an exchange credits is given back on one order and captured on the other.
        Order.objects.filter(test=False, customer__in=[customer.pk for customer in customers])
        .order_by()
        .values("customer_id")
        .annotate(
            orders=Count("id", filter=placed),
            spent=Sum(F("captured") - F("given_back"), filter=Q(currency=currency), default=0),
            foreign=Count("id", filter=placed & ~Q(currency=currency)),
            last=Max("placed_at"),
        )
    )
    return {
        row["customer_id"]: OrdersSum(
            orders=row["orders"], spent=row["spent"], foreign=row["foreign"], last=row["last"]
        )
        for row in rows
    }


def list_tags() -> list[str]:
    """Return the tags the newest customers have most, the most common first."""
    counts: dict[str, int] = {}
    newest = Customer.objects.order_by("-id").values_list("tags", flat=True)[:TAGS_FROM]
    for tags in newest:
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))[:TAGS_OFFERED]


def _orders() -> QuerySet[Order]:
    orders: QuerySet[Order] = Order.objects.filter(test=False, sale=None).order_by()
    return orders


def _customers_of_order(key: str) -> list[int | None]:
    """Return whose orders have a number: read first, so that the search can use its indexes."""
    numbered = Order.objects.filter(number_key=key, customer__isnull=False)
    return list(numbered.values_list("customer_id", flat=True)[:MOST_OF_A_NUMBER])


def _agreed() -> QuerySet[ConsentFact]:
    """Return the consents to marketing that nothing said later has taken back."""
    marketing = ConsentFact.objects.filter(purpose=Purpose.MARKETING)
    later = marketing.filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id")),
        customer=OuterRef("customer"),
        channel=OuterRef("channel"),
    )
    found: QuerySet[ConsentFact] = marketing.filter(~Exists(later), granted=True)
    return found
