"""What the API says a return comes to, before it is asked for and before it is settled."""

from rest_framework import serializers

from commerce.serializers.fields import MoneyField
from returns.enums import DenialCode, KeepItem, Outcome, ReturnMethod, Verdict
from returns.serializers.wire_out import JudgedByOut, LanguagesOut, Shape, SumOut


class ReplacementChoiceOut(Shape):
    """A variant that may be had instead; `available` is null where nobody counts the stock.

    `price` is that of one unit as listed now: what an exchange costs is in its quote.
    """

    variant_id = serializers.CharField()
    title = serializers.CharField()
    sku = serializers.CharField()
    available = serializers.IntegerField(allow_null=True)
    price = MoneyField()


class QuotedLineOut(Shape):
    """Units that were asked about."""

    line_id = serializers.CharField()
    quantity = serializers.IntegerField()
    reason = serializers.CharField()
    variants = ReplacementChoiceOut(many=True)


class RefusalOut(Shape):
    """What asking for it would be answered."""

    code = serializers.CharField()
    text = LanguagesOut()


class QuotedDenialOut(Shape):
    """A reason of the policy against a line, or against this outcome of it."""

    line_id = serializers.CharField()
    code = serializers.ChoiceField(choices=DenialCode.choices)
    until = serializers.DateTimeField(allow_null=True)
    text = LanguagesOut()


class ChosenVariantOut(Shape):
    """The variant an exchange of a line was priced for."""

    line_id = serializers.CharField()
    variant_id = serializers.CharField()


class QuotedOutcomeOut(Shape):
    """What an outcome comes to; where `refusal` is not null it cannot be had, as `denials` say.

    `sum.total` is the `expected_total` of the request. `verdict` says whether it is approved by
    itself. `rest` is what an exchange leaves; it goes to the first of `rest_to` unless the request
    names another.
    """

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    refusal = RefusalOut(allow_null=True)
    denials = QuotedDenialOut(many=True)
    until = serializers.DateTimeField(allow_null=True)
    sum = SumOut(allow_null=True)
    bonus = MoneyField(allow_null=True)
    rest = MoneyField(allow_null=True)
    rest_to = serializers.ListField(child=serializers.ChoiceField(choices=Outcome.choices))
    exchange_for = ChosenVariantOut(many=True)
    may_be_instant = serializers.BooleanField()
    method = serializers.ChoiceField(choices=ReturnMethod.choices, allow_null=True)
    methods = serializers.ListField(child=serializers.ChoiceField(choices=ReturnMethod.choices))
    verdict = serializers.ChoiceField(choices=Verdict.choices, allow_null=True)
    goods = serializers.ChoiceField(choices=KeepItem.choices, allow_null=True)


class ReturnQuoteOut(Shape):
    """What units of an order come to, for each outcome."""

    order_id = serializers.CharField()
    policy = JudgedByOut()
    lines = QuotedLineOut(many=True)
    outcomes = QuotedOutcomeOut(many=True)


class SettlementSumOut(Shape):
    """What settling for an outcome gives: `sum.total` is the `expected_total` of settling so.

    `most` is the highest `amount` that may be paid instead. `rest` is what an exchange leaves, and
    goes to `rest_to` unless settling names another.
    """

    outcome = serializers.ChoiceField(choices=Outcome.choices)
    sum = SumOut()
    most = MoneyField()
    bonus = MoneyField()
    rest = MoneyField()
    rest_to = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)


class SettlementQuoteOut(Shape):
    """What the accepted units of a return come to now: as asked for first, then in other ways.

    `difference_paid` is whether the shopper has paid what an exchange costs on top.
    """

    return_id = serializers.CharField()
    difference_paid = serializers.BooleanField()
    quotes = SettlementSumOut(many=True)
