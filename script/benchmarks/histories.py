"""Histories of orders, made by chance from a seed, carried out by the product's own rules.

An order is bought, and then things happen to it: returns, cancellations, exchanges, goodwill,
refunds on the platform, payments that fail and are tried again. After each the books are checked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from benchmarks.books import Books, BooksAreWrong, require
from commerce.rules import OrderDiscount, RateTotal, SoldLine, paid_lines
from returns.enums import (
    BundleDiscount,
    ExchangePriceBasis,
    Fault,
    FaultShipping,
    Outcome,
    RefundShipping,
    RowCode,
    TenderOrder,
    ThresholdPromotion,
)
from returns.errors import IdempotencyMismatch, ReturnsError
from returns.rules.credit_notes import Part
from returns.rules.exchanges import Wanted, value_of_replacement
from returns.rules.external import RecordedUnits, book_elsewhere, call_off
from returns.rules.goodwill import quote_goodwill
from returns.rules.money import quote
from returns.rules.paid import (
    Bundle,
    OrderLine,
    PaidOrder,
    Promotion,
    Shipping,
    Tender,
    Terms,
    Units,
    worth,
)
from returns.rules.quotes import NamedUnits
from returns.rules.withdrawals import statutory_terms

CURRENCIES = ("JPY", "USD", "KWD")
RATES = (100_000, 80_000, 0)
MOST_STEPS = 8


def buy(random: Random) -> Books:
    """Return an order that was bought, under terms of some shop."""
    included, count = random.random() < 0.5, random.randint(1, 4)
    rates = [random.choice(RATES) for _ in range(count)]
    by_total = random.random() < 0.3
    sold, totals = [], Counter[int]()
    for rate in rates:
        quantity, price = random.randint(1, 5), random.randint(0, random.choice((99, 9_999, 10**6)))
        tax = quantity * price * rate // (10**6 + (rate if included else 0))
        totals[rate] += tax
        sold.append(SoldLine(quantity, price, tax=None if by_total else tax, tax_rates=(rate,)))
    subtotal = sum(line.subtotal for line in sold)
    discounts = [
        OrderDiscount(random.randint(0, subtotal // 3)) for _ in range(random.randint(0, 2))
    ]
    paid = paid_lines(sold, discounts, [RateTotal(*one) for one in totals.items()])
    # Recorded tax is never above the price it is part of.
    taxes = [min(line.tax, line.goods) if included else line.tax for line in paid]
    shipping = Shipping(price=random.choice((0, 500, random.randint(0, 2_000))))
    shipping = replace(shipping, tax=shipping.price // 11)
    goods = sum(line.goods for line in paid) + shipping.price
    whole = worth(goods, sum(taxes) + shipping.tax, included)
    plain = random.random() < 0.5
    captured = whole if plain or random.random() < 0.7 else random.randint(0, whole)
    minimums = [random.choice((None, subtotal // 2)) for _ in discounts]
    shares = [tuple(line.shares[column] for line in paid) for column in range(len(discounts))]
    order = PaidOrder(
        currency=random.choice(CURRENCIES),
        tax_included=included,
        captured=captured,
        shipping=shipping,
        tenders=_tenders(random, captured),
        discounts=tuple(sum(line.shares) for line in paid),
        promotions=tuple(
            Promotion(minimum=minimum, shares=of_lines)
            for minimum, of_lines in zip(minimums, shares, strict=True)
            if minimum is not None
        ),
        bundles=tuple(
            Bundle(shares=of_lines, members=tuple(range(count)))
            for of_lines in shares
            if random.random() < 0.3
        ),
        lines=tuple(
            OrderLine(
                id=f"l{number}",
                quantity=line.quantity,
                unit_price=line.unit_price,
                goods=part.goods,
                tax=tax,
            )
            for number, (line, part, tax) in enumerate(zip(sold, paid, taxes, strict=True))
        ),
    )
    return Books(
        order=order,
        terms=Terms(exchange_price_basis=random.choice(list(ExchangePriceBasis)))
        if plain
        else _terms(random),
        sold={
            line.id: Part(
                code=RowCode.GOODS,
                line=line.id,
                amount=worth(line.goods, line.tax, included),
                tax=line.tax,
                rate=rate,
            )
            for line, rate in zip(order.lines, rates, strict=True)
        },
        shipping=[
            Part(
                code=RowCode.SHIPPING,
                amount=worth(shipping.price, shipping.tax, included),
                tax=shipping.tax,
                rate=RATES[0],
            )
        ],
        plain=plain,
    )


def _tenders(random: Random, captured: int) -> tuple[Tender, ...]:
    card = captured if random.random() < 0.5 else random.randint(0, captured)
    gift = random.randint(0, captured - card)
    return (
        Tender(id="card", captured=card),
        Tender(id="gift", captured=gift, store_value=True),
        Tender(id="points", captured=captured - card - gift, store_value=True),
    )


def _terms(random: Random) -> Terms:
    return Terms(
        restocking=random.choice((0, 0, 750, 10_000)),
        postage=random.choice((0, 0, 990)),
        bonus=random.choice((0, 1_000)),
        refund_shipping=random.choice(list(RefundShipping)),
        fault_shipping=random.choice(list(FaultShipping)),
        threshold_promotion=random.choice(list(ThresholdPromotion)),
        bundle_discount=random.choice(list(BundleDiscount)),
        tender_order=random.choice(list(TenderOrder)),
        exchange_price_basis=random.choice(list(ExchangePriceBasis)),
    )


def live(random: Random) -> Books:
    """Return the books of one whole history; raises BooksAreWrong for any that are."""
    books = buy(random)
    steps = [_returned, _returned, _returned, _exchanged, _goodwill, _shipped]
    if not books.plain:
        steps += [_cancelled, _elsewhere]
    for number in range(random.randint(1, MOST_STEPS)):
        before = books.order
        key = f"k{number}"
        try:
            random.choice(steps)(books, random, key)
        except ReturnsError:
            require(books.order == before, "what is refused changes nothing")
        if key in books.keys:
            _tried_again(books, key)
    books.close()
    return books


def _tried_again(books: Books, key: str) -> None:
    """A payment that failed is asked for again, with its key: nothing is booked twice."""
    before = books.order
    try:
        books.settle(key, {"another": "command"}, lambda: books.keys[key][1])
    except IdempotencyMismatch:
        require(books.order == before, "a retry books nothing")
        return
    raise BooksAreWrong("a key means one command")


def _some_units(books: Books, random: Random) -> list[Units]:
    units = []
    for line in books.order.lines:
        left = line.quantity - line.settled
        if left and random.random() < 0.6:
            fault = random.choice(list(Fault))
            units.append(Units(line=line.id, quantity=random.randint(1, left), fault=fault))
    return units


def _command(name: str, units: list[Units]) -> dict[str, object]:
    return {name: [[one.line, one.quantity] for one in units]}


def _returned(books: Books, random: Random, key: str) -> None:
    units = _some_units(books, random)
    outcome = random.choice((Outcome.REFUND, Outcome.STORE_CREDIT))
    lower = None if books.plain or random.random() < 0.8 else random.randint(0, 5_000)
    if units:
        books.settle(
            key,
            _command("return", units),
            lambda: quote(
                books.order,
                units,
                statutory_terms(books.terms) if random.random() < 0.2 else books.terms,
                outcome,
                postage_charged=books.postage,
                pay=lower,
            ),
        )


def _exchanged(books: Books, random: Random, key: str) -> None:
    units = _some_units(books, random)
    wanted = [
        Wanted(
            line=one.line,
            quantity=random.choice((one.quantity, 1)),
            price=random.randint(0, 12_000),
            tax=random.randint(0, 1_200),
            same_product=random.random() < 0.7,
        )
        for one in units
    ]
    rest_to = random.choice((Outcome.REFUND, Outcome.STORE_CREDIT))
    if not units:
        return
    quoted = books.settle(
        key,
        _command("exchange", units),
        lambda: quote(
            books.order, units, books.terms, Outcome.EXCHANGE, wanted=wanted, rest_to=rest_to
        ),
    )
    cost = sum(one.cost for one in quoted.replacements)
    require(quoted.total + quoted.due == cost + quoted.rest, "an exchange is even")
    require(not (quoted.due and quoted.rest), "an exchange has a due or a rest")
    for one in quoted.replacements:
        later = sum(value_of_replacement(one, n, n + 1) for n in range(one.quantity))
        require(later == one.cost, "a replacement is worth what was paid for it")


def _goodwill(books: Books, random: Random, key: str) -> None:
    units = [
        NamedUnits(line=one.line, quantity=one.quantity)
        for one in _some_units(books, random)
        if random.random() < 0.5
    ]
    amount = random.randint(1, max(1, books.order.left // 3))
    outcome = random.choice((Outcome.REFUND, Outcome.STORE_CREDIT))
    books.settle(
        key,
        {"goodwill": amount},
        lambda: quote_goodwill(books.order, amount, books.terms, outcome, units),
    )


def _shipped(books: Books, random: Random, key: str) -> None:
    books.settle(
        key,
        {"shipping": True},
        lambda: quote(books.order, [], books.terms, with_shipping=True),
    )


def _cancelled(books: Books, random: Random, key: str) -> None:
    """The platform cancels what is left, and tells of the money apart."""
    left = [(line.id, line.quantity - line.settled) for line in books.order.lines]
    books.settle(key, {"cancel": True}, lambda: call_off(books.order, left))
    taken = dict(left)
    books.order = replace(
        books.order,
        lines=tuple(
            replace(line, called_off=line.called_off + taken[line.id]) for line in books.order.lines
        ),
    )


def _elsewhere(books: Books, random: Random, key: str) -> None:
    told = []
    for one in _some_units(books, random):
        goods = random.randint(0, 9_999)
        told.append(
            RecordedUnits(line=one.line, quantity=one.quantity, goods=goods, tax=goods // 11)
        )
    amount = random.randint(0, 20_000)
    books.settle(key, {"elsewhere": amount}, lambda: book_elsewhere(books.order, amount, told))
