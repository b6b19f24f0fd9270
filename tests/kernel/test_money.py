"""Money in minor units: reading, writing, splitting."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postexp.kernel.money import (
    LARGEST,
    CurrencyMismatch,
    Money,
    MoneyError,
    allocate,
    cumulative_share,
    decimals,
    percent_half_up,
)

CURRENCIES = ("JPY", "KRW", "VND", "USD", "EUR", "GBP", "KWD", "BHD", "CLF")


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("10.00", "USD", 1000),
        ("10", "USD", 1000),
        ("10.5", "USD", 1050),
        ("0.05", "USD", 5),
        ("-0.05", "USD", -5),
        ("1980", "JPY", 1980),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
        ("0", "JPY", 0),
        ("1.15", "USD", 115),
    ],
)
def test_parse_reads_and_pads(text: str, currency: str, amount: int) -> None:
    assert Money.parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("10.000", "USD"),
        ("1980.0", "JPY"),
        ("1.2345", "KWD"),
        ("1e3", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("+1", "USD"),
        (" 1", "USD"),
        ("1\n", "USD"),
        ("1,000", "USD"),
        ("1_000", "USD"),
        ("1.", "USD"),
        (".5", "USD"),
        ("01", "USD"),
        ("", "USD"),
        ("１０", "JPY"),
        ("9" * 400, "JPY"),
        ("92233720368547758.08", "USD"),
        (10, "USD"),
        (10.0, "USD"),
        (Decimal(10), "USD"),
        (None, "USD"),
        (True, "USD"),
        ("10", "usd"),
        ("10", "QQQ"),
    ],
)
def test_parse_refuses_what_is_not_exact(text: object, currency: str) -> None:
    with pytest.raises(MoneyError) as refused:
        Money.parse(text, currency)
    assert refused.value.code == "invalid_money_format"


@pytest.mark.parametrize(
    "data",
    [
        "10.00",
        {"amount": "10.00"},
        {"amount": "10.00", "currency": "USD", "scale": 2},
        {"amount": 10, "currency": "USD"},
        {"amount": "10.00", "currency": ["USD"]},
        None,
    ],
)
def test_from_wire_refuses_another_shape(data: object) -> None:
    with pytest.raises(MoneyError):
        Money.from_wire(data)


@given(st.integers(-LARGEST, LARGEST), st.sampled_from(CURRENCIES))
def test_the_wire_keeps_every_unit(amount: int, currency: str) -> None:
    money = Money(amount, currency)
    written = money.to_wire()
    assert Money.from_wire(written) == money
    assert len(written["amount"].partition(".")[2]) == decimals(currency)


def test_the_wire_has_exactly_the_decimals() -> None:
    assert Money(1000, "USD").to_wire() == {"amount": "10.00", "currency": "USD"}
    assert Money(-5, "USD").to_wire() == {"amount": "-0.05", "currency": "USD"}
    assert Money(2000, "JPY").to_wire() == {"amount": "2000", "currency": "JPY"}
    assert Money(0, "KWD").to_wire() == {"amount": "0.000", "currency": "KWD"}


@pytest.mark.parametrize("amount", [LARGEST + 1, -LARGEST - 1, 1.0, True])
def test_an_amount_is_an_integer_that_fits(amount: int) -> None:
    with pytest.raises(MoneyError):
        Money(amount, "USD")


def test_arithmetic_stays_in_one_currency() -> None:
    ten, four = Money(1000, "USD"), Money(400, "USD")
    assert ten + four == Money(1400, "USD")
    assert four - ten == -Money(600, "USD")
    assert four * 3 == Money(1200, "USD")
    assert four < ten
    assert ten >= four
    assert max(ten, four) == ten
    assert bool(ten)
    assert not bool(ten - ten)


@pytest.mark.parametrize(
    "meet", [Money.__add__, Money.__sub__, Money.__lt__], ids=["add", "subtract", "compare"]
)
def test_currencies_do_not_mix(meet: object) -> None:
    assert callable(meet)
    with pytest.raises(CurrencyMismatch):
        meet(Money(1, "USD"), Money(1, "EUR"))


def test_allocate_gives_ties_to_the_earlier() -> None:
    assert allocate(1, [1, 1, 1]) == [1, 0, 0]
    assert allocate(2, [1, 1, 1]) == [1, 1, 0]
    assert allocate(1000, [5500, 2160]) == [718, 282]
    assert allocate(5000, [8000, 4000]) == [3333, 1667]
    assert allocate(0, [0, 0]) == [0, 0]
    assert allocate(0, []) == []


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1]), (1, [0, 0]), (1, [])])
def test_allocate_refuses_the_impossible(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weight"):
        allocate(total, weights)


@given(
    st.integers(0, 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=30).filter(sum)
)
def test_allocate_adds_up_and_stays_within_one_of_the_quota(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(sum), st.data())
def test_allocate_never_exceeds_a_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    assert all(p <= w for p, w in zip(allocate(total, weights), weights, strict=True))


@given(st.integers(0, 10**12), st.integers(1, 200))
def test_cumulative_shares_rise_to_the_whole(value: int, quantity: int) -> None:
    shares = [cumulative_share(value, quantity, k) for k in range(quantity + 1)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, value)


def test_cumulative_share_rounds_half_up() -> None:
    assert [cumulative_share(3601, 4, k) for k in range(5)] == [0, 900, 1801, 2701, 3601]


@pytest.mark.parametrize(
    ("value", "quantity", "settled"), [(1, 1, 2), (1, 1, -1), (1, 0, 0), (-1, 1, 1)]
)
def test_cumulative_share_refuses_the_impossible(value: int, quantity: int, settled: int) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        cumulative_share(value, quantity, settled)


def test_percent_rounds_half_up() -> None:
    assert percent_half_up(4166, 1_000) == 417
    assert percent_half_up(7777, 1_000) == 778
    assert percent_half_up(5, 1_000) == 1
    assert percent_half_up(4, 1_000) == 0
    assert percent_half_up(10_000, 887) == 887


@pytest.mark.parametrize(("value", "points"), [(-1, 1), (1, -1)])
def test_percent_refuses_negatives(value: int, points: int) -> None:
    with pytest.raises(ValueError, match="percentage"):
        percent_half_up(value, points)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("800", "JPY", 800),
        (" ８００円 ", "JPY", 800),
        ("￥１，９８０", "JPY", 1980),
        ("¥1,234,567", "JPY", 1_234_567),
        ("JPY 800", "JPY", 800),
        ("$1,980.5", "USD", 198_050),
        ("-3.50", "USD", -350),
    ],
)
def test_what_a_person_types_is_read(text: str, currency: str, amount: int) -> None:
    assert Money.typed(text, currency) == Money(amount, currency)


@pytest.mark.parametrize("text", ["", "円", "3,50", "1,98", "1,9800", "eight", "800円円円", "8 00"])
def test_what_might_mean_another_sum_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        Money.typed(text, "JPY")
