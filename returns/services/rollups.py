"""Reports of returns: what units and money of a month add up to, counted anew when it changed.

A month is counted whole, from the returns and orders themselves, so that whatever changed it is
in; handlers and the schedule only mark which months are to be counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from commerce.selectors import get_merchant
from commerce.selectors.sold import list_several_variants, list_sold
from postexp.kernel.locks import lock
from postexp.kernel.tenancy import merchant_scope
from returns.enums import (
    Basis,
    CellKind,
    Component,
    LabelState,
    Outcome,
    RefundState,
    ReturnState,
    SettlementKind,
)
from returns.enums.receiving import Disposition
from returns.models import (
    Inspection,
    LedgerEntry,
    Refund,
    ReportMark,
    Return,
    ReturnCell,
    ReturnLine,
    ReturnMoney,
    ReturnParcel,
    Settlement,
)
from returns.rules.months import MONTHS_KEPT, months_back

_CAME_TO_NOTHING = (
    ReturnState.REJECTED,
    ReturnState.CANCELLED,
    ReturnState.EXPIRED,
    ReturnState.LOST,
)
_NOT_PAID_FOR = (LabelState.WANTED, LabelState.FAILED, LabelState.VOIDED)
_WRITTEN_OFF = (Disposition.DONATE, Disposition.DISPOSE)
_KINDS = {Basis.ASKED: CellKind.ASKED, Basis.ORDERED: CellKind.ORDERED}
_BATCH = 1000
_BIG = BigIntegerField()
_NONE = Value(0, output_field=_BIG)


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month of the shop: its first day, and the instants between which it lies."""

    first: date
    since: datetime
    until: datetime

    def within(self, field_name: str) -> dict[str, datetime]:
        """Return what keeps rows whose `field_name` lies in the month."""
        return {f"{field_name}__gte": self.since, f"{field_name}__lt": self.until}


def months_of(moments: Iterable[datetime]) -> set[date]:
    """Return the first days of the months that instants lie in, in the shop's zone."""
    zone = get_merchant().zone
    return {at.astimezone(zone).date().replace(day=1) for at in moments}


def mark_return(return_id: str) -> None:
    """Note that a return changed: its own month and that of its order are to be counted."""
    moments = Return.objects.filter(public_id=return_id).values_list(
        "requested_at", "order__placed_at"
    )
    months = months_of(chain.from_iterable(moments))
    ReportMark.objects.bulk_create(ReportMark(month=month) for month in sorted(months))


def mark_shops(*, at: datetime, months: int) -> int:
    """Note that the last months of shops with returns are to be counted; return how many shops.

    Orders are sold units: they change without any return of theirs. A shop that was never counted
    is counted whole.
    """
    shops = Return.every_merchant.order_by().values_list("merchant_id", flat=True).distinct()
    counted = set(
        ReturnMoney.every_merchant.order_by().values_list("merchant_id", flat=True).distinct()
    )
    for merchant_id in shops:
        with merchant_scope(merchant_id):
            back = months if merchant_id in counted else MONTHS_KEPT
            [this_month] = months_of([at])
            ReportMark.objects.bulk_create(
                ReportMark(month=month) for month in months_back(this_month, back)
            )
    return len(shops)


def count_marked(*, limit: int = 50) -> int:
    """Count the months that were marked, of every shop, each in its own transaction.

    Returns how many. A mark made meanwhile stays for the next run.
    """
    marks = ReportMark.every_merchant.order_by("merchant_id", "month")
    due = list(marks.values_list("merchant_id", "month").distinct()[:limit])
    for merchant_id, month in due:
        with merchant_scope(merchant_id), transaction.atomic():
            lock("return_reports")
            ReportMark.objects.filter(month=month).delete()
            count_month(month)
    return len(due)


def count_anew() -> None:
    """Count every month of the shop that has figures, now: much of what they were about is gone."""
    with transaction.atomic():
        lock("return_reports")
        months: set[date] = set()
        for model in (ReportMark, ReturnCell, ReturnMoney):
            months.update(model.objects.order_by().values_list("month", flat=True).distinct())
        ReportMark.objects.all().delete()
        for month in sorted(months):
            count_month(month)


def count_month(first: date) -> None:
    """Add up a month of the shop anew; the caller holds the shop's lock on its reports."""
    zone = get_merchant().zone
    after = (first + timedelta(days=31)).replace(day=1)
    since, until = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, after))
    month = Month(first=first, since=since, until=until)
    ReturnCell.objects.filter(month=first).delete()
    ReturnCell.objects.bulk_create(
        chain(_sold(month), _several(month), *(_returned(month, basis) for basis in Basis)),
        batch_size=_BATCH,
    )
    ReturnMoney.objects.filter(month=first).delete()
    ReturnMoney.objects.bulk_create(chain(*(_money(month, basis) for basis in Basis)))


def _sold(month: Month) -> Iterator[ReturnCell]:
    for one in list_sold(since=month.since, until=month.until):
        yield ReturnCell(
            month=month.first,
            kind=CellKind.SOLD,
            product=one.product,
            title=one.title,
            variant=one.variant,
            vendor=one.vendor,
            currency=one.currency,
            units=one.units,
            amount=one.amount,
        )


def _lines(month: Month, basis: Basis) -> QuerySet[ReturnLine]:
    """Return the lines of returns that count in a month: those that led to something."""
    by = {Basis.ASKED: "case__requested_at", Basis.ORDERED: "case__order__placed_at"}[basis]
    lines: QuerySet[ReturnLine] = (
        ReturnLine.objects.filter(**month.within(by), case__order__test=False)
        .exclude(case__state__in=_CAME_TO_NOTHING)
        .order_by()
    )
    # What was announced and did not come is no return once nobody waits for it; what the shopper
    # was let keep is one, and what was lost at the shop's cost.
    came = Case(
        When(case__state=ReturnState.COMPLETED, then=F("received") + F("kept") + F("lost")),
        default=F("quantity"),
    )
    return lines.annotate(came=came)


def _share_of_paid(units: Any) -> Any:
    """Return what was paid for some units of a line, tax inside, half up (M4 from nothing on)."""
    paid = F("order_line__goods_paid") + Case(
        When(order_line__order__tax_included=True, then=_NONE), default=F("order_line__tax_paid")
    )
    bought = Cast("order_line__quantity", _BIG)
    return (paid * Cast(units, _BIG) * 2 + bought) / (bought * 2)


def _returned(month: Month, basis: Basis) -> Iterator[ReturnCell]:
    thrown = (
        Inspection.objects.filter(line=OuterRef("pk"), accepted=True, disposition__in=_WRITTEN_OFF)
        .order_by()
        .values("line")
        .annotate(units=Sum("quantity"))
        .values("units")
    )
    rows = (
        _lines(month, basis)
        .annotate(
            product=Coalesce("order_line__product__public_id", Value("")),
            product_title=Coalesce("order_line__product__title", Value("")),
            vendor=Coalesce("order_line__product__vendor", Value("")),
            thrown=Cast(Coalesce(Subquery(thrown), Value(0)), _BIG) + Cast("kept", _BIG),
        )
        .values(
            *("product", "product_title", "vendor", "reason"),
            *("order_line__variant_title", "case__order__currency"),
        )
        .annotate(
            newest=Max("order_line__title"),
            units=Sum("came"),
            amount=Sum(_share_of_paid(F("came"))),
            written_off=Sum(_share_of_paid(F("thrown"))),
        )
    )
    for row in rows:
        yield ReturnCell(
            month=month.first,
            kind=_KINDS[basis],
            product=row["product"],
            title=row["product_title"] or row["newest"],
            variant=row["order_line__variant_title"],
            vendor=row["vendor"],
            reason=row["reason"],
            currency=row["case__order__currency"],
            units=row["units"],
            amount=row["amount"],
            written_off=row["written_off"],
        )


def _several(month: Month) -> Iterator[ReturnCell]:
    """Count the orders with several variants of a product, and those that kept one unit or none."""
    returned = {
        (row["case__order"], row["product"]): row["units"]
        for row in _lines(month, Basis.ORDERED)
        .annotate(product=F("order_line__product__public_id"))
        .values("case__order", "product")
        .annotate(units=Sum("came"))
    }
    orders: Counter[tuple[str, str]] = Counter()
    bracketed: Counter[tuple[str, str]] = Counter()
    for one in list_several_variants(since=month.since, until=month.until):
        key, back = (one.product, one.title), returned.get((one.order, one.product), 0)
        orders[key] += 1
        bracketed[key] += int(back > 0 and one.units - back <= 1)
    for (product, title), count in orders.items():
        yield ReturnCell(
            month=month.first,
            kind=CellKind.SEVERAL,
            product=product,
            title=title,
            units=count,
            bracketed=bracketed[product, title],
        )


@dataclass(kw_only=True)
class _Sums:
    """The money of one currency, as it is being added up."""

    returns: int = 0
    refunded: int = 0
    kept: int = 0
    bonus: int = 0
    fees: int = 0
    postage: int = 0
    labels: int = 0
    to_refund: Counter[int] = field(default_factory=Counter)
    from_arrival: Counter[int] = field(default_factory=Counter)


def _money(month: Month, basis: Basis) -> Iterator[ReturnMoney]:
    sums: defaultdict[str, _Sums] = defaultdict(_Sums)
    for add in (_count_returns, _add_settled, _add_fees, _add_postage, _add_waits):
        add(month, basis, sums)
    for currency, one in sums.items():
        yield ReturnMoney(month=month.first, basis=basis, currency=currency, **vars(one))


def _by(basis: Basis, case: str) -> str:
    """Return the field that says in which month a return counts, from a row that has it."""
    return f"{case}requested_at" if basis is Basis.ASKED else f"{case}order__placed_at"


def _count_returns(month: Month, basis: Basis, sums: defaultdict[str, _Sums]) -> None:
    cases = Return.objects.filter(**month.within(_by(basis, "")), order__test=False)
    counted = (
        cases.exclude(state__in=_CAME_TO_NOTHING)
        .order_by()
        .values_list("order__currency")
        .annotate(count=Coalesce(Sum(Value(1)), 0))
    )
    for currency, count in counted:
        sums[currency].returns = count


def _add_settled(month: Month, basis: Basis, sums: defaultdict[str, _Sums]) -> None:
    settled = Settlement.objects.filter(
        **month.within(_by(basis, "case__")), kind=SettlementKind.RETURN, order__test=False
    )
    rows = settled.order_by().values("currency", "outcome")
    for row in rows.annotate(all=Sum("total"), extra=Sum("bonus")):
        one = sums[row["currency"]]
        one.bonus += row["extra"]
        if row["outcome"] == Outcome.REFUND:
            one.refunded += row["all"]
        else:
            one.kept += row["all"]


def _add_fees(month: Month, basis: Basis, sums: defaultdict[str, _Sums]) -> None:
    entries = LedgerEntry.objects.filter(
        **month.within(_by(basis, "settlement__case__")),
        settlement__kind=SettlementKind.RETURN,
        component=Component.FEE,
        order__test=False,
    )
    rows = entries.order_by().values_list("settlement__currency").annotate(all=Sum("amount"))
    for currency, amount in rows:
        # Fees are what a settlement keeps: the ledger has them with a minus.
        sums[currency].fees -= amount


def _add_postage(month: Month, basis: Basis, sums: defaultdict[str, _Sums]) -> None:
    by = "asked_at" if basis is Basis.ASKED else "order__placed_at"
    labels = ReturnParcel.objects.filter(
        **month.within(by), order__test=False, cost__isnull=False
    ).exclude(state__in=_NOT_PAID_FOR)
    rows = labels.order_by().values("currency").annotate(all=Sum("cost"), count=Sum(Value(1)))
    for row in rows:
        sums[row["currency"]].postage += row["all"]
        sums[row["currency"]].labels += row["count"]


def _add_waits(month: Month, basis: Basis, sums: defaultdict[str, _Sums]) -> None:
    """Count the hours until the last refund of a return was paid, where all of them were."""
    refunds = Refund.objects.filter(
        **month.within(_by(basis, "settlement__case__")),
        settlement__kind=SettlementKind.RETURN,
        order__test=False,
    )
    unpaid = refunds.exclude(state=RefundState.SUCCEEDED).order_by()
    rows = (
        refunds.exclude(settlement__case__in=unpaid.values("settlement__case"))
        .order_by()
        .values_list(
            "settlement__case",
            "settlement__currency",
            "settlement__case__requested_at",
            "settlement__case__received_at",
        )
        .annotate(paid=Max("finished_at"))
    )
    for _case, currency, asked, arrived, paid in rows:
        sums[currency].to_refund[_hours(asked, paid)] += 1
        if arrived is not None:
            sums[currency].from_arrival[_hours(arrived, paid)] += 1


def _hours(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds() // 3600))
