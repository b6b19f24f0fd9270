"""What an order was paid, and the terms under which it goes back: the facts of a settlement.

Amounts are integers in the minor units of the order's presentment currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from returns.enums import (
    BundleDiscount,
    ExchangePriceBasis,
    Fault,
    FaultShipping,
    RefundShipping,
    TenderOrder,
    ThresholdPromotion,
)
from returns.enums.exchanges import ExchangeTiming

WHOLE = 10_000
"""All of a value, in basis points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """A line as bought, and how many of its units are settled.

    `goods` is what was paid for all units after every discount, `tax` the tax recorded for them:
    inside `goods` where prices include tax, on top of it otherwise. Settled units were returned,
    cancelled, claimed or exchanged; `called_off` are those of them that were cancelled and whose
    money nobody has told of yet. `goodwill` is what was given for `goodwill_units` of the line that
    have not come back since, and `goodwill_tax` the tax in it.
    """

    id: str
    quantity: int
    unit_price: int
    goods: int
    tax: int = 0
    settled: int = 0
    called_off: int = 0
    goodwill: int = 0
    goodwill_units: int = 0
    goodwill_tax: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """Outbound shipping after its discounts, and how much of it went back; tax as on OrderLine."""

    price: int = 0
    tax: int = 0
    price_refunded: int = 0
    tax_refunded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """A means the order was paid with. `store_value` marks gift cards, store credit and points."""

    id: str
    captured: int
    refunded: int = 0
    store_value: bool = False

    @property
    def left(self) -> int:
        """What can still go back this way."""
        return self.captured - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """An order discount given from a minimum of goods on, with its part of each line."""

    minimum: int
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A buy-x-get-y discount: its part of each line, and which lines made up the bundle."""

    shares: tuple[int, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOrder:
    """The money side of an order: what was bought, paid and already given back.

    `discounts` holds each line's part of all order discounts together, `goods_refunded` the goods
    given back so far, `given_back` everything that counts against `captured`, `goodwill` what was
    given for the order as a whole and no settlement has made up for yet.
    """

    currency: str
    tax_included: bool
    lines: tuple[OrderLine, ...]
    tenders: tuple[Tender, ...]
    captured: int
    given_back: int = 0
    goods_refunded: int = 0
    goodwill: int = 0
    shipping: Shipping = field(default_factory=Shipping)
    discounts: tuple[int, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    bundles: tuple[Bundle, ...] = ()

    @property
    def left(self) -> int:
        """What may still be given back at all."""
        return self.captured - self.given_back

    def index(self, line_id: str) -> int:
        """Return the position of a line; raise KeyError for one of another order."""
        for index, line in enumerate(self.lines):
            if line.id == line_id:
                return index
        raise KeyError(line_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The money terms of a policy. Percentages are basis points: 1000 is 10 %.

    `shop_now` is off another product that is chosen in exchange, `exchange_timing` when it is sent,
    None where the shop's settings say so. `parts` are the parts of the value
    that are given for units of a line that come back for a fault, where that is not all of it.
    """

    restocking: int = 0
    postage: int = 0
    bonus: int = 0
    refund_shipping: RefundShipping = RefundShipping.FULL_RETURN
    fault_shipping: FaultShipping = FaultShipping.PRORATA
    threshold_promotion: ThresholdPromotion = ThresholdPromotion.KEEP
    bundle_discount: BundleDiscount = BundleDiscount.AS_ALLOCATED
    tender_order: TenderOrder = TenderOrder.EXTERNAL_FIRST
    exchange_price_basis: ExchangePriceBasis = ExchangePriceBasis.PAID
    shop_now: int = 0
    exchange_timing: ExchangeTiming | None = None
    parts: Mapping[tuple[str, Fault], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Units of one line that come back for one reason.

    `restocking` is their own fee in basis points, None where the terms' is theirs.
    """

    line: str
    quantity: int
    fault: Fault = Fault.SHOPPER
    restocking: int | None = None


def worth(goods: int, tax: int, tax_included: bool) -> int:
    """What was paid for something: its tax is part of the price, or comes on top."""
    return goods if tax_included else goods + tax
