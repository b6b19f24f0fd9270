"""The back office of the message engine: operators look, services change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from notifications.models import MailboxMail, Message, Suppression

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class ReadOnlyAdmin(Base):
    """Rows of every merchant, to look at."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of every merchant; operators stand outside the scopes."""
        manager = getattr(self.model, "every_merchant", self.model._default_manager)
        rows: QuerySet[Any] = manager.get_queryset()
        return rows.order_by("-id")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes rows by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes rows by hand."""
        return False


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


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that must not be written to."""

    list_display = ("merchant_id", "cause", "at")


@admin.register(MailboxMail)
class MailboxMailAdmin(ReadOnlyAdmin):
    """Mails the development mailbox caught."""

    list_display = ("public_id", "merchant_id", "recipients", "subject", "at")
