"""The operators' back office of tracking: they look; services change."""

from django.contrib import admin

from postexp.kernel.admin import ReadOnlyAdmin
from tracking.models import LookupChallenge, PreparedPage, Shipment


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Parcels; their scans have a composite key and are shown in the merchant's dashboard."""

    list_display = ("public_id", "merchant_id", "tracking_number", "carrier", "status", "version")
    list_filter = ("status", "is_delayed", "source")
    search_fields = ("public_id", "tracking_number", "fulfilment_ref")


@admin.register(PreparedPage)
class PreparedPageAdmin(ReadOnlyAdmin):
    """Prepared tracking pages, and whether they are true."""

    list_display = ("order_ref", "merchant_id", "locale", "wanted", "made", "valid_until")
    search_fields = ("order_ref",)
    exclude = ("body",)


@admin.register(LookupChallenge)
class LookupChallengeAdmin(ReadOnlyAdmin):
    """One-time codes asked for; the codes themselves are kept nowhere."""

    list_display = ("public_id", "merchant_id", "order_ref", "tries", "made_at", "used_at")
