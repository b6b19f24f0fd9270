"""What the API says returns look like; `represent` makes them."""

from rest_framework import serializers

from commerce.serializers.fields import MoneyField
from returns.enums import (
    Fault,
    Grade,
    KeepItem,
    Outcome,
    RefundState,
    ReplacementState,
    ReturnMethod,
    ReturnState,
    SettlementKind,
)
from returns.enums.payments import PaymentPageState
from returns.enums.receiving import RefusedChoice, RefusedState


class Shape(serializers.Serializer):  # type: ignore[type-arg]
    """A shape that is only described, never validated."""


class ReasonOut(Shape):
    """Why units come back."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a key of the wire
    fault = serializers.ChoiceField(choices=Fault.choices)


class ReplacementOut(Shape):
    """Units held for an exchange."""

    id = serializers.CharField()
    quantity = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ReplacementState.choices)
    shipped_at = serializers.DateTimeField(allow_null=True)


class ReturnLineOut(Shape):
    """Units of an order line in a return."""

    id = serializers.CharField()
    line_id = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    sku = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()
    received_quantity = serializers.IntegerField()
    accepted_quantity = serializers.IntegerField()
    refused_quantity = serializers.IntegerField()
    settled_quantity = serializers.IntegerField()
    kept_quantity = serializers.IntegerField()
    lost_quantity = serializers.IntegerField()
    paid_ahead_quantity = serializers.IntegerField()
    message = serializers.CharField()
    reason = ReasonOut()
    exchange_for = serializers.CharField(allow_null=True)
    replacements = ReplacementOut(many=True)


class RowOut(Shape):
    """A row of a sum."""

    code = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    amount = MoneyField()


class LanguagesOut(Shape):
    """A text in each language."""

    en = serializers.CharField()
    ja = serializers.CharField()


class SumOut(Shape):
    """Rows that add up to `total`; `due` is to be paid on top of an exchange."""

    rows = RowOut(many=True)
    total = MoneyField()
    due = MoneyField()
    text = LanguagesOut()


class PaidToOut(Shape):
    """Where a part of the money went."""

    tender = serializers.ChoiceField(choices=["external", "gift_card", "store_credit", "points"])
    label = serializers.CharField()  # type: ignore[assignment]  # a key of the wire
    amount = MoneyField()


class RefundOut(PaidToOut):
    """One payment back."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=RefundState.choices)
    provider = serializers.CharField()
    reference = serializers.CharField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RefundPageOut(Shape):
    """One page of refunds; send `next` as `cursor` for the page after."""

    data = RefundOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class PaperOut(Shape):
    """The credit note of a settlement."""

    id = serializers.CharField()
    number = serializers.CharField()


class SettlementOut(SumOut):
    """What was given back, and how far it went."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=SettlementKind.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    at = serializers.DateTimeField()
    bonus = MoneyField()
    paid_to = PaidToOut(many=True)
    refunds = RefundOut(many=True)
    note = serializers.CharField()
    credit_note = PaperOut(allow_null=True)


class PolicyRefOut(Shape):
    """The policy version that judged a return."""

    id = serializers.CharField()
    version = serializers.IntegerField()
    hash = serializers.CharField()


class ReturnSummaryOut(Shape):
    """A return in a list."""

    id = serializers.CharField()
    number = serializers.CharField()
    order_id = serializers.CharField()
    order_number = serializers.CharField()
    state = serializers.ChoiceField(choices=ReturnState.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    method = serializers.ChoiceField(choices=ReturnMethod.choices, allow_blank=True)
    requested_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    send_by = serializers.DateField(allow_null=True)
    due_at = serializers.DateTimeField(
        allow_null=True, help_text="When the shop means to have dealt with what it waits for"
    )
    law_due_at = serializers.DateTimeField(
        allow_null=True, help_text="When the law wants the money back, where it does"
    )
    waiting_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when the shopper is waited for; due_at stands still"
    )
    tracking_number = serializers.CharField()
    received_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    photos_wanted = serializers.BooleanField()
    decline_reason = serializers.CharField()
    total = MoneyField()


class ChoiceOut(Shape):
    """What can still be chosen; `amount` is its fee, or what the partial refund gives."""

    choice = serializers.ChoiceField(choices=RefusedChoice.choices)
    amount = MoneyField()


class FeePaymentOut(Shape):
    """A payment of the fee for sending refused units back."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=PaymentPageState.choices)
    amount = MoneyField()
    provider = serializers.CharField()
    reference = serializers.CharField()
    pay_url = serializers.CharField(
        help_text="The page on which the shopper pays, while it is open; otherwise empty."
    )
    order_id = serializers.CharField(
        allow_null=True, help_text="The order that sells the way back, once it was paid"
    )


class RefusedUnitsOut(Shape):
    """Units that arrived and were not accepted."""

    id = serializers.CharField()
    return_id = serializers.CharField()
    line_id = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()
    grade = serializers.ChoiceField(choices=Grade.choices)
    reason = serializers.CharField(help_text="Why, as the shopper reads it")
    state = serializers.ChoiceField(choices=RefusedState.choices)
    choices = ChoiceOut(many=True)
    choice = serializers.ChoiceField(choices=RefusedChoice.choices, allow_null=True)
    answer_by = serializers.DateTimeField()
    fee = MoneyField()
    pay_by = serializers.DateTimeField(allow_null=True)
    payments = FeePaymentOut(many=True)
    tracking_number = serializers.CharField()
    url = serializers.CharField(help_text="The page on which the shopper decides, and pays")


class DropOffPointOut(Shape):
    """A place where parcels are handed in; `opening_hours` in the grammar of OpenStreetMap."""

    id = serializers.CharField()
    source_id = serializers.CharField()
    name = serializers.CharField()
    operator = serializers.CharField()
    carriers = serializers.ListField(child=serializers.CharField())
    takes_label = serializers.BooleanField()
    takes_qr = serializers.BooleanField()
    address1 = serializers.CharField()
    address2 = serializers.CharField()
    city = serializers.CharField()
    province = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    time_zone = serializers.CharField()
    opening_hours = serializers.CharField()
    changed_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class SecondLookOut(Shape):
    """Goods of high value that wait for a second person, who agrees in the dashboard.

    No program stands in for one. `asked_by` is who found what they are worth.
    """

    value = MoneyField()
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField()


class ReturnOut(ReturnSummaryOut):
    """A return, whole."""

    note = serializers.CharField()
    drop_off_point = DropOffPointOut(allow_null=True)
    policy = PolicyRefOut()
    lines = ReturnLineOut(many=True)
    quote = SumOut()
    settlements = SettlementOut(many=True)
    refused_units = RefusedUnitsOut(many=True)
    second_look = SecondLookOut(allow_null=True)
    address_lines = serializers.ListField(child=serializers.CharField())
    instructions = serializers.CharField()
    postage = serializers.CharField()
    goods = serializers.ChoiceField(choices=KeepItem.choices)


class ReturnPageOut(Shape):
    """One page of returns; send `next` as `cursor` for the page after."""

    data = ReturnSummaryOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class OfferOut(Shape):
    """An outcome that is open, and the last second it is."""

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    until = serializers.DateTimeField()


class OpenReasonOut(Shape):
    """A reason one may choose, under the heading `group` where it has one.

    `photos` is how many pictures are asked for with it.
    """

    code = serializers.CharField()
    fault = serializers.ChoiceField(choices=Fault.choices)
    photos = serializers.IntegerField()
    label = LanguagesOut()  # type: ignore[assignment]  # a key of the wire
    group = LanguagesOut(allow_null=True)


class DenialOut(Shape):
    """A reason against a line, or against one outcome of it."""

    code = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    text = LanguagesOut()


class ReturnableLineOut(Shape):
    """What can come back of a line."""

    line_id = serializers.CharField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    returnable_quantity = serializers.IntegerField()
    offers = OfferOut(many=True)
    reasons = OpenReasonOut(many=True)
    denials = DenialOut(many=True)


class JudgedByOut(Shape):
    """The policy that decided."""

    version = serializers.IntegerField()
    hash = serializers.CharField()


class ReturnableOut(Shape):
    """What can come back of an order."""

    order_id = serializers.CharField()
    policy = JudgedByOut()
    lines = ReturnableLineOut(many=True)


class PolicyOut(Shape):
    """A version of the return policy."""

    id = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    hash = serializers.CharField()
    effective_from = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    content = serializers.DictField()


class PolicyListOut(Shape):
    """Every version of the return policy, newest first."""

    data = PolicyOut(many=True)  # type: ignore[assignment]  # a key of the wire
