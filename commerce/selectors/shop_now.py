"""What of a shop can be bought now."""

from __future__ import annotations

from django.db.models import Q

from commerce.models import Variant


def list_buyable(*, search: str = "", offset: int = 0, limit: int) -> list[Variant]:
    """Return variants that have a price and may be in stock, by product title, with products.

    `search` matches title, variant or stock-keeping unit.
    """
    found = Variant.objects.filter(Q(stock=None) | Q(stock__gt=0), price__gt=0)
    if search:
        found = found.filter(
            Q(product__title__icontains=search) | Q(title__icontains=search) | Q(sku=search)
        )
    return list(
        found.select_related("product").order_by("product__title", "product_id", "position", "id")[
            offset : offset + limit
        ]
    )
