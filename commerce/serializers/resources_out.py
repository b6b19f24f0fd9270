"""What the API says of customers, products, fulfilments and events."""

from rest_framework import serializers

from commerce.enums import Channel, Purpose
from commerce.serializers.fields import MoneyField
from commerce.serializers.orders_out import CustomerOut


class Shape(serializers.Serializer):  # type: ignore[type-arg]
    """A shape that is only described, never validated."""


class ConsentOut(Shape):
    """What a customer last said of one channel and purpose."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    granted = serializers.BooleanField()
    at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment]  # a key of the wire


class ExpandedCustomerOut(CustomerOut):
    """A customer with what `expand` asks for."""

    consents = ConsentOut(many=True, required=False)
    store_credit = serializers.ListField(child=MoneyField(), required=False)


class CustomerPageOut(Shape):
    """One page of customers; send `next` as `cursor` for the page after."""

    data = ExpandedCustomerOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class VariantOut(Shape):
    """One buyable form of a product. `stock` is null where it is not known."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    sku = serializers.CharField()
    price = MoneyField()
    stock = serializers.IntegerField(allow_null=True)


class ProductOut(Shape):
    """A product with its variants."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    image_url = serializers.CharField()
    category = serializers.CharField()
    product_type = serializers.CharField()
    vendor = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    final_sale = serializers.BooleanField()
    updated_at = serializers.DateTimeField()
    variants = VariantOut(many=True)


class ProductPageOut(Shape):
    """One page of products; send `next` as `cursor` for the page after."""

    data = ProductOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class FulfilmentLineOut(Shape):
    """Units of an order line in a fulfilment."""

    line_id = serializers.CharField()
    quantity = serializers.IntegerField()


class FulfilmentOut(Shape):
    """Units handed to a carrier together."""

    id = serializers.CharField()
    external_id = serializers.CharField()
    order_id = serializers.CharField(allow_null=True)
    order_external_id = serializers.CharField()
    status = serializers.CharField()
    carrier_name = serializers.CharField()
    tracking_numbers = serializers.ListField(child=serializers.CharField())
    tracking_urls = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    lines = FulfilmentLineOut(many=True)


class FulfilmentsOut(Shape):
    """The fulfilments of an order, oldest first."""

    data = FulfilmentOut(many=True)  # type: ignore[assignment]  # a key of the wire


class EventOut(Shape):
    """One event of the log; `payload` depends on its type."""

    id = serializers.CharField()
    type = serializers.CharField()
    version = serializers.IntegerField()
    subject = serializers.CharField()
    actor = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    payload = serializers.DictField()


class EventPageOut(Shape):
    """One page of events; send `next` as `cursor` for the page after."""

    data = EventOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)
