"""Reports of returns: each month is added up from orders and returns, and anew when they change."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from commerce.models import Merchant, Order
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import Basis, CellKind, Grade, Outcome
from returns.enums.receiving import Disposition
from returns.models import (
    Refund,
    ReportMark,
    Return,
    ReturnCell,
    ReturnMoney,
    ReturnParcel,
)
from returns.rules.months import months_back
from returns.services.rollups import count_marked, mark_shops
from tests.returns.conftest import STAFF, arrive, ask, grade, mug_facts, resolve, sent_order

Drain = Callable[[], None]
AT = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


def counted(drain: Drain) -> None:
    drain()
    while count_marked():
        pass


def cells(kind: CellKind, month: date) -> set[tuple[str, str, int, int]]:
    return set(
        ReturnCell.objects.filter(kind=kind, month=month).values_list(
            "title", "reason", "units", "amount"
        )
    )


def test_a_return_counts_in_its_own_month_and_in_that_of_its_order(
    bought: Order, drain: Drain
) -> None:
    ordered_in = bought.placed_at.date().replace(day=1)
    ask(bought, AT, (0, 1, "too_small"), (1, 1, "defective"))
    counted(drain)
    both = {("マグカップ", "too_small", 1, 2500), ("バスタオル", "defective", 1, 2000)}
    found = cells(CellKind.ASKED, DECEMBER)
    assert {(reason, units, amount) for _title, reason, units, amount in found} == {
        (reason, units, amount) for _title, reason, units, amount in both
    }
    assert {one[1:] for one in cells(CellKind.ORDERED, ordered_in)} == {one[1:] for one in found}
    assert cells(CellKind.ASKED, NOVEMBER) == set()
    sold = cells(CellKind.SOLD, ordered_in)
    assert {(units, amount) for _title, _reason, units, amount in sold} >= {(2, 5000), (1, 2000)}


def test_what_came_to_nothing_is_taken_out_again(bought: Order, drain: Drain) -> None:
    case = ask(bought, AT, (0, 1, "too_small"))
    counted(drain)
    assert cells(CellKind.ASKED, DECEMBER)
    services.cancel_return(return_id=case.public_id, at=AT, actor="shopper")
    counted(drain)
    assert cells(CellKind.ASKED, DECEMBER) == set()
    assert not ReturnMoney.objects.filter(month=DECEMBER, returns__gt=0).exists()


def test_money_is_what_was_settled_and_when_it_was_paid(
    bought: Order, drain: Drain, today: Any
) -> None:
    case = ask(bought, AT, (0, 1, "too_small"))
    today.shift(timedelta(hours=50))
    resolve(case, AT + timedelta(hours=30))
    services.settle_return(
        return_id=case.public_id, key="s1", at=AT + timedelta(hours=31), actor=STAFF
    )
    drain()
    counted(drain)
    money = ReturnMoney.objects.get(month=DECEMBER, basis=Basis.ASKED)
    assert (money.returns, money.refunded, money.kept, money.to_refund) == (1, 2500, 0, {})
    services.refund_succeeded(
        Refund.objects.get().public_id, reference="", at=AT + timedelta(hours=50), actor=STAFF
    )
    counted(drain)
    money = ReturnMoney.objects.get(month=DECEMBER, basis=Basis.ASKED)
    assert (money.to_refund, money.from_arrival) == ({"50": 1}, {"20": 1})


def test_store_credit_is_kept_without_its_bonus(bought: Order, drain: Drain) -> None:
    case = ask(bought, AT, (0, 1, "too_small"), outcome=Outcome.STORE_CREDIT)
    resolve(case, AT)
    services.settle_return(return_id=case.public_id, key="s1", at=AT, actor=STAFF)
    counted(drain)
    money = ReturnMoney.objects.get(month=DECEMBER, basis=Basis.ASKED)
    assert (money.refunded, money.kept, money.bonus) == (0, 2500, 125)


def test_labels_and_what_was_thrown_away_are_costs(bought: Order, drain: Drain) -> None:
    case = ask(bought, AT, (0, 2, "defective"))
    services.approve_return(return_id=case.public_id, at=AT, actor=STAFF)
    arrive(case, AT)
    [line] = case.lines.all()
    services.inspect_return(
        return_id=case.public_id,
        findings=[
            services.Finding(
                line=line.public_id,
                grade=Grade.WORN,
                quantity=2,
                accepted=True,
                disposition=Disposition.DISPOSE,
            )
        ],
        at=AT,
        actor=STAFF,
    )
    ReturnParcel.objects.create(
        order=bought,
        method="label",
        source="easypost",
        state="ready",
        cost=880,
        currency="JPY",
        asked_at=AT,
        asked_by=STAFF,
    )
    ReturnParcel.objects.create(
        order=bought,
        method="label",
        source="easypost",
        state="voided",
        cost=700,
        currency="JPY",
        asked_at=AT,
        asked_by=STAFF,
    )
    counted(drain)
    money = ReturnMoney.objects.get(month=DECEMBER, basis=Basis.ASKED)
    assert (money.postage, money.labels) == (880, 1)
    [cell] = ReturnCell.objects.filter(kind=CellKind.ASKED, month=DECEMBER)
    assert (cell.units, cell.written_off) == (2, 5000)


def test_a_shop_that_was_never_counted_is_counted_whole(
    bought: Order, other_merchant: Merchant
) -> None:
    ask(bought, AT, (0, 1, "too_small"))
    assert mark_shops(at=AT, months=2) == 1
    assert ReportMark.objects.count() == 24
    while count_marked():
        pass
    assert cells(CellKind.ASKED, DECEMBER)
    mark_shops(at=AT, months=2)
    assert set(ReportMark.objects.values_list("month", flat=True)) == {NOVEMBER, DECEMBER}
    with merchant_scope(other_merchant.pk):
        assert not ReturnCell.objects.exists()


def test_counting_twice_gives_the_same(bought: Order, drain: Drain) -> None:
    ask(bought, AT, (0, 2, "too_small"))
    counted(drain)
    before = list(
        ReturnCell.objects.order_by("month", "kind", "title").values_list("month", "kind", "units")
    )
    mark_shops(at=AT, months=24)
    while count_marked():
        pass
    after = list(
        ReturnCell.objects.order_by("month", "kind", "title").values_list("month", "kind", "units")
    )
    assert after == before


def test_test_orders_count_nowhere(scope: Merchant, mugs: None, drain: Drain) -> None:
    order = sent_order(scope, mug_facts(external_id="t1", number="#T1", test=True))
    ask(order, AT, (0, 1, "too_small"))
    counted(drain)
    assert not ReturnCell.objects.exists()
    assert not ReturnMoney.objects.exists()


def test_orders_that_keep_one_of_several_sizes_are_counted(
    scope: Merchant, mugs: None, drain: Drain
) -> None:
    facts = mug_facts()
    mug, towel = facts.lines
    sizes = [
        replace(
            mug,
            external_id=f"s{size}",
            variant_external_id=variant,
            variant_title=title,
            quantity=1,
        )
        for size, (variant, title) in enumerate((("v1", "白"), ("v2", "青"), ("v3", "黒")))
    ]
    order = sent_order(scope, replace(facts, lines=(*sizes, towel), total=facts.total))
    ask(order, AT, (0, 1, "changed_mind"))
    counted(drain)
    [cell] = ReturnCell.objects.filter(kind=CellKind.SEVERAL)
    assert (cell.units, cell.bracketed) == (1, 0)
    ask(order, AT, (1, 1, "changed_mind"))
    counted(drain)
    [cell] = ReturnCell.objects.filter(kind=CellKind.SEVERAL)
    assert (cell.units, cell.bracketed) == (1, 1)


@pytest.mark.parametrize(
    ("count", "oldest"), [(1, DECEMBER), (2, NOVEMBER), (13, date(2025, 12, 1))]
)
def test_months_go_back_over_the_year(count: int, oldest: date) -> None:
    months = months_back(DECEMBER, count)
    assert (len(months), months[0], months[-1]) == (count, DECEMBER, oldest)


def test_partly_arrived_units_stop_counting_once_nobody_waits(
    bought: Order, drain: Drain, today: Any
) -> None:
    case = ask(bought, AT, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=AT, actor=STAFF)
    arrive(case, AT, 1)
    grade(case, AT)
    services.settle_return(return_id=case.public_id, key="s", at=AT, actor=STAFF)
    drain()
    refund = Refund.objects.get().public_id
    services.refund_succeeded(refund, reference="", at=AT, actor=STAFF)
    counted(drain)
    assert {units for _t, _r, units, _a in cells(CellKind.ASKED, DECEMBER)} == {2}
    late = AT + timedelta(days=90)
    today.move_to(late)
    services.end_overdue(return_id=case.public_id, at=late)
    counted(drain)
    assert {units for _t, _r, units, _a in cells(CellKind.ASKED, DECEMBER)} == {1}
    assert Return.objects.get().state == "completed"


def test_what_the_shopper_was_let_keep_is_returned_and_written_off(
    bought: Order, drain: Drain
) -> None:
    case = ask(bought, AT, (0, 1, "defective"))
    services.approve_return(return_id=case.public_id, at=AT, actor=STAFF)
    case.lines.update(kept=1)
    Return.objects.update(state="completed")
    counted(drain)
    [cell] = ReturnCell.objects.filter(kind=CellKind.ASKED, month=DECEMBER)
    assert (cell.units, cell.amount, cell.written_off) == (1, 2500, 2500)
