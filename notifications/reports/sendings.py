"""What became of a shop's messages: by kind, channel and language, why not, and at what cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum, TextChoices
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from notifications.enums import (
    ARRIVED,
    TO_SHOPPERS,
    UNDELIVERED,
    WAITING,
    Hold,
    Medium,
    Reason,
    ReceiptKind,
    SendingState,
)
from notifications.models import Message, Receipt, Sending
from notifications.ports import list_kinds
from notifications.rules.figures import SHOWN, Figures, cost_of, known_media
from notifications.selectors.flows import get_terms

SPANS = (7, 30, 90, 365)
"""Days a report can look back."""


class Grouping(TextChoices):
    """What the rows of a report are about."""

    KIND = "kind", pgettext_lazy("message report", "By kind")
    CHANNEL = "channel", pgettext_lazy("message report", "By channel")
    LOCALE = "locale", pgettext_lazy("message report", "By language")


Key = tuple[str, str, str]
"""Kind, channel and language of a message."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The messages of one kind, channel or language, named by its `key`."""

    key: str
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What went by a channel and cost: `amount` in minor units of the shop's currency, None where
    the shop has not said what a thousand cost.
    """

    medium: Medium
    units: int
    amount: int | None


@dataclass(frozen=True, kw_only=True)
class MessageReport:
    """What became of the messages of some days up to now.

    `known` are the channels of which it is known how often something was told, for each of
    `rules.figures.SHOWN`. `reasons` are why messages were not sent and `holds` what others wait
    for now, most frequent first; `days` how many were sent on each day.
    """

    by: Grouping
    first: date
    last: date
    groups: list[Group]
    total: Figures
    known: Mapping[tuple[ReceiptKind, ...], frozenset[Medium]]
    reasons: list[tuple[Reason, int]]
    holds: list[tuple[Hold, int]]
    days: list[tuple[date, int]]
    costs: list[Cost]


def report_messages(*, at: datetime, days: int, by: Grouping) -> MessageReport:
    """Report on the messages to shoppers that ended in the last days, or wait now.

    Days are those of the active time zone, today the last of them. Four queries.
    """
    last = timezone.localdate(at)
    first = last - timedelta(days=days - 1)
    since = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    figures: dict[Key, Figures] = {}
    reasons: Counter[Reason] = Counter()
    holds: Counter[Hold] = Counter()
    for row in _decided(since):
        _figures(figures, row["kind"], row["channel"], row["locale"]).messages += row["count"]
        if row["reason"]:
            reasons[Reason(row["reason"])] += row["count"]
        elif row["holding"] and row["state"] in WAITING:
            holds[Hold(row["holding"])] += row["count"]
    sent = _count_sent(figures, since)
    _count_told(figures, since)
    total = _summed(figures.values())
    return MessageReport(
        by=by,
        first=first,
        last=last,
        groups=_groups(figures, by),
        total=total,
        known={kinds: known_media(kinds, total) for kinds in SHOWN},
        reasons=reasons.most_common(),
        holds=holds.most_common(),
        days=_every_day(sent, first, last),
        costs=_costs(total),
    )


def _figures(figures: dict[Key, Figures], kind: str, channel: str, locale: str) -> Figures:
    return figures.setdefault((kind, channel, locale), Figures())


def _decided(since: datetime) -> Iterable[Mapping[str, Any]]:
    """Return how many messages ended since, or wait now, by all a report asks of them."""
    found = Message.objects.filter(listed_at__gte=since, klass__in=TO_SHOPPERS)
    grouped = found.order_by().values("kind", "channel", "locale", "state", "reason", "holding")
    # Rows are counted, not their keys: the index alone answers.
    return grouped.annotate(count=Count("*"))


def _taken(since: datetime) -> QuerySet[Sending]:
    """Return what channels took, also where it did not arrive after that."""
    bounced = Receipt.objects.filter(sending=OuterRef("pk"), kind__in=UNDELIVERED)
    taken = Sending.objects.filter(
        Q(state=SendingState.ACCEPTED) | Exists(bounced), began_at__gte=since
    )
    found: QuerySet[Sending] = taken.exclude(kind__in=_kinds_for_staff()).order_by()
    return found


def _kinds_for_staff() -> list[str]:
    return [kind.name for kind in list_kinds() if kind.klass not in TO_SHOPPERS]


def _count_sent(figures: dict[Key, Figures], since: datetime) -> Counter[date]:
    """Count what channels took; return how many on each day."""
    zone = timezone.get_current_timezone()
    rows = (
        _taken(since)
        .values_list("kind", "channel", "locale", TruncDate("began_at", tzinfo=zone))
        .annotate(Count("id"), Sum("units"))
    )
    days: Counter[date] = Counter()
    for kind, channel, locale, day, sent, units in rows:
        carried = _figures(figures, kind, channel, locale).by(Medium(channel))
        carried.sent += sent
        carried.units += units
        days[day] += sent
    return days


def _count_told(figures: dict[Key, Figures], since: datetime) -> None:
    """Count what channels told; who opened, clicked or answered got the message, too."""
    counts = {
        kind.value: Count("id", filter=Q(kind=kind))
        for kind in ReceiptKind
        if kind != ReceiptKind.DELIVERED
    }
    arrived = Count("sending_id", filter=Q(kind__in=ARRIVED), distinct=True)
    rows: Iterable[Mapping[str, Any]] = (
        Receipt.objects.filter(sending__began_at__gte=since)
        .exclude(sending__kind__in=_kinds_for_staff())
        .order_by()
        .values("sending__kind", "sending__channel", "sending__locale")
        .annotate(delivered=arrived, **counts)
    )
    for row in rows:
        channel = row["sending__channel"]
        of = _figures(figures, row["sending__kind"], channel, row["sending__locale"])
        of.by(Medium(channel)).told.update({kind: row[kind.value] for kind in ReceiptKind})


def _every_day(sent: Counter[date], first: date, last: date) -> list[tuple[date, int]]:
    span = (last - first).days + 1
    days = (first + timedelta(days=offset) for offset in range(span))
    return [(day, sent[day]) for day in days]


def _summed(figures: Iterable[Figures]) -> Figures:
    total = Figures()
    for one in figures:
        total.messages += one.messages
        for medium, carried in one.carried.items():
            into = total.by(medium)
            into.sent += carried.sent
            into.units += carried.units
            into.told.update(carried.told)
    return total


def _groups(figures: Mapping[Key, Figures], by: Grouping) -> list[Group]:
    place = (Grouping.KIND, Grouping.CHANNEL, Grouping.LOCALE).index(by)
    grouped: dict[str, list[Figures]] = {}
    for key, one in figures.items():
        grouped.setdefault(key[place], []).append(one)
    groups = [Group(key=key, figures=_summed(found)) for key, found in grouped.items()]
    return sorted(groups, key=lambda group: (-group.figures.messages, group.key))


def _costs(total: Figures) -> list[Cost]:
    prices = get_terms().prices
    return [
        Cost(
            medium=medium,
            units=carried.units,
            amount=cost_of(carried.units, prices[medium]) if medium in prices else None,
        )
        for medium, carried in sorted(total.carried.items())
        if carried.sent
    ]
