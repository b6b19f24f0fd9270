"""What reports say of products, and when they say nothing: small numbers prove nothing."""

import pytest

from returns.enums import InsightCode
from returns.rules.insights import ProductFigures, insights, rate_of, reached_by


@pytest.mark.parametrize(
    ("count", "whole", "low", "high"),
    # Wilson's interval as tabulated for 95 %.
    [
        (5, 10, 0.2366, 0.7634),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (37, 118, 0.2368, 0.4020),
    ],
)
def test_a_share_has_bounds(count: int, whole: int, low: float, high: float) -> None:
    rate = rate_of(count, whole)
    assert rate is not None
    assert (round(rate.low, 4), round(rate.high, 4)) == (low, high)
    assert rate.low <= rate.share <= rate.high


def test_a_share_of_nothing_is_none_and_of_too_much_is_all() -> None:
    assert rate_of(0, 0) is None
    over = rate_of(12, 10)
    assert over is not None
    assert over.share == 1.0


def test_hours_within_which_a_share_was_done() -> None:
    hours = {1: 5, 24: 4, 240: 1}
    assert reached_by(hours, 0.5) == 1
    assert reached_by(hours, 0.9) == 24
    assert reached_by(hours, 0.95) == 240
    assert reached_by({}, 0.5) is None


def product(
    title: str, sold: int, several: int = 0, bracketed: int = 0, **reasons: int
) -> ProductFigures:
    return ProductFigures(
        product=title, title=title, sold=sold, reasons=reasons, several=several, bracketed=bracketed
    )


USUAL = product("Mug", 2000, changed_mind=150, too_small=10, not_as_described=4)


def test_a_product_that_runs_small_is_named_with_its_numbers() -> None:
    [found] = insights([USUAL, product("Shirt", 400, too_small=37, changed_mind=81)])
    assert (found.code, found.title) == (InsightCode.RUNS_SMALL, "Shirt")
    assert (found.count, found.whole, round(found.share, 2)) == (37, 118, 0.31)


@pytest.mark.parametrize(
    "quiet",
    [
        product("Few", 400, too_small=10, changed_mind=5),
        product("Rarely", 400, too_small=15, changed_mind=100),
        product("New", 15, not_as_described=10),
        product("Twice", 400, not_as_described=4),
        product("Chosen", 400, several=19, bracketed=19),
        product("Kept", 400, several=40, bracketed=11),
    ],
    ids=lambda one: one.title,
)
def test_too_few_or_too_seldom_says_nothing(quiet: ProductFigures) -> None:
    assert insights([USUAL, quiet]) == []


def test_no_more_than_elsewhere_says_nothing() -> None:
    shirts = [product(name, 400, too_small=40, changed_mind=60) for name in ("A", "B", "C")]
    assert insights(shirts) == []


def test_a_listing_that_misleads_stands_out_above_three_sigma() -> None:
    [found] = insights([USUAL, product("Lamp", 200, not_as_described=9)])
    assert found.code is InsightCode.NOT_AS_DESCRIBED
    assert found.sigma is not None
    assert found.sigma > 3
    assert insights([USUAL, product("Lamp", 2000, not_as_described=9)]) == []


def test_a_shops_only_product_is_not_compared_with_itself() -> None:
    assert insights([product("Lamp", 200, not_as_described=90)]) == []


def test_bracketing_is_told_of_orders() -> None:
    [found] = insights([product("Dress", 300, several=40, bracketed=24)])
    assert (found.code, found.count, found.whole) == (InsightCode.BRACKETING, 24, 40)
