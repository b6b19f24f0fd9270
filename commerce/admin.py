"""Operators look at shops, people, customers and orders of every merchant; services change them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from commerce.models import (
    ApiKey,
    ApiRequest,
    ConsentFact,
    Customer,
    CustomerErasure,
    DataExport,
    Dispute,
    Fulfilment,
    Invitation,
    LookVersion,
    Membership,
    Merchant,
    Order,
    OrderLine,
    PlatformRefund,
    PrivacyRequest,
    Product,
    PromoCode,
    PromoTerms,
    Sandbox,
    SavedView,
    SenderIdentity,
    SetupProgress,
    ShopErasure,
    StockSource,
    StoreCreditAccount,
    StoreCreditEntry,
    Tender,
    User,
    Variant,
)
from postexp.kernel.admin import ReadOnlyAdmin


@admin.register(Merchant)
class MerchantAdmin(ReadOnlyAdmin):
    """The shops."""

    list_display = ("slug", "name_en", "name_ja", "currency", "country", "is_demo", "created_at")
    search_fields = ("slug", "name_en", "name_ja", "public_id")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who works for which shop."""

    list_display = ("merchant", "user", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("merchant", "user")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People. Operators decide who may log in and who is an operator; passwords are set by mail."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login")
    readonly_fields = ("email", "last_login")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let superusers alone change people: anyone else could make themselves one."""
        return bool(getattr(request.user, "is_superuser", False))


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """API keys, without their hashes."""

    list_display = ("name", "prefix", "merchant_id", "created_at", "last_used_at", "revoked_at")
    exclude = ("key_hash",)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Customers."""

    list_display = ("public_id", "merchant_id", "locale", "created_at", "erased_at")
    search_fields = ("public_id", "external_id")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders; amounts are minor units."""

    list_display = (
        "number",
        "merchant_id",
        "placed_at",
        "currency",
        "total",
        "captured",
        "given_back",
    )
    list_filter = ("source", "payment_state")
    search_fields = ("public_id", "external_id", "number_key")


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    """Lines of orders."""

    list_display = ("public_id", "merchant_id", "title", "quantity", "goods_paid", "tax_paid")


@admin.register(Tender)
class TenderAdmin(ReadOnlyAdmin):
    """How orders were paid."""

    list_display = ("id", "merchant_id", "kind", "gateway", "captured")
    list_filter = ("kind",)


@admin.register(Fulfilment)
class FulfilmentAdmin(ReadOnlyAdmin):
    """What left the shops."""

    list_display = ("public_id", "merchant_id", "status", "carrier_name", "created_at")
    list_filter = ("status",)


@admin.register(PlatformRefund)
class PlatformRefundAdmin(ReadOnlyAdmin):
    """Refunds made on the platforms."""

    list_display = ("public_id", "merchant_id", "amount", "processed_at")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """Chargebacks and inquiries."""

    list_display = ("external_id", "merchant_id", "state", "amount", "opened_at")
    list_filter = ("state",)


@admin.register(Product)
class ProductAdmin(ReadOnlyAdmin):
    """What the shops sell."""

    list_display = ("title", "merchant_id", "category", "final_sale")
    search_fields = ("public_id", "external_id", "title")


@admin.register(Variant)
class VariantAdmin(ReadOnlyAdmin):
    """What is bought of a product."""

    list_display = ("sku", "title", "merchant_id", "price", "stock")
    search_fields = ("public_id", "external_id", "sku")


@admin.register(ConsentFact)
class ConsentFactAdmin(ReadOnlyAdmin):
    """What customers agreed to."""

    list_display = ("id", "merchant_id", "channel", "purpose", "granted", "at", "source")
    list_filter = ("channel", "purpose", "granted")


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(ReadOnlyAdmin):
    """Requests about personal data."""

    list_display = ("public_id", "merchant_id", "kind", "requested_at", "due_at", "done_at")
    list_filter = ("kind",)


@admin.register(StoreCreditAccount)
class StoreCreditAccountAdmin(ReadOnlyAdmin):
    """What customers may spend."""

    list_display = ("id", "merchant_id", "balance", "currency")


@admin.register(StoreCreditEntry)
class StoreCreditEntryAdmin(ReadOnlyAdmin):
    """The ledger of store credit."""

    list_display = ("public_id", "merchant_id", "amount", "reason", "reference", "at")


@admin.register(ApiRequest)
class ApiRequestAdmin(ReadOnlyAdmin):
    """Requests to the API; what was sent and answered is shown in the merchant's dashboard only."""

    list_display = ("public_id", "merchant_id", "at", "method", "path", "status", "milliseconds")
    list_filter = ("method", "status")
    search_fields = ("public_id",)
    exclude = ("query", "idempotency_key", "request_body", "answer")


@admin.register(Sandbox)
class SandboxAdmin(ReadOnlyAdmin):
    """Which shop is the test shop of which."""

    list_display = ("id", "merchant", "twin")
    list_select_related = ("merchant", "twin")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked to work for a shop."""

    list_display = ("public_id", "merchant_id", "email", "role", "sent_at", "expires_at", "end")
    list_filter = ("role", "end")
    search_fields = ("public_id", "email")


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Saved views of lists, without what they look for: it may name a customer."""

    list_display = ("public_id", "merchant_id", "list_name", "shared", "created_at")
    list_filter = ("list_name", "shared")
    exclude = ("name", "query")


@admin.register(SenderIdentity)
class SenderIdentityAdmin(ReadOnlyAdmin):
    """In whose name the shops' mail goes out."""

    list_display = ("from_address", "merchant_id", "reply_to", "usable", "checked_at")
    list_filter = ("usable",)
    search_fields = ("from_address",)
    exclude = ("token",)


@admin.register(LookVersion)
class LookVersionAdmin(ReadOnlyAdmin):
    """How the shops' pages looked, version by version."""

    list_display = ("public_id", "merchant_id", "number", "made_by", "made_at")


@admin.register(SetupProgress)
class SetupProgressAdmin(ReadOnlyAdmin):
    """How far the shops are with moving in."""

    list_display = ("id", "merchant_id", "page_seen_at", "put_away_at")


@admin.register(StockSource)
class StockSourceAdmin(ReadOnlyAdmin):
    """Who counts the stock of the shops."""

    list_display = ("id", "merchant_id", "owner")
    list_filter = ("owner",)


@admin.register(DataExport)
class DataExportAdmin(ReadOnlyAdmin):
    """Files of data made for staff, without where they lie."""

    list_display = ("public_id", "merchant_id", "state", "asked_at", "size", "expires_at")
    list_filter = ("state",)
    search_fields = ("public_id",)
    exclude = ("path",)


@admin.register(CustomerErasure)
class CustomerErasureAdmin(ReadOnlyAdmin):
    """Customers who are being erased, without what is still looked for."""

    list_display = ("id", "merchant_id", "begun_at", "table", "position")
    exclude = ("words",)


@admin.register(ShopErasure)
class ShopErasureAdmin(ReadOnlyAdmin):
    """Shops that are being erased."""

    list_display = ("id", "merchant_id", "asked_at", "beat_at", "rows")


@admin.register(PromoTerms)
class PromoTermsAdmin(ReadOnlyAdmin):
    """What shops thank with; amounts are minor units."""

    list_display = ("merchant_id", "__str__")


@admin.register(PromoCode)
class PromoCodeAdmin(ReadOnlyAdmin):
    """Personal promo codes; amounts are minor units."""

    list_display = ("code", "merchant_id", "state", "made_at", "used_at")
    list_filter = ("state",)
    search_fields = ("code",)
