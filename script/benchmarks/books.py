"""The books of one order, without a database: what is booked by the rules, and checked after each.

`tests/returns/test_histories.py` holds the tables to the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from returns.enums import Component, Outcome
from returns.rules.commands import fingerprint, require_same
from returns.rules.credit_notes import Note, Part, Rate, money_back, note_of
from returns.rules.entries import entries_of
from returns.rules.money import quote
from returns.rules.paid import PaidOrder, Terms, Units
from returns.rules.quotes import Quote


class BooksAreWrong(AssertionError):
    """Something the books promise was not so."""


def require(true: bool, what: str) -> None:
    """Raise BooksAreWrong, naming the promise, unless it was kept."""
    if not true:
        raise BooksAreWrong(what)


@dataclass
class Books:
    """An order, and all that was booked for it; `plain` ones have no fees and nothing lost."""

    order: PaidOrder
    terms: Terms
    sold: dict[str, Part]
    shipping: list[Part]
    plain: bool
    notes: list[Note] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    exchanged: Counter[Rate] = field(default_factory=Counter)
    keys: dict[str, tuple[str, Quote]] = field(default_factory=dict)
    postage: int = 0
    unnamed: bool = False

    def settle(self, key: str, command: dict[str, object], ask: Callable[[], Quote]) -> Quote:
        """Book what is asked for, once per key, and check the books."""
        mark = fingerprint(command)
        if key in self.keys:
            first, quoted = self.keys[key]
            require_same(first, mark)
            return quoted
        quoted = ask()
        self._check(quoted)
        self._book(quoted)
        self.keys[key] = (mark, quoted)
        return quoted

    def _check(self, quoted: Quote) -> None:
        require(0 <= quoted.total <= self.order.left, "a sum is never above what is left")
        require(quoted.payout == sum(row.amount for row in quoted.rows), "rows add up")
        entries = list(entries_of(quoted))
        counted = sum(one[3] for one in entries if one[0] is not Component.BONUS)
        require(counted == quoted.total, "the ledger adds up to the sum")
        to_tenders = sum(share.amount for share in quoted.tenders)
        by_tender = money_back(quoted) if quoted.outcome is not Outcome.STORE_CREDIT else 0
        if quoted.rest_to is Outcome.STORE_CREDIT:
            by_tender = 0
        require(to_tenders == by_tender, "every payment has its tender")
        note = note_of(quoted, self.sold, self.shipping)
        require(note.total == money_back(quoted), "a credit note adds up to the ledger")
        require(
            sum(part.amount for part in note.parts) + sum(one.amount for one in note.adjustments)
            == note.total,
            "the rows of a credit note add up",
        )
        for one in note.rates:
            require(0 <= one.tax <= one.amount, "the tax of a rate is part of its total")
        self.notes.append(note)

    def _book(self, quoted: Quote) -> None:
        """Take the settlement into the order, as the selectors read it from the tables."""
        order = self.order
        named = {group.line: group for group in quoted.goodwill_for}
        lines = {line.id: line for line in order.lines}
        for value in quoted.units:
            line = lines[value.line]
            lines[value.line] = replace(
                line,
                settled=line.settled + (0 if value.called_off else value.quantity),
                called_off=line.called_off - (value.quantity if value.called_off else 0),
                goodwill=line.goodwill - value.goodwill,
                goodwill_units=line.goodwill_units - value.goodwill_units,
                goodwill_tax=line.goodwill_tax - value.goodwill_tax,
            )
        for line_id, group in named.items():
            line = lines[line_id]
            lines[line_id] = replace(
                line,
                goodwill=line.goodwill + group.amount,
                goodwill_units=line.goodwill_units + group.quantity,
                goodwill_tax=line.goodwill_tax + group.tax,
            )
        back = {share.tender: share.amount for share in quoted.tenders}
        unnamed = quoted.goodwill - sum(group.amount for group in quoted.goodwill_for)
        self.unnamed = self.unnamed or bool(unnamed)
        self.order = replace(
            order,
            lines=tuple(lines.values()),
            given_back=order.given_back + quoted.total,
            goods_refunded=order.goods_refunded
            + sum(value.goods for value in quoted.units)
            + quoted.repriced,
            goodwill=order.goodwill + unnamed - quoted.as_goodwill,
            shipping=replace(
                order.shipping,
                price_refunded=order.shipping.price_refunded + quoted.shipping,
                tax_refunded=order.shipping.tax_refunded + quoted.shipping_tax,
            ),
            tenders=tuple(
                replace(tender, refunded=tender.refunded + back.get(tender.id, 0))
                for tender in order.tenders
            ),
        )
        self.postage += quoted.postage_fee
        self.done[quoted.outcome.value] += 1
        if quoted.outcome is Outcome.EXCHANGE:
            for part in note_of(replace(quoted, rest=quoted.total), self.sold, ()).rates:
                self.exchanged[part.rate] += part.amount
            for one in self.notes[-1].rates:
                self.exchanged[one.rate] -= one.amount
        require(self.order.given_back <= self.order.captured, "never over-refunded")
        for tender in self.order.tenders:
            require(0 <= tender.refunded <= tender.captured, "no tender gives more than it got")
        for line in self.order.lines:
            require(0 <= line.settled <= line.quantity, "a unit is settled once")

    def close(self) -> None:
        """Give back all that is left, and check that it is what was paid, to the unit."""
        rest = [
            Units(line=line.id, quantity=line.quantity - line.settled)
            for line in self.order.lines
            if line.settled < line.quantity
        ]
        paid_back = self.order.shipping
        more = (paid_back.price, paid_back.tax) != (
            paid_back.price_refunded,
            paid_back.tax_refunded,
        )
        if rest or more:
            self.settle("close", {}, lambda: quote(self.order, rest, Terms(), with_shipping=more))
        if not self.plain:
            return
        require(self.order.given_back == self.order.captured, "a full return is what was paid")
        if self.unnamed:
            return
        told: Counter[Rate] = Counter(self.exchanged)
        for note in self.notes:
            for one in note.rates:
                told[one.rate] += one.amount
        paid: Counter[Rate] = Counter()
        for part in (*self.sold.values(), *self.shipping):
            paid[part.rate] += part.amount
        require(+told == +paid, "credit notes add up to what was paid, per rate")
        if self.done[Outcome.EXCHANGE]:
            return
        taxes = sum(note.tax for note in self.notes)
        recorded = sum(part.tax for part in (*self.sold.values(), *self.shipping))
        require(taxes == recorded, "the tax on credit notes is the tax that was recorded")
