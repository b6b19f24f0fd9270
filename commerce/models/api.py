"""What programs of a shop did over the API, and the shop they try things out in."""

from typing import ClassVar

from django.db import models

from commerce.models.merchants import ApiKey, Merchant
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def api_request_id() -> str:
    """A new public id of a request to the API."""
    return ids.new_id("req")


class Sandbox(models.Model):
    """The test shop of a shop: a shop of its own, so that no test data meets real data."""

    merchant = models.OneToOneField(Merchant, on_delete=models.CASCADE, related_name="+")
    twin = models.OneToOneField(Merchant, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.twin_id} for {self.merchant_id}"


class ApiRequest(MerchantModel):
    """A request of a key and its answer, each body cut to its first 8,000 characters.

    `whole` tells that nothing of the request's body is missing, so that it can be sent again.
    """

    public_id = models.CharField(max_length=40, unique=True, default=api_request_id)
    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    query = models.CharField(max_length=1000, blank=True)
    version = models.CharField(max_length=10)
    idempotency_key = models.CharField(max_length=255, blank=True)
    request_body = models.TextField(blank=True)
    whole = models.BooleanField(default=True)
    status = models.PositiveSmallIntegerField()
    milliseconds = models.PositiveIntegerField()
    answer = models.TextField(blank=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["key", "-id"], name="api_request_of_key"),
            models.Index(fields=["at"], name="api_request_age"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
