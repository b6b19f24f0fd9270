"""The pages made of parcels, and how they are found by an order's number."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def challenge_id() -> str:
    """A new public id of a lookup challenge."""
    return ids.new_id("chl")


class PreparedPage(MerchantModel):
    """The finished tracking page of an order in one language: one row, one read.

    `slug` and `is_default` (the order's own language) let the request path ask for nothing else.
    Every change of what it shows raises `wanted`; the body is true while `made` equals it, `recipe`
    (theme, templates, style sheets) is the one in force, and `valid_until` lies ahead.
    """

    order = models.ForeignKey("commerce.Order", on_delete=models.CASCADE, related_name="+")
    order_ref = models.CharField(max_length=40)
    slug = models.CharField(max_length=40)
    locale = models.CharField(max_length=5)
    is_default = models.BooleanField()
    recipe = models.CharField(max_length=40, blank=True)
    body = models.TextField(blank=True)
    etag = models.CharField(max_length=40, blank=True)
    valid_until = models.DateTimeField(null=True)
    wanted = models.PositiveIntegerField(default=1)
    made = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order_ref", "locale"], name="prepared_page_once")
        ]
        indexes: ClassVar = [models.Index(fields=["merchant_id", "id"], name="prepared_pages")]

    def __str__(self) -> str:
        return f"{self.order_ref} {self.locale}"


class LookupAttempt(MerchantModel):
    """A try to open an order by its number; counted per number, whoever tries."""

    number_key = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "number_key", "at"], name="lookup_attempts"),
            models.Index(fields=["at"], name="lookup_attempt_age"),
        ]

    def __str__(self) -> str:
        return f"{self.number_key} at {self.at:%H:%M:%S}"


class LookupChallenge(MerchantModel):
    """A one-time code asked for after too many tries. `order_ref` is empty where no order matches.

    The code itself is kept nowhere: it is derived from the public id.
    """

    public_id = models.CharField(max_length=40, unique=True, default=challenge_id)
    number_key = models.CharField(max_length=40)
    order_ref = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "number_key", "-id"], name="lookup_challenges"),
            models.Index(fields=["expires_at"], name="lookup_challenge_age"),
        ]

    def __str__(self) -> str:
        return self.public_id
