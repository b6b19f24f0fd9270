"""An order as integrators send it, and the facts it becomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.enums import PaymentState, TenderKind
from commerce.ports import (
    AddressFacts,
    CustomerFacts,
    DiscountFacts,
    LineFacts,
    OrderFacts,
    ShippingFacts,
    TaxFacts,
    TenderFacts,
)
from commerce.serializers.fields import (
    CountField,
    FlagField,
    MoneyField,
    RateField,
    StrictSerializer,
    TextField,
)
from postexp.kernel.money import Money

MOST_LINES = 500


class TaxIn(StrictSerializer):
    """Recorded tax."""

    title = TextField(max_length=120)
    rate = RateField()
    amount = MoneyField()


class LineIn(StrictSerializer):
    """One line. Name `discount_share` on every line, or on none where order discounts are not yet
    shared over lines; set `taxes` to null and name `tax_rates` where only totals per rate are
    known."""

    external_id = TextField(required=True, allow_blank=False, max_length=64)
    title = TextField(required=True, allow_blank=False, max_length=255)
    variant_title = TextField(max_length=255)
    sku = TextField(max_length=120)
    product_external_id = TextField(max_length=64)
    variant_external_id = TextField(max_length=64)
    quantity = CountField(min_value=1, max_value=100_000)
    unit_price = MoneyField()
    line_discount = MoneyField(required=False)
    discount_share = MoneyField(required=False, allow_null=True, default=None)
    taxes = TaxIn(many=True, required=False, allow_null=True, default=list)
    tax_rates = serializers.ListField(child=RateField(), required=False, default=list)
    category = TextField(max_length=120)
    tags = serializers.ListField(child=TextField(max_length=80), required=False, max_length=50)
    final_sale = FlagField(required=False, default=False)
    requires_shipping = FlagField(required=False, default=True)


class ShippingIn(StrictSerializer):
    """What was charged for delivery."""

    title = TextField(max_length=255)
    price = MoneyField()
    discount = MoneyField(required=False)
    taxes = TaxIn(many=True, required=False, default=list)


class DiscountIn(StrictSerializer):
    """A discount on the goods of the order.

    `minimum` is the value of goods it was given from on; `bundle` names the lines (by their
    `external_id`) that made up a buy-x-get-y offer.
    """

    code = TextField(max_length=120)
    title = TextField(max_length=255)
    amount = MoneyField()
    minimum = MoneyField(required=False)
    bundle = serializers.ListField(
        child=serializers.CharField(max_length=64), required=False, max_length=200
    )


class TenderIn(StrictSerializer):
    """Money captured by one means of payment."""

    kind = serializers.ChoiceField(choices=TenderKind.choices)
    gateway = TextField(max_length=80)
    external_id = TextField(max_length=64)
    captured = MoneyField()


class CustomerIn(StrictSerializer):
    """The customer, where you know them."""

    external_id = TextField(max_length=64)
    email = TextField(max_length=254)
    phone = TextField(max_length=40)
    family_name = TextField(max_length=80)
    given_name = TextField(max_length=80)
    family_kana = TextField(max_length=80)
    given_kana = TextField(max_length=80)
    locale = TextField(max_length=10)
    tags = serializers.ListField(child=TextField(max_length=80), required=False, max_length=50)


class AddressIn(StrictSerializer):
    """Where the order goes."""

    name = TextField(max_length=160)
    company = TextField(max_length=160)
    address1 = TextField(max_length=255)
    address2 = TextField(max_length=255)
    city = TextField(max_length=120)
    province = TextField(max_length=120)
    postcode = TextField(max_length=20)
    country = TextField(max_length=2)
    phone = TextField(max_length=40)


class OrderIn(StrictSerializer):
    """An order, whole. Sending it again with a later `updated_at` applies what changed."""

    number = TextField(required=True, allow_blank=False, max_length=40)
    placed_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(required=False)
    currency = serializers.RegexField("^[A-Z]{3}$", max_length=3)
    tax_included = FlagField(required=False, default=False)
    total = MoneyField()
    payment_state = serializers.ChoiceField(
        choices=PaymentState.choices, required=False, default=PaymentState.PAID
    )
    locale = TextField(max_length=10)
    email = TextField(max_length=254)
    phone = TextField(max_length=40)
    customer = CustomerIn(required=False, allow_null=True)
    address = AddressIn(required=False, allow_null=True)
    lines = serializers.ListField(child=LineIn(), min_length=1, max_length=MOST_LINES)
    shipping = serializers.ListField(
        child=ShippingIn(), required=False, default=list, max_length=20
    )
    discounts = serializers.ListField(
        child=DiscountIn(), required=False, default=list, max_length=50
    )
    tax_totals = serializers.ListField(child=TaxIn(), required=False, default=list, max_length=50)
    tenders = serializers.ListField(child=TenderIn(), required=False, default=list, max_length=20)
    tags = serializers.ListField(child=TextField(max_length=255), required=False, max_length=50)
    cancelled_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    cancel_reason = TextField(max_length=80)
    test = FlagField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Every amount is in the order's currency, every line has its own external id, and order
        discounts are shared over all lines or over none.
        """
        wrong = sorted({money.currency for money in _amounts(attrs)} - {attrs["currency"]})
        if wrong:
            raise serializers.ValidationError(
                {"currency": [_("All amounts must be in this currency, not in %s.") % wrong[0]]}
            )
        names = [line["external_id"] for line in attrs["lines"]]
        if len(set(names)) != len(names):
            raise serializers.ValidationError(
                {"lines": [_("Two lines have the same external_id.")]}
            )
        if len({line["discount_share"] is None for line in attrs["lines"]}) > 1:
            raise serializers.ValidationError(
                {"lines": [_("Give every line its discount_share, or none.")]}
            )
        return attrs

    def facts(self, external_id: str, *, at: datetime) -> OrderFacts:
        """Return the validated order as facts; `updated_at` is now where it was left out."""
        order = self.validated_data
        customer, address = order.get("customer"), order.get("address")
        return OrderFacts(
            external_id=external_id,
            number=order["number"],
            placed_at=order["placed_at"],
            updated_at=order.get("updated_at") or at,
            currency=order["currency"],
            tax_included=order["tax_included"],
            total=order["total"].amount,
            payment_state=order["payment_state"],
            locale=order["locale"],
            email=order["email"],
            phone=order["phone"],
            customer=_customer(customer, order) if customer or order["email"] else None,
            address=AddressFacts(**address) if address else None,
            lines=tuple(_line(line) for line in order["lines"]),
            shipping=tuple(
                ShippingFacts(
                    title=row["title"],
                    price=row["price"].amount,
                    discount=_amount(row.get("discount")),
                    taxes=_taxes(row["taxes"]),
                )
                for row in order["shipping"]
            ),
            discounts=tuple(
                DiscountFacts(
                    code=row["code"],
                    title=row["title"],
                    amount=row["amount"].amount,
                    minimum=row["minimum"].amount if "minimum" in row else None,
                    bundle=tuple(row.get("bundle", ())),
                )
                for row in order["discounts"]
            ),
            tax_totals=_taxes(order["tax_totals"]),
            tenders=tuple(
                TenderFacts(
                    external_id=row["external_id"],
                    kind=row["kind"],
                    gateway=row["gateway"],
                    captured=row["captured"].amount,
                )
                for row in order["tenders"]
            ),
            tags=tuple(order.get("tags", ())),
            cancelled_at=order["cancelled_at"],
            cancel_reason=order["cancel_reason"],
            test=order["test"],
        )


def _amounts(value: Any) -> list[Money]:
    if isinstance(value, Money):
        return [value]
    if isinstance(value, dict):
        return [money for part in value.values() for money in _amounts(part)]
    if isinstance(value, list):
        return [money for part in value for money in _amounts(part)]
    return []


def _amount(money: Money | None) -> int:
    return money.amount if money else 0


def _taxes(rows: list[dict[str, Any]]) -> tuple[TaxFacts, ...]:
    return tuple(
        TaxFacts(title=row["title"], rate=row["rate"], amount=row["amount"].amount) for row in rows
    )


def _line(line: dict[str, Any]) -> LineFacts:
    share: Money | None = line["discount_share"]
    return LineFacts(
        external_id=line["external_id"],
        title=line["title"],
        variant_title=line["variant_title"],
        sku=line["sku"],
        product_external_id=line["product_external_id"],
        variant_external_id=line["variant_external_id"],
        quantity=line["quantity"],
        unit_price=line["unit_price"].amount,
        line_discount=_amount(line.get("line_discount")),
        discount_share=None if share is None else share.amount,
        taxes=None if line["taxes"] is None else _taxes(line["taxes"]),
        tax_rates=tuple(line["tax_rates"]),
        category=line["category"],
        tags=tuple(line.get("tags", ())),
        final_sale=line["final_sale"],
        requires_shipping=line["requires_shipping"],
    )


def _customer(customer: dict[str, Any] | None, order: dict[str, Any]) -> CustomerFacts:
    known = customer or {}
    return CustomerFacts(
        external_id=known.get("external_id", ""),
        email=known.get("email") or order["email"],
        phone=known.get("phone") or order["phone"],
        family_name=known.get("family_name", ""),
        given_name=known.get("given_name", ""),
        family_kana=known.get("family_kana", ""),
        given_kana=known.get("given_kana", ""),
        locale=known.get("locale") or order["locale"],
        tags=tuple(known.get("tags", ())),
    )
