"""The ledger: what a quote says becomes rows that are never changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from commerce.selectors import list_lines
from postexp.kernel.events import append
from returns.enums import Component, Outcome, RowCode, SettlementKind
from returns.errors import RefundExceedsBalance
from returns.events import SettlementBooked
from returns.models import LedgerEntry, Return, Settlement, SettlementLine
from returns.rules.paid import worth
from returns.rules.quotes import Quote

if TYPE_CHECKING:
    from commerce.models import Order

Amount = tuple[Component, RowCode, str, int]
"""What an entry is for, the row of the sum it stands behind, its line if any, and its amount."""


def book(
    order: Order,
    quoted: Quote,
    *,
    kind: SettlementKind,
    key: str,
    mark: str,
    at: datetime,
    actor: str,
    case: Return | None = None,
) -> Settlement:
    """Write a settlement with its units and entries; the caller holds the order's lock.

    Publishes SettlementBooked. Raises RefundExceedsBalance where the database's own ceiling is met,
    and ValueError where the entries would not add up to what was quoted: then nothing is written.
    """
    amounts = [entry for entry in _amounts(quoted) if entry[3]]
    counted = sum(entry[3] for entry in amounts if entry[0] is not Component.BONUS)
    if counted != quoted.total:
        raise ValueError(f"entries of {counted} do not make the quoted {quoted.total}")
    lines = {line.public_id: line for line in list_lines(order)}
    try:
        with transaction.atomic():
            settlement: Settlement = Settlement.objects.create(
                order=order,
                case=case,
                kind=kind,
                outcome=quoted.outcome,
                currency=quoted.currency,
                total=quoted.total,
                bonus=quoted.bonus,
                goods=sum(value.goods for value in quoted.units) + quoted.repriced,
                shipping=quoted.shipping,
                shipping_tax=quoted.shipping_tax,
                quote=quoted.to_json(),
                key=key,
                fingerprint=mark,
                at=at,
                actor=actor,
            )
            SettlementLine.objects.bulk_create(
                SettlementLine(
                    settlement=settlement,
                    order_line=lines[value.line],
                    quantity=value.quantity,
                    goods=value.goods,
                    tax=value.tax,
                    called_off=value.called_off,
                )
                for value in quoted.units
            )
            LedgerEntry.objects.bulk_create(
                LedgerEntry(
                    settlement=settlement,
                    order=order,
                    order_line=lines.get(line),
                    component=component,
                    code=code,
                    amount=amount,
                    at=at,
                )
                for component, code, line, amount in amounts
            )
    except IntegrityError as error:
        raise RefundExceedsBalance from error
    append(
        SettlementBooked(
            order_id=order.public_id,
            return_id=case.public_id if case else "",
            settlement_id=settlement.public_id,
            kind=kind,
            outcome=quoted.outcome,
            total=quoted.total,
            bonus=quoted.bonus,
            currency=quoted.currency,
        ),
        at=at,
        actor=actor,
    )
    return settlement


def _amounts(quoted: Quote) -> Iterator[Amount]:
    """Yield the entries behind a quote; tax inside prices is part of them."""
    for value in quoted.units:
        if quoted.outcome is Outcome.EXCHANGE:
            paid = worth(value.goods, value.tax, quoted.tax_included)
            yield (Component.EXCHANGE_CREDIT, RowCode.EXCHANGE_CREDIT, value.line, paid)
            continue
        yield (Component.GOODS, RowCode.GOODS, value.line, value.goods)
        if not quoted.tax_included:
            yield (Component.TAX, RowCode.TAX, value.line, value.tax)
    yield (Component.GOODS, RowCode.PROMOTION_ENDED, "", quoted.repriced)
    yield (Component.SHIPPING, RowCode.SHIPPING, "", quoted.shipping)
    if not quoted.tax_included:
        yield (Component.SHIPPING_TAX, RowCode.SHIPPING, "", quoted.shipping_tax)
    yield (Component.FEE, RowCode.RESTOCKING_FEE, "", -quoted.restocking_fee)
    yield (Component.FEE, RowCode.RETURN_POSTAGE, "", -quoted.postage_fee)
    yield (Component.FEE, RowCode.DEDUCTION, "", -quoted.deduction)
    yield (Component.OFFSET, RowCode.NOT_PAID, "", -quoted.not_paid)
    yield (Component.OFFSET, RowCode.ALREADY_REFUNDED, "", -quoted.already_refunded)
    yield (Component.GOODWILL, RowCode.GOODWILL, "", quoted.goodwill)
    yield (Component.BONUS, RowCode.BONUS, "", quoted.bonus)
