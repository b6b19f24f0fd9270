"""Sums a shopper can read: every amount says how it came about."""

from django.utils.translation import override

from commerce.rules import SoldLine
from returns.enums import ExchangePriceBasis, Outcome
from returns.rules.exchanges import Wanted
from returns.rules.money import quote
from returns.rules.paid import Terms
from returns.serializers import sum_in_words, sum_lines
from tests.returns.rules.test_money import bought, units


def test_an_amount_says_what_the_discount_took() -> None:
    order = bought([SoldLine(1, 3000), SoldLine(1, 6000)], 3000, currency="JPY", tax_included=True)
    quoted = quote(order, [units()], Terms()).to_json()
    with override("en"):
        assert sum_in_words(quoted) == "¥2,000 = ¥3,000 − ¥1,000 (share of the discount)"


def test_tax_fees_and_bonus_are_named() -> None:
    order = bought([SoldLine(2, 1000, tax=200)])
    terms = Terms(restocking=1000, postage=100, bonus=1000)
    quoted = quote(order, [units(quantity=2)], terms, Outcome.STORE_CREDIT).to_json()
    with override("en"):
        assert sum_in_words(quoted) == (
            "$20.68 = $20.00 + $2.00 (Tax) − $2.20 (Restocking fee (10%))"
            " − $1.00 (Return postage) + $1.88 (Bonus (10%))"
        )


def test_an_amount_that_is_the_price_is_said_alone() -> None:
    with override("en"):
        assert sum_in_words(quote(bought([SoldLine(1, 500)]), [units()], Terms()).to_json()) == (
            "$5.00"
        )


def test_an_exchange_says_what_is_due_and_what_is_left() -> None:
    order = bought([SoldLine(1, 6400)], 640, currency="JPY", tax_included=True)
    current = Terms(exchange_price_basis=ExchangePriceBasis.CURRENT)
    with override("en"):
        for price, said in ((6900, ("You pay", 1140)), (5000, ("You get back", 760))):
            wanted = [Wanted(line="L0", quantity=1, price=price)]
            quoted = quote(order, [units()], current, Outcome.EXCHANGE, wanted=wanted).to_json()
            *_rows, cost, last = sum_lines(quoted, {"L0": "Shirt"})
            assert cost["amount"].amount == price
            assert (last["label"], last["amount"].amount) == said
