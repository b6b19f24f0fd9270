"""The choices commerce knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a member of staff may do; see `RIGHTS`."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    AGENT = "agent", _("Agent")
    WAREHOUSE = "warehouse", _("Warehouse")
    ANALYST = "analyst", _("Analyst")


class Right(models.TextChoices):
    """One kind of act in the dashboard."""

    READ = "read", _("See everything")
    PERSONAL = "personal", _("Keep one’s own alerts and saved views")
    DECIDE = "decide", _("Approve and decline returns")
    RECEIVE = "receive", _("Receive and grade returned goods")
    PAY = "pay", _("Settle and pay refunds")
    GOODWILL = "goodwill", _("Give goodwill")
    REPLAY = "replay", _("Replay and skip events")
    CONFIGURE = "configure", _("Change settings, staff and keys")
    ERASE = "erase", _("Take all data out, and erase the shop")


RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.MANAGER: frozenset(Right) - {Right.ERASE},
    Role.AGENT: frozenset({Right.READ, Right.PERSONAL, Right.DECIDE, Right.PAY}),
    Role.WAREHOUSE: frozenset({Right.READ, Right.PERSONAL, Right.RECEIVE}),
    Role.ANALYST: frozenset({Right.READ, Right.PERSONAL}),
}


class DomainRecord(models.TextChoices):
    """One of the two records that bring a shop's pages to its own domain, by what is missing."""

    PROOF = "proof", _("The TXT record is not there yet. It can take an hour until it is seen.")
    WAY = "way", _("The domain does not lead here yet.")


class InvitationEnd(models.TextChoices):
    """How an invitation to work for a shop ended."""

    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")


class TenderKind(models.TextChoices):
    """How a part of an order was paid."""

    CARD = "card", _("Card")
    BANK = "bank", _("Bank transfer")
    CASH_ON_DELIVERY = "cash_on_delivery", _("Cash on delivery")
    MANUAL = "manual", _("Paid outside the shop")
    OTHER = "other", _("Other payment")
    GIFT_CARD = "gift_card", _("Gift card")
    STORE_CREDIT = "store_credit", _("Store credit")
    POINTS = "points", _("Points")


STORE_VALUE = frozenset({TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT, TenderKind.POINTS})


class PaymentState(models.TextChoices):
    """What the platform says of the money of an order."""

    PENDING = "pending", _("Payment pending")
    AUTHORIZED = "authorized", _("Authorised")
    PARTIALLY_PAID = "partially_paid", _("Partially paid")
    PAID = "paid", _("Paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("Partially refunded")
    REFUNDED = "refunded", _("Refunded")
    VOIDED = "voided", _("Voided")


class Exemption(models.TextChoices):
    """Why goods are exempt from withdrawal by law."""

    NONE = "none", _("Not exempt")
    HYGIENE = "hygiene", _("Sealed for hygiene: exempt once it was opened")
    DIGITAL = "digital", _("Download begun at the shopper’s wish")
    CUSTOM_MADE = "custom_made", _("Made to order")
    PERISHABLE = "perishable", _("Spoils quickly")


class DisputeState(models.TextChoices):
    """Where a chargeback stands."""

    OPEN = "open", pgettext_lazy("chargeback", "Open")
    WON = "won", pgettext_lazy("chargeback", "Won")
    LOST = "lost", pgettext_lazy("chargeback", "Lost")


class Channel(models.TextChoices):
    """A way to reach a customer."""

    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    SMS = "sms", _("SMS")
    LINE = "line", _("LINE")
    WHATSAPP = "whatsapp", _("WhatsApp")


class Purpose(models.TextChoices):
    """What a consent is for."""

    SERVICE = "service", _("Service messages")
    MARKETING = "marketing", _("Marketing")


class Scope(models.TextChoices):
    """What an API key may do."""

    READ_ORDERS = "orders:read", _("Read orders")
    WRITE_ORDERS = "orders:write", _("Write orders")
    READ_SHIPMENTS = "shipments:read", _("Read shipments")
    WRITE_SHIPMENTS = "shipments:write", _("Write shipments and tracking events")
    READ_RETURNS = "returns:read", _("Read returns")
    WRITE_RETURNS = "returns:write", _("Write returns")
    READ_CUSTOMERS = "customers:read", _("Read customers")
    READ_PRODUCTS = "products:read", _("Read products")
    READ_MESSAGES = "messages:read", _("Read messages")
    WRITE_MESSAGES = "messages:write", _("Say what became of messages")
    WRITE_FLOWS = "flows:write", _("Change how messages are sent")
    READ_EVENTS = "events:read", _("Read events")
    READ_WEBHOOKS = "webhooks:read", _("Read webhook endpoints")
    WRITE_WEBHOOKS = "webhooks:write", _("Change webhook endpoints")


class SettingsGroup(models.TextChoices):
    """The groups the pages of the settings stand in, in their order."""

    SHOP = "shop", pgettext_lazy("group of settings", "General")
    PAGES = "pages", pgettext_lazy("group of settings", "Shoppers’ pages")
    MESSAGES = "messages", pgettext_lazy("group of settings", "Messages")
    RETURNS = "returns", pgettext_lazy("group of settings", "Returns")
    CONNECTIONS = "connections", pgettext_lazy("group of settings", "Connected systems")
    PEOPLE = "people", pgettext_lazy("group of settings", "People and safety")
    DATA = "data", pgettext_lazy("group of settings", "Data management")


class PrivacyKind(models.TextChoices):
    """What a privacy request asks for."""

    EXPORT = "export", _("Export a customer's data")
    ERASE_CUSTOMER = "erase_customer", _("Erase a customer's data")
    ERASE_SHOP = "erase_shop", _("Erase the shop's data")


class ListName(models.TextChoices):
    """A list of the dashboard whose filters can be saved as a view."""

    ORDERS = "orders", _("Orders")
    CUSTOMERS = "customers", _("Customers")
    PARCELS = "parcels", _("Parcels")
    INCIDENTS = "incidents", _("Needs attention")
    RETURNS = "returns", _("Returns")
    MESSAGES = "messages", _("Messages")


class StockOwner(models.TextChoices):
    """Who says how many units there are: a sale on the platform, or the files and API of ours."""

    PLATFORM = "platform", _("The shop platform, such as Shopify")
    POSTEXP = "postexp", _("Postexp: imported files count")


class ExportState(models.TextChoices):
    """Where an export of data stands."""

    WAITING = "waiting", pgettext_lazy("export of data", "Being made")
    DONE = "done", pgettext_lazy("export of data", "Ready")
    GONE = "gone", pgettext_lazy("export of data", "Removed")


class PromoPurpose(models.TextChoices):
    """What a promo code is given for."""

    THANKS = "thanks", _("Thanks for the first order")


class PromoState(models.TextChoices):
    """Whether a promo code is good in the shop."""

    WANTED = "wanted", pgettext_lazy("promo code", "Not in the shop yet")
    CREATED = "created", pgettext_lazy("promo code", "In the shop")
    REFUSED = "refused", pgettext_lazy("promo code", "Refused by the shop platform")
    DROPPED = "dropped", pgettext_lazy("promo code", "Not needed: nobody was told of it")
