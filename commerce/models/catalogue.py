"""What a shop sells."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def product_id() -> str:
    """A new public id of a product."""
    return ids.new_id("prd")


def variant_id() -> str:
    """A new public id of a variant."""
    return ids.new_id("var")


class Product(MerchantModel):
    """A product; its variants are what is bought.

    `vendor` is whom the shop has it from, `product_type` the shop's own word for what it is.
    """

    public_id = models.CharField(max_length=40, unique=True, default=product_id)
    external_id = models.CharField(max_length=64)
    title = models.CharField(max_length=255)
    image = models.ImageField(upload_to="products/", blank=True)
    category = models.CharField(max_length=120, blank=True)
    vendor = models.CharField(max_length=255, blank=True, default="", db_default="")
    product_type = models.CharField(max_length=255, blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=80), default=list)
    care = models.TextField(blank=True)
    final_sale = models.BooleanField(default=False)
    source_updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "external_id"], name="product_once")
        ]

    def __str__(self) -> str:
        return self.title


class Variant(MerchantModel):
    """One buyable form of a product; `price` is in minor units, `stock` may be unknown."""

    public_id = models.CharField(max_length=40, unique=True, default=variant_id)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    external_id = models.CharField(max_length=64)
    title = models.CharField(max_length=255, blank=True)
    sku = models.CharField(max_length=120, blank=True)
    price = models.BigIntegerField(default=0)
    stock = models.IntegerField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "external_id"], name="variant_once")
        ]

    def __str__(self) -> str:
        return self.sku or self.title
