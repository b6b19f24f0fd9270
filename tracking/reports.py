"""How parcels have fared, for charts and figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Sum

from postexp.kernel.replica import from_replica
from tracking.models import DeliveryRollup, Shipment
from tracking.models.shipments import UNCOUNTED
from tracking.rules.outcomes import COUNTS, Figures, added_up

RECENT = 2
"""Months of the figures on the home page: this one and the last."""

MOST_LAG = 10_000
"""Parcels that wait to be counted are told apart up to so many."""


@from_replica
def recent_figures(*, today: date) -> Figures:
    """Return how the parcels fared whose journey ended this month or the last.

    In one query, from the roll-ups that the delivery report adds up: both show the same.
    """
    first = _months_before(today.replace(day=1), RECENT - 1)
    rows = DeliveryRollup.objects.filter(month__range=(first, today))
    return added_up(figures_in(row) for row in rows)


@from_replica
def count_lag() -> tuple[int, int]:
    """Return how many ended parcels the roll-ups have, and how many they were not given yet.

    Those are counted no further than one above `MOST_LAG`: a page does not wait for a back-fill.
    """
    waiting = Shipment.objects.filter(UNCOUNTED).exclude(order__test=True)[: MOST_LAG + 1]
    return DeliveryRollup.objects.aggregate(all=Sum("parcels"))["all"] or 0, waiting.count()


class Grouping(StrEnum):
    """By what a delivery report tells parcels apart."""

    CARRIER = "carrier"
    SERVICE = "service"
    LANE = "lane"
    MONTH = "month"


SPANS = (3, 6, 12, 24)
"""How many months a delivery report can reach back, this month among them."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The figures of parcels that are told apart from others; what does not is empty."""

    carrier: str = ""
    service: str = ""
    lane: str = ""
    month: date | None = None
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """How the parcels fared whose journey ended from the `first` month to the `last`.

    `groups` come with the most parcels first, months in their order. `months` has every month in
    which a journey ended, `carriers` all those of the span, also where the report is of one alone.
    """

    first: date
    last: date
    by: Grouping
    total: Figures
    months: list[Group]
    groups: list[Group]
    carriers: list[str]


@from_replica
def report_deliveries(*, today: date, span: int, by: Grouping, carrier: str = "") -> DeliveryReport:
    """Return how parcels fared in the last months, in one query, from the roll-ups alone.

    `today` is the day in the shop's time zone, `span` one of `SPANS`, `carrier` a slug or "" for
    all of them.
    """
    last = today.replace(day=1)
    first = _months_before(last, span - 1)
    by_carrier: Counter[str] = Counter()
    by_month: defaultdict[date, list[Figures]] = defaultdict(list)
    by_key: defaultdict[tuple[str, str, str], list[Figures]] = defaultdict(list)
    for row in DeliveryRollup.objects.filter(month__range=(first, last)):
        by_carrier[row.carrier] += row.parcels
        if carrier and row.carrier != carrier:
            continue
        figures = figures_in(row)
        by_month[row.month].append(figures)
        by_key[
            row.carrier,
            row.service if by is Grouping.SERVICE else "",
            row.lane if by is Grouping.LANE else "",
        ].append(figures)
    months = [
        Group(month=month, figures=added_up(parts)) for month, parts in sorted(by_month.items())
    ]
    groups = months
    if by is not Grouping.MONTH:
        groups = [
            Group(carrier=slug, service=service, lane=lane, figures=added_up(parts))
            for (slug, service, lane), parts in sorted(by_key.items())
        ]
        groups.sort(key=lambda group: -group.figures.parcels)
    return DeliveryReport(
        first=first,
        last=last,
        by=by,
        total=added_up(group.figures for group in months),
        months=months,
        groups=groups,
        carriers=[slug for slug, _parcels in by_carrier.most_common()],
    )


def _months_before(month: date, count: int) -> date:
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def figures_in(row: DeliveryRollup) -> Figures:
    """Return the figures of a roll-up."""
    return Figures(
        **{name: getattr(row, name) for name in COUNTS},
        transit=tuple(row.transit),
        first_scan=tuple(row.first_scan),
    )
