"""Statements by which shoppers withdraw from a contract, as they came."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import WithdrawalEnd, WithdrawalState
from returns.models.cases import Return


def withdrawal_id() -> str:
    """A new public id of a withdrawal."""
    return ids.new_id("wdr")


class Withdrawal(MerchantModel):
    """A statement of withdrawal. Its words are never changed, but forgotten with their person.

    `name`, `contract`, `contact` (an e-mail address, in lower case) and `goods` are what was typed,
    `statement` what was confirmed, in `locale`. `request_key` makes one form state it once. `order`
    is what it is about once that is known, `case` the return made of it, `answer` the words of
    staff when it was closed.
    """

    public_id = models.CharField(max_length=40, unique=True, default=withdrawal_id)
    number = models.CharField(max_length=20)
    request_key = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    contract = models.TextField()
    contact = models.EmailField()
    goods = models.TextField(blank=True)
    statement = models.TextField()
    locale = models.CharField(max_length=5)
    received_at = models.DateTimeField()
    refund_due = models.DateField()
    state = models.CharField(
        max_length=8, choices=WithdrawalState.choices, default=WithdrawalState.WAITING
    )
    order = models.ForeignKey(
        "commerce.Order", null=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(Return, null=True, on_delete=models.PROTECT, related_name="+")
    matched_at = models.DateTimeField(null=True)
    matched_by = models.CharField(max_length=80, blank=True)
    end = models.CharField(max_length=12, choices=WithdrawalEnd.choices, blank=True)
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "number"], name="withdrawal_number_once"
            ),
            models.UniqueConstraint(
                fields=["merchant_id", "request_key"], name="withdrawal_stated_once"
            ),
            models.CheckConstraint(
                condition=Q(state=WithdrawalState.CLOSED, closed_at__isnull=False)
                | (~Q(state=WithdrawalState.CLOSED) & Q(closed_at__isnull=True)),
                name="withdrawal_closed_at",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "state", "-id"], name="withdrawal_by_state"),
            models.Index(fields=["merchant_id", "contact", "received_at"], name="withdrawal_of"),
            models.Index(fields=["order", "id"], name="withdrawal_of_order"),
        ]

    def __str__(self) -> str:
        return self.number


class WithdrawalSettings(MerchantModel):
    """How a shop deals with withdrawal; one row, or none for the usual way.

    `offered`: its shopper pages lead there. `exempt_tags` are tags of products that the law exempts
    from withdrawal, by why (an Exemption).
    """

    offered = models.BooleanField(default=True)
    exempt_tags = models.JSONField(default=dict, db_default={})

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="withdrawal_settings_once")
        ]

    def __str__(self) -> str:
        return "offered" if self.offered else "hidden"
