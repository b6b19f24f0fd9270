"""What members of staff asked to hear of, and what they were told."""

from typing import ClassVar

from django.db import models

from notifications.enums import AlertMail
from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel


def alert_id() -> str:
    """A new public id of an alert."""
    return ids.new_id("alt")


class StaffAlert(MerchantModel):
    """Something one member of staff asked to hear of; once for the person, the kind and the object.

    `detail` names the object in every language alike, such as R-1001; `path` is its page below the
    shop's own address. `mailed_at` is when its e-mail was asked for, or the digest it stands in,
    which is that of the shop's day `digest_on`.
    """

    public_id = models.CharField(max_length=40, unique=True, default=alert_id)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=120)
    detail = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=200, blank=True)
    mail = models.CharField(max_length=8, choices=AlertMail.choices)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    digest_on = models.DateField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "user_id", "kind", "object_id"], name="alert_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "user_id", "-id"], name="alert_latest"),
            models.Index(
                fields=["merchant_id", "user_id"],
                name="alert_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            models.Index(
                fields=["merchant_id", "at"],
                name="alert_for_digest",
                condition=models.Q(mail="daily", mailed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} to {self.user_id}"


class AlertChoice(MerchantModel):
    """What one member of staff wants to hear of one kind of alert; `locale` is their language."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    dashboard = models.BooleanField()
    mail = models.CharField(max_length=8, choices=AlertMail.choices)
    locale = models.CharField(max_length=5)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "user_id", "kind"], name="one_choice_per_alert"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.mail}"
