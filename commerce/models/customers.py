"""Customers, what they agreed to, what they asked us to do with their data, and their credit."""

import re
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Collate, Concat, Replace, Upper

from commerce.enums import Channel, PrivacyKind, Purpose
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel

CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def customer_id() -> str:
    """A new public id of a customer."""
    return ids.new_id("cus")


def privacy_request_id() -> str:
    """A new public id of a privacy request."""
    return ids.new_id("prq")


def credit_entry_id() -> str:
    """A new public id of a store credit entry."""
    return ids.new_id("sce")


def joined(*names: str) -> Collate:
    """How names are compared by their beginnings: capitals without blanks, in the order of bytes.

    An index on it answers `startswith`, whatever language the database sorts by.
    """
    return Collate(Upper(Replace(Concat(*names), Value(" "), Value(""))), "C")


FAMILY_FIRST = joined("family_name", "given_name")
GIVEN_FIRST = joined("given_name", "family_name")
KANA_FAMILY_FIRST = joined("family_kana", "given_kana")
KANA_GIVEN_FIRST = joined("given_kana", "family_kana")
EMAIL_BYTES = Collate("email", "C")


class Customer(MerchantModel):
    """A shopper as one shop knows them. `email` is lower case, `phone` is E.164 or empty."""

    public_id = models.CharField(max_length=40, unique=True, default=customer_id)
    external_id = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    given_name = models.CharField(max_length=80, blank=True)
    family_kana = models.CharField(max_length=80, blank=True)
    given_kana = models.CharField(max_length=80, blank=True)
    locale = models.CharField(max_length=5, blank=True)
    tags = ArrayField(models.CharField(max_length=80), default=list)
    birth_year = models.PositiveSmallIntegerField(null=True)
    birth_month = models.PositiveSmallIntegerField(null=True)
    birth_day = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "external_id"],
                condition=~Q(external_id=""),
                name="customer_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "email"], name="customer_email"),
            models.Index(fields=["merchant_id", "phone"], name="customer_phone"),
            models.Index(fields=["merchant_id", "-id"], name="customer_latest"),
            models.Index("merchant_id", FAMILY_FIRST, name="customer_family"),
            models.Index("merchant_id", GIVEN_FIRST, name="customer_given"),
            models.Index("merchant_id", KANA_FAMILY_FIRST, name="customer_family_kana"),
            models.Index("merchant_id", KANA_GIVEN_FIRST, name="customer_given_kana"),
            models.Index("merchant_id", EMAIL_BYTES, name="customer_email_begins"),
        ]

    def __str__(self) -> str:
        return self.public_id

    def full_name(self, locale: str) -> str:
        """The name in the order of a language, without an honorific; empty if unknown.

        A name in Chinese characters or kana keeps its own order in every language.
        """
        family_first = locale == "ja" or CJK.search(self.family_name) is not None
        parts = (
            (self.family_name, self.given_name)
            if family_first
            else (self.given_name, self.family_name)
        )
        return " ".join(part for part in parts if part)


class ConsentFact(MerchantModel):
    """One thing a customer said about being written to; the latest of its kind counts."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    granted = models.BooleanField()
    at = models.DateTimeField()
    source = models.CharField(max_length=80)
    text_version = models.CharField(max_length=40, blank=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["customer", "channel", "purpose", "-at"], name="consent_latest")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}: {self.granted}"


class PrivacyRequest(MerchantModel):
    """A request to export or erase personal data, due by law within thirty days.

    `source_key` names the message that told of it, which may be read again.
    """

    public_id = models.CharField(max_length=40, unique=True, default=privacy_request_id)
    kind = models.CharField(max_length=16, choices=PrivacyKind.choices)
    external_id = models.CharField(max_length=64, blank=True)
    customer_external_id = models.CharField(max_length=64, blank=True)
    order_external_ids = ArrayField(models.CharField(max_length=64), default=list)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    source_key = models.CharField(max_length=80, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "source_key"],
                condition=~Q(source_key=""),
                name="privacy_request_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["merchant_id", "-id"], name="privacy_list")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class StoreCreditAccount(MerchantModel):
    """What a customer may spend, in minor units; never below zero."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="credit_accounts")
    currency = models.CharField(max_length=3)
    balance = models.BigIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "currency"], name="one_credit_account"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="credit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.balance} {self.currency}"


class StoreCreditEntry(MerchantModel):
    """One movement of store credit; append-only. `amount` is signed minor units."""

    public_id = models.CharField(max_length=40, unique=True, default=credit_entry_id)
    account = models.ForeignKey(
        StoreCreditAccount, on_delete=models.PROTECT, related_name="entries"
    )
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "reference"], name="credit_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.reason}"
