"""The audit log: what staff did, by person, action, object and day; as a page and as a file."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commerce.events import (
    InvitationEnded,
    ListExported,
    MerchantChanged,
    OrderChanged,
    StaffInvited,
    StaffSecurityChanged,
)
from commerce.models import Merchant, User
from commerce.selectors.audit import list_staff_events
from integrations.events import ConnectionChanged, DemoDataChanged
from integrations.outgoing.events import EndpointChanged
from postexp.kernel.events import Event, append
from postexp.kernel.models import EventRecord
from tests.commerce.conftest import Enter

AUDIT = "/d/komorebi/settings/audit/"


def act(merchant: Merchant, actor: str, detail: str, at: datetime) -> EventRecord:
    with transaction.atomic():
        event = MerchantChanged(merchant_public_id=merchant.public_id, detail=detail)
        return append(event, at=at, actor=actor)


def shown(browser: Client, query: str = "") -> list[str]:
    rows = browser.get(f"{AUDIT}{query}").context["rows"]
    return [row["record"].payload.get("detail", row["record"].type) for row in rows]


@pytest.fixture
def acts(scope: Merchant, owner: User) -> None:
    """Two people's acts on three days, and one of nobody's."""
    EventRecord.every_merchant.all().delete()
    noon = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
    act(scope, owner.actor, "first", noon)
    act(scope, "staff:999", "second", noon + timedelta(days=1))
    act(scope, owner.actor, "third", noon + timedelta(days=2))
    with transaction.atomic():
        append(OrderChanged(order_id="ord_1"), at=noon, actor=owner.actor)
        append(OrderChanged(order_id="ord_2"), at=noon, actor="shopify")


@pytest.mark.usefixtures("acts")
def test_what_staff_did_and_nobody_else(staff: Client, owner: User) -> None:
    assert shown(staff) == ["order.changed", "third", "second", "first"]
    assert shown(staff, f"?person={owner.actor}") == ["order.changed", "third", "first"]
    assert shown(staff, "?type=merchant.changed") == ["third", "second", "first"]
    assert shown(staff, "?about=ord_1") == ["order.changed"]
    # Days are the shop's: in Tokyo the tenth ends at three in the afternoon, UTC.
    assert shown(staff, "?since=2026-11-11&until=2026-11-11") == ["second"]
    assert shown(staff, "?until=2026-11-10") == ["order.changed", "first"]


def test_a_report_taken_out_is_named_in_words(staff: Client, scope: Merchant) -> None:
    assert staff.get("/d/komorebi/reports/delivery/?export=csv").status_code == 200
    page = staff.get(AUDIT).content.decode()
    assert "Delivery report" in page
    assert "deliveries" not in page


@pytest.mark.usefixtures("acts")
def test_a_filter_that_cannot_be_read_is_told_and_narrows_nothing(staff: Client) -> None:
    page = staff.get(f"{AUDIT}?since=yesterday&person=staff:x")
    assert len(page.context["rows"]) == 4
    assert set(page.context["form"].errors) == {"since", "person"}


@pytest.mark.usefixtures("acts")
def test_the_file_has_what_the_page_has(staff: Client, scope: Merchant) -> None:
    act(scope, "staff:999", "=HYPERLINK()", datetime(2026, 11, 13, tzinfo=UTC))
    answer: Any = staff.get(f"{AUDIT}?type=merchant.changed&export=csv")
    assert "komorebi-audit-" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert len(rows) == 1 + 4
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert EventRecord.objects.latest("id").type == "list.exported"


def test_other_shops_acts_stay_theirs(
    staff: Client, scope: Merchant, other_merchant: Merchant
) -> None:
    rival = User.objects.get(email="rival@example.com")
    assert shown(staff, f"?person={rival.actor}") == shown(staff)
    assert rival.actor not in {row["record"].actor for row in staff.get(AUDIT).context["rows"]}


def test_it_is_for_those_who_configure(enter: Enter) -> None:
    assert enter("agent").get(AUDIT).status_code == 403


def test_pages_are_cut_and_flat_in_queries(staff: Client, scope: Merchant, owner: User) -> None:
    at = datetime(2026, 11, 10, tzinfo=UTC)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            staff.get(AUDIT)
        return len(seen)

    queries()  # the first page of a session does more
    few = queries()
    for number in range(40):
        act(scope, owner.actor, str(number), at)
    assert queries() == few
    page = staff.get(AUDIT).context["page"]
    assert len(page.rows) == 30
    assert shown(staff, page.older)[-1] != shown(staff)[-1]


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize("person", ["", "staff:999"])
def test_what_machines_wrote_in_between_is_not_read(scope: Merchant, person: str) -> None:
    pattern = EventRecord.objects.filter(actor="shopify").get()
    fields = {"type": pattern.type, "payload": {}, "actor": "shopify"}
    EventRecord.objects.bulk_create(
        EventRecord(
            merchant_id=scope.pk,
            public_id=f"evt_{number}",
            subject=f"order:{number}",
            occurred_at=pattern.occurred_at,
            **fields,
        )
        for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kernel_event")
    plan = list_staff_events(person=person).order_by("-id")[:50].explain(analyze=True)
    assert "event_of_staff" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan


def test_it_is_written_for_people(staff: Client, scope: Merchant, owner: User) -> None:
    shop = scope.public_id
    at = datetime(2026, 11, 10, tzinfo=UTC)
    invitation: dict[str, Any] = {
        "merchant_public_id": shop,
        "locale": "ja",
        "invitation_id": "inv_1",
    }
    told: dict[Event, str] = {
        ListExported(merchant_public_id=shop, list="orders", detail="q=…, view=open"): (
            "Orders · filtered"
        ),
        ListExported(merchant_public_id=shop, list="api-requests"): "API requests",
        StaffInvited(detail="mai@example.com as agent", **invitation): "mai@example.com · Agent",
        InvitationEnded(
            merchant_public_id=shop,
            invitation_id="inv_1",
            detail="mai@example.com accepted",
            end="accepted",
        ): "mai@example.com · Accepted",
        StaffInvited(email="rio@example.com", role="owner", **invitation): (
            "rio@example.com · Owner"
        ),
        InvitationEnded(
            merchant_public_id=shop, invitation_id="inv_1", email="rio@example.com", end="declined"
        ): "rio@example.com · Declined",
        StaffSecurityChanged(
            merchant_public_id=shop, user_id=owner.pk, act="removed", factor="webauthn"
        ): "Passkey: removed",
        StaffSecurityChanged(
            merchant_public_id=shop, user_id=owner.pk, detail="added totp authenticator"
        ): "Authenticator app: added",
        StaffSecurityChanged(
            merchant_public_id=shop, user_id=owner.pk, detail="renewed recovery codes"
        ): "Recovery codes: made anew",
        DemoDataChanged(merchant_public_id=shop, state="removed"): "removed",
        EndpointChanged(merchant_public_id=shop, endpoint_id="whe_1", detail="replayed 3 events"): (
            "3 events sent again"
        ),
        EndpointChanged(
            merchant_public_id=shop, endpoint_id="whe_1", detail="rotated the secret"
        ): "given a new secret",
        ConnectionChanged(
            merchant_public_id=shop, service="shopify", detail="connected a.myshopify.com"
        ): "a.myshopify.com connected",
        ConnectionChanged(
            merchant_public_id=shop, service="shopify", detail="a.myshopify.com: told of scans"
        ): "a.myshopify.com is told of scans",
        ConnectionChanged(
            merchant_public_id=shop,
            service="shopify",
            detail="pause of the back-fill of a.myshopify.com",
        ): "a.myshopify.com: back-fill paused",
    }
    for event in told:
        with transaction.atomic():
            append(event, at=at, actor=owner.actor)
    answer = staff.get(AUDIT)
    read = [row["entry"]["text"] for row in answer.context["rows"]]
    assert read[: len(told)] == list(told.values())[::-1]
    page = answer.content.decode()
    assert f"merchant:{shop}" not in page
    assert f"<td>{scope.name_in('en')}</td>" in page
    assert "invitation:" not in page
    assert "q=…" not in page
