"""Delivery reports: in words for people, as rows of a file, and over REST."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rest_framework import serializers

from commerce.rules.addresses import country_name
from postexp.design import formats
from postexp.kernel.spreadsheets import Cell
from tracking.reports import DeliveryReport, Group, Grouping
from tracking.rules import carrier_of
from tracking.rules.outcomes import COUNTS, Figures

MEDIAN, MOST, NEARLY_ALL = 0.5, 0.85, 0.95
"""The shares of parcels whose times a report tells."""


def carrier_words(slug: str) -> str:
    """Return the name of a carrier."""
    return carrier_of(slug).name_in(formats.language()) if slug else _("Carrier not known")


def month_words(month: date) -> str:
    """Write a month: `Nov 2026`, `2026年11月`."""
    pattern = "y年M月" if formats.language() == "ja" else "MMM y"
    return format_date(month, pattern, locale=formats.language())


def lane_words(lane: str) -> str:
    """Write a way: `United States → Japan`, or at home by the first sign of the postcode."""
    if not lane:
        return _("Destination not known")
    way, _dash, region = lane.partition("-")
    origin, _arrow, destination = way.partition(">")
    end = country_name(destination, formats.language())
    if origin == destination:
        if not region:
            return end
        return _("%(country)s, postcodes %(sign)s…") % {"country": end, "sign": region}
    if not origin:
        return end
    return f"{country_name(origin, formats.language())} → {end}"


def group_words(group: Group, by: Grouping) -> str:
    """Name what a group of a report holds."""
    if group.month:
        return month_words(group.month)
    carrier = carrier_words(group.carrier)
    match by:
        case Grouping.SERVICE:
            return f"{carrier} · {group.service or _('Service not told')}"
        case Grouping.LANE:
            return f"{carrier} · {lane_words(group.lane)}"
        case _:
            return carrier


def share_words(share: float | None) -> str:
    """Write a share: `97.2%`."""
    return "–" if share is None else f"{share:.1%}"


def days_words(days: float | None) -> str:
    """Write how many days something took, for a column that says so."""
    return "–" if days is None else formats.number(days)


def report_rows(report: DeliveryReport) -> list[dict[str, Any]]:
    """Return the groups of a report as its table shows them."""
    return [
        {"name": group_words(group, report.by), **_row(group.figures)} for group in report.groups
    ]


def _row(figures: Figures) -> dict[str, Any]:
    return {
        "parcels": figures.parcels,
        "on_time": share_words(figures.on_time_rate),
        "p50": days_words(figures.transit_days(MEDIAN)),
        "p85": days_words(figures.transit_days(MOST)),
        "p95": days_words(figures.transit_days(NEARLY_ALL)),
        "first_scan": days_words(figures.first_scan_hours(MEDIAN)),
        "first_try": share_words(figures.first_try_rate),
        "attempts": f"{figures.mean_attempts:.2f}" if figures.mean_attempts else "–",
        "troubled": share_words(figures.troubled_rate),
        "returned": figures.returned,
    }


def report_header() -> list[str]:
    """Return the names of the columns of `report_cells`."""
    return [
        pgettext("column of a report", "Month"),
        _("Carrier"),
        pgettext("of a carrier", "Service"),
        pgettext("of a parcel", "Lane"),
        _("Parcels"),
        pgettext("parcels", "Delivered"),
        pgettext("parcels", "Sent back"),
        _("With a promised day"),
        _("Delivered on time"),
        _("On time in percent"),
        _("Transit P50 in days"),
        _("Transit P85 in days"),
        _("Transit P95 in days"),
        _("First scan P50 in hours"),
        _("First scan P95 in hours"),
        _("Delivered at the first attempt"),
        _("First attempt in percent"),
        _("Attempts per delivery"),
        _("Incidents"),
        _("Parcels with an incident"),
    ]


def report_cells(report: DeliveryReport) -> Iterator[list[Cell]]:
    """Return the groups of a report as rows of a file; what does not tell them apart is empty."""
    for group in report.groups:
        figures = group.figures
        yield [
            group.month,
            carrier_words(group.carrier) if report.by is not Grouping.MONTH else "",
            group.service,
            lane_words(group.lane) if report.by is Grouping.LANE else "",
            figures.parcels,
            figures.delivered,
            figures.returned,
            figures.promised,
            figures.on_time,
            _cell(figures.on_time_rate, times=100),
            *(_cell(figures.transit_days(share)) for share in (MEDIAN, MOST, NEARLY_ALL)),
            *(_cell(figures.first_scan_hours(share)) for share in (MEDIAN, NEARLY_ALL)),
            figures.first_try,
            _cell(figures.first_try_rate, times=100),
            _cell(figures.mean_attempts),
            figures.incidents,
            figures.troubled,
        ]


def _cell(value: float | None, *, times: int = 1) -> Decimal | None:
    return None if value is None else Decimal(f"{value * times:.2f}")


def represent_report(report: DeliveryReport) -> dict[str, Any]:
    """Return a report as the API tells it."""
    return {
        "from": report.first.strftime("%Y-%m"),
        "to": report.last.strftime("%Y-%m"),
        "by": report.by.value,
        "total": _figures(report.total),
        "data": [
            {
                "month": group.month.strftime("%Y-%m") if group.month else None,
                "carrier": group.carrier or None,
                "service": group.service or None,
                "lane": group.lane or None,
                **_figures(group.figures),
            }
            for group in report.groups
        ],
    }


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        **{name: getattr(figures, name) for name in COUNTS if name != "attempts"},
        "on_time_rate": _rounded(figures.on_time_rate),
        "first_try_rate": _rounded(figures.first_try_rate),
        "attempts_per_delivery": _rounded(figures.mean_attempts),
        "transit_days": {
            "p50": _rounded(figures.transit_days(MEDIAN)),
            "p85": _rounded(figures.transit_days(MOST)),
            "p95": _rounded(figures.transit_days(NEARLY_ALL)),
        },
        "first_scan_hours": {
            "p50": _rounded(figures.first_scan_hours(MEDIAN)),
            "p95": _rounded(figures.first_scan_hours(NEARLY_ALL)),
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


class TransitOut(serializers.Serializer):  # type: ignore[type-arg]
    """Days from hand-over to delivery, within which 50, 85 and 95 of 100 parcels arrived."""

    p50 = serializers.FloatField(allow_null=True)
    p85 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class FirstScanOut(serializers.Serializer):  # type: ignore[type-arg]
    """Hours from sending to the first scan, within which 50 and 95 of 100 parcels had it."""

    p50 = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class DeliveryFiguresOut(serializers.Serializer):  # type: ignore[type-arg]
    """How parcels fared. `promised` are delivered ones with a promised day, `on_time` those of
    them that kept it; `troubled` are parcels that had an incident. Rates are from 0 to 1.
    """

    parcels = serializers.IntegerField()
    delivered = serializers.IntegerField()
    returned = serializers.IntegerField()
    promised = serializers.IntegerField()
    on_time = serializers.IntegerField()
    first_try = serializers.IntegerField()
    incidents = serializers.IntegerField()
    troubled = serializers.IntegerField()
    on_time_rate = serializers.FloatField(allow_null=True)
    first_try_rate = serializers.FloatField(allow_null=True)
    attempts_per_delivery = serializers.FloatField(allow_null=True)
    transit_days = TransitOut()
    first_scan_hours = FirstScanOut()


class DeliveryGroupOut(DeliveryFiguresOut):
    """The figures of one group; what does not tell groups apart is null."""

    month = serializers.CharField(allow_null=True)
    carrier = serializers.CharField(allow_null=True)
    service = serializers.CharField(allow_null=True)
    lane = serializers.CharField(allow_null=True)


class DeliveryReportOut(serializers.Serializer):  # type: ignore[type-arg]
    """How the parcels fared whose journey ended in the months from `from` to `to`."""

    to = serializers.CharField()
    by = serializers.ChoiceField(choices=[(one.value, one.value) for one in Grouping])
    total = DeliveryFiguresOut()
    data = DeliveryGroupOut(many=True)  # type: ignore[assignment]  # a key of the wire

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with `from`, which is no name of Python's."""
        return {"from": serializers.CharField(), **super().get_fields()}
