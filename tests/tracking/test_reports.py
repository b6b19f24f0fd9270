"""The delivery report: its page, its file and its REST answer, from the roll-ups alone."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from commerce.enums import Role, Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from commerce.services.merchants import add_member
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.shops import log_in
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, counts_of
from tests.tracking.test_incidents_faces import trouble
from tracking import services
from tracking.models import DeliveryRollup, Incident, Shipment
from tracking.reports import Grouping, count_lag, report_deliveries
from tracking.rules.outcomes import EMPTY
from tracking.serializers.reports import lane_words, month_words

pytestmark = pytest.mark.django_db

PAGE = "/d/komorebi/reports/delivery/"
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 3, tzinfo=UTC))


@pytest.fixture
def analyst(scope: Merchant, owner: User, client: Client) -> Client:
    """A browser of somebody who may only look."""
    user = User.objects.create_user("eyes@example.com", "x")
    add_member(merchant=scope, user=user, role=Role.ANALYST, by=owner, at=START)
    log_in(client, user)
    return client


def rollup(month: date = NOVEMBER, carrier: str = "yamato", **facts: Any) -> DeliveryRollup:
    values: dict[str, Any] = {
        "service": "TA-Q-BIN",
        "lane": "JP>JP-1",
        "parcels": 10,
        "delivered": 10,
        "promised": 10,
        "on_time": 9,
        "first_try": 8,
        "attempts": 2,
        "transit": counts_of([24] * 9 + [96]),
        "first_scan": counts_of([4] * 10),
    }
    row: DeliveryRollup = DeliveryRollup.objects.create(
        month=month, carrier=carrier, **{**values, **facts}
    )
    return row


def sent(client: Client, query: str = "") -> str:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client: Client, query: str = "") -> list[list[str]]:
    answer = client.get(f"{PAGE}?export=csv&{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_a_shop_without_arrivals_is_told_what_will_be_here(analyst: Client) -> None:
    assert "No parcel has arrived yet" in sent(analyst)
    assert "No journey ended in this span" in sent(analyst, "carrier=ups")


def test_the_charts_say_what_was_found_and_bring_their_table(analyst: Client) -> None:
    rollup(OCTOBER, on_time=8)
    rollup()
    rollup(carrier="sagawa", transit=counts_of([30] * 20), on_time=9)
    page = sent(analyst)
    assert "90.0% came on time in Nov 2026, 10 points more than in Oct 2026" in page
    assert "Sagawa" in page
    assert "was the quickest: 95 of 100 parcels arrived within" in page
    assert page.count("Show as table") == 2
    assert "4 of 30 came after the promised day" in page


def test_a_carrier_of_a_few_parcels_is_not_called_the_quickest(analyst: Client) -> None:
    rollup(carrier="ups", transit=counts_of([1] * 19))
    assert "Days within which 95 of 100 parcels arrived" in sent(analyst)
    rollup(carrier="yamato", transit=counts_of([48] * 20))
    page = sent(analyst)
    assert "Yamato Transport: 95 of 100 parcels arrived within" in page
    assert "was the quickest" not in page
    rollup(carrier="sagawa", transit=counts_of([24] * 20))
    assert "Sagawa Express was the quickest" in sent(analyst)


def test_parcels_that_are_not_counted_yet_are_told(analyst: Client, order: Order) -> None:
    numbers = ("A1", "A2", "A3")
    ended = services.take_in_shipment(
        fulfilment_facts(order, START, tracking_numbers=numbers), at=START
    )
    assert "Still counting" not in sent(analyst)
    Shipment.objects.filter(pk__in=[one.pk for one in ended[:2]]).update(status="delivered")
    page = sent(analyst)
    assert "Still counting: 0 of 2 parcels." in page
    assert "No parcel has arrived yet" not in page
    rollup()
    assert "Still counting: 10 of 12 parcels." in sent(analyst)
    services.count_parcels(at=clock.now())
    assert "Still counting" not in sent(analyst)


def test_a_back_fill_is_told_without_being_counted_to_its_end(
    analyst: Client, monkeypatch: pytest.MonkeyPatch, order: Order
) -> None:
    monkeypatch.setattr("tracking.reports.MOST_LAG", 2)
    monkeypatch.setattr("tracking.dashboard.reports.MOST_LAG", 2)
    numbers = ("A1", "A2", "A3", "A4")
    services.take_in_shipment(fulfilment_facts(order, START, tracking_numbers=numbers), at=START)
    Shipment.objects.update(status="delivered")
    assert count_lag() == (0, 3)
    assert "Still counting: more than 2 parcels to go." in sent(analyst)


def test_less_and_as_much_on_time_are_told_too(analyst: Client) -> None:
    rollup()
    assert "90.0% came on time in Nov 2026<" in sent(analyst)
    before = rollup(OCTOBER)
    assert "90.0% came on time in Nov 2026, as in Oct 2026" in sent(analyst)
    DeliveryRollup.objects.filter(pk=before.pk).update(on_time=10)
    assert "90.0% came on time in Nov 2026, 10 points less than in Oct 2026" in sent(analyst)


def test_what_never_arrived_or_was_not_promised_has_no_charts(analyst: Client) -> None:
    rollup(
        delivered=0,
        promised=0,
        on_time=0,
        first_try=0,
        transit=EMPTY,
        first_scan=EMPTY,
        returned=10,
    )
    page = sent(analyst)
    assert "10 parcels were sent back" in page
    assert "Show as table" not in page


def test_groupings_and_filters_are_in_the_address(analyst: Client) -> None:
    rollup()
    rollup(lane="JP>US", parcels=20)
    rollup(carrier="sagawa", service="", lane="")
    rollup(date(2026, 3, 1), carrier="ups")
    assert [row[1] for row in rows(analyst)[1:]] == ["Yamato Transport", "Sagawa Express"]
    assert [row[3] for row in rows(analyst, "by=lane")[1:]] == [
        "Japan → United States",
        "Destination not known",
        "Japan, postcodes 1…",
    ]
    assert [row[2] for row in rows(analyst, "by=service&carrier=yamato")[1:]] == ["TA-Q-BIN"]
    assert [row[0] for row in rows(analyst, "by=month&span=12")[1:]] == ["2026-03-01", "2026-11-01"]
    assert len(rows(analyst, "span=nonsense&by=nonsense")[1:]) == 2
    assert analyst.get(f"{PAGE}?carrier=%00").status_code == 400
    assert "Remove filter" in sent(analyst, "carrier=dhl")
    page = sent(analyst, "by=service")
    assert "Service not told" in page
    assert 'aria-current="page"' in page


def test_the_file_has_the_figures_as_numbers(analyst: Client) -> None:
    rollup()
    header, row = rows(analyst)
    told = dict(zip(header, row, strict=True))
    assert told["Parcels"] == "10"
    assert told["On time in percent"] == "90.00"
    assert float(told["Transit P50 in days"]) == pytest.approx(1, rel=0.16)
    assert float(told["Transit P95 in days"]) == pytest.approx(4, rel=0.16)
    assert told["Attempts per delivery"] == "1.20"


def test_the_page_takes_as_many_queries_for_much_as_for_little(analyst: Client) -> None:
    counts = []
    sent(analyst)
    for place in range(40):
        rollup(lane=f"JP>JP-{place}")
        if place in (0, 39):
            with CaptureQueriesContext(connection) as queries:
                sent(analyst, "by=lane")
            counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_long_lists_are_cut_and_the_file_has_the_rest(analyst: Client) -> None:
    for place in range(102):
        rollup(lane=f"JP>JP-{place}")
    assert "2 more are in the file." in sent(analyst, "by=lane")
    assert len(rows(analyst, "by=lane")) == 103


def test_the_page_is_for_the_shop_alone(
    analyst: Client, scope: Merchant, other_merchant: Merchant
) -> None:
    with merchant_scope(other_merchant.pk):
        rollup(carrier="ups")
    assert "No parcel has arrived yet" in sent(analyst)
    assert analyst.get(f"/d/{other_merchant.slug}/reports/delivery/").status_code == 404


def test_rest_tells_the_same_figures(scope: Merchant, owner: User, client: Client) -> None:
    rollup()
    rollup(carrier="sagawa", parcels=3)
    key = create_key(merchant=scope, name="r", scopes=[Scope.READ_SHIPMENTS], by=owner, at=START)

    def ask(query: str = "", secret: str = key.secret) -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        return client.get(f"/api/v1/reports/delivery?{query}", headers=headers)

    told = ask().json()
    assert (told["from"], told["to"], told["by"]) == ("2026-09", "2026-11", "carrier")
    assert [one["carrier"] for one in told["data"]] == ["yamato", "sagawa"]
    assert told["total"]["parcels"] == 13
    assert told["total"]["on_time_rate"] == 0.9
    assert told["data"][0]["transit_days"]["p95"] == pytest.approx(4, rel=0.16)
    assert told["data"][0]["lane"] is None
    assert ask("by=month&span=12&carrier=sagawa").json()["data"][0]["month"] == "2026-11"
    assert ask("by=nonsense").status_code == 422
    assert ask("span=5").status_code == 422
    other = create_key(merchant=scope, name="o", scopes=[Scope.READ_ORDERS], by=owner, at=START)
    assert ask(secret=other.secret).status_code == 403


def test_a_span_reaches_over_the_new_year(scope: Merchant) -> None:
    report = report_deliveries(today=date(2027, 1, 31), span=3, by=Grouping.MONTH)
    assert (report.first, report.last) == (NOVEMBER, date(2027, 1, 1))


def test_ways_and_months_have_names_in_both_languages() -> None:
    assert lane_words(">JP") == lane_words("JP>JP") == "Japan"
    with translation.override("ja"):
        assert lane_words("US>JP") == "アメリカ合衆国 → 日本"
        assert month_words(NOVEMBER) == "2026年11月"


def test_incidents_are_told_by_kind_those_that_never_end_among_them(
    scope: Merchant, analyst: Client
) -> None:
    rollup()
    lost = trouble(scope, 3)
    Incident.objects.filter(pk=lost[0].pk).update(
        closed_at=clock.now(), closed_because="by_staff", ended_at=clock.now()
    )
    Incident.objects.filter(pk=lost[1].pk).update(opened_at=datetime(2026, 10, 31, 15, tzinfo=UTC))
    Incident.objects.filter(pk=lost[2].pk).update(opened_at=datetime(2025, 1, 1, tzinfo=UTC))
    page = analyst.get(f"{PAGE}?span=3")
    counts = {one.kind: (one.opened, one.still_open) for _label, one in page.context["kinds"]}
    assert counts["damaged"] == (2, 1)
    assert "Damaged" in page.content.decode()
    assert analyst.get(f"{PAGE}?carrier=dhl").context["kinds"] == []
    answer: Any = analyst.get(PAGE + page.context["kinds_file"])
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Incident", "Opened", "Open now"]
    assert ["Damaged", "2", "1"] in rows
