"""What every payment page has, whatever is paid on it."""

from typing import Any

from django.db import models

from postexp.kernel.tenancy import MerchantModel
from returns.enums.payments import PaymentPageState


class PaymentPageRow(MerchantModel):
    """A page of a provider on which a shopper pays `amount` minor units.

    `reference` is the provider's name for it, or for the payment that was made on it; `expires_at`
    is when the page closes. Each kind of page has a `public_id` and a `state` of its own.
    """

    public_id: Any
    state: Any
    provider = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=255, blank=True)
    url = models.TextField(blank=True)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        abstract = True

    @property
    def pay_url(self) -> str:
        """The page on which a shopper pays, empty where it is not open."""
        return self.url if self.state == PaymentPageState.OPEN else ""
