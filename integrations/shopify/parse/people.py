"""Customers, and the requests about their data."""

from dataclasses import dataclass

from commerce.enums import PrivacyKind
from commerce.ports import AddressFacts, CustomerFacts
from integrations.payload import Payload

# A label of 63 characters and ".myshopify.com".
LONGEST_DOMAIN = 77


@dataclass(frozen=True, kw_only=True)
class PrivacyFacts:
    """A privacy request Shopify passes on. `request_id` is Shopify's own, where it gives one."""

    kind: PrivacyKind
    shop_domain: str
    request_id: str = ""
    customer_external_id: str = ""
    email: str = ""
    phone: str = ""
    order_external_ids: tuple[str, ...] = ()


def parse_customer(body: bytes) -> CustomerFacts:
    """Read a customer as `customers/create`, `customers/update` and `customers/delete` send it."""
    return customer_facts(Payload.read(body, "Shopify"))


def parse_uninstalled(body: bytes) -> str:
    """Read `app/uninstalled`; return the domain of the shop that left."""
    shop = Payload.read(body, "Shopify")
    domain = (shop.text("myshopify_domain") or shop.text("domain")).lower()
    if not 0 < len(domain) <= LONGEST_DOMAIN:
        shop.refuse("myshopify_domain", "is missing, or is no domain of Shopify's")
    return domain


def parse_data_request(body: bytes) -> PrivacyFacts:
    """Read `customers/data_request`: a shopper wants to see what is kept about them."""
    return _privacy(body, PrivacyKind.EXPORT, "orders_requested")


def parse_customer_redact(body: bytes) -> PrivacyFacts:
    """Read `customers/redact`: a shopper's data is to be erased."""
    return _privacy(body, PrivacyKind.ERASE_CUSTOMER, "orders_to_redact")


def parse_shop_redact(body: bytes) -> PrivacyFacts:
    """Read `shop/redact`, sent 48 hours after uninstalling: the shop's data is to be erased."""
    return _privacy(body, PrivacyKind.ERASE_SHOP, "")


def customer_facts(row: Payload) -> CustomerFacts:
    """Return a customer from their object, wherever it stands."""
    consent = row.child("email_marketing_consent")
    accepts: bool | None = None
    if "state" in consent:
        accepts = consent.text("state") == "subscribed"
    elif "accepts_marketing" in row:
        accepts = row.flag("accepts_marketing")
    return CustomerFacts(
        external_id=row.identity("id"),
        email=row.text("email"),
        phone=row.text("phone") or row.child("default_address").text("phone"),
        family_name=row.text("last_name"),
        given_name=row.text("first_name"),
        locale=language(row.text("locale")),
        accepts_email_marketing=accepts,
        consent_at=consent.moment("consent_updated_at"),
        tags=split_tags(row.text("tags")),
    )


def address_facts(row: Payload) -> AddressFacts | None:
    """Return an address, or None where there is none."""
    if not row.data:
        return None
    name = row.text("name") or f"{row.text('first_name')} {row.text('last_name')}".strip()
    return AddressFacts(
        name=name,
        company=row.text("company"),
        address1=row.text("address1"),
        address2=row.text("address2"),
        city=row.text("city"),
        province=row.text("province"),
        postcode=row.text("zip"),
        country=row.text("country_code").upper()[:2],
        phone=row.text("phone"),
    )


def split_tags(tags: str) -> tuple[str, ...]:
    """Return the tags of a comma-separated text."""
    return tuple(tag for part in tags.split(",") if (tag := part.strip()))


def language(text: str) -> str:
    """Return the language of a locale such as `ja-JP`."""
    return text[:2].lower()


def _privacy(body: bytes, kind: PrivacyKind, orders: str) -> PrivacyFacts:
    request = Payload.read(body, "Shopify")
    customer = request.child("customer")
    return PrivacyFacts(
        kind=kind,
        shop_domain=request.identity("shop_domain"),
        request_id=request.child("data_request").text("id"),
        customer_external_id="" if kind is PrivacyKind.ERASE_SHOP else customer.identity("id"),
        email=customer.text("email"),
        phone=customer.text("phone"),
        order_external_ids=request.texts(orders),
    )
