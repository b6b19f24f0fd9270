"""Orders as recorded when they were taken in. All money is integer minor units of `currency`."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from commerce.enums import DisputeState, Exemption, PaymentState, TenderKind
from commerce.models.catalogue import Product, Variant
from commerce.models.customers import Customer
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def order_id() -> str:
    """A new public id of an order."""
    return ids.new_id("ord")


def line_id() -> str:
    """A new public id of an order line."""
    return ids.new_id("oln")


def fulfilment_id() -> str:
    """A new public id of a fulfilment."""
    return ids.new_id("ful")


def platform_refund_id() -> str:
    """A new public id of a refund made on the platform."""
    return ids.new_id("prf")


class Order(MerchantModel):
    """An order. `placed_at` is the shop's original time, whatever day the order was taken in.

    `captured` is the sum of its tenders. `given_back` is kept by the trigger of the settlement
    ledger alone; the check below is the ceiling no settlement can pass. The rate it was sold
    at is locked: `rate_from` minor units of `currency` were `rate_to` of the shop's own currency,
    `shop_currency`; they are empty where the platform told of none.

    `sale` is set on what follows from a sale, as the order of a replacement does: the order that
    was placed in the first place. Counts of orders and sales leave such orders out.
    """

    public_id = models.CharField(max_length=40, unique=True, default=order_id)
    external_id = models.CharField(max_length=64)
    source = models.CharField(max_length=20)
    sale = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="follow_ups")
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    locale = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    tax_included = models.BooleanField()
    placed_at = models.DateTimeField()
    source_updated_at = models.DateTimeField()
    payment_state = models.CharField(max_length=20, choices=PaymentState.choices)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=80, blank=True)
    test = models.BooleanField(default=False)
    tags = ArrayField(models.CharField(max_length=255), default=list)
    address = models.JSONField(default=dict)
    postcode_key = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    total = models.BigIntegerField()
    shop_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    rate_from = models.BigIntegerField(null=True)
    rate_to = models.BigIntegerField(null=True)
    captured = models.BigIntegerField()
    given_back = models.BigIntegerField(default=0)
    taken_in_at = models.DateTimeField()
    # Who it was for is forgotten from then on, whatever the platform tells again; its sums stay.
    erased_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "external_id"], name="order_once"),
            models.CheckConstraint(
                condition=Q(given_back__gte=0) & Q(given_back__lte=F("captured")),
                name="order_ceiling",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-placed_at", "-id"], name="order_latest"),
            models.Index(fields=["merchant_id", "number_key"], name="order_number"),
            models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["merchant_id", "email"], name="order_email"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(MerchantModel):
    """One line. Product facts are those of the moment the order was taken in.

    `goods_paid` is the paid value of all its units after every discount; where prices include tax
    it contains `tax_paid`, otherwise tax comes on top. `taxes` is `[{title, rate, amount}]`, rates
    in parts per million. `exemption` is why the law exempts it from withdrawal, as the shop says,
    "" where it does not say.
    """

    public_id = models.CharField(max_length=40, unique=True, default=line_id)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    external_id = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.SET_NULL, related_name="+")
    sku = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=255)
    variant_title = models.CharField(max_length=255, blank=True)
    category = models.CharField(max_length=120, blank=True)
    product_type = models.CharField(max_length=255, blank=True, default="", db_default="")
    vendor = models.CharField(max_length=255, blank=True, default="", db_default="")
    tags = ArrayField(models.CharField(max_length=80), default=list)
    final_sale = models.BooleanField(default=False)
    exemption = models.CharField(
        max_length=12, choices=Exemption.choices, blank=True, default="", db_default=""
    )
    requires_shipping = models.BooleanField(default=True)
    quantity = models.PositiveIntegerField()
    unit_price = models.BigIntegerField()
    line_discount = models.BigIntegerField(default=0)
    discount_share = models.BigIntegerField(default=0)
    goods_paid = models.BigIntegerField()
    tax_paid = models.BigIntegerField()
    taxes = models.JSONField(default=list)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "external_id"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(goods_paid__gte=0) & Q(tax_paid__gte=0), name="line_paid_not_negative"
            ),
        ]
        ordering: ClassVar = ["order_id", "position"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"


class OrderDiscount(MerchantModel):
    """A discount that was given on the order: from `minimum` of goods on, if it had one.

    `bundle` holds the external ids of the lines that made up a buy-x-get-y offer.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="discounts")
    code = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=255, blank=True)
    amount = models.BigIntegerField()
    minimum = models.BigIntegerField(null=True)
    bundle = ArrayField(models.CharField(max_length=64), default=list)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return self.code or self.title


class ShippingLine(MerchantModel):
    """What was paid for delivery, after discounts; tax on top unless prices include it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipping_lines")
    external_id = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=255, blank=True)
    price = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    paid = models.BigIntegerField()
    tax_paid = models.BigIntegerField(default=0)
    taxes = models.JSONField(default=list)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return self.title


class Tender(MerchantModel):
    """Money captured by one means of payment, in the order they were used."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tenders")
    external_id = models.CharField(max_length=255, blank=True)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=TenderKind.choices)
    gateway = models.CharField(max_length=80, blank=True)
    captured = models.BigIntegerField()

    class Meta(MerchantModel.Meta):
        ordering: ClassVar = ["order_id", "position"]
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_id", "external_id"],
                condition=~Q(external_id=""),
                name="tender_of_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.captured}"


class Fulfilment(MerchantModel):
    """Units handed to a carrier together.

    It may be told before its order: then `order` is empty until that one comes, and `line_facts`
    (`[{line_external_id, quantity}]`) keeps what it holds.
    """

    public_id = models.CharField(max_length=40, unique=True, default=fulfilment_id)
    order = models.ForeignKey(
        Order, null=True, on_delete=models.CASCADE, related_name="fulfilments"
    )
    order_external_id = models.CharField(max_length=64)
    external_id = models.CharField(max_length=64)
    line_facts = models.JSONField(default=list)
    status = models.CharField(max_length=20)
    carrier_name = models.CharField(max_length=80, blank=True)
    tracking_numbers = ArrayField(models.CharField(max_length=120), default=list)
    tracking_urls = ArrayField(models.CharField(max_length=500), default=list)
    created_at = models.DateTimeField()
    source_updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "external_id"], name="fulfilment_once")
        ]

    def __str__(self) -> str:
        return self.external_id


class FulfilmentLine(MerchantModel):
    """Units of one order line in a fulfilment."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fulfilment", "order_line"], name="fulfilment_line_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.order_line_id}"


class Dispute(MerchantModel):
    """A chargeback or inquiry about an order's payment, as the platform or the shop tells of it.

    While it is open the bank may take the money back itself. `amount` is minor units of the
    order's currency, zero where nobody said.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="disputes")
    external_id = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=DisputeState.choices)
    reason = models.CharField(max_length=80, blank=True)
    amount = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "external_id"], name="dispute_once")
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.state}"


class PlatformRefund(MerchantModel):
    """A refund the platform tells of, perhaps before its order.

    `lines` is `[{line_external_id, quantity, goods, tax}]`, `tenders` is `[{gateway, amount}]`, as
    far as it was told by which means the money went. Since `came_back_at` it is known that the
    money did not reach the shopper.
    """

    public_id = models.CharField(max_length=40, unique=True, default=platform_refund_id)
    order = models.ForeignKey(
        Order, null=True, on_delete=models.CASCADE, related_name="platform_refunds"
    )
    order_external_id = models.CharField(max_length=64)
    external_id = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    lines = models.JSONField(default=list)
    tenders = models.JSONField(default=list, db_default=[])
    processed_at = models.DateTimeField()
    came_back_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "external_id"], name="platform_refund_once"
            )
        ]

    def __str__(self) -> str:
        return self.external_id
