"""Exchanges: what is sent instead of what comes back, and the money that is paid or held for it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import PAID_OUTCOMES, Outcome
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    ExchangeTiming,
    Instead,
)
from returns.models.cases import Return
from returns.models.payments import PaymentPageRow


def exchange_id() -> str:
    """A new public id of an exchange."""
    return ids.new_id("exc")


def exchange_payment_id() -> str:
    """A new public id of a payment page or hold of an exchange."""
    return ids.new_id("exp")


class Exchange(MerchantModel):
    """What a return is exchanged for; amounts are minor units of the order's currency.

    `cost` is what all replacements cost, `costs` what those of each line do, `due` what of it the
    shopper pays on top, until `pay_by`. `instead` is what they chose to get where this cannot be
    carried out, "" where nobody asked; `trouble` is why it cannot, and `asked_at` when they were
    asked therefore. `rest_to` is where what the exchange leaves of their value goes. `fees_waived`:
    what it was converted to bears no fees, since the shop could not keep its word. `order` is the
    sale of the replacements, once money came in for them or they were sent, `covered` what of it
    the credit of the return has paid so far. `return_by` is the last day for the original whose
    replacement was sent already, `reminded` the days left at the last reminder. `short_since` is
    since when stock is missing for the rest of what was sent in part.
    """

    public_id = models.CharField(max_length=40, unique=True, default=exchange_id)
    case = models.OneToOneField(Return, on_delete=models.PROTECT, related_name="exchange")
    state = models.CharField(
        max_length=16, choices=ExchangeState.choices, default=ExchangeState.QUOTED
    )
    timing = models.CharField(max_length=12, choices=ExchangeTiming.choices)
    instead = models.CharField(max_length=12, choices=Instead.choices, blank=True)
    rest_to = models.CharField(
        max_length=12, choices=PAID_OUTCOMES, default=Outcome.REFUND, db_default=Outcome.REFUND
    )
    cost = models.BigIntegerField()
    costs = models.JSONField(default=list)
    due = models.BigIntegerField(default=0)
    pay_by = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=12, choices=ConvertedFor.choices, blank=True)
    asked_at = models.DateTimeField(null=True)
    covered = models.BigIntegerField(default=0)
    fees_waived = models.BooleanField(default=False)
    order = models.OneToOneField(
        "commerce.Order", null=True, on_delete=models.PROTECT, related_name="+"
    )
    return_by = models.DateField(null=True)
    reminded = models.PositiveSmallIntegerField(null=True)
    short_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "state", "-id"], name="exchange_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class ExchangePayment(PaymentPageRow):
    """One page on which a difference is paid or a price is held, and what came of it.

    `reference` changes when a hold is renewed; once a price is held, `expires_at` is when the hold
    lapses. `attempts` counts renewals, so that each has its own key. `to_take` is what is taken of
    what is held, from the moment it is asked for: it never changes afterwards.
    """

    public_id = models.CharField(max_length=40, unique=True, default=exchange_payment_id)
    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=12, choices=ExchangePaymentKind.choices)
    state = models.CharField(
        max_length=12, choices=ExchangePaymentState.choices, default=ExchangePaymentState.OPEN
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    to_take = models.BigIntegerField(null=True)

    class Meta(PaymentPageRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="exchange_payment_is_money"),
            models.UniqueConstraint(
                fields=["merchant_id", "provider", "reference"],
                condition=~Q(reference="") & ~Q(provider="manual"),
                name="exchange_payment_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["open", "held"]),
                name="exchange_payment_lapsing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.state}"

    @property
    def wanted(self) -> int:
        """What is to be taken of what is held: all of it, unless less was asked for."""
        return self.amount if self.to_take is None else self.to_take

    @property
    def came_in(self) -> int:
        """What came in by it and was not given back."""
        if self.state == ExchangePaymentState.CHARGED:
            return self.wanted
        return self.amount if self.state == ExchangePaymentState.PAID else 0


class ExchangeTerms(MerchantModel):
    """How a shop carries out exchanges; one row, or none for the usual terms.

    `ship_on` is when a replacement is sent; with `instant` shoppers may have it at once, where its
    price can be held and is at most `instant_cap` (minor units of the shop's currency, empty for
    any), and then send the original within `return_days`. With `shop_now` they may choose another
    product.
    """

    ship_on = models.CharField(
        max_length=12,
        choices=[
            (one.value, one.label) for one in (ExchangeTiming.ON_RECEIPT, ExchangeTiming.ON_SCAN)
        ],
        default=ExchangeTiming.ON_RECEIPT,
    )
    instant = models.BooleanField(default=False)
    instant_cap = models.BigIntegerField(null=True)
    return_days = models.PositiveSmallIntegerField(default=14)
    shop_now = models.BooleanField(default=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="exchange_terms_once")
        ]

    def __str__(self) -> str:
        return f"{self.ship_on}"
