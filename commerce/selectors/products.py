"""Reads of products."""

from collections.abc import Collection

from commerce.models import Product, Variant


def get_variant(public_id: str) -> Variant | None:
    """Return a variant with its product, or None."""
    return Variant.objects.select_related("product").filter(public_id=public_id).first()


def list_same_product(variant: Variant) -> list[Variant]:
    """Return every variant of a variant's product, in the shop's order."""
    return list(Variant.objects.filter(product_id=variant.product_id).order_by("position", "id"))


def known_products(external_ids: Collection[str]) -> set[str]:
    """Return which of these products, by the platform's ids, are here."""
    known = Product.objects.filter(external_id__in=external_ids)
    return set(known.values_list("external_id", flat=True))


def find_product(external_id: str) -> Product | None:
    """Return a product by the platform's id with its variants, or None."""
    found = Product.objects.prefetch_related("variants").filter(external_id=external_id)
    return found.first()


def find_products_by_sku(sku: str) -> list[Variant]:
    """Return the variants of a stock-keeping unit with their products."""
    return list(Variant.objects.filter(sku=sku).select_related("product").order_by("id")[:2])
