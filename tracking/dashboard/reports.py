"""Reports > Delivery: how carriers fared, from the roll-ups, with charts and as a file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from commerce.exports import list_as_csv, wants_csv
from postexp.design import formats
from postexp.design.charts import Bars, Chart, Line, Point
from postexp.kernel import clock
from postexp.kernel.paging import address
from tracking.enums import IncidentKind
from tracking.reports import (
    MOST_LAG,
    SPANS,
    DeliveryReport,
    Group,
    Grouping,
    count_lag,
    report_deliveries,
)
from tracking.rules.gaps import ENOUGH_ARRIVALS
from tracking.rules.outcomes import Figures
from tracking.selectors.incidents import count_kinds
from tracking.serializers.incidents import KINDS, kind_cells, kinds_header
from tracking.serializers.reports import (
    MEDIAN,
    MOST,
    NEARLY_ALL,
    carrier_words,
    days_words,
    group_words,
    month_words,
    report_cells,
    report_header,
    report_rows,
    share_words,
)

USUAL_SPAN = 6
DRAWN = 8
"""Bars of a chart; the table and the file have all groups."""
LISTED = 100
"""Rows of the table; the file has all groups."""


INCIDENTS = "incidents"
"""What `of` asks for in the address of the file of incidents by kind."""


@staff_view()
@require_GET
def delivery_report(request: StaffRequest) -> HttpResponseBase:
    """How parcels fared; span, carrier and grouping are in the address, `export=csv` is a file."""
    query = request.GET
    span = next((months for months in SPANS if query.get("span") == str(months)), USUAL_SPAN)
    by = next((one for one in Grouping if query.get("by") == one), Grouping.CARRIER)
    today = timezone.localdate(clock.now())
    carrier = query.get("carrier", "")
    report = report_deliveries(today=today, span=span, by=by, carrier=carrier)
    kinds = count_kinds(
        since=_midnight(report.first),
        until=_midnight(_next_month(report.last)),
        carrier=carrier,
    )
    if wants_csv(request):
        if query.get("of") == INCIDENTS:
            return list_as_csv(request, "delivery-incidents", kinds_header(), kind_cells(kinds))
        return list_as_csv(request, "deliveries", report_header(), report_cells(report))
    is_narrowed = "carrier" in query or "span" in query
    counted, missing = count_lag()
    context = {
        "report": report,
        "tabs": _tabs(request, by),
        "chips": _chips(request, report, span),
        "clear": address(query, span=None, carrier=None) if is_narrowed else "",
        "narrowed": is_narrowed,
        "span": f"{month_words(report.first)} – {month_words(report.last)}",
        "stats": _stats(report.total),
        "charts": _charts(report),
        "rows": report_rows(report)[:LISTED],
        "more": max(0, len(report.groups) - LISTED),
        "head": _head(by),
        "counting": _counting(counted, missing),
        "kinds": [(KINDS[IncidentKind(one.kind)], one) for one in kinds],
        "kinds_file": address(query, of=INCIDENTS, export="csv"),
    }
    return render(request, "tracking/dashboard/report.html", context)


def _counting(counted: int, missing: int) -> str:
    """Say how far the figures have come; "" where they are whole."""
    if not missing:
        return ""
    if missing > MOST_LAG:
        return _("Still counting: more than %(missing)s parcels to go.") % {
            "missing": formats.number(MOST_LAG)
        }
    return _("Still counting: %(counted)s of %(all)s parcels.") % {
        "counted": formats.number(counted),
        "all": formats.number(counted + missing),
    }


def _midnight(day: date) -> datetime:
    """Return when a day begins in the shop, whose zone is active on its pages."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _head(by: Grouping) -> str:
    return {
        Grouping.CARRIER: _("Carrier"),
        Grouping.SERVICE: pgettext("of a carrier", "Service"),
        Grouping.LANE: pgettext("of a parcel", "Lane"),
        Grouping.MONTH: pgettext("column of a report", "Month"),
    }[by]


def _tabs(request: StaffRequest, by: Grouping) -> list[dict[str, Any]]:
    labels = {
        Grouping.CARRIER: pgettext("delivery report", "By carrier"),
        Grouping.SERVICE: pgettext("delivery report", "By service"),
        Grouping.LANE: pgettext("delivery report", "By lane"),
        Grouping.MONTH: pgettext("delivery report", "By month"),
    }
    return [
        {
            "url": address(request.GET, by=None if one is Grouping.CARRIER else one.value),
            "label": label,
            "active": one is by,
        }
        for one, label in labels.items()
    ]


def _chips(request: StaffRequest, report: DeliveryReport, span: int) -> list[dict[str, Any]]:
    """Return the spans and the carriers of the span; a carrier in force is always shown."""
    query = request.GET
    chosen = query.get("carrier", "")
    chips: list[dict[str, Any]] = [
        {
            "url": address(query, span=None if months == span else str(months)),
            "label": ngettext("%(months)s month", "%(months)s months", months) % {"months": months},
            "active": months == span,
        }
        for months in SPANS
    ]
    carriers = [slug for slug in report.carriers if slug]
    if chosen and chosen not in carriers:
        carriers.append(chosen)
    chips += [
        {
            "url": address(query, carrier=None if slug == chosen else slug),
            "label": carrier_words(slug),
            "active": slug == chosen,
        }
        for slug in carriers
    ]
    return chips


def _stats(total: Figures) -> list[dict[str, str]]:
    p50, p85, p95 = (days_words(total.transit_days(share)) for share in (MEDIAN, MOST, NEARLY_ALL))
    late = formats.number(total.promised - total.on_time)
    attempts = total.mean_attempts
    return [
        {
            "label": _("Delivered on time"),
            "value": share_words(total.on_time_rate),
            "note": _("%(late)s of %(promised)s came after the promised day")
            % {"late": late, "promised": formats.number(total.promised)},
        },
        {
            "label": _("Half arrived within"),
            "value": _("%(days)s days") % {"days": p50},
            "note": _("85 of 100 within %(most)s days, 95 within %(nearly_all)s")
            % {"most": p85, "nearly_all": p95},
        },
        {
            "label": _("Half first scanned within"),
            "value": _("%(hours)s hours") % {"hours": days_words(total.first_scan_hours(MEDIAN))},
            "note": _("95 of 100 within %(hours)s hours")
            % {"hours": days_words(total.first_scan_hours(NEARLY_ALL))},
        },
        {
            "label": _("Delivered at the first attempt"),
            "value": share_words(total.first_try_rate),
            "note": _("%(attempts)s attempts per delivery")
            % {"attempts": f"{attempts:.2f}" if attempts else "–"},
        },
        {
            "label": _("Parcels with an incident"),
            "value": share_words(total.troubled_rate),
            "note": ngettext(
                "%(count)s parcel was sent back",
                "%(count)s parcels were sent back",
                total.returned,
            )
            % {"count": formats.number(total.returned)},
        },
    ]


def _charts(report: DeliveryReport) -> list[Chart]:
    return [chart for chart in (_course(report), _times(report)) if chart is not None]


def _course(report: DeliveryReport) -> Line | None:
    """Draw the share that came on time, month by month, under what the last one says."""
    told = [
        (group.month, rate)
        for group in report.months
        if group.month and (rate := group.figures.on_time_rate) is not None
    ]
    if not told:
        return None
    (month, rate), before = told[-1], told[-2] if len(told) > 1 else None
    values = {"month": month_words(month), "share": share_words(rate)}
    title = _("%(share)s came on time in %(month)s") % values
    if before is not None:
        points = round(100 * (rate - before[1]), 1)
        values |= {"before": month_words(before[0]), "points": formats.number(abs(points))}
        title = (
            _("%(share)s came on time in %(month)s, as in %(before)s")
            if not points
            else _("%(share)s came on time in %(month)s, %(points)s points more than in %(before)s")
            if points > 0
            else _("%(share)s came on time in %(month)s, %(points)s points less than in %(before)s")
        ) % values
    return Line(
        title=title,
        head=(pgettext("column of a report", "Month"), _("On time in percent")),
        points=[
            Point(name=month_words(one), value=round(100 * share, 1), text=share_words(share))
            for one, share in told
        ],
    )


def _times(report: DeliveryReport) -> Bars | None:
    """Draw within how many days nearly all arrived, group by group, under who is the quickest."""
    told: list[tuple[Group, float]] = [
        (group, days)
        for group in (report.groups[-DRAWN:] if report.by is Grouping.MONTH else report.groups)
        if (days := group.figures.transit_days(NEARLY_ALL)) is not None
    ][:DRAWN]
    if not told:
        return None
    return Bars(
        title=_quickest(report, told),
        head=(_head(report.by), _("Transit P95 in days")),
        points=[
            Point(
                name=group_words(group, report.by),
                value=round(length, 2),
                text=_("%(days)s days") % {"days": formats.number(length)},
            )
            for group, length in told
        ],
    )


def _quickest(report: DeliveryReport, told: list[tuple[Group, float]]) -> str:
    """Say which group was the quickest, of those with enough parcels to tell."""
    sure = [(group, days) for group, days in told if sum(group.figures.transit) >= ENOUGH_ARRIVALS]
    if not sure:
        return _("Days within which 95 of 100 parcels arrived")
    quickest, days = min(sure, key=lambda one: one[1])
    texts = [formats.number(length) for _group, length in sure]
    title = _("%(name)s: 95 of 100 parcels arrived within %(days)s days")
    values = {"name": group_words(quickest, report.by), "days": formats.number(days)}
    if texts.count(values["days"]) > 1:
        whole = report.total.transit_days(NEARLY_ALL)
        values = {"name": _("All of them"), "days": days_words(whole)}
    elif len(sure) > 1:
        title = _("%(name)s was the quickest: 95 of 100 parcels arrived within %(days)s days")
    return title % values
