"""What rules may ask about: a closed, typed vocabulary. Every fact may be unknown.

A fact is plain JSON by its type: TEXT, CHOICE and COUNTRY (two capitals) a string, TEXTS a list of
strings, COUNT and DAYS a whole number, PERCENT basis points, MONEY minor units of the currency the
facts name, DATE a day of the shop's calendar as YYYY-MM-DD, FLAG true or false. A fact that is
missing or null is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from returns.enums import (
    Exemption,
    FactLevel,
    FactName,
    FactType,
    Fault,
    FraudBand,
    Outcome,
    ReturnChannel,
    ReturnMethod,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: what it is about, how it is written, and its values where they are a list.

    `derived` facts are worked out by the engine from the others, and never given to it. A fact that
    is not `told` nothing fills in yet: whatever a rule asks of it stays unknown.
    """

    name: FactName
    level: FactLevel
    kind: FactType
    choices: type[Enum] | None = None
    derived: bool = False
    told: bool = True


_CUSTOMER, _ORDER, _LINE = FactLevel.CUSTOMER, FactLevel.ORDER, FactLevel.LINE
_RETURN = FactLevel.RETURN

FACTS: Mapping[FactName, Fact] = {
    fact.name: fact
    for fact in (
        Fact(FactName.CUSTOMER_TAGS, _CUSTOMER, FactType.TEXTS),
        Fact(FactName.ORDERS_PLACED, _CUSTOMER, FactType.COUNT),
        Fact(FactName.RETURNS_PLACED, _CUSTOMER, FactType.COUNT),
        Fact(FactName.BONUS_RECEIVED, _CUSTOMER, FactType.MONEY),
        Fact(FactName.FAILED_PAYMENTS, _CUSTOMER, FactType.COUNT),
        Fact(FactName.KEPT_ITEMS, _CUSTOMER, FactType.COUNT),
        Fact(FactName.PARTIAL_CREDITS, _CUSTOMER, FactType.COUNT),
        Fact(FactName.WRONG_RETURNS, _CUSTOMER, FactType.COUNT),
        Fact(FactName.COUNTRY, _ORDER, FactType.COUNTRY),
        Fact(FactName.PLACED_ON, _ORDER, FactType.DATE),
        Fact(FactName.DISCOUNT_CODES, _ORDER, FactType.TEXTS),
        Fact(FactName.DISCOUNT_TOTAL, _ORDER, FactType.MONEY),
        Fact(FactName.DISCOUNT_PERCENT, _ORDER, FactType.PERCENT),
        Fact(FactName.ORDER_RETURNS, _ORDER, FactType.COUNT),
        Fact(FactName.ORDER_TAGS, _ORDER, FactType.TEXTS),
        Fact(FactName.ORDER_VALUE, _ORDER, FactType.MONEY),
        Fact(FactName.PRODUCT, _LINE, FactType.TEXT),
        Fact(FactName.CATEGORY, _LINE, FactType.TEXT),
        Fact(FactName.SKU, _LINE, FactType.TEXT),
        Fact(FactName.PRODUCT_TAGS, _LINE, FactType.TEXTS),
        Fact(FactName.PRODUCT_TYPE, _LINE, FactType.TEXT),
        Fact(FactName.VENDOR, _LINE, FactType.TEXT),
        Fact(FactName.FINAL_SALE, _LINE, FactType.FLAG),
        Fact(FactName.PRICE, _LINE, FactType.MONEY),
        Fact(FactName.REASON, _LINE, FactType.TEXT),
        Fact(FactName.FAULT, _LINE, FactType.CHOICE, Fault, derived=True),
        Fact(FactName.DAYS_SINCE_START, _LINE, FactType.DAYS, derived=True),
        Fact(FactName.EXEMPTION, _LINE, FactType.CHOICE, Exemption),
        Fact(FactName.ITEM_COUNT, _RETURN, FactType.COUNT),
        Fact(FactName.METHOD, _RETURN, FactType.CHOICE, ReturnMethod),
        Fact(FactName.OUTCOME, _RETURN, FactType.CHOICE, Outcome),
        Fact(FactName.RETURN_VALUE, _RETURN, FactType.MONEY),
        Fact(FactName.WHOLE_ORDER, _RETURN, FactType.FLAG),
        Fact(FactName.FRAUD_BAND, _RETURN, FactType.CHOICE, FraudBand, told=False),
        Fact(FactName.RESTOCK_LOCATION, _RETURN, FactType.TEXT, told=False),
        Fact(FactName.CHANNEL, _RETURN, FactType.CHOICE, ReturnChannel),
    )
}
"""The whole vocabulary, grouped by what the facts are about."""
