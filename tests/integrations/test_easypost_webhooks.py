"""EasyPost's webhooks: the published sample verifies, is stored once, and moves a parcel."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.connections import connect
from integrations.easypost.webhooks import HEADER, is_signed, signature_of
from integrations.models import Connection, Service
from integrations.reception import LARGEST_BODY
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tracking.models import Shipment, ShipmentEvent

SAMPLES = Path(__file__).parent.parent / "samples" / "tracking" / "easypost_json"
BODY = (SAMPLES / "webhook_tracker_updated.json").read_bytes()
KNOWN = json.loads((SAMPLES / "webhook_tracker_updated.expected.json").read_text())["expected"][
    "webhook"
]
SECRET, SIGNATURE = KNOWN["secret"], KNOWN["signature"]


def test_the_published_answer() -> None:
    assert signature_of(BODY, SECRET) == SIGNATURE
    # The same secret in composed and in decomposed form signs alike.
    assert signature_of(BODY, "se\u0301cret") == signature_of(BODY, "s\u00e9cret")


def test_anything_else_is_refused() -> None:
    assert is_signed(BODY, SIGNATURE, SECRET)
    assert not is_signed(BODY + b" ", SIGNATURE, SECRET)
    assert not is_signed(BODY, SIGNATURE, "other")
    assert not is_signed(BODY, SIGNATURE.removeprefix("hmac-sha256-hex="), SECRET)
    assert not is_signed(BODY, "", SECRET)
    assert not is_signed(BODY, "é\ud800", SECRET)


@pytest.fixture
def connection(scope: Merchant, at: datetime) -> Connection:
    return connect(service=Service.EASYPOST, account="acct", secret=SECRET, at=at)


@pytest.fixture
def send(client: Client, connection: Connection) -> Callable[..., Any]:
    def post(body: bytes = BODY, signature: str | None = None, path: str = "") -> Any:
        return client.post(
            f"/webhooks/easypost/{path or connection.public_id}/",
            body,
            content_type="application/json",
            headers={HEADER: signature or signature_of(body, SECRET)},
        )

    return post


def effect() -> InboxMessage:
    message: InboxMessage = InboxMessage.objects.order_by("-id")[0]
    return message


def test_a_tracker_becomes_a_parcel_that_staff_see(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    assert send(signature=SIGNATURE).json() == {"stored": True, "duplicate": False}
    drain()
    message = effect()
    assert (message.effect_kind, message.topic) == ("shipment", "tracker.updated")
    shipment = Shipment.objects.get(public_id=message.effect_object_id)
    assert (shipment.tracking_number, shipment.carrier) == ("1", "fedex")
    assert (shipment.status, shipment.substatus) == ("in_transit", "arrived_facility")
    assert message.effect_detail["has_order"] is False
    assert ShipmentEvent.objects.filter(shipment=shipment).count() == 7


def test_a_repeat_is_said_and_changes_nothing(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    send()
    drain()
    assert send().json() == {"stored": True, "duplicate": True}
    drain()
    assert InboxMessage.objects.count() == 1
    assert ShipmentEvent.objects.count() == 7


def test_strangers_and_forgeries_leave_nothing(send: Callable[..., Any]) -> None:
    assert send(path="con_nobody").status_code == 401
    assert send(signature=SIGNATURE[:-1] + "0").status_code == 401
    assert InboxMessage.objects.count() == 0


def test_a_body_too_large_is_refused(send: Callable[..., Any]) -> None:
    assert send(b" " * (LARGEST_BODY + 1)).status_code == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"id": 5}', b"[" * 50_000])
def test_what_cannot_be_read_is_kept_and_said(
    send: Callable[..., Any], drain: Callable[[], None], body: bytes
) -> None:
    assert send(body).status_code == 200
    drain()
    message = effect()
    assert message.state == "failed"
    assert bytes(message.body) == body


def test_other_topics_are_ignored_aloud(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    send(json.dumps({"id": "evt_9", "description": "batch.created"}).encode())
    drain()
    message = effect()
    assert message.effect_kind == "ignored"
    assert "batch.created" in message.effect_detail["reason"]


def test_the_parcel_belongs_to_the_connections_shop(
    send: Callable[..., Any],
    drain: Callable[[], None],
    other_merchant: Merchant,
) -> None:
    send()
    drain()
    with merchant_scope(other_merchant.pk):
        assert Shipment.objects.count() == 0
