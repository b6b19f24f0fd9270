"""The parts of an order as integrators send them."""

from __future__ import annotations

from rest_framework import serializers

from commerce.enums import Exemption, TenderKind
from commerce.serializers.fields import (
    CountField,
    FlagField,
    MoneyField,
    RateField,
    StrictSerializer,
    TextField,
)


class TaxIn(StrictSerializer):
    """Recorded tax."""

    title = TextField(max_length=120, help_text="Its name, such as 消費税.")
    rate = RateField(help_text='As text: "0.1" for 10 %.')
    amount = MoneyField(help_text="What was charged.")


class LineIn(StrictSerializer):
    """One line. Name `discount_share` on every line, or on none where order discounts are not yet
    shared over lines; set `taxes` to null and name `tax_rates` where only totals per rate are
    known."""

    external_id = TextField(
        required=True,
        allow_blank=False,
        max_length=64,
        help_text="The id of the line on your platform; once in an order.",
    )
    title = TextField(required=True, allow_blank=False, max_length=255, help_text="What was sold.")
    variant_title = TextField(max_length=255, help_text="Such as its size or colour.")
    sku = TextField(max_length=120, help_text="The SKU.")
    product_external_id = TextField(
        max_length=64, help_text="The id of the product on your platform."
    )
    variant_external_id = TextField(
        max_length=64, help_text="The id of the variant on your platform."
    )
    quantity = CountField(min_value=1, max_value=100_000, help_text="How many units.")
    unit_price = MoneyField(help_text="The price of one unit before discounts.")
    line_discount = MoneyField(required=False, help_text="What is off the whole line.")
    discount_share = MoneyField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The part of the order’s discounts that falls on this line.",
    )
    taxes = TaxIn(
        many=True, required=False, allow_null=True, default=list, help_text="Tax of the whole line."
    )
    tax_rates = serializers.ListField(
        child=RateField(),
        required=False,
        default=list,
        help_text="The rates of the line, where only totals per rate are known.",
    )
    category = TextField(max_length=120, help_text="Return rules may name it.")
    product_type = TextField(
        max_length=255,
        help_text="Your word for what it is, by default its product’s. Return rules may name it.",
    )
    vendor = TextField(
        max_length=255,
        help_text="Whom you have it from, by default its product’s. Return rules may name it.",
    )
    tags = serializers.ListField(
        child=TextField(max_length=80),
        required=False,
        max_length=50,
        help_text="Return rules may name them.",
    )
    final_sale = FlagField(required=False, default=False, help_text="It cannot be returned.")
    exemption = serializers.ChoiceField(
        choices=Exemption.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why the law exempts it from withdrawal; leave it out where you do not know.",
    )
    requires_shipping = FlagField(
        required=False, default=True, help_text="False for what is not sent, such as a gift card."
    )


class ShippingIn(StrictSerializer):
    """What was charged for delivery."""

    title = TextField(max_length=255, help_text="How it is delivered.")
    price = MoneyField(help_text="Before discounts.")
    discount = MoneyField(required=False, help_text="What is off it.")
    taxes = TaxIn(many=True, required=False, default=list, help_text="Tax of the delivery.")


class DiscountIn(StrictSerializer):
    """A discount on the goods of the order.

    `minimum` is the value of goods it was given from on; `bundle` names the lines (by their
    `external_id`) that made up a buy-x-get-y offer.
    """

    code = TextField(max_length=120, help_text="The code the shopper typed.")
    title = TextField(max_length=255, help_text="Its name.")
    amount = MoneyField(help_text="What is off the goods.")
    minimum = MoneyField(required=False, help_text="The value of goods it was given from on.")
    bundle = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=200
    )


class TenderIn(StrictSerializer):
    """Money captured by one means of payment."""

    kind = serializers.ChoiceField(choices=TenderKind.choices, help_text="The means of payment.")
    gateway = TextField(max_length=80, help_text="Who handled it.")
    external_id = TextField(max_length=64, help_text="The id of the payment on your platform.")
    captured = MoneyField(help_text="What was captured.")


class CustomerIn(StrictSerializer):
    """The customer, where you know them."""

    external_id = TextField(max_length=64, help_text="The id of the customer on your platform.")
    email = TextField(max_length=254, help_text="Without it, that of the order.")
    phone = TextField(max_length=40, help_text="Without it, that of the order.")
    family_name = TextField(max_length=80, help_text="The family name.")
    given_name = TextField(max_length=80, help_text="The given name.")
    family_kana = TextField(max_length=80, help_text="The family name in kana.")
    given_kana = TextField(max_length=80, help_text="The given name in kana.")
    locale = TextField(max_length=10, help_text="Without it, that of the order.")
    tags = serializers.ListField(
        child=TextField(max_length=80),
        required=False,
        max_length=50,
        help_text="Your words for the customer.",
    )


class AddressIn(StrictSerializer):
    """Where the order goes."""

    name = TextField(max_length=160, help_text="Who receives it.")
    company = TextField(max_length=160, help_text="The company.")
    address1 = TextField(max_length=255, help_text="Street and number.")
    address2 = TextField(max_length=255, help_text="Building and room.")
    city = TextField(max_length=120, help_text="The city.")
    province = TextField(max_length=120, help_text="The state or prefecture.")
    postcode = TextField(max_length=20, help_text="The postcode.")
    country = TextField(max_length=2, help_text="Two letters, such as JP.")
    phone = TextField(max_length=40, help_text="For the carrier.")
