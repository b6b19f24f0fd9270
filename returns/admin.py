"""Operators look at returns, settlements and policies of every shop; services change them."""

from django.contrib import admin

from postexp.kernel.admin import ReadOnlyAdmin
from returns.models import (
    LedgerEntry,
    PolicyVersion,
    Refund,
    Replacement,
    Return,
    ReturnLine,
    Settlement,
    TransitionLog,
    Withdrawal,
)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """What shops promised."""

    list_display = ("public_id", "merchant_id", "number", "effective_from", "published_by")


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    """Returns."""

    list_display = ("number", "merchant_id", "state", "outcome", "requested_at", "closed_at")
    list_filter = ("state", "outcome")
    search_fields = ("public_id", "number")


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    """Units in returns."""

    list_display = (
        *("public_id", "merchant_id", "quantity", "reason", "received"),
        *("accepted", "refused", "settled"),
    )
    search_fields = ("public_id",)


@admin.register(Replacement)
class ReplacementAdmin(ReadOnlyAdmin):
    """Units held for exchanges."""

    list_display = ("public_id", "merchant_id", "quantity", "state", "shipped_at")
    list_filter = ("state",)


@admin.register(Settlement)
class SettlementAdmin(ReadOnlyAdmin):
    """What was settled."""

    list_display = ("public_id", "merchant_id", "kind", "outcome", "total", "currency", "at")
    list_filter = ("kind", "outcome")
    search_fields = ("public_id", "key")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """The ledger."""

    list_display = ("id", "merchant_id", "component", "code", "amount", "at")
    list_filter = ("component",)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Payments back."""

    list_display = ("public_id", "merchant_id", "provider", "state", "amount", "reference")
    list_filter = ("state", "provider")
    search_fields = ("public_id", "reference")


@admin.register(TransitionLog)
class TransitionLogAdmin(ReadOnlyAdmin):
    """Changes of state."""

    list_display = ("id", "merchant_id", "event", "before", "after", "at", "actor")
    list_filter = ("event",)


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    """Statements of withdrawal."""

    list_display = ("number", "merchant_id", "state", "received_at", "refund_due", "closed_at")
    list_filter = ("state",)
    search_fields = ("public_id", "number")
