"""Promo codes for one customer each, and what a shop gives with them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from commerce.enums import PromoPurpose, PromoState
from commerce.models.customers import Customer
from commerce.models.orders import Order
from commerce.rules.promos import PromoOffer
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def promo_id() -> str:
    """A new public id of a promo code."""
    return ids.new_id("prm")


ONE_GIFT = Q(percent__gt=0, percent__lte=10_000, amount=0) | Q(percent=0, amount__gt=0)
"""A code gives a share or an amount."""


class PromoTerms(MerchantModel):
    """What a shop gives for a purpose, see `rules.promos.PromoOffer`; without a row, nothing."""

    purpose = models.CharField(max_length=20, choices=PromoPurpose.choices)
    percent = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    minimum = models.BigIntegerField(default=0)
    days = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "purpose"], name="promo_terms_once"),
            models.CheckConstraint(condition=ONE_GIFT, name="promo_terms_one_gift"),
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def offer(self) -> PromoOffer:
        """What is given."""
        return PromoOffer(
            percent=self.percent,
            amount=self.amount,
            currency=self.currency,
            minimum=self.minimum,
            days=self.days,
        )


class PromoCode(MerchantModel):
    """A code one customer may use once; what it gives is as in `PromoTerms`.

    `thanks_for` is the order it was made for, `used_on` the first one that came in with it.
    `platform` creates it in the shop, empty where staff enter it by hand, until `needed_by`;
    `reference` is what it is called there, and `detail` why it was refused.
    """

    public_id = models.CharField(max_length=40, unique=True, default=promo_id)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="promo_codes")
    purpose = models.CharField(max_length=20, choices=PromoPurpose.choices)
    code = models.CharField(max_length=20)
    percent = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    minimum = models.BigIntegerField(default=0)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    thanks_for = models.ForeignKey(
        Order, null=True, on_delete=models.SET_NULL, related_name="promo_codes_made"
    )
    made_at = models.DateTimeField()
    needed_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=PromoState.choices, default=PromoState.WANTED)
    platform = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=255, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    used_on = models.ForeignKey(
        Order, null=True, on_delete=models.SET_NULL, related_name="promo_codes_used"
    )
    used_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "code"], name="promo_code_once"),
            models.UniqueConstraint(fields=["customer", "purpose"], name="promo_once_a_customer"),
            models.CheckConstraint(condition=ONE_GIFT, name="promo_code_one_gift"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-made_at", "-id"], name="promo_latest"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_by_hand(self) -> bool:
        """Whether staff may enter it in the shop: no platform creates it (any more)."""
        return self.state == PromoState.REFUSED or (
            self.state == PromoState.WANTED and not self.platform
        )
