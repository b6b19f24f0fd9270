"""The ledger: what a quote says becomes rows that are never changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Sum

from commerce.selectors import list_lines
from postexp.kernel.events import append
from returns.enums import Component, SettlementKind
from returns.errors import RefundExceedsBalance
from returns.events import SettlementBooked
from returns.models import GoodwillUnits, LedgerEntry, Return, Settlement, SettlementLine
from returns.ports import SettledGoods, settlement_parts
from returns.rules.entries import entries_of
from returns.rules.quotes import Quote
from returns.selectors.money import mirror_of
from returns.services.credit_notes import issue_credit_note

if TYPE_CHECKING:
    from commerce.models import Order


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
    note: str = "",
    on_paper: bool = True,
) -> Settlement:
    """Write a settlement with its units and entries; the caller holds the order's lock.

    Money back gets its credit note in the same transaction, unless it is not to be `on_paper`.
    `note` is why staff did it. Other rooms settle their part of the goods in it, too.

    Publishes SettlementBooked. Raises RefundExceedsBalance where the database's own ceiling is met,
    and ValueError where the entries would not add up to what was quoted: then nothing is written.
    """
    amounts = [entry for entry in entries_of(quoted) if entry[3]]
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
                shop_currency=order.shop_currency,
                shop_amount=mirror_of(order, quoted.total),
                note=note,
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
                    goodwill=value.goodwill,
                    goodwill_units=value.goodwill_units,
                    goodwill_tax=value.goodwill_tax,
                )
                for value in quoted.units
            )
            GoodwillUnits.objects.bulk_create(
                GoodwillUnits(
                    settlement=settlement,
                    order_line=lines[group.line],
                    quantity=group.quantity,
                    amount=group.amount,
                    tax=group.tax,
                )
                for group in quoted.goodwill_for
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
    if on_paper:
        issue_credit_note(settlement, quoted)
    _let_others_settle(settlement, at=at, actor=actor)
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


def _let_others_settle(settlement: Settlement, *, at: datetime, actor: str) -> None:
    """Let rooms that gave something for the goods undo it (M15)."""
    parts = settlement_parts()
    if not settlement.goods or not parts:
        return
    earlier = Settlement.objects.filter(order=settlement.order, pk__lt=settlement.pk)
    settled = SettledGoods(
        order_id=settlement.order.public_id,
        settlement_id=settlement.public_id,
        currency=settlement.currency,
        goods=settlement.goods,
        goods_before=earlier.aggregate(total=Sum("goods"))["total"] or 0,
    )
    for part in parts:
        part.settle(settled, at=at, actor=actor)
