"""What others bring to commerce: facts as a platform tells them, the keepers of personal data, and
the work other rooms have open for customers.

Money is in minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from commerce.models import Order


@dataclass(frozen=True, kw_only=True)
class AddressFacts:
    """A postal address as recorded."""

    name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    province: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """A customer as the platform knows them."""

    external_id: str
    email: str = ""
    phone: str = ""
    family_name: str = ""
    given_name: str = ""
    family_kana: str = ""
    given_kana: str = ""
    locale: str = ""
    accepts_email_marketing: bool | None = None
    consent_at: datetime | None = None
    birthday: tuple[int | None, int, int] | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaxFacts:
    """Recorded tax; `rate` in parts per million (8.875 % is 88750)."""

    title: str = ""
    rate: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """One line. `discount_share` is its recorded part of order discounts, None if unrecorded;
    `taxes` is None where only the order's totals per rate are recorded (`tax_rates` then apply).
    `exemption` is an Exemption value, "" where nobody said."""

    external_id: str
    title: str
    quantity: int
    unit_price: int
    variant_title: str = ""
    sku: str = ""
    product_external_id: str = ""
    variant_external_id: str = ""
    line_discount: int = 0
    discount_share: int | None = None
    taxes: tuple[TaxFacts, ...] | None = ()
    tax_rates: tuple[int, ...] = ()
    requires_shipping: bool = True
    category: str = ""
    product_type: str = ""
    vendor: str = ""
    tags: tuple[str, ...] = ()
    final_sale: bool = False
    exemption: str = ""


@dataclass(frozen=True, kw_only=True)
class ShippingFacts:
    """One shipping line."""

    external_id: str = ""
    title: str = ""
    price: int
    discount: int = 0
    taxes: tuple[TaxFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DiscountFacts:
    """A discount of the order; `amount` is its whole value over goods.

    `minimum` is the value of goods it was given from on, where it had one. `bundle` names the lines
    (by external id) that made up a buy-x-get-y offer.
    """

    code: str = ""
    title: str = ""
    amount: int
    minimum: int | None = None
    bundle: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TenderFacts:
    """Money captured by one means; `kind` is a TenderKind value."""

    external_id: str = ""
    kind: str = "card"
    gateway: str = ""
    captured: int


@dataclass(frozen=True, kw_only=True)
class FulfilmentLineFacts:
    """Units of an order line in a fulfilment, by the line's external id."""

    line_external_id: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class FulfilmentFacts:
    """A fulfilment: units handed to a carrier, with the numbers they travel under."""

    external_id: str
    order_external_id: str
    created_at: datetime
    updated_at: datetime | None = None
    status: str = "success"
    carrier_name: str = ""
    tracking_numbers: tuple[str, ...] = ()
    tracking_urls: tuple[str, ...] = ()
    lines: tuple[FulfilmentLineFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RefundLineFacts:
    """Units a platform refund covers; goods and tax as recorded."""

    line_external_id: str
    quantity: int
    goods: int
    tax: int


@dataclass(frozen=True, kw_only=True)
class RefundFacts:
    """A refund made on the platform; `amount` is what went back to the shopper.

    `tenders` are the parts of it that went by a gateway (gateway, amount), as far as told.
    """

    external_id: str
    order_external_id: str
    processed_at: datetime
    amount: int
    currency: str
    lines: tuple[RefundLineFacts, ...] = ()
    tenders: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class DisputeFacts:
    """A chargeback about an order as the platform tells of it; `state` is a DisputeState value.

    `amount` is minor units of the order's currency, zero where it is not told.
    """

    external_id: str
    state: str
    opened_at: datetime
    reason: str = ""
    amount: int = 0
    closed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OrderFacts:
    """An order as the platform tells it, whole. `captured` is what tenders add up to.

    `shop_total` is `total` in `shop_currency`, where the shop keeps its books in another one.
    `gateways` are those of several that may have taken the money, where the platform does not tell
    how much each took: one tender then stands for all of it.
    """

    external_id: str
    number: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    source: str = "api"
    tax_included: bool = False
    total: int
    shop_currency: str = ""
    shop_total: int = 0
    payment_state: str = "paid"
    locale: str = ""
    email: str = ""
    phone: str = ""
    customer: CustomerFacts | None = None
    address: AddressFacts | None = None
    lines: tuple[LineFacts, ...] = ()
    shipping: tuple[ShippingFacts, ...] = ()
    discounts: tuple[DiscountFacts, ...] = ()
    tax_totals: tuple[TaxFacts, ...] = ()
    tenders: tuple[TenderFacts, ...] = ()
    gateways: tuple[str, ...] = ()
    fulfilments: tuple[FulfilmentFacts, ...] = ()
    refunds: tuple[RefundFacts, ...] = ()
    tags: tuple[str, ...] = ()
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    test: bool = False


@dataclass(frozen=True, kw_only=True)
class VariantFacts:
    """A variant of a product; `stock` None means not counted."""

    external_id: str
    title: str = ""
    sku: str = ""
    price: int = 0
    stock: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProductFacts:
    """A product with its variants."""

    external_id: str
    title: str
    updated_at: datetime
    category: str = ""
    product_type: str = ""
    vendor: str = ""
    tags: tuple[str, ...] = ()
    care: str = ""
    final_sale: bool = False
    variants: tuple[VariantFacts, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer as every room finds their data, by public ids.

    `customer_id` is empty for a person known by orders alone. `emails` are in lower case. `words`
    are their addresses, phones and full names, as far as they name nobody else of the shop.
    """

    customer_id: str
    order_ids: tuple[str, ...]
    emails: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PersonalDataKeeper:
    """A room that keeps data about people: how it hands them out, and how it forgets them.

    `export` returns plain JSON values. `erase` runs in the transaction of the whole erasure, in
    which append-only tables may be changed; it leaves sums and suppressed addresses as they are.
    """

    name: str
    export: Callable[[Person], Any]
    erase: Callable[[Person, datetime], None]


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """Something a room still has to do for customers, for the list of them.

    `title` heads its column, `any_of` names the filter, `words` says how much it is. `count`
    returns how much is open for each of some customers, by their rows, those with nothing left
    out; `customers` returns the rows of all who have any, as a query to narrow others with.
    """

    name: str
    title: StrOrPromise
    any_of: StrOrPromise
    words: Callable[[int], str]
    count: Callable[[Collection[int]], dict[int, int]]
    customers: Callable[[], QuerySet[Any, int | None]]


@dataclass(frozen=True, kw_only=True)
class PromoFacts:
    """A promo code as the shop's platform needs it: once, by anybody who types it.

    `key` is the same for every attempt. `percent` is basis points of the goods, 0 where it is an
    `amount`; `minimum` is the goods it needs, 0 for none.
    """

    key: str
    code: str
    percent: int
    amount: int
    currency: str
    minimum: int
    valid_from: datetime
    valid_until: datetime


class PromoRefused(Exception):
    """The platform does not create a code, and nothing was done; the text says why, for staff."""


class PromoPlatform(Protocol):
    """Where a shop's promo codes are redeemed. The same key never creates two."""

    name: str

    def takes(self, source: str) -> bool:
        """Whether it can create codes now for who orders there; `source` is that of an order."""

    def create(self, promo: PromoFacts) -> str:
        """Create a code and return what it is called there.

        Raises PromoRefused. After any other exception it may have been created: asked again with
        the same key, that is found out first.
        """


_promo_platforms: dict[str, PromoPlatform] = {}


def register_promo_platform(platform: PromoPlatform) -> None:
    """Make a platform known; the last one registered under a name wins, so tests can put theirs
    in.
    """
    _promo_platforms[platform.name] = platform


def promo_platform_for(source: str) -> PromoPlatform | None:
    """Return the platform that creates codes for who orders at a source, or None."""
    return next((one for one in _promo_platforms.values() if one.takes(source)), None)


def get_promo_platform(name: str) -> PromoPlatform:
    """Return the platform of a name. Raises KeyError for an unknown one."""
    return _promo_platforms[name]


_open_work: dict[str, OpenWork] = {}


def register_open_work(work: OpenWork) -> None:
    """Add a column and a filter to the list of customers; names are unique."""
    if work.name in _open_work:
        raise ValueError(f"Two kinds of open work are named {work.name!r}.")
    _open_work[work.name] = work


def list_open_work() -> list[OpenWork]:
    """Return what rooms may still have to do for customers."""
    return list(_open_work.values())


_keepers: dict[str, PersonalDataKeeper] = {}


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """A way in which another room narrows the list of orders.

    `name` stands in the list's address and `label` on the page; `is_offered()` says whether the
    scope's shop has any use for it.
    """

    name: str
    label: StrOrPromise
    narrow: Callable[[QuerySet[Order], datetime], QuerySet[Order]]
    is_offered: Callable[[], bool]


_order_filters: dict[str, OrderFilter] = {}


def register_order_filter(one: OrderFilter) -> None:
    """Offer a filter in the list of orders."""
    _order_filters[one.name] = one


def list_order_filters() -> list[OrderFilter]:
    """Return the filters that rooms offer, in the order in which they were registered."""
    return list(_order_filters.values())


def find_order_filter(name: str) -> OrderFilter | None:
    """Return the filter of a name, or None."""
    return _order_filters.get(name)


def register_personal_data(keeper: PersonalDataKeeper) -> None:
    """Add a room to every export and erasure of a person's data; names are unique."""
    if keeper.name in _keepers:
        raise ValueError(f"Two keepers of personal data are named {keeper.name!r}.")
    _keepers[keeper.name] = keeper


def list_personal_data() -> list[PersonalDataKeeper]:
    """Return every keeper, the highest room first, so that each finds what it looks up by."""
    return list(_keepers.values())[::-1]


_ends_of_shops: list[Callable[[datetime], None]] = []


def register_end_of_shops(end: Callable[[datetime], None]) -> None:
    """Add what a room stops when a shop is closed for good, in its scope and that transaction."""
    _ends_of_shops.append(end)


def list_ends_of_shops() -> list[Callable[[datetime], None]]:
    """Return what is to be stopped when a shop is closed for good."""
    return list(_ends_of_shops)
