"""An order as integrators send it, and the facts it becomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.enums import PaymentState
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
from commerce.serializers.fields import FlagField, MoneyField, StrictSerializer, TextField
from commerce.serializers.order_parts_in import (
    AddressIn,
    CustomerIn,
    DiscountIn,
    LineIn,
    ShippingIn,
    TaxIn,
    TenderIn,
)
from postexp.kernel.money import Money

MOST_LINES = 500


class OrderFactsIn(StrictSerializer):
    """An order, whole, whether or not its sums fit together."""

    number = TextField(
        required=True,
        allow_blank=False,
        max_length=40,
        help_text="What shoppers call the order, such as #1001.",
    )
    placed_at = serializers.DateTimeField(help_text="When it was placed.")
    updated_at = serializers.DateTimeField(
        required=False,
        help_text="When you last changed it; now, if left out. An older one than ours is refused.",
    )
    currency = serializers.RegexField(
        "^[A-Z]{3}$", max_length=3, help_text="Three letters, such as JPY; every amount is in it."
    )
    tax_included = FlagField(required=False, default=False, help_text="Whether prices include tax.")
    total = MoneyField(help_text="What the shopper owes, or paid.")
    payment_state = serializers.ChoiceField(
        choices=PaymentState.choices,
        required=False,
        default=PaymentState.PAID,
        help_text="How the payment stands.",
    )
    locale = TextField(
        max_length=10, help_text="The language messages are written in; by default your shop’s."
    )
    email = TextField(max_length=254, help_text="Where messages go.")
    phone = TextField(max_length=40, help_text="For looking the order up.")
    customer = CustomerIn(required=False, allow_null=True, help_text="Who ordered.")
    address = AddressIn(
        required=False,
        allow_null=True,
        help_text="Where it goes; leave it out where nothing is sent.",
    )
    lines = serializers.ListField(
        child=LineIn(),
        min_length=1,
        max_length=MOST_LINES,
        help_text="What was sold, 1 to 500 lines.",
    )
    shipping = serializers.ListField(
        child=ShippingIn(),
        required=False,
        default=list,
        max_length=20,
        help_text="What was charged for delivery.",
    )
    discounts = serializers.ListField(
        child=DiscountIn(),
        required=False,
        default=list,
        max_length=50,
        help_text="Discounts on the whole order.",
    )
    tax_totals = serializers.ListField(
        child=TaxIn(),
        required=False,
        default=list,
        max_length=50,
        help_text="Tax per rate, where lines do not have their own.",
    )
    tenders = serializers.ListField(
        child=TenderIn(),
        required=False,
        default=list,
        max_length=20,
        help_text="What was captured, by each means of payment.",
    )
    tags = serializers.ListField(
        child=TextField(max_length=255),
        required=False,
        max_length=50,
        help_text="Your words for the order.",
    )
    cancelled_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="When it was cancelled."
    )
    cancel_reason = TextField(max_length=80, help_text="Why it was cancelled.")
    test = FlagField(required=False, default=False, help_text="Whether it is only tried out.")

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


class OrderIn(OrderFactsIn):
    """An order, whole. Sending it again with a later `updated_at` applies what changed.

    `total` is at least what lines, delivery and discounts come to, and more where there are tips,
    duties or tax on top. Where `tenders` are named, `payment_state` is `paid` only if they captured
    the total.
    """

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Beside what every order must be, its sums fit together."""
        attrs = super().validate(attrs)
        _check_sums(attrs)
        return attrs


def _check_sums(order: dict[str, Any]) -> None:
    """Refuse a total below what the order's parts come to, and a state its tenders contradict.

    A total may be higher than its parts: tips, duties and tax on top are no lines.
    """
    total, none = order["total"], Money(0, order["currency"])
    parts = sum((_paid_for(line) for line in order["lines"]), none)
    parts += sum((row["price"] - row.get("discount", none) for row in order["shipping"]), none)
    if all(line["discount_share"] is None for line in order["lines"]):
        parts -= sum((row["amount"] for row in order["discounts"]), none)
    if total.amount < parts.amount:
        raise serializers.ValidationError(
            {
                "total": [
                    _("The total is %(total)s, but lines, delivery and discounts come to %(sum)s.")
                    % {"total": _written(total), "sum": _written(parts)}
                ]
            }
        )
    captured = sum((row["captured"] for row in order["tenders"]), none)
    paid = order["payment_state"] == PaymentState.PAID
    if paid and order["tenders"] and captured.amount != total.amount:
        raise serializers.ValidationError(
            {
                "payment_state": [
                    _(
                        "It is not paid: the total is %(total)s, and the tenders captured %(sum)s. "
                        "Send partially_paid, or mend the amounts."
                    )
                    % {"total": _written(total), "sum": _written(captured)}
                ]
            }
        )


def _paid_for(line: dict[str, Any]) -> Money:
    none = Money(0, line["unit_price"].currency)
    share = line["discount_share"] or none
    whole: Money = line["unit_price"] * line["quantity"] - line.get("line_discount", none) - share
    return whole


def _written(money: Money) -> str:
    wire = money.to_wire()
    return f"{wire['amount']} {wire['currency']}"


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
        product_type=line["product_type"],
        vendor=line["vendor"],
        tags=tuple(line.get("tags", ())),
        final_sale=line["final_sale"],
        exemption=line["exemption"],
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
