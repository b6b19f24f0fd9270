"""How returns are going: rates, money, waiting and costs, read from the roll-ups alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet, Sum

from postexp.kernel.replica import from_replica
from returns.enums import Basis, CellKind, Grouping
from returns.enums.reports import ReasonMeaning
from returns.models import ReportMark, ReturnCell, ReturnMoney
from returns.rules.insights import Insight, ProductFigures, Rate, insights, rate_of, reached_by
from returns.rules.months import months_back
from returns.selectors.policies import reason_meanings

SPANS = (3, 6, 12, 24)
"""How many months a report of returns can reach back, this month among them."""

_KEYS: Mapping[Grouping, tuple[str, ...]] = {
    Grouping.PRODUCT: ("product", "title"),
    Grouping.VARIANT: ("product", "title", "variant"),
    Grouping.REASON: ("reason",),
    Grouping.VENDOR: ("vendor",),
    Grouping.MONTH: ("month",),
}


@dataclass(frozen=True, kw_only=True)
class Group:
    """Units told apart from others: sold, returned, and what was paid for the returned ones.

    `amount` and `written_off` are minor units of the report's currency; units are of all
    currencies. Of a reason `sold` is all that was sold. What does not tell groups apart is empty.
    """

    product: str = ""
    title: str = ""
    variant: str = ""
    vendor: str = ""
    reason: str = ""
    month: date | None = None
    sold: int = 0
    returned: int = 0
    amount: int = 0
    written_off: int = 0

    @property
    def rate(self) -> Rate | None:
        """The share of what was sold that came back, with its bounds; None where none was sold."""
        return rate_of(self.returned, self.sold)


@dataclass(frozen=True, kw_only=True)
class MoneyFigures:
    """What returns came to, in minor units of one currency, and how long shoppers waited.

    `kept` is store credit without bonuses, and value exchanged. `to_refund` and `from_arrival` are
    counts by whole hours.
    """

    returns: int = 0
    refunded: int = 0
    kept: int = 0
    bonus: int = 0
    fees: int = 0
    postage: int = 0
    labels: int = 0
    written_off: int = 0
    to_refund: Mapping[int, int] = field(default_factory=dict)
    from_arrival: Mapping[int, int] = field(default_factory=dict)

    @property
    def kept_share(self) -> float | None:
        """The share of what was settled that the shop kept, 0 to 1."""
        whole = self.kept + self.refunded
        return self.kept / whole if whole else None

    @property
    def cost(self) -> int:
        """What returns cost: postage and what was written off, less what shoppers bore, if more."""
        return max(0, self.postage + self.written_off - self.fees)

    @property
    def cost_each(self) -> int | None:
        """The cost of one return, half up to a minor unit; None where there was none."""
        return (2 * self.cost + self.returns) // (2 * self.returns) if self.returns else None

    def waited(self, share: float) -> int | None:
        """Return the hours from the request within which a share of refunds was paid."""
        return reached_by(self.to_refund, share)

    def waited_from_arrival(self, share: float) -> int | None:
        """Return the hours from the arrival within which a share of refunds was paid."""
        return reached_by(self.from_arrival, share)


@dataclass(frozen=True, kw_only=True)
class ReturnReport:
    """How returns went from the `first` month to the `last`, in one currency.

    `groups` come with the most returned units first, months in their order. `is_counting`: some
    months are about to be added up anew.
    """

    first: date
    last: date
    by: Grouping
    basis: Basis
    currency: str
    currencies: list[str]
    total: Group
    groups: list[Group]
    months: list[Group]
    money: MoneyFigures
    insights: list[Insight]
    is_counting: bool


@from_replica
def report_returns(
    *, today: date, span: int, by: Grouping, basis: Basis, currency: str
) -> ReturnReport:
    """Return how returns went in the last months, in six queries whatever there were.

    `today` is the day in the shop's zone, `span` one of `SPANS`. Amounts are those in `currency`.
    """
    months = months_back(today.replace(day=1), span)
    first, last = months[-1], months[0]
    cells = ReturnCell.objects.filter(month__range=(first, last)).order_by()
    returned = cells.filter(kind=CellKind(basis.value))
    sold = cells.filter(kind=CellKind.SOLD)
    by_month = _groups(sold, returned, Grouping.MONTH, currency)
    groups = by_month if by is Grouping.MONTH else _groups(sold, returned, by, currency)
    total = _whole(by_month)
    if by is Grouping.REASON:
        groups = [_of_all(group, total.sold) for group in groups]
    money = ReturnMoney.objects.filter(month__range=(first, last), basis=basis)
    rows = list(money.order_by("month"))
    return ReturnReport(
        first=first,
        last=last,
        by=by,
        basis=basis,
        currency=currency,
        currencies=sorted({row.currency for row in rows}),
        total=total,
        groups=groups,
        months=by_month,
        money=_money((row for row in rows if row.currency == currency), total.written_off),
        insights=insights(_products(cells, basis)),
        is_counting=ReportMark.objects.exists(),
    )


def _groups(
    sold: QuerySet[ReturnCell], returned: QuerySet[ReturnCell], by: Grouping, currency: str
) -> list[Group]:
    keys = _KEYS[by]
    found: defaultdict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    if by is not Grouping.REASON:
        for row in sold.values(*keys).annotate(all=Sum("units")):
            found[tuple(row[key] for key in keys)]["sold"] = row["all"]
    rows = returned.values(*keys, "currency").annotate(
        units_in=Sum("units"), paid=Sum("amount"), lost=Sum("written_off")
    )
    for row in rows:
        sums = found[tuple(row[key] for key in keys)]
        sums["returned"] = sums.get("returned", 0) + row["units_in"]
        if row["currency"] == currency:
            sums["amount"], sums["written_off"] = row["paid"], row["lost"]
    groups = []
    for key, sums in found.items():
        told: dict[str, Any] = {**dict(zip(keys, key, strict=True)), **sums}
        groups.append(Group(**told))
    if by is Grouping.MONTH:
        return sorted(groups, key=lambda group: group.month or date.min)
    return sorted(groups, key=lambda group: (-group.returned, -group.sold, group.title))


def _whole(groups: Iterable[Group]) -> Group:
    several = list(groups)
    return Group(
        sold=sum(group.sold for group in several),
        returned=sum(group.returned for group in several),
        amount=sum(group.amount for group in several),
        written_off=sum(group.written_off for group in several),
    )


def _of_all(group: Group, sold: int) -> Group:
    return Group(
        reason=group.reason,
        sold=sold,
        returned=group.returned,
        amount=group.amount,
        written_off=group.written_off,
    )


def _money(rows: Iterable[ReturnMoney], written_off: int) -> MoneyFigures:
    sums: Counter[str] = Counter()
    to_refund: Counter[int] = Counter()
    from_arrival: Counter[int] = Counter()
    for row in rows:
        for name in ("returns", "refunded", "kept", "bonus", "fees", "postage", "labels"):
            sums[name] += getattr(row, name)
        # JSON has no numbers for names.
        to_refund.update({int(hours): count for hours, count in row.to_refund.items()})
        from_arrival.update({int(hours): count for hours, count in row.from_arrival.items()})
    return MoneyFigures(
        **sums, written_off=written_off, to_refund=to_refund, from_arrival=from_arrival
    )


def _products(cells: QuerySet[ReturnCell], basis: Basis) -> list[ProductFigures]:
    """Return what insights are drawn from: each product's units by what their reasons mean."""
    meanings = reason_meanings()
    kinds = (CellKind.SOLD, CellKind.SEVERAL, CellKind(basis.value))
    rows = (
        cells.filter(kind__in=kinds)
        .exclude(product="")
        .values("product", "kind", "reason")
        .annotate(name=Max("title"), all=Sum("units"), few=Sum("bracketed"))
    )
    found: defaultdict[str, dict[str, Any]] = defaultdict(lambda: {"title": "", "sold": 0})
    reasons: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        facts = found[row["product"]]
        facts["title"] = row["name"]
        if row["kind"] == CellKind.SOLD:
            facts["sold"] = row["all"]
        elif row["kind"] == CellKind.SEVERAL:
            facts["several"], facts["bracketed"] = row["all"], row["few"]
        else:
            means = meanings.get(row["reason"]) or ReasonMeaning.of_code(row["reason"])
            counted = reasons[row["product"]]
            counted[means] = counted.get(means, 0) + row["all"]
    return [
        ProductFigures(product=product, reasons=reasons[product], **facts)
        for product, facts in found.items()
    ]
