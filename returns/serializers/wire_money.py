"""What the API takes and says about goodwill and credit notes."""

from __future__ import annotations

from collections.abc import Mapping

from rest_framework import serializers

from commerce.serializers.fields import CountField, MoneyField, StrictSerializer, TextField
from returns.enums import PAID_OUTCOMES, MismatchCode, Outcome
from returns.rules.quotes import NamedUnits
from returns.serializers.wire_out import Shape


class GoodwillUnitsIn(StrictSerializer):
    """Units of an order line goodwill is for, by the line's id on your platform."""

    line_external_id = serializers.CharField(max_length=64, help_text="The id of the line.")
    quantity = CountField(min_value=1, max_value=1_000_000, help_text="How many units.")


class GoodwillIn(StrictSerializer):
    """Goodwill for an order, or for the units in `lines`, which are worth that much less later."""

    amount = MoneyField(help_text="How much, in the order’s currency.")
    outcome = serializers.ChoiceField(
        choices=PAID_OUTCOMES,
        default=Outcome.REFUND,
        help_text="Money back, or store credit.",
    )
    lines = GoodwillUnitsIn(
        many=True, required=False, default=list, help_text="What it is for; else the order."
    )
    note = TextField(max_length=500, help_text="Why, for your records.")
    despite_dispute = TextField(
        max_length=500, help_text="Why to pay although a chargeback is open."
    )

    def units(self, line_ids: Mapping[str, str]) -> list[NamedUnits]:
        """Return the units; `line_ids` are ours by the platform's, a strange line is refused."""
        return [
            NamedUnits(line=line_ids.get(row["line_external_id"], ""), quantity=row["quantity"])
            for row in self.validated_data["lines"]
        ]


class NoteRowOut(Shape):
    """A row of a credit note; `rate` is null where it has none of its own."""

    code = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    rate = serializers.CharField(allow_null=True)
    amount = MoneyField()


class NoteRateOut(Shape):
    """The total at one tax rate, and the tax in it; `rate` is null where none was recorded."""

    rate = serializers.CharField(allow_null=True)
    amount = MoneyField()
    tax = MoneyField()


class IssuerOut(Shape):
    """Who a credit note is from, as it was when it was issued."""

    name = serializers.CharField()
    address = serializers.CharField()
    registration_number = serializers.CharField()


class CreditNoteOut(Shape):
    """A credit note. `pdf_url` opens without a key."""

    id = serializers.CharField()
    number = serializers.CharField()
    order_id = serializers.CharField()
    order_number = serializers.CharField()
    settlement_id = serializers.CharField()
    return_id = serializers.CharField(allow_null=True)
    issued_at = serializers.DateTimeField()
    sold_at = serializers.DateTimeField()
    qualified = serializers.BooleanField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # a key of the wire
    issuer = IssuerOut()
    rows = NoteRowOut(many=True)
    rates = NoteRateOut(many=True)
    total = MoneyField()
    tax = MoneyField()
    pdf_url = serializers.CharField()


class CreditNotePageOut(Shape):
    """One page of credit notes; send `next` as `cursor` for the page after."""

    data = CreditNoteOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class MismatchOut(Shape):
    """A refund on the platform that does not fit: what was `told`, and what was `booked` of it."""

    id = serializers.CharField()
    order_id = serializers.CharField()
    platform_refund_external_id = serializers.CharField()
    code = serializers.ChoiceField(choices=MismatchCode.choices)
    told = MoneyField()
    booked = MoneyField()
    found_at = serializers.DateTimeField()
    cleared_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()


class MismatchPageOut(Shape):
    """One page of mismatches; send `next` as `cursor` for the page after."""

    data = MismatchOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class ClearIn(StrictSerializer):
    """What somebody found who looked."""

    note = TextField(max_length=500)
