"""Finding customers by their names, however a person writes them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from commerce.models import Customer
from commerce.models.customers import (
    FAMILY_FIRST,
    GIVEN_FIRST,
    KANA_FAMILY_FIRST,
    KANA_GIVEN_FIRST,
)
from commerce.rules import name_keys

NAMES = {
    "family_first": FAMILY_FIRST,
    "given_first": GIVEN_FIRST,
    "kana_family_first": KANA_FAMILY_FIRST,
    "kana_given_first": KANA_GIVEN_FIRST,
}
"""The names customers are compared by, to be added to a query as aliases."""


def is_named(search: str) -> Q:
    """Return which customers' name or reading begins so; for a query with NAMES as aliases.

    Names are found in either order, with or without blanks, in either kana.
    """
    found = Q(pk__in=())
    for key in filter(None, name_keys(search)):
        for name in NAMES:
            found |= Q(**{f"{name}__startswith": key})
    return found


def customers_named(search: str) -> QuerySet[Customer, int]:
    """Return the rows of the customers whose name begins so, to find what is theirs."""
    named = Customer.objects.alias(**NAMES).filter(is_named(search))
    return named.order_by().values_list("pk", flat=True)


def ids_of_customers_named(search: str, *, limit: int) -> list[str]:
    """Return the public ids of customers whose name begins so, the newest first."""
    named = Customer.objects.alias(**NAMES).filter(is_named(search)).order_by("-id")
    return list(named.values_list("public_id", flat=True)[:limit])


def names_of_customers(public_ids: Collection[str], *, locale: str) -> dict[str, str]:
    """Return the name of each customer in the order of a language; who has none is left out."""
    rows = Customer.objects.filter(public_id__in=public_ids).only(
        "merchant_id", "public_id", "family_name", "given_name"
    )
    named = ((customer.public_id, customer.full_name(locale)) for customer in rows)
    return {public_id: name for public_id, name in named if name}
