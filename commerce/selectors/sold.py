"""What was sold, added up for reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Case, Count, F, Max, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from commerce.models import OrderLine

_NONE = Value(0, output_field=BigIntegerField())
PAID = F("goods_paid") + Case(When(order__tax_included=True, then=_NONE), default=F("tax_paid"))
"""What was paid for a line, tax inside."""


@dataclass(frozen=True, kw_only=True)
class Sold:
    """Units of a variant sold, and what was paid for them in minor units, tax inside.

    `product` is its public id, or empty where the order named none.
    """

    product: str
    title: str
    variant: str
    vendor: str
    currency: str
    units: int
    amount: int


def list_sold(*, since: datetime, until: datetime) -> list[Sold]:
    """Return what was ordered from `since` until before `until`, by variant, in one query.

    Replacements are among it: they may come back as what was bought may.
    """
    rows = (
        _lines(since, until)
        .values("variant_title", "order__currency", *_PRODUCT)
        .annotate(newest=Max("title"), units=Sum("quantity"), amount=Sum(PAID))
    )
    return [
        Sold(
            product=row["product_ref"],
            title=row["product_title"] or row["newest"],
            variant=row["variant_title"],
            vendor=row["product_vendor"],
            currency=row["order__currency"],
            units=row["units"],
            amount=row["amount"],
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Several:
    """An order (by its row) with several variants of one product, and how many units of it."""

    order: int
    product: str
    title: str
    units: int


def list_several_variants(*, since: datetime, until: datetime) -> list[Several]:
    """Return the orders of a span with two or more variants of one product, in one query.

    Replacements are left out: nobody chose between them.
    """
    rows = (
        _lines(since, until)
        .filter(product__isnull=False, order__sale=None)
        .values("order_id", *_PRODUCT)
        .annotate(variants=Count("variant_title", distinct=True), units=Sum("quantity"))
        .filter(variants__gte=2)
    )
    return [
        Several(
            order=row["order_id"],
            product=row["product_ref"],
            title=row["product_title"],
            units=row["units"],
        )
        for row in rows
    ]


_PRODUCT = ("product_ref", "product_title", "product_vendor")


def _lines(since: datetime, until: datetime) -> QuerySet[OrderLine]:
    lines: QuerySet[OrderLine] = OrderLine.objects.filter(
        order__placed_at__gte=since,
        order__placed_at__lt=until,
        order__test=False,
        order__cancelled_at__isnull=True,
    ).order_by()
    return lines.annotate(
        product_ref=Coalesce("product__public_id", Value("")),
        product_title=Coalesce("product__title", Value("")),
        product_vendor=Coalesce("product__vendor", Value("")),
    )
