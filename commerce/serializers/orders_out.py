"""What the API says an order looks like; `represent_order` makes it."""

from rest_framework import serializers

from commerce.enums import Exemption, PaymentState, TenderKind
from commerce.serializers.fields import MoneyField


class LineOut(serializers.Serializer):  # type: ignore[type-arg]
    """One line of an order."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    sku = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = MoneyField()
    line_discount = MoneyField()
    discount_share = MoneyField()
    paid = MoneyField()
    tax = MoneyField()
    category = serializers.CharField()
    product_type = serializers.CharField()
    vendor = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    final_sale = serializers.BooleanField()
    exemption = serializers.ChoiceField(choices=Exemption.choices, allow_blank=True)
    requires_shipping = serializers.BooleanField()


class ShippingOut(serializers.Serializer):  # type: ignore[type-arg]
    """What was paid for delivery."""

    title = serializers.CharField()
    price = MoneyField()
    paid = MoneyField()
    tax = MoneyField()


class TenderOut(serializers.Serializer):  # type: ignore[type-arg]
    """Money captured by one means of payment."""

    kind = serializers.ChoiceField(choices=TenderKind.choices)
    gateway = serializers.CharField()
    captured = MoneyField()


class CustomerOut(serializers.Serializer):  # type: ignore[type-arg]
    """A customer."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    family_kana = serializers.CharField()
    given_kana = serializers.CharField()
    locale = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())


class OrderSummaryOut(serializers.Serializer):  # type: ignore[type-arg]
    """An order in a list."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    number = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a key of the wire
    placed_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    cancelled_at = serializers.DateTimeField(allow_null=True)
    payment_state = serializers.ChoiceField(choices=PaymentState.choices)
    locale = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    tax_included = serializers.BooleanField()
    total = MoneyField()
    captured = MoneyField()
    given_back = MoneyField()
    tags = serializers.ListField(child=serializers.CharField())
    test = serializers.BooleanField()
    customer = CustomerOut(allow_null=True)
    address = serializers.DictField(allow_null=True)
    # What `expand` asks for.
    fulfilments = serializers.ListField(child=serializers.DictField(), required=False)
    returns = serializers.ListField(child=serializers.DictField(), required=False)
    shipments = serializers.ListField(child=serializers.DictField(), required=False)


class OrderOut(OrderSummaryOut):
    """An order, whole."""

    lines = LineOut(many=True)
    shipping = ShippingOut(many=True)
    tenders = TenderOut(many=True)


class OrderPageOut(serializers.Serializer):  # type: ignore[type-arg]
    """One page of orders; send `next` as `cursor` for the page after."""

    data = OrderSummaryOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)
