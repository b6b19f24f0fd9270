"""Needs attention: the queue, its filters and acts, the panels, the settings, and the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commerce.enums import Role, Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from commerce.services.merchants import add_member
from commerce.services.orders import take_in_order
from integrations.outgoing.payloads import body_of
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tests.shops import log_in
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services
from tracking.models import Incident, Shipment, TrackingSettings
from tracking.panels import parcels_in_trouble
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db

QUEUE = "/d/komorebi/attention/"
ACT = f"{QUEUE}act/"
NOW = START + timedelta(hours=2)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def trouble(merchant: Merchant, count: int) -> list[Incident]:
    """So many orders, each with a parcel that was damaged."""
    for place in range(count):
        order = take_in_order(
            order_facts(external_id=f"x{place}", number=f"#20{place:02}"),
            merchant=merchant,
            at=START,
        ).order
        facts = fulfilment_facts(
            order,
            START,
            external_id=f"fx{place}",
            tracking_numbers=(f"TN{place:04}",),
            carrier_name="UPS" if place % 2 else "Acme",
        )
        (parcel,) = services.take_in_shipment(facts, at=START)
        damage = NormalisedShipment(
            source="test", tracking_number="", events=(scan(0, "exception", "damaged"),)
        )
        services.ingest_tracking(parcel, damage, at=START)
    return list(Incident.objects.filter(kind="damaged").order_by("id"))


@pytest.fixture
def staff(owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def over(shipment: Shipment) -> None:
    """The parcel stood still once."""
    Incident.objects.create(
        shipment=shipment,
        kind="stalled",
        remedy="ask_carrier",
        opened_at=START,
        closed_at=START,
        closed_because="moved_on",
        ended_at=START,
    )


def kinds(answer: Any) -> list[str]:
    return [row["incident"].kind for row in answer.context["rows"]]


def test_the_queue_shows_what_is_wrong_and_what_to_do(
    scope: Merchant, staff: Client, order: Order
) -> None:
    (incident,) = trouble(scope, 1)
    page = staff.get(QUEUE).content.decode()
    for words in ("Damaged", "TN0000", "#2000", "Send a replacement, and claim", "Nobody’s"):
        assert words in page
    japanese = staff.get(QUEUE, headers={"Accept-Language": "ja"})
    assert japanese.status_code == 200
    assert incident.public_id in page
    assert (
        "Damaged"
        in staff.get(f"/d/komorebi/parcels/{incident.shipment.public_id}/").content.decode()
    )


def test_an_empty_queue_says_so(scope: Merchant, staff: Client) -> None:
    assert "Nothing needs attention" in staff.get(QUEUE).content.decode()
    assert "Nothing fits" in staff.get(f"{QUEUE}?view=closed").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2),
        ("kind=damaged", 2),
        ("kind=invalid_number", 1),
        ("kind=unknown", 2),
        ("carrier=ups", 1),
        ("days=1", 0),
        ("q=TN0001", 1),
        ("q=%232001", 1),
        ("view=mine", 0),
        ("view=unassigned", 2),
        ("view=snoozed", 0),
        ("view=due", 0),
        ("view=closed", 1),
        ("assignee=99", 0),
        ("days=many&assignee=x", 2),
    ],
)
def test_filters_in_the_address(scope: Merchant, staff: Client, query: str, found: int) -> None:
    label = trouble(scope, 2)[1].shipment
    over(label)
    Incident.objects.create(
        shipment=label, kind="invalid_number", remedy="check_number", opened_at=START
    )
    assert len(kinds(staff.get(f"{QUEUE}?{query}"))) == found


def also(shipment: Shipment, kind: str, hours: int = 0, **facts: Any) -> Incident:
    """Something else is wrong with the parcel, since so many hours."""
    begun = START - timedelta(hours=hours)
    incident: Incident = Incident.objects.create(
        shipment=shipment,
        kind=kind,
        remedy="tell_shopper",
        opened_at=START,
        since_at=begun,
        **facts,
    )
    return incident


def test_a_parcel_is_one_row_with_all_that_is_wrong_gravest_first(
    scope: Merchant, staff: Client, owner: User
) -> None:
    damaged, other = (one.shipment for one in trouble(scope, 2))
    Incident.objects.filter(shipment=other).update(kind="carrier_delay")
    also(damaged, "promise_passed", 30, deadline=START.date())
    also(other, "lost_suspected", 9, assignee=owner)
    answer = staff.get(QUEUE)
    rows = answer.context["rows"]
    assert [[one["incident"].kind for one in row["causes"]] for row in rows] == [
        ["lost_suspected", "carrier_delay"],
        ["damaged", "promise_passed"],
    ]
    assert rows[1]["since"] == START - timedelta(hours=30)
    assert rows[1]["deadline"] == START.date()
    assert rows[0]["assignees"] == [owner]
    text = answer.content.decode()
    assert text.count('name="incident"') == 2
    assert "Tell the shopper" in text
    counts = {view["label"]: view["count"] for view in answer.context["views"]}
    assert (counts["Open"], counts["Mine"], counts["Nobody’s"]) == (2, 1, 2)
    assert "2 parcels need attention" in parcels_in_trouble(None, {"merchant": scope})


def test_an_act_on_a_row_is_done_to_all_it_shows(scope: Merchant, staff: Client) -> None:
    (damaged,) = trouble(scope, 1)
    second = also(damaged.shipment, "promise_passed")
    hidden = also(damaged.shipment, "stalled")
    staff.post(ACT, {"act": "snooze", "days": "1", "incident": hidden.public_id})
    (row,) = staff.get(QUEUE).context["rows"]
    answer = staff.post(ACT, {"act": "close", "incident": row["ids"]}, follow=True)
    assert "2 incidents are closed." in answer.content.decode()
    still_open = Incident.objects.filter(closed_at=None).values_list("pk", flat=True)
    assert list(still_open) == [hidden.pk]
    assert set(kinds(staff.get(f"{QUEUE}?view=closed"))) == {"damaged", "promise_passed"}
    both = f"{damaged.public_id} {second.public_id}"
    letter = staff.post(ACT, {"act": "write", "incident": both})["Location"]
    assert letter.endswith(f"?incident={damaged.public_id}&incident={second.public_id}")


def test_the_pages_of_the_queue_go_by_gravity(scope: Merchant, staff: Client) -> None:
    last = trouble(scope, 32)[0]
    Incident.objects.filter(pk=last.pk).update(kind="stalled")
    first = staff.get(QUEUE)
    assert len(kinds(first)) == 30
    older = staff.get(QUEUE + first.context["page"].older)
    assert kinds(older) == ["damaged", "stalled"]
    newer = staff.get(QUEUE + older.context["page"].newer)
    assert len(kinds(newer)) == 30


def test_incidents_are_put_off_assigned_and_closed_from_the_list(
    scope: Merchant, staff: Client, owner: User
) -> None:
    first, second, third = trouble(scope, 3)
    both = [first.public_id, second.public_id]
    answer = staff.post(ACT, {"act": "snooze", "days": "3", "incident": both, "back": QUEUE})
    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    first.refresh_from_db()
    assert first.snoozed_until == NOW + timedelta(days=3)
    assert len(kinds(staff.get(QUEUE))) == 1
    assert len(kinds(staff.get(f"{QUEUE}?view=snoozed"))) == 2
    staff.post(ACT, {"act": "wake", "incident": both})
    staff.post(ACT, {"act": "assign", "assignee": owner.pk, "incident": both})
    assert len(kinds(staff.get(f"{QUEUE}?view=mine"))) == 2
    assert len(kinds(staff.get(f"{QUEUE}?assignee={owner.pk}"))) == 2
    staff.post(ACT, {"act": "assign", "assignee": "", "incident": both})
    staff.post(ACT, {"act": "close", "word": "Resent", "incident": [third.public_id]})
    assert len(kinds(staff.get(f"{QUEUE}?view=unassigned"))) == 2
    assert "Resent" in staff.get(f"{QUEUE}?view=closed").content.decode()
    told = EventRecord.objects.filter(type="incident.snoozed").order_by("id")[0]
    assert told.actor == owner.actor


def test_an_act_on_nothing_or_by_no_word_is_refused(scope: Merchant, staff: Client) -> None:
    (incident,) = trouble(scope, 1)
    for asked in ({"act": "close"}, {"act": "burn", "incident": incident.public_id}):
        answer = staff.post(ACT, {**asked, "back": "https://evil.example/"})
        assert answer["Location"] == QUEUE
    incident.refresh_from_db()
    assert incident.closed_at is None
    assert staff.post(ACT, {"act": "close", "incident": "inc_unknown"}).status_code == 404


def test_who_may_only_read_sees_no_buttons(scope: Merchant, client: Client, owner: User) -> None:
    (incident,) = trouble(scope, 1)
    analyst = User.objects.create_user("analyst@example.com", None)
    add_member(merchant=scope, user=analyst, role=Role.ANALYST, by=owner, at=START)
    log_in(client, analyst)
    page = client.get(QUEUE).content.decode()
    assert "Damaged" in page
    assert 'name="act"' not in page
    assert client.post(ACT, {"act": "close", "incident": incident.public_id}).status_code == 403


def test_the_queue_as_a_file(scope: Merchant, staff: Client) -> None:
    trouble(scope, 2)
    answer = staff.get(f"{QUEUE}?export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert lines[0].startswith("Incident,Cause,Since,Deadline,Tracking number")
    assert "TN0001" in lines[1]


def test_a_view_of_the_queue_is_saved_with_its_count(scope: Merchant, staff: Client) -> None:
    trouble(scope, 2)
    staff.post("/d/komorebi/views/incidents/save/?kind=damaged", {"name": "Broken", "shared": "on"})
    views = staff.get(f"{QUEUE}?kind=damaged").context["views"]
    assert [(view["label"], view["count"]) for view in views if view["label"] == "Broken"] == [
        ("Broken", 2)
    ]


def test_the_list_is_flat_in_queries(scope: Merchant, staff: Client) -> None:
    counts = []
    staff.get(QUEUE)
    for rows in (1, 20):
        trouble(scope, rows)
        with CaptureQueriesContext(connection) as seen:
            assert len(kinds(staff.get(QUEUE))) == rows
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_home_and_rail_count_what_waits(scope: Merchant, staff: Client) -> None:
    context = {"merchant": scope}
    assert parcels_in_trouble(None, context) == ""
    trouble(scope, 2)
    shown = parcels_in_trouble(None, context)
    assert "2 parcels need attention" in shown
    assert "#2001" in shown
    assert "Needs attention" in staff.get("/d/komorebi/").content.decode()


def test_the_settle_time_is_set_in_the_settings(scope: Merchant, staff: Client) -> None:
    page = "/d/komorebi/settings/parcels/"
    assert 'value="30"' in staff.get(page).content.decode()
    assert staff.post(page, {"settle_minutes": "0", "leaves_within_days": "2"})["Location"] == page
    kept = TrackingSettings.objects.get()
    assert (kept.settle_minutes, kept.leaves_within_days) == (0, 2)
    assert staff.post(page, {"settle_minutes": "-1"}).status_code == 422
    log = staff.get("/d/komorebi/settings/audit/").content.decode()
    assert "Minutes before a shopper hears of a problem: 0" in log
    assert "settle_minutes" not in log


def test_incidents_by_rest(scope: Merchant, owner: User, client: Client) -> None:
    incidents = trouble(scope, 2)
    secret = create_key(
        merchant=scope, name="r", scopes=[Scope.READ_SHIPMENTS], by=owner, at=START
    ).secret

    over(incidents[0].shipment)

    def ask(query: str = "") -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        return client.get(f"/api/v1/incidents?{query}", headers=headers)

    found = ask().json()["data"]
    assert [one["id"] for one in found] == [one.public_id for one in reversed(incidents)]
    assert found[0]["kind"] == "damaged"
    assert found[0]["suggested_action"] == "replace"
    assert found[0]["money_at_risk"]["currency"] == "JPY"
    shipment_id, order_id = found[0]["shipment_id"], found[0]["order_id"]
    for query, count in (
        ("kind=stalled", 0),
        ("kind=damaged", 2),
        ("carrier=ups", 1),
        (f"shipment_id={shipment_id}", 1),
        (f"order_id={order_id}", 1),
        ("state=closed", 1),
        ("limit=1", 1),
    ):
        assert len(ask(query).json()["data"]) == count, query
    assert ask("kind=nonsense").status_code == 422
    assert ask("state=nonsense").status_code == 422


def test_a_webhook_holds_the_incident(scope: Merchant, other_merchant: Merchant) -> None:
    (incident,) = trouble(scope, 1)
    record = EventRecord.objects.get(type="incident.opened", payload__kind="damaged")
    body = body_of(record)
    assert f'"id":"{incident.public_id}"' in body
    assert '"suggested_action":"replace"' in body
    with merchant_scope(other_merchant.pk):
        assert not Shipment.objects.exists()
    assert timezone.is_aware(incident.opened_at)
