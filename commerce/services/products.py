"""Taking products in."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from commerce.models import Product, Variant
from commerce.ports import ProductFacts
from postexp.kernel.locks import lock


def take_in_product(facts: ProductFacts, *, at: datetime) -> Product:
    """Create a product or apply a newer version; variants the platform dropped are kept.

    Order lines go on saying what was sold; they copied it.
    """
    with transaction.atomic():
        lock(f"product:{facts.external_id}")
        product = Product.objects.filter(external_id=facts.external_id).first()
        if product is not None and facts.updated_at < product.source_updated_at:
            return product
        product = product or Product(external_id=facts.external_id)
        product.title = facts.title[:255]
        product.category = facts.category[:120]
        product.tags = [tag[:80] for tag in facts.tags]
        product.care = facts.care or product.care
        product.final_sale = facts.final_sale
        product.source_updated_at = facts.updated_at
        product.save()
        for position, variant in enumerate(facts.variants):
            Variant.objects.update_or_create(
                external_id=variant.external_id,
                defaults={
                    "product": product,
                    "title": variant.title[:255],
                    "sku": variant.sku[:120],
                    "price": variant.price,
                    "stock": variant.stock,
                    "position": position,
                },
            )
    return product


def set_picture(*, external_id: str, png: bytes) -> None:
    """Give a product its picture; unknown products are passed over."""
    product = Product.objects.filter(external_id=external_id).first()
    if product is not None:
        product.image.save(f"{product.public_id}.png", ContentFile(png))
