"""What the API takes and says about cancellations; unknown keys are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from commerce.serializers.fields import CountField, MoneyField, StrictSerializer, TextField
from returns.enums import CancelDenialCode, CancelInstead, CancellationState, PlatformStop
from returns.rules.cancellations import CancelWish
from returns.serializers.wire_out import LanguagesOut, SettlementOut, Shape, SumOut


class OnBehalfOf(TextChoices):
    """Whose cancellation it is: a shopper's follows the shop's terms, one of staff does not."""

    SHOPPER = "shopper", _("The shopper")
    STAFF = "staff", _("Staff")


class CancelLineIn(StrictSerializer):
    """Units of an order line, named by our `line_id` or your platform's `line_external_id`."""

    line_id = TextField(max_length=40, help_text="The id of the order’s line, oln_…")
    line_external_id = TextField(max_length=64, help_text="Its id on your platform instead.")
    quantity = CountField(min_value=1, max_value=1_000_000, help_text="How many units.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One line, named in one way."""
        if bool(attrs["line_id"]) == bool(attrs["line_external_id"]):
            raise serializers.ValidationError(
                {"line_id": [_("Name the line: line_id or line_external_id.")]}
            )
        return attrs


class CancelQuoteIn(StrictSerializer):
    """What is to be cancelled."""

    lines = CancelLineIn(many=True, allow_empty=False, help_text="What is to be cancelled.")
    on_behalf_of = serializers.ChoiceField(
        choices=OnBehalfOf.choices,
        default=OnBehalfOf.SHOPPER.value,
        help_text="`staff` cancels what is on the shelf whatever the shop’s terms for shoppers.",
    )

    def wishes(self, line_ids: Mapping[str, str]) -> list[CancelWish]:
        """Return what is wished for; `line_ids` are ours by the platform's."""
        return [
            CancelWish(
                line=row["line_id"]
                or line_ids.get(row["line_external_id"], row["line_external_id"]),
                quantity=row["quantity"],
            )
            for row in self.validated_data["lines"]
        ]

    @property
    def by_staff(self) -> bool:
        """Whether it is carried out whatever the terms for shoppers."""
        return bool(self.validated_data["on_behalf_of"] == OnBehalfOf.STAFF)


class CancellationIn(CancelQuoteIn):
    """A cancellation to ask for."""

    order_external_id = serializers.CharField(
        max_length=64, help_text="The id of the order on your platform."
    )
    note = TextField(max_length=2000, help_text="Why, for staff.")
    expected_total = MoneyField(
        required=False, help_text="The sum that was shown; another is refused."
    )


class CancelDeclineIn(StrictSerializer):
    """Why a cancellation is declined, in words its shopper reads."""

    text = serializers.CharField(max_length=2000)


class CancelSettleIn(StrictSerializer):
    """The sum to settle a stopped cancellation with; `despite` why, while a chargeback is open."""

    expected_total = MoneyField()
    despite = TextField(max_length=200)


class CancelDenialOut(Shape):
    """A reason against cancelling; `since` is when it began to hold, where it has a time."""

    code = serializers.ChoiceField(choices=CancelDenialCode.choices)
    since = serializers.DateTimeField(allow_null=True)
    text = LanguagesOut()


class CancellableLineOut(Shape):
    """How many units of a line can be cancelled; with none, `denial` says why."""

    line_id = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    cancellable_quantity = serializers.IntegerField()
    denial = CancelDenialOut(allow_null=True)


class CancellableOut(Shape):
    """What of an order can be cancelled until when, and the sum of cancelling all of it.

    `until` is null where only picking ends it; `instead` is what the shopper can still do.
    """

    order_id = serializers.CharField()
    cancellable = serializers.BooleanField()
    until = serializers.DateTimeField(allow_null=True)
    needs_review = serializers.BooleanField()
    denial = CancelDenialOut(allow_null=True)
    instead = serializers.ChoiceField(choices=CancelInstead.choices, allow_null=True)
    lines = CancellableLineOut(many=True)
    quote = SumOut()


class CancelledLineOut(Shape):
    """Units of an order line in a cancellation; those too late had left before."""

    line_id = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    sku = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()
    too_late_quantity = serializers.IntegerField()


class CancellationSummaryOut(Shape):
    """A cancellation in a list.

    `problem` is the code of what keeps a stopped one from being refunded; `return_id` is the return
    that is approved for units that had left. `platform_stop` is how far the platform of the order
    was told by `platform`, both empty where it is not; `platform_problem` is why it could not be.
    """

    id = serializers.CharField()
    number = serializers.CharField()
    order_id = serializers.CharField()
    order_number = serializers.CharField()
    state = serializers.ChoiceField(choices=CancellationState.choices)
    requested_at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    needs_review = serializers.BooleanField()
    problem = serializers.CharField()
    platform = serializers.CharField()
    platform_stop = serializers.ChoiceField(choices=PlatformStop.choices, allow_blank=True)
    platform_problem = serializers.CharField()
    decline_reason = serializers.CharField()
    return_id = serializers.CharField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    total = MoneyField()


class CancellationOut(CancellationSummaryOut):
    """A cancellation, whole."""

    note = serializers.CharField()
    lines = CancelledLineOut(many=True)
    quote = SumOut()
    settlement = SettlementOut(allow_null=True)


class CancellationPageOut(Shape):
    """One page of cancellations; send `next` as `cursor` for the page after."""

    data = CancellationSummaryOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)
