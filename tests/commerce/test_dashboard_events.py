"""The event log: what happened, what failed, and the raw requests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from commerce.dashboard.requests import SHOWN_CHARACTERS, indented
from commerce.enums import PrivacyKind
from commerce.models import Merchant, Order, PrivacyRequest
from commerce.services.customers import record_privacy_request
from postexp.kernel import inbox
from postexp.kernel.inbox import Unreadable
from postexp.kernel.models import Delivery, DeliveryState, EventRecord, InboxMessage, InboxState
from postexp.kernel.tenancy import merchant_scope
from tests.commerce.conftest import Enter

LOG = "/d/komorebi/events/"


def log(**filters: Any) -> list[tuple[str, str, str]]:
    """The newest events of staff acts: type, target, handler."""
    records = EventRecord.objects.filter(type__startswith="staff.", **filters).order_by("-id")
    return [
        (record.type, record.payload.get("target", ""), record.payload.get("handler", ""))
        for record in records
        if "target" in record.payload
    ]


@pytest.fixture
def placed(order: Order) -> EventRecord:
    """The event of an order."""
    return EventRecord.objects.get(type="order.placed")


@pytest.fixture
def broken(placed: EventRecord, at: datetime) -> Delivery:
    """A dead letter about an order, with one event waiting behind it."""
    first, later = (
        Delivery.objects.create(
            event=event,
            handler="returns.execute_refund",
            subject=placed.subject,
            outside=True,
            state=state,
            attempts=8,
            next_at=at,
            last_error="ConnectionError: 503",
        )
        for event, state in (
            (placed, DeliveryState.DEAD),
            (
                EventRecord.objects.create(
                    public_id="evt_later",
                    type="order.changed",
                    subject=placed.subject,
                    payload={"order_id": "x"},
                    occurred_at=at,
                ),
                DeliveryState.PENDING,
            ),
        )
    )
    assert later.state == DeliveryState.PENDING
    return first


@pytest.fixture
def unreadable(scope: Merchant, at: datetime, monkeypatch: pytest.MonkeyPatch) -> InboxMessage:
    """A request that could not be read."""

    def refuse(message: InboxMessage, at: datetime) -> inbox.Effect:
        raise Unreadable("The order has no currency.", "Ask the sender.")

    monkeypatch.setitem(inbox._sources, "test", refuse)
    inbox.store(
        source="test",
        topic="orders/create",
        provider_key="1",
        merchant_id=scope.pk,
        headers={"X-Topic": "orders/create", "Authorization": "Bearer secret"},
        body=b'{"total": 1.10, "name": "\xe8\x8a\xb1"}',
        at=at,
    )
    inbox.drain(at=at)
    found: InboxMessage = InboxMessage.objects.get()
    return found


def test_the_log_shows_what_happened(staff: Client, placed: EventRecord) -> None:
    page = staff.get(LOG).content.decode()
    assert "Order placed" in page
    assert f"/d/komorebi/orders/{placed.payload['order_id']}/" in page
    assert "Nothing has happened yet" not in page


def test_kind_object_and_actor_narrow_it(staff: Client, placed: EventRecord, owner: Any) -> None:
    def found(query: str) -> list[str]:
        return [row["record"].type for row in staff.get(f"{LOG}?{query}").context["rows"]]

    order_id = placed.payload["order_id"]
    assert found("type=order.placed") == ["order.placed"]
    assert found(f"about={placed.subject}") == ["order.placed"]
    assert found(f"about={order_id}") == ["order.placed"]
    assert found(f"about={placed.public_id}") == ["order.placed"]
    assert found("about=ord_unknown") == []
    assert found(f"actor={owner.actor}") == ["staff.changed"]
    assert "No event fits" in staff.get(f"{LOG}?type=nothing").content.decode()


def test_the_log_is_flat(
    staff: Client,
    placed: EventRecord,
    at: datetime,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    # The first page of a session notes it; a list is counted after that.
    staff.get(LOG)
    with django_assert_max_num_queries(12) as few:
        staff.get(LOG)
    EventRecord.objects.bulk_create(
        EventRecord(
            public_id=f"evt_{number}",
            type="order.changed",
            subject="order:x",
            payload={},
            actor=f"staff:{number}",
            occurred_at=at,
        )
        for number in range(40)
    )
    with django_assert_max_num_queries(len(few)):
        page = staff.get(LOG)
    assert len(page.context["rows"]) == 30
    assert page.context["rows"][0]["actor"] == "a former member of staff"


def test_an_event_shows_its_payload_and_who_reacted(
    staff: Client, placed: EventRecord, broken: Delivery
) -> None:
    page = staff.get(f"{LOG}{placed.public_id}/")
    text = page.content.decode()
    assert "&quot;number&quot;: &quot;#1001&quot;" in text
    assert "returns.execute_refund" in text
    assert "ConnectionError: 503" in text
    assert "1 event of the same object" in text
    assert page.context["related"][-1]["title"] == "Order placed"


def test_an_event_nobody_described_shows_its_type(
    staff: Client, scope: Merchant, at: datetime
) -> None:
    EventRecord.objects.create(
        public_id="evt_x", type="moon.rose", subject="moon:1", payload={}, occurred_at=at
    )
    page = staff.get(f"{LOG}evt_x/").content.decode()
    assert "<h1>moon.rose</h1>" in page.replace("\n", "")
    assert "Nothing reacts" in page


def test_failures_say_cause_next_step_and_who_waits(
    staff: Client, broken: Delivery, unreadable: InboxMessage
) -> None:
    page = staff.get(f"{LOG}failures/").content.decode()
    for words in (
        "Postexp met something it did not expect.",
        "ConnectionError: 503",
        "Fix the cause, then replay it",
        "1 event of the same object",
        "The order has no currency.",
        "Ask the sender.",
    ):
        assert words in page


def test_without_failures_the_page_says_so(staff: Client, merchant: Merchant) -> None:
    page = staff.get(f"{LOG}failures/").content.decode()
    assert "Nothing failed" in page
    assert "Needs attention" not in page.partition("<main")[2].partition("</main>")[0]


def test_failures_are_flat(
    staff: Client, broken: Delivery, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    # The first page of a session notes it; a list is counted after that.
    staff.get(LOG)
    with django_assert_max_num_queries(12) as few:
        staff.get(f"{LOG}failures/")
    for number in range(30):
        broken.pk, broken.handler = None, f"h{number}"
        broken.save()
    with django_assert_max_num_queries(len(few)):
        assert len(staff.get(f"{LOG}failures/").context["rows"]) == 31


def test_a_dead_letter_is_replayed_after_a_question(staff: Client, broken: Delivery) -> None:
    url = f"{LOG}deliveries/{broken.pk}/replay/"
    asked = staff.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Replay this reaction?" in asked
    assert "<html" not in asked
    assert staff.post(url)["Location"] == f"{LOG}failures/"
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (DeliveryState.PENDING, 0)
    assert log() == [("staff.replayed", broken.event.public_id, "returns.execute_refund")]


def test_a_dead_letter_is_skipped_after_a_question(
    staff: Client, broken: Delivery, owner: Any
) -> None:
    url = f"{LOG}deliveries/{broken.pk}/skip/"
    asked = staff.get(url).content.decode()
    assert "1 event waiting behind it carries on" in asked
    staff.post(url)
    broken.refresh_from_db()
    assert broken.state == DeliveryState.SKIPPED
    assert log(actor=owner.actor) == [
        ("staff.skipped", broken.event.public_id, "returns.execute_refund")
    ]


def test_an_unknown_outcome_warns_of_a_repeat(staff: Client, broken: Delivery) -> None:
    Delivery.objects.filter(pk=broken.pk).update(state=DeliveryState.OUTCOME_UNKNOWN)
    assert (
        "it could happen twice"
        in staff.get(f"{LOG}deliveries/{broken.pk}/replay/").content.decode()
    )
    assert "Check with the provider" in staff.get(f"{LOG}failures/").content.decode()


@pytest.mark.parametrize("act", ["replay", "skip"])
def test_what_someone_settled_is_not_settled_twice(
    staff: Client, broken: Delivery, act: str
) -> None:
    Delivery.objects.filter(pk=broken.pk).update(state=DeliveryState.DONE)
    page = staff.post(f"{LOG}deliveries/{broken.pk}/{act}/", follow=True).content.decode()
    assert "Someone has dealt with this already." in page
    assert log() == []
    assert staff.get(f"{LOG}deliveries/{broken.pk}/{act}/").status_code == 404


def test_only_those_who_may_replay_do(broken: Delivery, enter: Enter) -> None:
    agent = enter("agent")
    page = agent.get(f"{LOG}failures/")
    assert page.status_code == 200
    assert "/replay/" not in page.content.decode()
    for act in ("replay", "skip"):
        assert agent.post(f"{LOG}deliveries/{broken.pk}/{act}/").status_code == 403
    assert enter("manager").post(f"{LOG}deliveries/{broken.pk}/skip/").status_code == 302


def test_requests_are_listed_and_narrowed(
    staff: Client, unreadable: InboxMessage, at: datetime
) -> None:
    page = staff.get(f"{LOG}requests/")
    assert "test · orders/create" in page.content.decode()
    assert staff.get(f"{LOG}requests/?state=failed").context["rows"]
    assert (
        "No request is in this state"
        in staff.get(f"{LOG}requests/?state=processed").content.decode()
    )
    assert len(staff.get(f"{LOG}requests/?state=nonsense").context["rows"]) == 1


def test_a_long_cause_is_cut_as_it_is_read(staff: Client, unreadable: InboxMessage) -> None:
    InboxMessage.objects.filter(pk=unreadable.pk).update(cause="'" * 100)
    page = staff.get(f"{LOG}requests/").content.decode()
    assert f"{'&#x27;' * 89}…" in page


def test_no_requests_yet(staff: Client, merchant: Merchant) -> None:
    assert "No requests yet" in staff.get(f"{LOG}requests/").content.decode()


def test_a_request_is_shown_as_it_came(staff: Client, unreadable: InboxMessage) -> None:
    page = staff.get(f"{LOG}requests/{unreadable.public_id}/").content.decode()
    assert "&quot;total&quot;: 1.10" in page
    assert "花" in page
    assert "Bearer secret" not in page
    assert "(hidden)" in page
    assert "Ask the sender." in page


@pytest.mark.parametrize(
    ("body", "shown"),
    [(b"", "The request has no body."), (b"\xff<b>", "&lt;b&gt;"), (b"[" * 100_000, "[[[[")],
)
def test_any_body_can_be_shown(
    staff: Client, unreadable: InboxMessage, body: bytes, shown: str
) -> None:
    InboxMessage.objects.filter(pk=unreadable.pk).update(body=body)
    assert shown in staff.get(f"{LOG}requests/{unreadable.public_id}/").content.decode()


def test_a_huge_body_is_cut_for_reading(staff: Client, unreadable: InboxMessage) -> None:
    InboxMessage.objects.filter(pk=unreadable.pk).update(body=b"x" * (SHOWN_CHARACTERS + 1))
    page = staff.get(f"{LOG}requests/{unreadable.public_id}/").content.decode()
    assert "The rest is not shown here" in page


def test_a_request_is_read_again(
    staff: Client, unreadable: InboxMessage, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(message: InboxMessage, at: datetime) -> inbox.Effect:
        return inbox.Effect(kind="order", object_id="ord_1", detail={"created": True})

    monkeypatch.setitem(inbox._sources, "test", read)
    url = f"{LOG}requests/{unreadable.public_id}/"
    assert staff.post(f"{url}replay/")["Location"] == url
    assert log() == [("staff.replayed", unreadable.public_id, "")]
    again = staff.post(f"{url}replay/", follow=True).content.decode()
    assert "Someone has dealt with this already." in again
    unreadable.refresh_from_db()
    assert unreadable.state == InboxState.RECEIVED
    inbox.drain(at=unreadable.next_at)
    page = staff.get(url).content.decode()
    assert "ord_1" in page
    assert "&quot;created&quot;: true" in page


def test_others_see_no_request_and_replay_none(
    enter: Enter, unreadable: InboxMessage, other_merchant: Merchant
) -> None:
    assert enter("analyst").post(f"{LOG}requests/{unreadable.public_id}/replay/").status_code == 403
    with merchant_scope(other_merchant.pk):
        InboxMessage.objects.create(
            public_id="inb_other",
            source="test",
            topic="t",
            provider_key="o",
            headers={},
            body=b"",
            next_at=unreadable.next_at,
            received_at=unreadable.received_at,
        )
    manager = enter("manager")
    assert manager.get(f"{LOG}requests/inb_other/").status_code == 404
    assert manager.post(f"{LOG}requests/inb_other/replay/").status_code == 404


def test_json_is_laid_out_without_changing_a_token() -> None:
    text = '{"a":1.10,"b":[],"c":{},"d":[1,{"e":"x{,}\\"y"}],"f":9007199254740993,"a":null}'
    assert indented(text) == (
        '{\n  "a": 1.10,\n  "b": [],\n  "c": {},\n  "d": [\n    1,\n    {\n'
        '      "e": "x{,}\\"y"\n    }\n  ],\n  "f": 9007199254740993,\n  "a": null\n}'
    )


@pytest.fixture
def asked(scope: Merchant, order: Order, at: datetime) -> PrivacyRequest:
    """A customer asks to be forgotten."""
    return record_privacy_request(
        merchant=scope,
        kind=PrivacyKind.ERASE_CUSTOMER,
        external_id="1",
        customer_external_id="c1",
        order_external_ids=(),
        at=at,
        actor="shopify",
    )


def test_a_privacy_request_is_answered_once(
    staff: Client, asked: PrivacyRequest, owner: Any
) -> None:
    page = staff.get("/d/komorebi/privacy/").content.decode()
    assert "hana@example.jp" in page
    assert "Mark as answered" in page
    url = f"/d/komorebi/privacy/{asked.public_id}/answer/"
    assert "Marked as answered." in staff.post(url, follow=True).content.decode()
    assert "Someone has dealt with this already." in staff.post(url, follow=True).content.decode()
    assert EventRecord.objects.filter(type="privacy.answered", actor=owner.actor).count() == 1
    assert "Mark as answered" not in staff.get("/d/komorebi/privacy/").content.decode()


def test_privacy_requests_are_answered_by_those_in_charge(
    enter: Enter, asked: PrivacyRequest
) -> None:
    agent = enter("agent")
    assert "Mark as answered" not in agent.get("/d/komorebi/privacy/").content.decode()
    assert agent.post(f"/d/komorebi/privacy/{asked.public_id}/answer/").status_code == 403
    assert enter("manager").post("/d/komorebi/privacy/prq_x/answer/").status_code == 404


def test_no_privacy_requests(staff: Client, merchant: Merchant) -> None:
    assert "No privacy requests" in staff.get("/d/komorebi/privacy/").content.decode()
