"""Messages > Report: what became of them, why not, and at what cost, with charts and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.exports import list_as_csv, wants_csv
from notifications.enums import Medium, ReceiptKind
from notifications.reports import SPANS, Group, Grouping, MessageReport, report_messages
from notifications.rules.figures import SHOWN, Figures
from notifications.serializers import kind_title
from notifications.serializers.flows import language_words
from postexp.design import formats
from postexp.design.charts import Bars, Chart, Columns, Point
from postexp.kernel import clock
from postexp.kernel.money import Money
from postexp.kernel.paging import address
from postexp.kernel.spreadsheets import Cell

USUAL_SPAN = 30
DRAWN = 8
"""Bars of a chart; the table has all."""
MOST_DAYS, WEEK = 92, 7
"""Days drawn one by one; more are drawn by the week."""


@staff_view()
@require_GET
def message_report(request: StaffRequest) -> HttpResponseBase:
    """What became of messages; days and grouping are in the address, `export=csv` is a file."""
    query = request.GET
    days = next((span for span in SPANS if query.get("days") == str(span)), USUAL_SPAN)
    by = next((one for one in Grouping if query.get("by") == one), Grouping.KIND)
    report = report_messages(at=clock.now(), days=days, by=by)
    if wants_csv(request):
        return list_as_csv(request, "message-report", _header(by), _cells(report))
    context = {
        "report": report,
        "tabs": _tabs(request, by),
        "chips": _chips(request, days),
        "span": formats.days(report.first, report.last),
        "stats": _stats(report),
        "charts": [chart for chart in (_course(report), _most(report)) if chart],
        "columns": [_column(kinds) for kinds in _known(report)],
        "rows": [_row(report, group) for group in report.groups],
        "head": _head(by),
        "reasons": _listed(request, report.reasons),
        "holds": _listed(request, report.holds),
        "costs": [
            {
                "label": cost.medium.label,
                "units": cost.units,
                "amount": None
                if cost.amount is None
                else Money(cost.amount, request.merchant.currency),
            }
            for cost in report.costs
        ],
        "unknown": _unknown(report),
        "may_configure": request.membership.may(Right.CONFIGURE),
    }
    return render(request, "notifications/report.html", context)


def _tabs(request: StaffRequest, by: Grouping) -> list[dict[str, Any]]:
    return [
        {
            "url": address(request.GET, by=None if one is Grouping.KIND else one.value),
            "label": one.label,
            "active": one is by,
        }
        for one in Grouping
    ]


def _chips(request: StaffRequest, days: int) -> list[dict[str, Any]]:
    return [
        {
            "url": address(request.GET, days=None if span == USUAL_SPAN else str(span)),
            "label": ngettext("%(count)s day", "%(count)s days", span) % {"count": span},
            "active": span == days,
        }
        for span in SPANS
    ]


def _head(by: Grouping) -> str:
    return {
        Grouping.KIND: _("Kind"),
        Grouping.CHANNEL: _("Channel"),
        Grouping.LOCALE: _("Language"),
    }[by]


def _column(kinds: tuple[ReceiptKind, ...]) -> str:
    """Name what a column tells; what bounced and what failed stand in one."""
    return str(ReceiptKind.FAILED.label if len(kinds) > 1 else kinds[0].label)


def _name(group: Group, by: Grouping) -> str:
    match by:
        case Grouping.CHANNEL:
            return str(Medium(group.key).label)
        case Grouping.LOCALE:
            return language_words(group.key)
        case _:
            return kind_title(group.key)


def _row(report: MessageReport, group: Group) -> dict[str, Any]:
    return {
        "name": _name(group, report.by),
        "messages": group.figures.messages,
        "sent": group.figures.sent,
        "told": [_told(report, group.figures, kinds) for kinds in _known(report)],
    }


def _known(report: MessageReport) -> list[tuple[ReceiptKind, ...]]:
    """Return what some channel told of; the rest is named below the table, and not shown."""
    return [kinds for kinds in SHOWN if report.known[kinds]]


def _told(report: MessageReport, figures: Figures, kinds: tuple[ReceiptKind, ...]) -> str:
    """Write how often something was told, as a share; a line for what cannot be known."""
    share = figures.share(kinds, report.known[kinds])
    return "–" if share is None else _share(share)


def _share(share: float) -> str:
    return f"{share:.1%}"


def _stats(report: MessageReport) -> list[dict[str, str]]:
    total = report.total
    stats = [
        {
            "label": pgettext("messages of a report", "Sent"),
            "value": formats.number(total.sent),
            "note": _("%(count)s messages came up") % {"count": formats.number(total.messages)},
        }
    ]
    for kinds in _known(report):
        told = total.told(kinds, report.known[kinds])
        if told is None or kinds[0] in {ReceiptKind.REPLIED, ReceiptKind.UNSUBSCRIBED}:
            continue
        note = ngettext("%(count)s message", "%(count)s messages", told)
        stats.append(
            {
                "label": _column(kinds),
                "value": _told(report, total, kinds),
                "note": note % {"count": formats.number(told)},
            }
        )
    return stats


def _course(report: MessageReport) -> Chart | None:
    """Draw how many were sent day by day, over a long span week by week."""
    if not report.total.sent:
        return None
    by_week = len(report.days) > MOST_DAYS
    told = _weeks(report.days) if by_week else report.days
    begin, most = max(told, key=lambda one: one[1])
    title = (
        ngettext(
            "%(count)s message in the busiest week, from %(day)s",
            "%(count)s messages in the busiest week, from %(day)s",
            most,
        )
        if by_week
        else ngettext(
            "%(count)s message on the busiest day, %(day)s",
            "%(count)s messages on the busiest day, %(day)s",
            most,
        )
    )
    return Columns(
        title=title % {"count": formats.number(most), "day": formats.day(begin)},
        head=(
            pgettext("column of a report", "Week from") if by_week else _("Day"),
            pgettext("messages of a report", "Sent"),
        ),
        points=[Point(name=formats.day(day), value=count) for day, count in told],
    )


def _weeks(days: list[tuple[date, int]]) -> list[tuple[date, int]]:
    """Return the same by weeks that end today; the first may be short."""
    cut = len(days) % WEEK
    starts = [0, *range(cut, len(days), WEEK)] if cut else range(0, len(days), WEEK)
    ends = [*list(starts)[1:], len(days)]
    return [
        (days[begin][0], sum(count for _day, count in days[begin:end]))
        for begin, end in zip(starts, ends, strict=True)
    ]


def _most(report: MessageReport) -> Chart | None:
    """Draw the groups that were sent most, under which of them leads."""
    told = sorted(report.groups, key=lambda group: -group.figures.sent)[:DRAWN]
    told = [group for group in told if group.figures.sent]
    if len(told) < 2:
        return None
    share = _share(told[0].figures.sent / report.total.sent)
    return Bars(
        title=_("%(name)s: %(share)s of what was sent")
        % {"name": _name(told[0], report.by), "share": share},
        head=(_head(report.by), pgettext("messages of a report", "Sent")),
        points=[Point(name=_name(group, report.by), value=group.figures.sent) for group in told],
    )


def _listed(request: StaffRequest, reasons: list[Any]) -> list[dict[str, Any]]:
    """Return reasons with how often, each leading to its messages."""
    url = reverse("dashboard:message_list", args=[request.merchant.slug])
    return [
        {
            "label": reason.label,
            "count": count,
            "url": f"{url}?{urlencode({'why': reason.value})}",
        }
        for reason, count in reasons
    ]


def _unknown(report: MessageReport) -> list[str]:
    """Name what cannot be known, and of which channels that carried something."""
    carried = sorted(medium for medium, one in report.total.carried.items() if one.sent)
    told = []
    for kinds in SHOWN:
        silent = [str(one.label) for one in carried if one not in report.known[kinds]]
        if silent:
            channels = str(pgettext("between items of a list", ", ")).join(silent)
            told.append(f"{_column(kinds)}: {channels}")
    return told


def _header(by: Grouping) -> list[str]:
    return [
        _head(by),
        _("Messages"),
        pgettext("messages of a report", "Sent"),
        *(_column(kinds) for kinds in SHOWN),
    ]


def _cells(report: MessageReport) -> Iterator[list[Cell]]:
    """Return the rows of a report as counts; what cannot be known stays empty."""
    for group in report.groups:
        figures = group.figures
        yield [
            _name(group, report.by),
            figures.messages,
            figures.sent,
            *(figures.told(kinds, report.known[kinds]) for kinds in SHOWN),
        ]
