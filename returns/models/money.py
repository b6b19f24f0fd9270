"""Money that goes back: settlements, the ledger behind them, and the attempts to pay."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import Component, Outcome, RefundState, SettlementKind
from returns.models.cases import Return


def settlement_id() -> str:
    """A new public id of a settlement."""
    return ids.new_id("stl")


def refund_id() -> str:
    """A new public id of a refund."""
    return ids.new_id("rfd")


class Settlement(MerchantModel):
    """Units settled and money given back, once per `key`; append-only.

    `total` counts against the order's ceiling, `bonus` comes on top as store credit. `goods`,
    `shipping` and `shipping_tax` are the values that went back, from which later settlements go on;
    `quote` is the sum as shown. Where the shop's books are in another currency, `shop_amount` is
    what `total` is there. `note` is why staff did it. One that undoes a refund of the platform has
    its amounts below zero.
    """

    public_id = models.CharField(max_length=40, unique=True, default=settlement_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        Return, null=True, on_delete=models.PROTECT, related_name="settlements"
    )
    kind = models.CharField(max_length=12, choices=SettlementKind.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    bonus = models.BigIntegerField(default=0)
    goods = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    shipping_tax = models.BigIntegerField(default=0)
    shop_currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    shop_amount = models.BigIntegerField(null=True)
    note = models.TextField(blank=True, default="", db_default="")
    quote = models.JSONField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "key"], name="settlement_key_once"),
            models.CheckConstraint(
                condition=(Q(total__gte=0) | Q(kind=SettlementKind.UNDONE)) & Q(bonus__gte=0),
                name="settlement_not_negative",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["order", "id"], name="settlement_of_order")]

    def __str__(self) -> str:
        return f"{self.total} {self.currency}"

    @property
    def payout(self) -> int:
        """What the shopper gets, bonus included."""
        return self.total + self.bonus

    @property
    def credited(self) -> int:
        """What of it is store credit: all of it, or the rest of an exchange that goes there."""
        if self.outcome == Outcome.STORE_CREDIT:
            return self.payout
        as_credit = self.quote.get("rest_to") == Outcome.STORE_CREDIT
        return int(self.quote.get("rest", 0)) if as_credit else 0


class SettlementLine(MerchantModel):
    """Units of an order line that a settlement used up, and their value; append-only.

    `called_off` units were used up by the order's cancellation, which told of no money: they have
    their value here and count there. `goodwill` was given for `goodwill_units` of them before and
    was taken off, with `goodwill_tax` of the tax.
    """

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    goods = models.BigIntegerField()
    tax = models.BigIntegerField()
    called_off = models.BooleanField(default=False)
    goodwill = models.BigIntegerField(default=0, db_default=0)
    goodwill_units = models.PositiveIntegerField(default=0, db_default=0)
    goodwill_tax = models.BigIntegerField(default=0, db_default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="settled_units")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} units"


class GoodwillUnits(MerchantModel):
    """Units goodwill was given for, which take it off their later value; append-only.

    `amount` contains `tax`.
    """

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="goodwill")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    tax = models.BigIntegerField(default=0, db_default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(amount__gte=1), name="goodwill_of_units"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.quantity} units"


class LedgerEntry(MerchantModel):
    """One signed amount of a settlement; append-only.

    A trigger adds every entry but bonuses to the order's `given_back`, whose check against
    `captured` is the ceiling: ledger and ceiling cannot differ. The entries of a settlement are
    inserted in one statement, so that fees and values meet the ceiling together.
    """

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="entries")
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    order_line = models.ForeignKey(
        "commerce.OrderLine", null=True, on_delete=models.PROTECT, related_name="+"
    )
    component = models.CharField(max_length=16, choices=Component.choices)
    code = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_entry_says_something")
        ]
        indexes: ClassVar = [models.Index(fields=["order", "component"], name="ledger_of_order")]

    def __str__(self) -> str:
        return f"{self.component} {self.amount}"


class Refund(MerchantModel):
    """One payment back to one tender. Its public id is the provider's idempotency key.

    `platform_refund` is the platform's own record of it, once that was seen.
    """

    public_id = models.CharField(max_length=40, unique=True, default=refund_id)
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    tender = models.ForeignKey("commerce.Tender", on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    provider = models.CharField(max_length=40)
    state = models.CharField(
        max_length=16, choices=RefundState.choices, default=RefundState.PENDING
    )
    reference = models.CharField(max_length=120, blank=True)
    failure = models.TextField(blank=True)
    platform_refund = models.ForeignKey(
        "commerce.PlatformRefund", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_money")
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "tender"], name="refund_of_order"),
            models.Index(
                fields=["merchant_id", "-id"],
                condition=~Q(state="succeeded"),
                name="refund_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"
