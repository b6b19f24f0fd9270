"""What the API takes about returns; unknown keys are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.serializers.fields import (
    CountField,
    FlagField,
    MoneyField,
    StrictSerializer,
    TextField,
)
from postexp.kernel.money import Money
from returns.enums import PAID_OUTCOMES, DeclineReason, Grade, Outcome
from returns.enums.exchanges import Instead
from returns.enums.receiving import Disposition
from returns.rules.commands import Finding, Wish


class WishIn(StrictSerializer):
    """Units of an order line to return; `exchange_for` is the variant wanted instead.

    Name the line by our `line_id`, or by your platform's `line_external_id`.
    """

    line_id = TextField(max_length=40, help_text="The id of the order’s line, oln_…")
    line_external_id = TextField(max_length=64, help_text="Its id on your platform instead.")
    quantity = CountField(min_value=1, max_value=1_000_000, help_text="How many units.")
    reason = serializers.CharField(max_length=40, help_text="A reason of your return policy.")
    exchange_for = TextField(max_length=40, help_text="The id of the variant wanted, var_…")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One line, named in one way."""
        if bool(attrs["line_id"]) == bool(attrs["line_external_id"]):
            raise serializers.ValidationError(
                {"line_id": [_("Name the line: line_id or line_external_id.")]}
            )
        return attrs


def wishes_of(lines: Sequence[Mapping[str, Any]], line_ids: Mapping[str, str]) -> list[Wish]:
    """Return what read lines wish for; `line_ids` are ours by the platform's."""
    return [
        Wish(
            line=line["line_id"]
            or line_ids.get(line["line_external_id"], line["line_external_id"]),
            quantity=line["quantity"],
            reason=line["reason"],
            variant=line["exchange_for"],
        )
        for line in lines
    ]


class ReturnQuoteIn(StrictSerializer):
    """What might be returned."""

    lines = WishIn(many=True, allow_empty=False, help_text="What is to be returned.")
    method = TextField(
        max_length=10,
        help_text="How it is sent: own, label, qr, drop_off, pickup or in_store; the first way "
        "that is open unless given.",
    )

    def wishes(self, line_ids: Mapping[str, str]) -> list[Wish]:
        """Return what is wished for; `line_ids` are ours by the platform's, of the order's lines.

        A line the platform does not have keeps its name, and is refused as unknown.
        """
        return wishes_of(self.validated_data["lines"], line_ids)


class ReturnIn(ReturnQuoteIn):
    """A return to ask for."""

    order_external_id = serializers.CharField(
        max_length=64, help_text="The id of the order on your platform."
    )
    outcome = serializers.ChoiceField(choices=Outcome.choices, help_text="What is wanted for it.")
    note = TextField(max_length=2000, help_text="What the shopper adds, for staff.")
    drop_off_point_id = TextField(
        max_length=40,
        help_text="Where it is handed in, dop_…; left out where it is not taken there.",
    )
    expected_total = MoneyField(
        required=False, help_text="The sum the shopper saw; another is refused."
    )
    instead = serializers.ChoiceField(
        choices=Instead.choices,
        required=False,
        help_text="What the shopper gets where an exchange is not possible; else they are asked.",
    )
    instant = FlagField(
        required=False, help_text="Send the replacement at once, its price held on the card."
    )
    rest_to = serializers.ChoiceField(
        choices=PAID_OUTCOMES,
        required=False,
        help_text="Where what an exchange leaves of the value goes: back to the payment, or to "
        "store credit. Unless given, the first of them that your policy gives.",
    )


class EmptyIn(StrictSerializer):
    """A command that needs no more words."""


class DespiteIn(StrictSerializer):
    """Why money goes back although a chargeback is open; needed for nothing else."""

    despite_dispute = TextField(max_length=500)


class DeclineIn(StrictSerializer):
    """Why a return is declined; `text` is for the shopper, in their language."""

    reason = serializers.ChoiceField(choices=DeclineReason.choices)
    text = TextField(max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for words where no ready sentence says why."""
        if attrs["reason"] == DeclineReason.OTHER and not attrs["text"]:
            raise serializers.ValidationError({"text": ["Say why, for the shopper."]})
        return attrs


class CountIn(StrictSerializer):
    """Units of a return line that arrived."""

    line_id = serializers.CharField(max_length=40, help_text="The id of the return’s line, rln_…")
    quantity = CountField(min_value=1, max_value=1_000_000, help_text="How many units.")


class ReceiveIn(StrictSerializer):
    """A parcel that arrived."""

    lines = CountIn(many=True, allow_empty=False)
    surplus = CountIn(
        many=True,
        required=False,
        default=list,
        help_text="Units like a line’s that came beyond those announced: kept, not paid for.",
    )

    def counts(self, name: str = "lines") -> dict[str, int]:
        """Return the units by line."""
        counts: dict[str, int] = {}
        for line in self.validated_data[name]:
            counts[line["line_id"]] = counts.get(line["line_id"], 0) + line["quantity"]
        return counts


class FindingIn(CountIn):
    """Units of one grade, and whether they are accepted."""

    grade = serializers.ChoiceField(choices=Grade.choices)
    accepted = FlagField()
    disposition = serializers.ChoiceField(
        choices=Disposition.choices,
        required=False,
        help_text="Where they go; what your matrix proposes unless given.",
    )
    found_variant_id = TextField(
        max_length=40, help_text="The variant that arrived, var_…, where it is another one."
    )
    note = TextField(max_length=1000, help_text="What the shopper reads about refused units.")
    photo_id = TextField(
        max_length=40,
        help_text="A photo that shows it, pho_…; the shopper sees that of refused units.",
    )
    offer = MoneyField(required=False, help_text="A partial refund for refused units.")


class InspectIn(StrictSerializer):
    """What was found when the units that arrived were looked at."""

    findings = FindingIn(many=True, allow_empty=False)

    def values(self, currency: str) -> list[Finding]:
        """Return the findings, of an order in this currency."""
        return [
            Finding(
                line=row["line_id"],
                grade=Grade(row["grade"]),
                quantity=row["quantity"],
                accepted=row["accepted"],
                disposition=Disposition(row["disposition"]) if row.get("disposition") else None,
                found=row["found_variant_id"],
                note=row["note"],
                photo=row["photo_id"],
                offer=minor_units(row.get("offer"), currency),
            )
            for row in self.validated_data["findings"]
        ]


class SettleIn(StrictSerializer):
    """How to settle: `amount` is a lower one to pay, `outcome` another than was asked for.

    `expected_total` is the sum of that outcome. Only a return that asked for an exchange can be
    settled as one, and then without an `amount`; what it leaves goes to `rest_to`, unless given to
    where the shopper chose, and where it costs more, `difference_reference` says how that was paid.
    `despite_dispute` says why to pay although a chargeback is open.
    """

    amount = MoneyField(required=False)
    expected_total = MoneyField(required=False)
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)
    rest_to = serializers.ChoiceField(choices=PAID_OUTCOMES, required=False)
    difference_reference = TextField(max_length=120)
    despite_dispute = TextField(max_length=500)


class PaidIn(StrictSerializer):
    """Where a payment by hand can be found again."""

    reference = TextField(max_length=120)


class PolicyIn(StrictSerializer):
    """A whole return policy, in force for orders placed from `effective_from` on."""

    content = serializers.DictField()
    effective_from = serializers.DateTimeField(required=False)


def minor_units(money: Money | None, currency: str) -> int | None:
    """Return an amount in an order's currency; raises ValidationError for another currency."""
    if money is None:
        return None
    if money.currency != currency:
        raise serializers.ValidationError({"amount": [f"This order is in {currency}."]})
    return money.amount
