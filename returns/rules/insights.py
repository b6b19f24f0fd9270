"""What figures of returns say, where there are enough of them to say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt

from returns.enums import InsightCode
from returns.enums.reports import ReasonMeaning

_Z = 1.96
"""Standard deviations within which 95 of 100 lie."""

ENOUGH = 20
"""Units (or orders) from which on something is said of a product."""
SIGMA = 3.0
"""Standard deviations above what the shop sees elsewhere, from which on it is no chance."""
_FEW = 5
_OFTEN = 0.2
_BRACKETED = 0.3

SIZES = {
    ReasonMeaning.TOO_SMALL: InsightCode.RUNS_SMALL,
    ReasonMeaning.TOO_LARGE: InsightCode.RUNS_LARGE,
}
FAULTS = {
    ReasonMeaning.NOT_AS_DESCRIBED: InsightCode.NOT_AS_DESCRIBED,
    ReasonMeaning.DEFECTIVE: InsightCode.OFTEN_DEFECTIVE,
    ReasonMeaning.DAMAGED: InsightCode.OFTEN_DAMAGED,
}
"""What is said where many returns mean the same; those that mean something else only count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share, with the bounds between which it lies in 95 of 100 cases (Wilson's interval)."""

    share: float
    low: float
    high: float


def rate_of(count: int, whole: int) -> Rate | None:
    """Return the share of `count` in `whole` with its bounds; None where there is no whole.

    A count above the whole, of units sold before the span, is told as the whole.
    """
    if whole <= 0:
        return None
    share = min(count, whole) / whole
    spread = _Z**2 / whole
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / whole + spread / (4 * whole)) / (1 + spread)
    return Rate(share=share, low=max(0.0, middle - reach), high=min(1.0, middle + reach))


def reached_by(hours: Mapping[int, int], share: float) -> int | None:
    """Return the hours within which a share of what is counted was done; None where nothing is."""
    whole = sum(hours.values())
    if not whole:
        return None
    wanted, seen = max(1, ceil(share * whole)), 0
    for hour in sorted(hours):
        seen += hours[hour]
        if seen >= wanted:
            return hour
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFigures:
    """What is counted of one product: units sold, and units returned by what their reason means.

    `several` counts orders with two or more variants of it, `bracketed` those of them of which at
    most one unit was kept.
    """

    product: str
    title: str
    sold: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    several: int = 0
    bracketed: int = 0

    @property
    def returned(self) -> int:
        """Units that came back, whatever the reason."""
        return sum(self.reasons.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What stands out of a product: `count` of `whole`, `sigma` deviations above the rest."""

    code: InsightCode
    product: str
    title: str
    count: int
    whole: int
    sigma: float | None = None

    @property
    def share(self) -> float:
        """The share, 0 to 1."""
        return self.count / self.whole


def insights(products: Sequence[ProductFigures]) -> list[Insight]:
    """Return what stands out, with the most units concerned first."""
    found = [
        one
        for product in products
        for one in (*_sizes(product, products), *_faults(product, products), *_bracketing(product))
    ]
    return sorted(found, key=lambda one: (-one.count, one.title, one.code))


def _sizes(product: ProductFigures, products: Sequence[ProductFigures]) -> Iterable[Insight]:
    """A product runs small where more of its returns say so than elsewhere, surely and often."""
    returned = product.returned
    if returned < ENOUGH:
        return
    others = [one for one in products if one is not product]
    whole = sum(one.returned for one in others)
    for reason, code in SIZES.items():
        count = product.reasons.get(reason, 0)
        rate = rate_of(count, returned)
        usual = sum(one.reasons.get(reason, 0) for one in others) / whole if whole else 0.0
        if rate is not None and rate.share >= _OFTEN and rate.low > usual:
            yield _insight(code, product, count, returned)


def _faults(product: ProductFigures, products: Sequence[ProductFigures]) -> Iterable[Insight]:
    """A fault stands out where it lies so far above the rest of the shop that it is no chance."""
    if product.sold < ENOUGH:
        return
    others = [one for one in products if one is not product]
    sold = sum(one.sold for one in others)
    for reason, code in FAULTS.items():
        count = product.reasons.get(reason, 0)
        if count < _FEW or not sold:
            continue
        # One unit more than was seen, so that a fault nobody had yet is not infinitely rare.
        usual = min(1.0, (sum(one.reasons.get(reason, 0) for one in others) + 1) / (sold + 1))
        spread = sqrt(product.sold * usual * (1 - usual))
        sigma = (count - product.sold * usual) / spread if spread else 0.0
        if sigma > SIGMA:
            yield _insight(code, product, count, product.sold, sigma)


def _bracketing(product: ProductFigures) -> Iterable[Insight]:
    if product.several >= ENOUGH and product.bracketed / product.several >= _BRACKETED:
        yield _insight(InsightCode.BRACKETING, product, product.bracketed, product.several)


def _insight(
    code: InsightCode, product: ProductFigures, count: int, whole: int, sigma: float | None = None
) -> Insight:
    return Insight(
        code=code,
        product=product.product,
        title=product.title,
        count=count,
        whole=whole,
        sigma=sigma,
    )
