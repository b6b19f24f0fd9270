"""Taking products in."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from commerce.enums import StockOwner
from commerce.events import StockOwnerChanged
from commerce.models import Merchant, Product, StockSource, User, Variant
from commerce.ports import ProductFacts
from commerce.selectors import stock_owner
from postexp.kernel.events import append
from postexp.kernel.locks import lock


def take_in_product(
    facts: ProductFacts, *, at: datetime, by: StockOwner = StockOwner.PLATFORM
) -> Product:
    """Create a product or apply a newer version; variants the platform dropped are kept.

    Order lines go on saying what was sold; they copied it. Only who owns the count of the shop's
    stock (`by`) changes that of a variant that is here; anyone may begin one.
    """
    with transaction.atomic():
        lock(f"product:{facts.external_id}")
        product = Product.objects.filter(external_id=facts.external_id).first()
        if product is not None and facts.updated_at < product.source_updated_at:
            return product
        product = product or Product(external_id=facts.external_id)
        product.title = facts.title[:255]
        product.category = facts.category[:120]
        product.product_type = facts.product_type[:255]
        product.vendor = facts.vendor[:255]
        product.tags = [tag[:80] for tag in facts.tags]
        product.care = facts.care or product.care
        product.final_sale = facts.final_sale
        product.source_updated_at = facts.updated_at
        product.save()
        counts = stock_owner() == by
        for position, variant in enumerate(facts.variants):
            told = {
                "product": product,
                "title": variant.title[:255],
                "sku": variant.sku[:120],
                "price": variant.price,
                "position": position,
            }
            stock = {"stock": variant.stock}
            Variant.objects.update_or_create(
                external_id=variant.external_id,
                defaults={**told, **(stock if counts else {})},
                create_defaults={**told, **stock},
            )
    return product


def choose_stock_owner(*, merchant: Merchant, owner: StockOwner, by: User, at: datetime) -> None:
    """Say who counts the shop's stock. Publishes StockOwnerChanged where that is news."""
    with transaction.atomic():
        lock("stock_owner")
        if stock_owner() == owner:
            return
        StockSource.objects.update_or_create(defaults={"owner": owner})
        append(
            StockOwnerChanged(merchant_public_id=merchant.public_id, owner=owner),
            at=at,
            actor=by.actor,
        )


def set_picture(*, external_id: str, png: bytes) -> None:
    """Give a product its picture; unknown products are passed over."""
    product = Product.objects.filter(external_id=external_id).first()
    if product is not None:
        product.image.save(f"{product.public_id}.png", ContentFile(png))
