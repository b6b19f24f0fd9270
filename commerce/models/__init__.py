"""Commerce's tables, one subject a module."""

from commerce.models.api import ApiRequest, Sandbox
from commerce.models.catalogue import Product, Variant
from commerce.models.customers import (
    ConsentFact,
    Customer,
    PrivacyRequest,
    StoreCreditAccount,
    StoreCreditEntry,
)
from commerce.models.data import CustomerErasure, DataExport, ShopErasure, StockSource
from commerce.models.invitations import Invitation
from commerce.models.look import LookVersion
from commerce.models.merchants import ApiKey, Membership, Merchant, User
from commerce.models.orders import (
    Dispute,
    Fulfilment,
    FulfilmentLine,
    Order,
    OrderDiscount,
    OrderLine,
    PlatformRefund,
    ShippingLine,
    Tender,
)
from commerce.models.picks import LineProgress
from commerce.models.promos import PromoCode, PromoTerms
from commerce.models.sending import SenderIdentity
from commerce.models.setup import SetupProgress
from commerce.models.views import SavedView

__all__ = (
    "ApiKey",
    "ApiRequest",
    "ConsentFact",
    "Customer",
    "CustomerErasure",
    "DataExport",
    "Dispute",
    "Fulfilment",
    "FulfilmentLine",
    "Invitation",
    "LineProgress",
    "LookVersion",
    "Membership",
    "Merchant",
    "Order",
    "OrderDiscount",
    "OrderLine",
    "PlatformRefund",
    "PrivacyRequest",
    "Product",
    "PromoCode",
    "PromoTerms",
    "Sandbox",
    "SavedView",
    "SenderIdentity",
    "SetupProgress",
    "ShippingLine",
    "ShopErasure",
    "StockSource",
    "StoreCreditAccount",
    "StoreCreditEntry",
    "Tender",
    "User",
    "Variant",
)
