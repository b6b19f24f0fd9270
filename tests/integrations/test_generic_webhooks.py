"""Webhooks of any system: the Standard Webhooks scheme, our own events, carriers' own rows."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from standardwebhooks import Webhook

from commerce.models import Merchant
from integrations.connections import connect, disconnect, make_secret
from integrations.generic.inbound import process
from integrations.generic.parse import FORMATS
from integrations.intake import NOBODYS_SECRET
from integrations.models import Connection
from integrations.recorded import Recording, Stage, prepare
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tests.parallel import overlap
from tracking.models import Shipment, ShipmentEvent

NOW = datetime.now(UTC).replace(microsecond=0)


def event(number: str = "1234-5678-9012", **told: Any) -> dict[str, Any]:
    moment = (NOW - timedelta(hours=2)).isoformat()
    return {"tracking_number": number, "occurred_at": moment, "status": "in_transit", **told}


@pytest.fixture
def connection(scope: Merchant, at: datetime) -> Connection:
    secret = make_secret("generic")
    return connect(service="generic", account=scope.public_id, secret=secret, at=at)


@pytest.fixture
def send(client: Client, connection: Connection) -> Callable[..., Any]:
    def post(
        payload: Any,
        *,
        message_id: str = "msg_1",
        late: timedelta = timedelta(0),
        secret: str = "",
        **more: str,
    ) -> Any:
        body = payload if isinstance(payload, str) else json.dumps(payload)
        at = datetime.now(UTC) - late
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret or connection.secret).sign(message_id, at, body),
            **more,
        }
        return client.post(
            f"/webhooks/generic/{connection.public_id}/",
            body,
            content_type="application/json",
            headers=headers,
        )

    return post


def newest() -> InboxMessage:
    message: InboxMessage = InboxMessage.objects.order_by("-id")[0]
    return message


def test_events_of_any_system_become_scans(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    told = [
        event(carrier="ヤマト運輸", location="渋谷区"),
        event(status="delivered", substatus="mailbox", occurred_at=NOW.isoformat()),
        event("OTHER-1"),
    ]
    assert send({"events": told}).json() == {"stored": True, "duplicate": False}
    drain()
    message = newest()
    assert (message.source, message.topic) == ("generic", "tracking_events")
    assert (message.effect_kind, message.effect_detail) == (
        "tracking_events",
        {"stored": 3, "repeated": 0, "refused": []},
    )
    parcel = Shipment.objects.get(tracking_number="1234-5678-9012")
    assert (parcel.status, parcel.substatus, parcel.carrier) == ("delivered", "mailbox", "yamato")
    assert Shipment.objects.count() == 2


def test_a_message_is_known_by_its_id_and_a_scan_by_itself(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    assert send({"events": [event()]}).json()["duplicate"] is False
    assert send({"events": [event()]}).json()["duplicate"] is True
    assert send({"events": [event(), event()]}, message_id="msg_2").json()["duplicate"] is False
    drain()
    assert newest().effect_detail == {"stored": 0, "repeated": 1, "refused": []}
    assert ShipmentEvent.objects.count() == 1


def test_what_is_wrong_is_refused_by_itself(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    wrong = [event(status="lost in space"), 5, event(), {"shipment_id": "shp_no", **event("")}]
    send({"events": wrong})
    drain()
    refused = newest().effect_detail["refused"]
    assert [(row["index"], row["code"]) for row in refused] == [
        (0, "invalid_status"),
        (1, "invalid"),
        (3, "unknown_shipment"),
    ]
    assert newest().effect_detail["stored"] == 1


@pytest.mark.parametrize(
    "payload",
    [
        "{",
        {},
        {"events": []},
        {"events": "x"},
        {"events": [{"tracking_number": "1"}]},
        {"events": [event()] * 1001},
        {"format": "pigeon", "parcels": []},
        {"format": "shopify", "order_id": 1, "id": 2, "created_at": "2026-11-20T00:00:00Z"},
        {"format": "yamato"},
        {"format": "yamato", "body": None},
        {"format": "yamato", "parcels": [{"number": "1", "rows": []}] * 1001},
        {"format": "canadapost", "body": "no XML"},
        {"format": "usps", "error": {"code": "404", "message": "not found"}},
    ],
)
def test_what_cannot_be_read_is_kept_and_said(
    send: Callable[..., Any], drain: Callable[[], None], payload: Any
) -> None:
    assert send(payload).status_code == 200
    drain()
    message = newest()
    assert message.state == "failed"
    assert message.cause
    assert message.next_step


def test_rows_of_a_japanese_carriers_page_are_read_as_they_are(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    rows = [
        {"state": "荷物受付", "date": "11/19", "time": "18:47", "office": "白河東センター"},
        {"state": "持戻（ご不在）", "date": "11/20", "time": "09:24", "office": "渋谷センター"},
    ]
    page = {"number": "103261367661", "inquiry_date": "2026-11-21", "rows_in_page_order": rows}
    send({"format": "yamato", "parcels": [page]})
    drain()
    message = newest()
    parcel = Shipment.objects.get(public_id=message.effect_object_id)
    assert (message.topic, message.effect_kind) == ("yamato", "shipment")
    assert (parcel.status, parcel.substatus) == ("delivery_attempted", "recipient_absent")
    assert parcel.carrier == "yamato"


def test_a_row_without_a_year_is_of_the_days_before_its_page_came(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    day = datetime.now(ZoneInfo("Asia/Tokyo")).date() - timedelta(days=300)
    parcel = {"number": "103261367661", "rows": [{"state": "輸送中", "date": f"{day:%m/%d}"}]}
    pages: list[dict[str, Any]] = [parcel, {"parcels": [parcel]}, {"body": [parcel]}]
    for number, page in enumerate(pages):
        send({"format": "yamato", **page}, message_id=f"msg_{number}")
    drain()
    assert ShipmentEvent.objects.get().local_time == day.isoformat()


SAMPLES = Path(__file__).parent.parent / "samples" / "tracking"


@pytest.mark.parametrize(
    ("path", "number", "carrier", "status", "scans"),
    [
        (
            "amazon_shipping_json/delivered.json",
            "23AA47DE2B3B6",
            "amazon_shipping",
            "delivered",
            12,
        ),
        (
            "australiapost_json/carded_then_collected.json",
            "7XQ100000901000930901",
            "australia_post",
            "delivered",
            7,
        ),
        (
            "canadapost_xml/delivered_after_address_error.xml",
            "1371134583769923",
            "canada_post",
            "delivered",
            10,
        ),
        (
            "dhl_parcel_de_xml/packstation_neighbour_summer.xml",
            "00340434190000000014",
            "dhl_parcel_de",
            "delivered",
            7,
        ),
        (
            "hermes_json/refused_and_returned.json",
            "H1000730000825900023",
            "hermes_de",
            "returned",
            7,
        ),
        (
            "royalmail_json/attempted_then_delivered.json",
            "0B04758600000A1B2C3D4",
            "royal_mail",
            "delivered",
            8,
        ),
        ("usps_json/delivered_locker.json", "9400100000000000000059", "usps", "delivered", 6),
    ],
)
@pytest.mark.parametrize("inside", [True, False])
def test_a_carriers_own_answer_is_read_as_it_is(
    send: Callable[..., Any],
    drain: Callable[[], None],
    path: str,
    number: str,
    carrier: str,
    status: str,
    scans: int,
    inside: bool,
) -> None:
    text = (SAMPLES / path).read_text("utf-8")
    answer: Any = text if path.endswith(".xml") else json.loads(text)
    name = path.partition("/")[0].removesuffix("_json").removesuffix("_xml")
    beside = not inside and isinstance(answer, dict)
    send({**answer, "format": name} if beside else {"format": name, "body": answer})
    drain()
    assert (newest().state, newest().topic) == ("processed", name)
    parcel = Shipment.objects.get(number_key=number)
    assert parcel.public_id in newest().effect_detail["shipments"]
    assert (parcel.carrier, parcel.status) == (carrier, status)
    assert ShipmentEvent.objects.filter(shipment=parcel, source=name).count() == scans


def test_the_guide_names_every_format() -> None:
    guide = (settings.BASE_DIR / "docs" / "guide" / "tracking-platforms.md").read_text("utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in guide] == []


def test_xml_may_declare_the_encoding_it_came_in(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    xml = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><tracking-detail><pin>1</pin>'
        "<significant-events><occurrence><event-date>2026-11-20</event-date>"
        "<event-description>Article livré</event-description></occurrence></significant-events>"
        "</tracking-detail>"
    )
    send({"format": "canadapost", "body": xml})
    drain()
    assert ShipmentEvent.objects.get().raw_description == "Article livré"


@pytest.mark.django_db(transaction=True)
def test_messages_that_list_parcels_in_different_orders_do_not_wait_for_each_other(
    scope: Merchant,
) -> None:
    def tell(*numbers: str) -> None:
        pages = [{"number": number, "rows": [{"state": "輸送中"}]} for number in numbers]
        body = json.dumps({"format": "yamato", "parcels": pages}).encode()
        process(InboxMessage(source="generic", body=body, received_at=NOW), NOW)

    overlap(scope, lambda: tell("A1"), lambda: tell("B2", "A1"), then=lambda: tell("B2"))
    assert Shipment.objects.count() == 2


def test_only_who_signs_now_is_heard(send: Callable[..., Any], connection: Connection) -> None:
    told = {"events": [event()]}
    assert send(told, late=timedelta(minutes=6)).status_code == 401
    assert send(told, late=timedelta(minutes=-6)).status_code == 401
    assert send(told, secret=make_secret("generic")).status_code == 401
    for name, value in (
        ("webhook-id", ""),
        ("webhook-id", "msg_2"),
        ("webhook-timestamp", ""),
        ("webhook-timestamp", "9" * 30),
        ("webhook-signature", ""),
        ("webhook-signature", "v1,é"),
    ):
        assert send(told, **{name: value}).status_code == 401, name
    assert InboxMessage.objects.count() == 0
    assert send(told, late=timedelta(minutes=3)).status_code == 200


def test_who_holds_the_secret_hears_that_it_is_the_time(
    client: Client, send: Callable[..., Any], connection: Connection
) -> None:
    told = {"events": [event()]}
    for late in (timedelta(minutes=15), timedelta(minutes=-15)):
        answer = send(told, late=late)
        assert (answer.status_code, InboxMessage.objects.count()) == (401, 0)
        assert "webhook-timestamp is not within five minutes" in answer.json()["error"]
    # Whoever does not hold it hears the same of every connection, whether it is there or not.
    forged = send(told, late=timedelta(minutes=15), secret=make_secret("generic"))
    body = json.dumps(told)
    then = NOW - timedelta(minutes=15)
    nobodys = Webhook(base64.b64encode(NOBODYS_SECRET.encode()).decode()).sign("m", then, body)
    stranger = client.post(
        "/webhooks/generic/con_unknown/",
        body,
        content_type="application/json",
        headers={
            "webhook-id": "m",
            "webhook-timestamp": str(int(then.timestamp())),
            "webhook-signature": nobodys,
        },
    )
    assert (stranger.status_code, stranger.json()) == (forged.status_code, forged.json())
    assert "signature does not match" in stranger.json()["error"]


def test_what_is_wrong_is_said_in_whole_sentences(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    for row, body in enumerate(("{", "[]", '{"format": "abc"}')):
        send(body, message_id=f"msg_{row}")
    drain()
    failed = InboxMessage.objects.order_by("id")
    assert [message.next_step for message in failed] == [
        "Look at the raw request, and have it sent again.",
        "Check that only the sender’s webhooks are sent to this address.",
        "Compare the raw request with the sender’s documentation; when the reading has been "
        "mended, replay the request.",
    ]


def test_one_of_several_signatures_is_enough(
    send: Callable[..., Any], connection: Connection
) -> None:
    body = json.dumps({"events": [event()]})
    right = Webhook(connection.secret).sign("msg_1", datetime.now(UTC), body)
    several = {"webhook-signature": f"v2,abc {right.replace('v1,', 'v1,A')} {right}"}
    assert send(body, **several).status_code == 200


def test_parcels_belong_to_the_connections_shop(
    send: Callable[..., Any], drain: Callable[[], None], other_merchant: Merchant, at: datetime
) -> None:
    with merchant_scope(other_merchant.pk):
        Shipment.objects.create(tracking_number="X1", number_key="X1", created_at=at, changed_at=at)
    send({"events": [event("X1")]})
    drain()
    assert Shipment.objects.get().status == "in_transit"
    with merchant_scope(other_merchant.pk):
        assert Shipment.objects.get().status == "pending"


def test_a_disconnected_system_changes_nothing(
    send: Callable[..., Any], drain: Callable[[], None], connection: Connection, at: datetime
) -> None:
    disconnect(service="generic", account=connection.account, at=at)
    send({"events": [event()]})
    drain()
    assert newest().effect_kind == "ignored: disconnected"


@pytest.mark.parametrize("forged", [False, True])
def test_an_old_recording_is_signed_anew_unless_it_was_forged(
    client: Client, scope: Merchant, forged: bool
) -> None:
    secret, body = make_secret("generic"), json.dumps({"events": [event()]})
    old = NOW - timedelta(days=90)
    signature = Webhook(make_secret("generic") if forged else secret).sign("msg_7", old, body)
    recording = Recording(
        provider="generic",
        topic="",
        content_type="application/json",
        headers={
            "Webhook-Id": "msg_7",
            "Webhook-Timestamp": str(int(old.timestamp())),
            "Webhook-Signature": signature,
        },
        body=body.encode(),
        secret=secret,
        expect={},
    )
    delivery = prepare(recording, Stage.set_up(at=datetime.now(UTC)))
    answer = client.post(
        delivery.path, body, content_type="application/json", headers=dict(delivery.headers)
    )
    assert answer.status_code == (401 if forged else 200)
