"""Credit notes: the papers of money given back, and what stands on each of them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.models.money import Settlement


def credit_note_id() -> str:
    """A new public id of a credit note."""
    return ids.new_id("cdn")


class CreditNote(MerchantModel):
    """The paper of one settlement with money back; append-only.

    `number` counts a shop's notes without gaps, `code` is what is printed. Amounts are minor units
    of `currency`: `rows` are `[{code, line, title, quantity, rate, amount, tax}]`, `rates`
    `[{rate, amount, tax}]` with rates in parts per million, null where none was recorded; `amount`
    contains its tax. `qualified` marks a Japanese qualified return invoice, `required` one the law
    asks for. `issuer` is `{name, address, registration_number}` as it then was.
    """

    public_id = models.CharField(max_length=40, unique=True, default=credit_note_id)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    settlement = models.OneToOneField(
        Settlement, on_delete=models.PROTECT, related_name="credit_note"
    )
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    sold_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    tax = models.BigIntegerField()
    qualified = models.BooleanField()
    required = models.BooleanField()
    issuer = models.JSONField()
    rows = models.JSONField()
    rates = models.JSONField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "number"], name="credit_note_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-issued_at", "-id"], name="credit_note_latest"),
            models.Index(fields=["order", "id"], name="credit_note_of_order"),
        ]

    def __str__(self) -> str:
        return self.code


class CreditNoteIssuer(MerchantModel):
    """Who a shop's credit notes are from; one row a shop, none while nothing was said."""

    name = models.CharField(_("name of the business"), max_length=200, blank=True)
    address = models.TextField(_("address of the business"), max_length=500, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=14, blank=True)
    prefix = models.CharField(_("number prefix"), max_length=12, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="one_issuer_a_shop"),
        ]

    def __str__(self) -> str:
        return self.name
