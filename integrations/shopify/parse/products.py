"""Products and their variants."""

from commerce.ports import ProductFacts, VariantFacts
from integrations.payload import Payload
from integrations.shopify.parse.people import split_tags


def parse_product(body: bytes, currency: str) -> ProductFacts:
    """Read a product; its prices carry no currency and are in the shop's own."""
    product = Payload.read(body, "Shopify")
    tags = split_tags(product.text("tags"))
    return ProductFacts(
        external_id=product.identity("id"),
        title=product.text("title"),
        updated_at=product.moment("updated_at") or product.required_moment("created_at"),
        category=product.text("product_type"),
        product_type=product.text("product_type"),
        vendor=product.text("vendor"),
        tags=tags,
        final_sale=any(tag.lower() in ("final-sale", "final sale") for tag in tags),
        variants=tuple(
            VariantFacts(
                external_id=row.identity("id"),
                title="" if row.text("title") == "Default Title" else row.text("title"),
                sku=row.text("sku"),
                price=row.money("price", currency),
                stock=_stock(row),
            )
            for row in product.children("variants")
        ),
    )


def _stock(variant: Payload) -> int | None:
    stock = variant.data.get("inventory_quantity")
    return stock if type(stock) is int and "inventory_management" in variant else None
