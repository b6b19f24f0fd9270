"""Reads of policies for anyone: the one in force, and those of the past by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from commerce.selectors import get_merchant
from commerce.selectors.api import list_products
from returns.models import PolicyVersion
from returns.selectors.policies import published_versions, version_in_force, version_of

if TYPE_CHECKING:
    from commerce.models import Order, Product

MOST_PRODUCTS = 2000
"""So many products are told of one by one; with more, the page of the policy tells the rest."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A version, and whether it is the one in force; `until` is when the next one took over."""

    version: PolicyVersion
    in_force: bool
    until: datetime | None

    @property
    def since(self) -> datetime | None:
        """When it began; None for the shop's first, which judges all earlier orders too."""
        return self.version.effective_from if self.version.number > 1 else None


def access_version(number: int, *, at: datetime) -> Standing:
    """Return a version that is or was in force, for a page; raises Http404."""
    begun = published_versions().filter(effective_from__lte=at).order_by("effective_from", "number")
    version = begun.filter(number=number).first()
    if version is None:
        raise Http404
    later = begun.filter(effective_from__gte=version.effective_from, number__gt=number).first()
    return Standing(
        version=version,
        in_force=version.number == version_in_force(at).number,
        until=later.effective_from if later else None,
    )


def policy_path(order: Order) -> str:
    """Return the address of the policy that judges an order, as it was when it was placed."""
    slug, version = get_merchant().slug, version_of(order)
    if not version.number:
        return reverse("site:policy", args=[slug])
    return reverse("site:policy_version", args=[slug, version.number])


def products_to_tell(*, all_of_them: bool) -> QuerySet[Product]:
    """Return the products whose terms may differ: final sales, or every one of the catalogue."""
    products = list_products()
    if not all_of_them:
        products = products.filter(final_sale=True)
    return products.order_by("id")[:MOST_PRODUCTS]
