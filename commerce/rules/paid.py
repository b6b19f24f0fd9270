"""What each line of an order was really paid: discounts and taxes laid on the lines at ingest.

The answers are stored once and never recomputed, so every later refund is a share of a recorded
amount. All amounts are integers in the minor units of the order's one presentment currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from postexp.kernel.money import allocate


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line as the platform tells it. `tax` is None when only the order's totals per rate are.

    `tax_rates` names the rates that apply to the line, in parts per million (8.875 % is 88750).
    """

    quantity: int
    unit_price: int
    discount: int = 0
    tax: int | None = None
    tax_rates: tuple[int, ...] = ()

    @property
    def subtotal(self) -> int:
        """The price of all units after the line's own discounts, never below zero."""
        return max(0, self.quantity * self.unit_price - self.discount)


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """A discount on the order as a whole; `shares` holds each line's part where recorded."""

    amount: int
    shares: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class RateTotal:
    """The tax the platform recorded in one sum, at one rate, for the lines without their own."""

    rate: int
    amount: int


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What was paid for all units of a line.

    `goods` is the paid goods value; where prices include tax it holds `tax`, otherwise `tax` comes
    on top. `shares` is the line's part of each order discount, in the order's sequence. `taxes` is
    its part of each total per rate, as (rate, amount), where only those were recorded.
    """

    goods: int
    tax: int
    shares: tuple[int, ...]
    taxes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PaidShipping:
    """What was paid for a shipping line after its discounts; `tax` as on PaidLine."""

    price: int
    tax: int


def paid_lines(
    lines: Sequence[SoldLine],
    discounts: Sequence[OrderDiscount] = (),
    rate_totals: Sequence[RateTotal] = (),
) -> list[PaidLine]:
    """Return what was paid for each line, in the order of `lines`.

    Recorded shares and taxes are used as they are. Other order discounts are split together over
    the line subtotals after line discounts (and recorded shares), other taxes over the lines of
    their rate by those subtotals, both by largest remainder with ties to the earlier line. A line
    is never paid below zero: where a platform records more discount than price, the rest is
    dropped.
    """
    shares = _discount_shares(lines, discounts)
    taxes = _taxes(lines, rate_totals)
    return [
        PaidLine(
            goods=line.subtotal - sum(of_line),
            tax=(line.tax or 0) + sum(amount for _rate, amount in by_rate),
            shares=of_line,
            taxes=tuple(by_rate),
        )
        for line, of_line, by_rate in zip(lines, shares, taxes, strict=True)
    ]


def paid_shipping(price: int, discount: int = 0, tax: int = 0) -> PaidShipping:
    """Return what was paid for a shipping line; a fully discounted one was paid nothing."""
    return PaidShipping(price=max(0, price - discount), tax=tax)


def _discount_shares(
    lines: Sequence[SoldLine], discounts: Sequence[OrderDiscount]
) -> list[tuple[int, ...]]:
    """Return, per line, its part of each discount; the parts never exceed the line's subtotal."""
    left = [line.subtotal for line in lines]
    parts = [[0] * len(discounts) for _ in lines]
    for column, discount in enumerate(discounts):
        if discount.shares is not None:
            for row, share in enumerate(discount.shares):
                parts[row][column] = min(share, left[row])
                left[row] -= parts[row][column]

    # Splitting the sum once, not each discount alone, keeps every line at zero or above: several
    # separately rounded-up parts could together exceed a line.
    open_columns = [column for column, discount in enumerate(discounts) if discount.shares is None]
    amounts = [discounts[column].amount for column in open_columns]
    for row, part in enumerate(allocate(min(sum(amounts), sum(left)), left)):
        # A line's part is told apart by discount only where rules ask which discount it was.
        of_discounts = allocate(part, amounts) if part else [0] * len(amounts)
        for column, amount in zip(open_columns, of_discounts, strict=True):
            parts[row][column] = amount
    return [tuple(row) for row in parts]


def _taxes(
    lines: Sequence[SoldLine], rate_totals: Sequence[RateTotal]
) -> list[list[tuple[int, int]]]:
    """Return, for each line without a recorded tax, its part of the totals of its rates."""
    taxes: list[list[tuple[int, int]]] = [[] for _ in lines]
    for total in rate_totals:
        rows = [
            row
            for row, line in enumerate(lines)
            if line.tax is None and total.rate in line.tax_rates
        ]
        weights = [lines[row].subtotal for row in rows]
        if not sum(weights):
            weights = [1] * len(rows)  # a tax on free goods still belongs to its lines
        if rows:
            for row, part in zip(rows, allocate(total.amount, weights), strict=True):
                taxes[row].append((total.rate, part))
    return taxes
