"""Amounts, taxes and currencies as Shopify writes them."""

from collections.abc import Iterable
from typing import Any

from commerce.ports import TaxFacts
from integrations.payload import Payload
from postexp.kernel.money import MoneyError, decimals


def currency_of(order: Payload) -> str:
    """Return the currency the shopper paid in; raises Unreadable for what is no currency."""
    presentment = order.child("total_price_set").child("presentment_money").text("currency_code")
    currency = presentment or order.text("currency")
    try:
        decimals(currency)
    except MoneyError:
        order.refuse("currency", "is no ISO 4217 currency")
    return currency


def money_of(row: Payload, name: str, currency: str) -> int:
    """Return an amount in `currency`: from `<name>_set` where it is given, else the plain value."""
    money_set = row.child(f"{name}_set")
    for side in ("presentment_money", "shop_money"):
        money = money_set.child(side)
        if money.text("currency_code") == currency or money.text("currency") == currency:
            return money.money("amount", currency)
    if money_set.data:
        row.refuse(f"{name}_set", f"holds no amount in {currency}")
    return row.money(name, currency)


def shop_total_of(order: Payload, currency: str) -> dict[str, Any]:
    """Return an order's total in the shop's own currency, as facts, where that is another one."""
    money = order.child("total_price_set").child("shop_money")
    own = money.text("currency_code")
    if not own or own == currency:
        return {}
    return {"shop_currency": own, "shop_total": money.money("amount", own)}


def sum_of(rows: Iterable[Payload], name: str, currency: str) -> int:
    """Return the sum of one amount over rows."""
    return sum(money_of(row, name, currency) for row in rows)


def taxes_of(row: Payload, currency: str) -> tuple[TaxFacts, ...]:
    """Return the recorded tax lines of a row."""
    return tuple(
        TaxFacts(
            title=tax.text("title"),
            rate=tax.millionths("rate"),
            amount=money_of(tax, "price", currency),
        )
        for tax in row.children("tax_lines")
    )
