"""Reports > Returns: rates, money, waiting and costs, with charts, what stands out, and a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from commerce.exports import list_as_csv, wants_csv
from postexp.design import formats
from postexp.design.charts import Bars, Chart, Line, Point
from postexp.kernel import clock
from postexp.kernel.money import Money
from postexp.kernel.paging import address
from returns.enums import Basis, Grouping
from returns.reports import SPANS, ReturnReport, report_returns
from returns.selectors import sending_policy
from returns.serializers.reports import (
    MEDIAN,
    NEARLY_ALL,
    bounds_words,
    group_words,
    hours_words,
    insight_words,
    month_words,
    report_cells,
    report_header,
    report_rows,
    share_words,
)

USUAL_SPAN = 6
DRAWN = 8
"""Bars of a chart; the table and the file have more."""
LISTED = 100
"""Rows of the table; the file has all groups."""
TOLD = 10
"""Insights on the page; the API has all."""


@staff_view()
@require_GET
def return_report(request: StaffRequest) -> HttpResponseBase:
    """How returns go; span, grouping and basis are in the address, `export=csv` is a file."""
    query = request.GET
    span = next((months for months in SPANS if query.get("span") == str(months)), USUAL_SPAN)
    by = next((one for one in Grouping if query.get("by") == one), Grouping.PRODUCT)
    basis = next((one for one in Basis if query.get("basis") == one), Basis.ASKED)
    own = request.merchant.currency
    report = report_returns(
        today=timezone.localdate(clock.now()),
        span=span,
        by=by,
        basis=basis,
        currency=_currency(query.get("currency", ""), own),
    )
    reasons = _reasons()
    if wants_csv(request):
        return list_as_csv(request, "returns", report_header(), report_cells(report, reasons))
    context = {
        "report": report,
        "tabs": _tabs(request, by),
        "chips": _chips(request, report, span, own),
        "clear": address(query, span=None, basis=None, currency=None)
        if {"span", "basis", "currency"} & set(query)
        else "",
        "span": f"{month_words(report.first)} – {month_words(report.last)}",
        "stats": _stats(report),
        "insights": [(one, insight_words(one)) for one in report.insights[:TOLD]],
        "charts": _charts(report, reasons),
        "rows": report_rows(report, reasons)[:LISTED],
        "more": max(0, len(report.groups) - LISTED),
        "head": _head(by),
        "has_units": bool(report.total.sold or report.total.returned),
    }
    return render(request, "returns/dashboard/report.html", context)


def _currency(asked: str, own: str) -> str:
    return asked if len(asked) == 3 and asked.isascii() and asked.isupper() else own


def _reasons() -> dict[str, str]:
    """Return the shop's words for its reasons, by code."""
    language = get_language() or "en"
    words = {
        reason.code: reason.label.get(language, reason.code)
        for reason in sending_policy(clock.now()).reasons
    }
    return words | {"withdrawal": _("Withdrawal from the contract")}


def _head(by: Grouping) -> str:
    return {
        Grouping.PRODUCT: pgettext("column of a report", "Product"),
        Grouping.VARIANT: pgettext("column of a report", "Variant"),
        Grouping.REASON: pgettext("column of a report", "Reason"),
        Grouping.VENDOR: pgettext("column of a report", "Supplier"),
        Grouping.MONTH: pgettext("column of a report", "Month"),
    }[by]


def _tabs(request: StaffRequest, by: Grouping) -> list[dict[str, Any]]:
    return [
        {
            "url": address(request.GET, by=None if one is Grouping.PRODUCT else one.value),
            "label": one.label,
            "active": one is by,
        }
        for one in Grouping
    ]


def _chips(
    request: StaffRequest, report: ReturnReport, span: int, own: str
) -> list[dict[str, Any]]:
    query = request.GET
    by_order = report.basis is Basis.ORDERED
    chips: list[dict[str, Any]] = [
        {
            "url": address(query, basis=None if by_order else Basis.ORDERED.value),
            "label": Basis.ORDERED.label,
            "active": by_order,
        }
    ]
    chips += [
        {
            "url": address(query, span=None if months == span else str(months)),
            "label": ngettext("%(months)s month", "%(months)s months", months) % {"months": months},
            "active": months == span,
        }
        for months in SPANS
    ]
    currencies = sorted({*report.currencies, report.currency})
    if len(currencies) > 1:
        chips += [
            {
                "url": address(query, currency=None if code == own else code),
                "label": code,
                "active": code == report.currency,
            }
            for code in currencies
        ]
    return chips


def _stats(report: ReturnReport) -> list[dict[str, str]]:
    money, total = report.money, report.total
    rate = total.rate
    return [
        {
            "label": _("Return rate"),
            "value": share_words(rate.share if rate else None),
            "note": _("%(returned)s of %(sold)s units; likely range %(bounds)s")
            % {
                "returned": formats.number(total.returned),
                "sold": formats.number(total.sold),
                "bounds": bounds_words(rate),
            },
        },
        {
            "label": _("Kept as credit or exchange"),
            "value": share_words(money.kept_share),
            "note": _("%(kept)s kept, %(refunded)s refunded")
            % {
                "kept": _amount(report, money.kept),
                "refunded": _amount(report, money.refunded),
            },
        },
        {
            "label": _("Half refunded within"),
            "value": hours_words(money.waited(MEDIAN)),
            "note": _("9 of 10 within %(all)s; from arrival %(half)s and %(arrived)s")
            % {
                "all": hours_words(money.waited(NEARLY_ALL)),
                "half": hours_words(money.waited_from_arrival(MEDIAN)),
                "arrived": hours_words(money.waited_from_arrival(NEARLY_ALL)),
            },
        },
        {
            "label": _("Cost of a return"),
            "value": "–" if money.cost_each is None else _amount(report, money.cost_each),
            "note": _("postage %(postage)s, written off %(lost)s, fees from shoppers %(fees)s")
            % {
                "postage": _amount(report, money.postage),
                "lost": _amount(report, money.written_off),
                "fees": _amount(report, money.fees),
            },
        },
    ]


def _amount(report: ReturnReport, amount: int) -> str:
    return formats.money(Money(amount, report.currency))


def _charts(report: ReturnReport, reasons: dict[str, str]) -> list[Chart]:
    drawn = (_course(report), _most(report, reasons))
    return [chart for chart in drawn if chart is not None]


def _course(report: ReturnReport) -> Line | None:
    """Draw the return rate month by month, under what the last one says."""
    told = [(group.month, group.rate) for group in report.months if group.month and group.rate]
    if not told:
        return None
    month, rate = told[-1]
    title = _("%(share)s of the units came back in %(month)s")
    if report.basis is Basis.ORDERED:
        title = _("%(share)s of the units ordered in %(month)s came back")
    return Line(
        title=title % {"share": share_words(rate.share), "month": month_words(month)},
        head=(pgettext("column of a report", "Month"), _("Return rate in percent")),
        points=[
            Point(
                name=month_words(one),
                value=round(100 * found.share, 1),
                text=share_words(found.share),
            )
            for one, found in told
        ],
    )


def _most(report: ReturnReport, reasons: dict[str, str]) -> Bars | None:
    """Draw the groups with the most returned units, under which of them leads."""
    if report.by is Grouping.MONTH:
        return None
    told = [group for group in report.groups if group.returned][:DRAWN]
    if not told:
        return None
    share = told[0].returned / report.total.returned if report.total.returned else 0.0
    return Bars(
        title=_("%(name)s: %(share)s of all returned units")
        % {"name": group_words(told[0], report.by, reasons), "share": share_words(share)},
        head=(_head(report.by), pgettext("units", "Returned")),
        points=[
            Point(
                name=group_words(group, report.by, reasons),
                value=group.returned,
                text=ngettext("%(count)s unit", "%(count)s units", group.returned)
                % {"count": formats.number(group.returned)},
            )
            for group in told
        ],
    )
