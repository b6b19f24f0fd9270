"""What the words of the command bar may mean among customers."""

from __future__ import annotations

from commerce.models import Customer
from commerce.selectors.customer_rows import search_customers


def find_customers(words: str, *, country: str, limit: int) -> list[Customer]:
    """Return the newest customers a search finds (see `search_customers`), up to `limit`.

    The number of an order finds the order itself beside them, so it finds nobody here.
    """
    found = search_customers(Customer.objects.all(), words, country=country, by_order=False)
    return list(found.order_by("-id")[:limit])
