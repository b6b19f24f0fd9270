"""Reads of products."""

from commerce.models import Variant


def get_variant(public_id: str) -> Variant | None:
    """Return a variant with its product, or None."""
    return Variant.objects.select_related("product").filter(public_id=public_id).first()


def list_same_product(variant: Variant) -> list[Variant]:
    """Return every variant of a variant's product, in the shop's order."""
    return list(Variant.objects.filter(product_id=variant.product_id).order_by("position", "id"))
