"""What an order was paid and what went back of it, now or as it was at an instant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from commerce.enums import STORE_VALUE
from commerce.selectors.paid import Sale, sales_of
from postexp.kernel.money import allocate
from returns.enums import Component, RefundState, RowCode, SettlementKind
from returns.models import GoodwillUnits, LedgerEntry, Refund, Settlement, SettlementLine
from returns.rules.paid import Bundle, OrderLine, PaidOrder, Promotion, Shipping, Tender

if TYPE_CHECKING:
    from commerce.models import Order


class _Settled(NamedTuple):
    """A row of SettlementLine."""

    line: int
    quantity: int
    called_off: bool
    goodwill: int
    goodwill_units: int
    goodwill_tax: int
    kind: str
    cancellation: int | None
    at: datetime


class _Goodwill(NamedTuple):
    """A row of GoodwillUnits."""

    line: int
    amount: int
    units: int
    tax: int
    at: datetime


class _GivenBack(NamedTuple):
    """A row of Settlement."""

    goods: int
    shipping: int
    shipping_tax: int
    at: datetime


class _Entry(NamedTuple):
    """A row of LedgerEntry."""

    amount: int
    component: str
    code: str
    line: int | None
    kind: str
    at: datetime


class _Payment(NamedTuple):
    """A row of Refund."""

    tender: int
    amount: int
    at: datetime


@dataclass(kw_only=True)
class Books:
    """Everything booked for an order."""

    order: Order
    sale: Sale
    settled: list[_Settled] = field(default_factory=list)
    goodwill: list[_Goodwill] = field(default_factory=list)
    given_back: list[_GivenBack] = field(default_factory=list)
    entries: list[_Entry] = field(default_factory=list)
    payments: list[_Payment] = field(default_factory=list)

    def paid(self, *, before: datetime | None = None) -> PaidOrder:
        """Return the money side of the order, as it was just before an instant where one is given.

        What was captured is what is known of that today.
        """

        def then(row: Any) -> bool:
            return before is None or row.at < before

        settled = [row for row in self.settled if then(row)]
        back = [row for row in self.given_back if then(row)]
        entries = [row for row in self.entries if then(row)]
        units = _total(settled, lambda row: row.line, lambda row: _settled_of(row))
        called_off = _total(settled, lambda row: row.line, lambda row: _called_off(row))
        refunded = _total(
            [row for row in self.payments if then(row)],
            lambda row: row.tender,
            lambda row: row.amount,
        )
        goodwill = _goodwill_left([row for row in self.goodwill if then(row)], settled)
        later = sum(
            row.amount for row in self.entries if not then(row) and row.component != Component.BONUS
        )
        promotions, bundles = _offers(self.sale)
        return PaidOrder(
            currency=self.order.currency,
            tax_included=self.order.tax_included,
            captured=self.order.captured,
            given_back=self.order.given_back - later,
            goods_refunded=sum(row.goods for row in back),
            goodwill=sum(row.amount for row in entries if _is_goodwill_of_order(row)),
            lines=tuple(
                OrderLine(
                    id=line.public_id,
                    quantity=line.quantity,
                    unit_price=line.unit_price,
                    goods=line.goods_paid,
                    tax=line.tax_paid,
                    settled=units[line.pk],
                    called_off=called_off[line.pk],
                    goodwill=goodwill[line.pk][0],
                    goodwill_units=goodwill[line.pk][1],
                    goodwill_tax=goodwill[line.pk][2],
                )
                for line in self.sale.lines
            ),
            discounts=tuple(line.discount_share for line in self.sale.lines),
            promotions=promotions,
            bundles=bundles,
            shipping=Shipping(
                price=sum(line.paid for line in self.sale.shipping_lines),
                tax=sum(line.tax_paid for line in self.sale.shipping_lines),
                price_refunded=sum(row.shipping for row in back),
                tax_refunded=sum(row.shipping_tax for row in back),
            ),
            tenders=tuple(
                Tender(
                    id=str(tender.pk),
                    captured=tender.captured,
                    refunded=refunded[tender.pk],
                    store_value=tender.kind in STORE_VALUE,
                )
                for tender in self.sale.tenders
            ),
        )


def books_of(orders: Collection[Order]) -> dict[int, Books]:
    """Return the books of each order (by row id), in as few queries for many as for one."""
    sales = sales_of(orders)
    books = {order.pk: Books(order=order, sale=sales[order.pk]) for order in orders}
    for order, *row in SettlementLine.objects.filter(order_line__order__in=books).values_list(
        *("order_line__order_id", "order_line_id", "quantity", "called_off", "goodwill"),
        *("goodwill_units", "goodwill_tax", "settlement__kind", "settlement__cancellation"),
        "settlement__at",
    ):
        books[order].settled.append(_Settled(*row))
    for order, *row in GoodwillUnits.objects.filter(order_line__order__in=books).values_list(
        *("order_line__order_id", "order_line_id", "amount", "quantity", "tax"), "settlement__at"
    ):
        books[order].goodwill.append(_Goodwill(*row))
    for order, *row in Settlement.objects.filter(order__in=books).values_list(
        "order_id", "goods", "shipping", "shipping_tax", "at"
    ):
        books[order].given_back.append(_GivenBack(*row))
    for order, *row in LedgerEntry.objects.filter(order__in=books).values_list(
        *("order_id", "amount", "component", "code", "order_line_id", "settlement__kind"), "at"
    ):
        books[order].entries.append(_Entry(*row))
    # What did not arrive, and nothing of ours tries again, is with the tender.
    payments = Refund.objects.filter(order__in=books).exclude(state=RefundState.REVERSED)
    for order, *row in payments.values_list("order_id", "tender_id", "amount", "created_at"):
        books[order].payments.append(_Payment(*row))
    return books


def _total(
    rows: Sequence[Any], key: Callable[[Any], int], value: Callable[[Any], int]
) -> Counter[int]:
    found: Counter[int] = Counter()
    for row in rows:
        found[key(row)] += value(row)
    return found


def _settled_of(row: _Settled) -> int:
    return 0 if row.called_off else row.quantity


def _called_off(row: _Settled) -> int:
    """Return the cancelled units of a row that wait for their money, negative where they got it."""
    if row.called_off:
        return -row.quantity
    # A cancellation of our own is settled with its money.
    elsewhere = row.kind == SettlementKind.CANCELLATION and row.cancellation is None
    return row.quantity if elsewhere else 0


def _goodwill_left(
    given: Sequence[_Goodwill], settled: Sequence[_Settled]
) -> defaultdict[int, tuple[int, int, int]]:
    """Return, per line, what goodwill its units still carry: how much, on how many, and its tax."""
    left: defaultdict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for one in given:
        amount, units, tax = left[one.line]
        left[one.line] = (amount + one.amount, units + one.units, tax + one.tax)
    for row in settled:
        if row.goodwill_units and row.line in left:
            amount, units, tax = left[row.line]
            left[row.line] = (
                amount - row.goodwill,
                units - row.goodwill_units,
                tax - row.goodwill_tax,
            )
    return left


def _is_goodwill_of_order(row: _Entry) -> bool:
    """Whether an entry is goodwill for the order as a whole, or makes up for some."""
    unnamed = row.kind == SettlementKind.GOODWILL and row.component == Component.GOODWILL
    return row.line is None and (unnamed or row.code == RowCode.GIVEN_AS_GOODWILL)


def _offers(sale: Sale) -> tuple[tuple[Promotion, ...], tuple[Bundle, ...]]:
    """Return the discounts with a minimum, and those of bundles, with their part of each line."""
    amounts = [discount.amount for discount in sale.discounts]
    shares = [
        allocate(line.discount_share, amounts) if sum(amounts) else [0] * len(amounts)
        for line in sale.lines
    ]
    promotions, bundles = [], []
    for column, discount in enumerate(sale.discounts):
        of_lines = tuple(row[column] for row in shares)
        if discount.minimum is not None:
            promotions.append(Promotion(minimum=discount.minimum, shares=of_lines))
        if discount.bundle:
            members = tuple(
                index
                for index, line in enumerate(sale.lines)
                if line.external_id in discount.bundle
            )
            bundles.append(Bundle(shares=of_lines, members=members))
    return tuple(promotions), tuple(bundles)
