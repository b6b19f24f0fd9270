"""The return report: rates, money, waiting and costs; on the page, as a file, over REST."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from returns import services
from returns.enums import Basis, CellKind, Grouping, InsightCode, Outcome
from returns.models import Refund, ReturnCell
from returns.reports import report_returns
from returns.services.rollups import count_marked
from tests.returns.conftest import STAFF, ask, mug_facts, resolve, sent_order
from tests.returns.test_desk import words

Drain = Callable[[], None]
Call = Callable[..., Any]
AT = datetime(2026, 12, 3, 3, 0, tzinfo=UTC)
PAGE = "/d/komorebi/reports/returns/"


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


@pytest.fixture
def call(scope: Merchant, owner: User) -> Call:
    """Ask for an address as a program of the shop."""
    secret = create_key(merchant=scope, name="ERP", scopes=list(Scope), by=owner, at=AT).secret

    def get(path: str) -> Any:
        return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {secret}"})

    return get


def report(by: Grouping = Grouping.PRODUCT, basis: Basis = Basis.ORDERED) -> Any:
    return report_returns(today=AT.date(), span=3, by=by, basis=basis, currency="JPY")


@pytest.fixture
def counted(bought: Order, drain: Drain, today: Any) -> None:
    """One mug refunded after 50 hours, and a towel that is on its way back."""
    case = ask(bought, AT, (0, 1, "too_small"))
    ask(bought, AT, (1, 1, "defective"))
    resolve(case, AT + timedelta(hours=30))
    today.shift(timedelta(hours=50))
    services.settle_return(return_id=case.public_id, key="s1", at=AT, actor=STAFF)
    drain()
    refund = Refund.objects.get().public_id
    services.refund_succeeded(refund, reference="", at=AT + timedelta(hours=50), actor=STAFF)
    drain()
    while count_marked():
        pass


def test_the_report_tells_rates_money_and_waiting(counted: None) -> None:
    found = report()
    rates = {(group.returned, group.sold, group.amount) for group in found.groups}
    assert rates >= {(1, 2, 2500), (1, 1, 2000)}
    assert (found.money.returns, found.money.refunded, found.money.kept) == (2, 2500, 0)
    assert (found.money.waited(0.5), found.money.waited_from_arrival(0.9)) == (50, 20)
    assert found.money.kept_share == 0
    assert not found.is_counting


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (Grouping.REASON, {("reason", "too_small"), ("reason", "defective")}),
        (Grouping.VENDOR, {("vendor", "")}),
        (Grouping.MONTH, set()),
    ],
)
def test_units_are_grouped(counted: None, by: Grouping, names: set[tuple[str, str]]) -> None:
    groups = report(by).groups
    assert sum(group.returned for group in groups) == 2
    for name, value in names:
        assert any(getattr(group, name) == value for group in groups)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("by", list(Grouping))
def test_the_page_opens_for_every_grouping(
    staff: Client, counted: None, by: Grouping, language: str
) -> None:
    page = staff.get(f"{PAGE}?by={by}&span=12&basis=ordered", headers={"accept-language": language})
    assert page.status_code == 200
    if language == "en":
        told = words(page)
        assert "Return rate" in told
        assert "¥2,500 refunded" in told
        assert "50" in told or "2.1 days" in told


def test_the_file_has_every_group(staff: Client, counted: None) -> None:
    answer = staff.get(f"{PAGE}?by=reason&basis=ordered&export=csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Too small" in text
    assert "2500" in text


def test_nothing_yet_teaches(staff: Client, merchant: Merchant) -> None:
    assert "Nothing to tell yet" in words(staff.get(PAGE))


def test_what_stands_out_is_told_in_words(staff: Client, scope: Merchant) -> None:
    def cell(kind: CellKind, product: str, units: int, reason: str = "") -> None:
        ReturnCell.objects.create(
            month=AT.date().replace(day=1),
            kind=kind,
            product=product,
            title=product.title(),
            reason=reason,
            units=units,
            currency="JPY",
        )

    for product in ("shirt", "mug"):
        cell(CellKind.SOLD, product, 400)
    cell(CellKind.ASKED, "shirt", 37, "too_small")
    cell(CellKind.ASKED, "shirt", 81, "changed_mind")
    cell(CellKind.ASKED, "mug", 60, "changed_mind")
    told = words(staff.get(PAGE))
    assert "Shirt Runs small: 31% of returns say too small, n = 118." in told
    [insight] = report(basis=Basis.ASKED).insights
    assert insight.code is InsightCode.RUNS_SMALL


def test_the_report_takes_as_many_queries_whatever_there_is(
    staff: Client, counted: None, scope: Merchant
) -> None:
    staff.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        staff.get(PAGE)
    ReturnCell.objects.bulk_create(
        ReturnCell(
            month=AT.date().replace(day=1),
            kind=kind,
            product=f"p{number}",
            title=f"P{number}",
            reason="too_small" if kind is CellKind.ASKED else "",
            units=3,
            currency="JPY",
        )
        for number in range(60)
        for kind in (CellKind.SOLD, CellKind.ASKED)
    )
    with CaptureQueriesContext(connection) as many:
        staff.get(PAGE)
    assert len(many) == len(few)


def test_rest_tells_the_same(counted: None, call: Call) -> None:
    answer = call("reports/returns?by=reason&basis=ordered")
    assert answer.status_code == 200
    body = answer.json()
    assert body["total"]["returned"] == 2
    assert body["money"]["refunded"] == {"amount": "2500", "currency": "JPY"}
    assert body["money"]["hours_to_refund"] == {"p50": 50, "p90": 50}
    assert {row["reason"] for row in body["data"]} == {"too_small", "defective"}
    for wrong in ("span=5", "by=weather", "basis=moon", "currency=yen"):
        assert call(f"reports/returns?{wrong}").status_code == 422


def test_a_report_in_another_currency_tells_its_own_amounts(
    scope: Merchant, mugs: None, drain: Drain
) -> None:
    order = sent_order(scope, mug_facts())
    case = ask(order, AT, (0, 1, "too_small"), outcome=Outcome.STORE_CREDIT)
    resolve(case, AT)
    services.settle_return(return_id=case.public_id, key="c", at=AT, actor=STAFF)
    drain()
    while count_marked():
        pass
    other = report_returns(
        today=AT.date(), span=3, by=Grouping.PRODUCT, basis=Basis.ASKED, currency="USD"
    )
    assert (other.total.returned, other.total.amount, other.money.kept) == (1, 0, 0)
    assert other.currencies == ["JPY"]
