"""The development mailbox."""

from typing import ClassVar

from django.db import models

from postexp.kernel import ids


def mail_id() -> str:
    """A new public id of a mail in the development mailbox."""
    return ids.new_id("eml")


class MailboxMail(models.Model):
    """A mail the development mailbox caught instead of sending it, whoever it was for.

    `merchant_id` is the shop that sent it, and `message_id` its message; an invitation to work for
    the shop is no message and has none. Mails of the house itself, such as password resets, have
    neither and are for operators only.
    """

    public_id = models.CharField(max_length=40, unique=True, default=mail_id)
    merchant_id = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=40, blank=True)
    sender = models.CharField(max_length=320)
    recipients = models.CharField(max_length=1000)
    subject = models.CharField(max_length=500, blank=True)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    mime = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-id"], name="mailbox_latest"),
            models.Index(fields=["at"], name="mailbox_age"),
        ]

    def __str__(self) -> str:
        return self.subject
