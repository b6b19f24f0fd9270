"""Reports of returns: in words for people, as rows of a file, and over REST."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from rest_framework import serializers

from commerce.serializers.fields import MoneyField
from postexp.design import formats
from postexp.kernel.money import Money
from postexp.kernel.spreadsheets import Cell
from returns.enums import Basis, Grouping, InsightCode
from returns.reports.figures import Group, MoneyFigures, ReturnReport
from returns.rules.insights import Insight, Rate

MEDIAN, NEARLY_ALL = 0.5, 0.9
"""The shares of refunds whose times a report tells."""


def month_words(month: date) -> str:
    """Write a month: `Nov 2026`, `2026年11月`."""
    pattern = "y年M月" if formats.language() == "ja" else "MMM y"
    return format_date(month, pattern, locale=formats.language())


def group_words(group: Group, by: Grouping, reasons: dict[str, str]) -> str:
    """Name what a group holds; `reasons` are the shop's words for its codes."""
    match by:
        case Grouping.MONTH:
            return month_words(group.month) if group.month else ""
        case Grouping.REASON:
            return reasons.get(group.reason, group.reason)
        case Grouping.VENDOR:
            return group.vendor or _("Supplier not known")
        case Grouping.VARIANT:
            return f"{group.title} · {group.variant}" if group.variant else group.title
        case _:
            return group.title


def share_words(share: float | None) -> str:
    """Write a share: `12.3%`."""
    return "–" if share is None else f"{share:.1%}"


def bounds_words(rate: Rate | None) -> str:
    """Write between what a rate lies: `10.1–14.9%`."""
    return "–" if rate is None else f"{100 * rate.low:.1f}–{100 * rate.high:.1f}%"


def hours_words(hours: int | None) -> str:
    """Write how long something took: hours up to two days, then days."""
    if hours is None:
        return "–"
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    days = round(hours / 24, 1)
    return _("%(days)s days") % {"days": formats.number(days)}


def insight_words(insight: Insight) -> str:
    """Say what stands out of a product, with its figures."""
    return str(InsightCode(insight.code).label) % {
        "share": f"{insight.share:.0%}",
        "count": formats.number(insight.count),
        "whole": formats.number(insight.whole),
        "sigma": formats.number(round(insight.sigma or 0.0, 1)),
    }


def report_rows(report: ReturnReport, reasons: dict[str, str]) -> list[dict[str, Any]]:
    """Return the groups of a report as its table shows them."""
    return [
        {
            "name": group_words(group, report.by, reasons),
            "sold": group.sold,
            "returned": group.returned,
            "rate": share_words(group.rate.share if group.rate else None),
            "bounds": bounds_words(group.rate),
            "amount": Money(group.amount, report.currency),
        }
        for group in report.groups
    ]


def report_header() -> list[str]:
    """Return the names of the columns of `report_cells`."""
    return [
        pgettext("column of a report", "Month"),
        pgettext("column of a report", "Product"),
        pgettext("column of a report", "Variant"),
        pgettext("column of a report", "Supplier"),
        pgettext("column of a report", "Reason"),
        pgettext("units", "Sold"),
        pgettext("units", "Returned"),
        _("Return rate in percent"),
        _("At least, in percent"),
        _("At most, in percent"),
        _("Currency"),
        _("Paid for the returned"),
        _("Written off"),
    ]


def report_cells(report: ReturnReport, reasons: dict[str, str]) -> Iterator[list[Cell]]:
    """Return the groups of a report as rows of a file; what does not tell them apart is empty."""
    for group in report.groups:
        rate = group.rate
        yield [
            group.month,
            group.title,
            group.variant,
            group.vendor,
            reasons.get(group.reason, group.reason),
            group.sold,
            group.returned,
            *(_percent(one) for one in ((rate.share, rate.low, rate.high) if rate else [None] * 3)),
            report.currency,
            Decimal(Money(group.amount, report.currency).to_wire()["amount"]),
            Decimal(Money(group.written_off, report.currency).to_wire()["amount"]),
        ]


def _percent(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(f"{100 * share:.2f}")


def represent_report(report: ReturnReport) -> dict[str, Any]:
    """Return a report as the API tells it."""
    return {
        "from": report.first.strftime("%Y-%m"),
        "to": report.last.strftime("%Y-%m"),
        "by": report.by.value,
        "basis": report.basis.value,
        "currency": report.currency,
        "total": _figures(report.total, report.currency),
        "money": _money(report.money, report.currency),
        "insights": [_insight(one) for one in report.insights],
        "data": [
            {
                "product_id": group.product or None,
                "title": group.title or None,
                "variant": group.variant or None,
                "vendor": group.vendor or None,
                "reason": group.reason or None,
                "month": group.month.strftime("%Y-%m") if group.month else None,
                **_figures(group, report.currency),
            }
            for group in report.groups
        ],
    }


def _figures(group: Group, currency: str) -> dict[str, Any]:
    rate = group.rate
    return {
        "sold": group.sold,
        "returned": group.returned,
        "rate": _rounded(rate.share) if rate else None,
        "rate_low": _rounded(rate.low) if rate else None,
        "rate_high": _rounded(rate.high) if rate else None,
        "amount": Money(group.amount, currency).to_wire(),
        "written_off": Money(group.written_off, currency).to_wire(),
    }


def _money(money: MoneyFigures, currency: str) -> dict[str, Any]:
    amounts = {
        name: Money(getattr(money, name), currency).to_wire()
        for name in ("refunded", "kept", "bonus", "fees", "postage", "written_off", "cost")
    }
    each = money.cost_each
    return {
        "returns": money.returns,
        **amounts,
        "kept_share": _rounded(money.kept_share),
        "cost_each": None if each is None else Money(each, currency).to_wire(),
        "hours_to_refund": {"p50": money.waited(MEDIAN), "p90": money.waited(NEARLY_ALL)},
        "hours_from_arrival": {
            "p50": money.waited_from_arrival(MEDIAN),
            "p90": money.waited_from_arrival(NEARLY_ALL),
        },
    }


def _insight(insight: Insight) -> dict[str, Any]:
    return {
        "code": insight.code.value,
        "product_id": insight.product,
        "title": insight.title,
        "count": insight.count,
        "of": insight.whole,
        "share": _rounded(insight.share),
        "sigma": _rounded(insight.sigma),
        "words": insight_words(insight),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


class WaitedOut(serializers.Serializer):  # type: ignore[type-arg]
    """Hours within which 50 and 90 of 100 refunds were paid."""

    p50 = serializers.IntegerField(allow_null=True)
    p90 = serializers.IntegerField(allow_null=True)


class ReturnFiguresOut(serializers.Serializer):  # type: ignore[type-arg]
    """Units sold and returned. `rate` is from 0 to 1 and lies between `rate_low` and `rate_high`
    in 95 of 100 cases; `amount` was paid for the returned ones.
    """

    sold = serializers.IntegerField()
    returned = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    rate_low = serializers.FloatField(allow_null=True)
    rate_high = serializers.FloatField(allow_null=True)
    amount = MoneyField()
    written_off = MoneyField()


class ReturnGroupOut(ReturnFiguresOut):
    """The figures of one group; what does not tell groups apart is null."""

    product_id = serializers.CharField(allow_null=True)
    title = serializers.CharField(allow_null=True)
    variant = serializers.CharField(allow_null=True)
    vendor = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    month = serializers.CharField(allow_null=True)


class ReturnMoneyOut(serializers.Serializer):  # type: ignore[type-arg]
    """What returns came to. `kept` is store credit without bonuses and value exchanged; `cost` is
    postage and what was written off, less the fees shoppers bore.
    """

    returns = serializers.IntegerField()
    refunded = MoneyField()
    kept = MoneyField()
    bonus = MoneyField()
    fees = MoneyField()
    postage = MoneyField()
    written_off = MoneyField()
    cost = MoneyField()
    kept_share = serializers.FloatField(allow_null=True)
    cost_each = MoneyField(allow_null=True)
    hours_to_refund = WaitedOut()
    hours_from_arrival = WaitedOut()


class InsightOut(serializers.Serializer):  # type: ignore[type-arg]
    """What stands out of a product: `count` of `of`, in words of the shop's language."""

    code = serializers.ChoiceField(choices=InsightCode.choices)
    product_id = serializers.CharField()
    title = serializers.CharField()
    count = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField()
    sigma = serializers.FloatField(allow_null=True)
    words = serializers.CharField()


class ReturnReportOut(serializers.Serializer):  # type: ignore[type-arg]
    """How returns went in the months from `from` to `to`; amounts are those in `currency`."""

    to = serializers.CharField()
    by = serializers.ChoiceField(choices=Grouping.choices)
    basis = serializers.ChoiceField(choices=Basis.choices)
    currency = serializers.CharField()
    total = ReturnFiguresOut()
    money = ReturnMoneyOut()
    insights = InsightOut(many=True)
    data = ReturnGroupOut(many=True)  # type: ignore[assignment]  # a key of the wire

    def get_fields(self) -> dict[str, Any]:
        """Return the fields with `from`, which is no name of Python's."""
        return {"from": serializers.CharField(), **super().get_fields()}
