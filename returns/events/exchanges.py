"""Exchanges: what is sent, owed and chosen instead. Ids are public ids, amounts minor units."""

from dataclasses import dataclass
from typing import ClassVar

from commerce.events import MerchantEvent
from returns.events.cases import ReturnEvent


@dataclass(frozen=True, kw_only=True)
class ReplacementShipped(ReturnEvent):
    """The replacement of an exchange was handed to a carrier."""

    type: ClassVar[str] = "replacement.shipped"
    replacement_id: str


@dataclass(frozen=True, kw_only=True)
class ExchangeEvent(ReturnEvent):
    """Something that happened to the exchange of a return."""

    exchange_id: str


@dataclass(frozen=True, kw_only=True)
class ExchangeMoved(ExchangeEvent):
    """An exchange went on by `move` and stands in `state` now."""

    type: ClassVar[str] = "exchange.moved"
    move: str
    state: str


@dataclass(frozen=True, kw_only=True)
class ExchangePaymentDue(ExchangeEvent):
    """A shopper is to pay, or to let a price be held (`kind`), until `pay_by`."""

    type: ClassVar[str] = "exchange.payment_due"
    kind: str
    amount: int
    currency: str
    pay_by: str


@dataclass(frozen=True, kw_only=True)
class ExchangeChoiceNeeded(ExchangeEvent):
    """An exchange cannot be carried out, for `why`, and its shopper has made no choice for that."""

    type: ClassVar[str] = "exchange.choice_needed"
    why: str


@dataclass(frozen=True, kw_only=True)
class ExchangeConverted(ExchangeEvent):
    """An exchange could not be carried out, for `why`; `instead` is what the shopper gets."""

    type: ClassVar[str] = "exchange.converted"
    why: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class ExchangeDowngraded(ExchangeEvent):
    """A replacement is not sent at once, but when its return is on its way."""

    type: ClassVar[str] = "exchange.downgraded"


@dataclass(frozen=True, kw_only=True)
class ExchangeReminded(ExchangeEvent):
    """The original of a replacement that was sent already is due back in `days` days."""

    type: ClassVar[str] = "exchange.return_reminded"
    days: int


@dataclass(frozen=True, kw_only=True)
class ExchangeStockShort(ExchangeEvent):
    """Stock is missing for the rest of an exchange of which something was sent; staff must look."""

    type: ClassVar[str] = "exchange.stock_short"
    units: int


@dataclass(frozen=True, kw_only=True)
class ExchangeStockBack(ExchangeEvent):
    """There is stock again for the rest of an exchange of which something was sent."""

    type: ClassVar[str] = "exchange.stock_back"


@dataclass(frozen=True, kw_only=True)
class ExchangeRestGivenUp(ExchangeEvent):
    """`units` of an exchange are not sent after all; `instead` is what is given for them."""

    type: ClassVar[str] = "exchange.rest_given_up"
    units: int
    instead: str


@dataclass(frozen=True, kw_only=True)
class ReplacementChanged(ReturnEvent):
    """Another variant is sent than was asked for, at the same price; it has an id of its own."""

    type: ClassVar[str] = "replacement.changed"
    replacement_id: str
    variant_id: str


@dataclass(frozen=True, kw_only=True)
class ExchangePaid(ExchangeEvent):
    """Money came in for an exchange, or was held (`kind`), in minor units."""

    type: ClassVar[str] = "exchange.paid"
    kind: str
    payment_id: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ExchangeMoneyAsked(ExchangeEvent):
    """A provider is asked to close a page, or to renew, let go of or take what is held (`step`)."""

    type: ClassVar[str] = "exchange.money_asked"
    step: str
    payment_id: str


@dataclass(frozen=True, kw_only=True)
class ExchangeHoldFailed(ExchangeEvent):
    """What is held for a replacement that was sent cannot be renewed or taken; staff must look."""

    type: ClassVar[str] = "exchange.hold_failed"
    payment_id: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ExchangeTermsChanged(MerchantEvent):
    """How the shop carries out exchanges was changed."""

    type: ClassVar[str] = "exchange.terms_changed"
    detail: str
