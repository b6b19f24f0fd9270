"""The back office of the message engine: operators look, services change."""

from django.contrib import admin

from notifications.models import Letter, MailboxMail, Message, Suppression
from postexp.kernel.admin import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Decisions about messages."""

    list_display = (
        "public_id",
        "merchant_id",
        "kind",
        "object_id",
        "state",
        "reason",
        "planned_at",
    )
    list_filter = ("state", "kind")
    search_fields = ("public_id", "address", "order_number")


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """What staff wrote to several shoppers at once."""

    list_display = ("public_id", "merchant_id", "shoppers", "made_at")


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that must not be written to."""

    list_display = ("merchant_id", "cause", "at")


@admin.register(MailboxMail)
class MailboxMailAdmin(ReadOnlyAdmin):
    """Mails the development mailbox caught."""

    list_display = ("public_id", "merchant_id", "recipients", "subject", "at")
