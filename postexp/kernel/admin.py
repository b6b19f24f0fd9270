"""The operators' back office: it looks at rows of every merchant; services change them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from postexp.kernel.models import Delivery, EventRecord, Heartbeat, InboxMessage
from postexp.kernel.tenancy import MerchantModel, merchant_scope

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows outside any merchant scope, and lets nobody change them."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        every: Any = getattr(self.model, "every_merchant", self.model._default_manager)
        rows: QuerySet[Any] = every.get_queryset()
        return rows.order_by(*(self.get_ordering(request) or ("-pk",)))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one row inside the scope of its merchant, so that what it refers to can be read."""
        row = self.get_object(request, object_id) if object_id else None
        if not isinstance(row, MerchantModel):
            return super().changeform_view(request, object_id, form_url, extra_context)
        with merchant_scope(row.merchant_id):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            if isinstance(response, TemplateResponse):
                response.render()
            return response

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(EventRecord)
class EventRecordAdmin(ReadOnlyAdmin):
    """The event log."""

    list_display = ("id", "merchant_id", "type", "subject", "actor", "occurred_at")
    list_filter = ("type",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Events on their way to handlers."""

    list_display = ("id", "merchant_id", "handler", "subject", "state", "attempts")
    list_filter = ("state", "handler")


@admin.register(InboxMessage)
class InboxMessageAdmin(ReadOnlyAdmin):
    """Raw requests; the body is shown in the merchant's own dashboard only."""

    list_display = ("id", "merchant_id", "source", "topic", "state", "received_at")
    list_filter = ("source", "state")
    exclude = ("body", "headers")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each process last said it is alive."""

    list_display = ("part", "beat_at")
