"""Accounts at carriers, which numbers are asked about when, and how much was asked."""

from typing import ClassVar

from django.db import models

from postexp.kernel.tenancy import MerchantModel


class Pause(models.TextChoices):
    """Why an account is not used."""

    STAFF = "staff"
    REFUSED = "refused"


class CarrierAccount(MerchantModel):
    """How a shop's account at a carrier is used; its secrets are those of the connection.

    `per_second` and `per_day` (UTC) are the most calls that may be made. `free_at` is until when
    the calls made so far use the rate up. Until `busy_until` the carrier wants to be left alone;
    until `open_until` we leave it alone, after so many `failures` in a row, of which staff know
    since `troubled_since`. `answered_at` is its last answer.

    Parcels that were there before the account join status by status, newest first: `joining` is the
    status, `joined_before` the row of the last one; with `joined_at` all have joined.
    """

    connection = models.OneToOneField(
        "integrations.Connection", on_delete=models.CASCADE, related_name="carrier_account"
    )
    carrier = models.CharField(max_length=20)
    per_second = models.FloatField()
    per_day = models.PositiveIntegerField()
    pause = models.CharField(max_length=10, choices=Pause.choices, blank=True)
    paused_at = models.DateTimeField(null=True)
    free_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)
    open_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    troubled_since = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    joining = models.CharField(max_length=20, blank=True)
    joined_before = models.BigIntegerField(null=True)
    joined_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "carrier"], name="account_of_carrier"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} account {self.pk}"


class AskedNumber(MerchantModel):
    """A number that a carrier is asked about at `poll_at`; small, for it changes at every question.

    Whoever asks claims it until `claimed_until`, and puts `poll_at` off until then: where nothing
    comes of the asking, it is due again by itself. `asked_at` is when it was last answered for, and
    `failures` counts the questions since that led to no answer.
    """

    account = models.ForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="numbers")
    number = models.CharField(max_length=120)
    poll_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    is_near = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "number"], name="asked_number_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "is_near", "poll_at"], name="asked_number_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} at {self.poll_at}"


class CarrierCalls(MerchantModel):
    """How many calls an account made on a day (UTC), about how many parcels, how many failed."""

    account = models.ForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    calls = models.PositiveIntegerField(default=0)
    numbers = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "day"], name="calls_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.calls} on {self.day}"
