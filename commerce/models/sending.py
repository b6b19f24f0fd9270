"""In whose name a shop's mail goes out."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def token_() -> str:
    """A new token that proves a domain is the shop's."""
    return ids.new_id("own")


class SenderIdentity(MerchantModel):
    """A shop's own sender address, and what its domain published when it was last looked at.

    Until `usable`, mail goes out under the address of the server, in the shop's name.
    """

    from_address = models.EmailField(_("sender address"), blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    dkim_selector = models.CharField(_("DKIM selector"), max_length=63, blank=True)
    token = models.CharField(max_length=40, default=token_)
    usable = models.BooleanField(default=False)
    verdicts = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="one_sender_per_shop")
        ]

    def __str__(self) -> str:
        return self.from_address or "the server's own"

    @property
    def domain(self) -> str:
        """The domain of the sender address; empty without one."""
        return self.from_address.rpartition("@")[2].lower()
