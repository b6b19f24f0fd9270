"""Every recorded Shopify request ends as its file says: one row, one effect in the database."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import (
    Fulfilment,
    Merchant,
    Order,
    PlatformRefund,
    PrivacyRequest,
)
from integrations.connections import connect
from integrations.recorded import NotARecording, Recording, Stage, prepare
from postexp.kernel import clock, inbox
from postexp.kernel.models import InboxMessage
from postexp.kernel.money import Money
from postexp.kernel.tenancy import merchant_scope
from tests.samples import recordings
from tracking.models import Shipment

SHOPIFY = recordings("shopify")


def send(client: Client, recording: Recording, stage: Stage) -> Any:
    delivery = prepare(recording, stage)
    return client.post(
        delivery.path,
        data=recording.body,
        content_type=recording.content_type,
        headers=dict(delivery.headers),
    )


@pytest.fixture
def stage(merchant: Merchant) -> Stage:
    return Stage.set_up(at=datetime.now(UTC))


@pytest.mark.parametrize("path", SHOPIFY, ids=lambda path: path.stem)
def test_a_recorded_request_ends_as_it_should(
    path: Path, client: Client, scope: Merchant, stage: Stage, drain: Callable[[], None]
) -> None:
    recording = Recording.read(path)
    answer = send(client, recording, stage)
    assert answer.status_code == recording.expect["http"]
    if answer.status_code != 200:
        assert InboxMessage.objects.count() == 0
        return
    drain()
    message = InboxMessage.objects.get()
    assert (message.state, message.cause) == ("processed", "")
    assert message.effect_kind not in ("", "ignored")
    EFFECTS[recording.topic](json.loads(recording.body), recording.expect, message)

    again = send(client, recording, stage)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    drain()
    assert InboxMessage.objects.count() == 1


def _order(body: Any, expect: Any, message: InboxMessage) -> None:
    order = Order.objects.get(public_id=message.effect_object_id)
    assert order.external_id == str(body["id"])
    assert order.number == body["name"]
    assert order.currency == expect.get("currency", order.currency)
    assert order.total == Money.parse(body["total_price"], order.currency).amount
    if "total_minor_units" in expect:
        assert order.total == expect["total_minor_units"]
    if "total" in expect:
        assert order.total == Money.parse(expect["total"], order.currency).amount
    if "financial_status" in expect:
        assert order.payment_state == expect["financial_status"]
    assert order.lines.count() == len(body["line_items"])
    assert PlatformRefund.objects.filter(order=order).count() == len(body["refunds"])
    assert (order.cancelled_at is not None) == bool(body["cancelled_at"])


def _fulfilment(body: Any, expect: Any, message: InboxMessage) -> None:
    fulfilment = Fulfilment.objects.get(public_id=message.effect_object_id)
    assert fulfilment.carrier_name == expect["tracking_company"]
    shipment = Shipment.objects.get(tracking_number=expect["tracking_number"])
    assert shipment.status == "info_received"


def _scan(body: Any, expect: Any, message: InboxMessage) -> None:
    shipment = Shipment.objects.get(public_id=message.effect_object_id)
    assert shipment.status == expect["status"]


def _refund(body: Any, expect: Any, message: InboxMessage) -> None:
    refund = PlatformRefund.objects.get(public_id=message.effect_object_id)
    assert refund.external_id == str(body["id"])
    assert refund.amount == sum(
        Money.parse(str(row["amount"]), row["currency"]).amount
        for row in body["transactions"]
        if row["kind"] == "refund" and row["status"] == "success"
    )
    assert len(refund.lines) == len(body["refund_line_items"])


def _privacy(body: Any, expect: Any, message: InboxMessage) -> None:
    request = PrivacyRequest.objects.get(public_id=message.effect_object_id)
    if "customer_id" in expect:
        assert request.customer_external_id == str(expect["customer_id"])
    if "orders" in expect:
        assert len(request.order_external_ids) == expect["orders"]
    if "data_request_id" in expect:
        assert request.external_id == str(expect["data_request_id"])


EFFECTS: dict[str, Callable[[Any, Any, InboxMessage], None]] = {
    "orders/create": _order,
    "orders/updated": _order,
    "orders/cancelled": _order,
    "fulfillments/create": _fulfilment,
    "fulfillment_events/create": _scan,
    "refunds/create": _refund,
    "customers/data_request": _privacy,
    "customers/redact": _privacy,
    "shop/redact": _privacy,
}


def test_there_are_recordings() -> None:
    assert len(SHOPIFY) >= 12


def test_a_stranger_and_a_rotated_secret(client: Client, scope: Merchant, stage: Stage) -> None:
    path = next(path for path in SHOPIFY if "shop_redact" in path.name)
    recording = Recording.read(path)
    delivery = prepare(recording, stage)
    headers = {**delivery.headers, "X-Shopify-Shop-Domain": "stranger.myshopify.com"}
    refused = client.post(
        delivery.path, recording.body, content_type="application/json", headers=headers
    )
    assert refused.status_code == 401

    account = f"{stage.account}.myshopify.com"
    connect(service="shopify", account=account, secret="the new one", at=stage.at)
    accepted = client.post(
        delivery.path, recording.body, content_type="application/json", headers=delivery.headers
    )
    assert accepted.status_code == 200, "the old secret verifies until the change is through"


def test_a_body_too_large_is_not_read(client: Client, db: None) -> None:
    answer = client.post(
        "/webhooks/shopify/",
        b"{}",
        content_type="application/json",
        headers={"Content-Length": str(6 * 1024 * 1024)},
    )
    assert answer.status_code == 413


def post_signed(client: Client, body: bytes, topic: str) -> Any:
    connect(service="shopify", account="x.myshopify.com", secret="s", at=clock.now())
    signature = base64.b64encode(hmac.new(b"s", body, hashlib.sha256).digest()).decode()
    return client.post(
        "/webhooks/shopify/",
        body,
        content_type="application/json",
        headers={
            "Shopify-Hmac-Sha256": signature,
            "Shopify-Shop-Domain": "x.myshopify.com",
            "Shopify-Topic": topic,
        },
    )


def test_an_unknown_topic_is_ignored_aloud(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    assert post_signed(client, b"{}", "carts/create").status_code == 200
    drain()
    message = InboxMessage.objects.get()
    assert message.effect_kind == "ignored"
    assert "carts/create" in message.effect_detail["reason"]


def test_an_unreadable_body_is_kept_and_can_be_replayed(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    body = b'{"id": "no order"}'
    assert post_signed(client, body, "orders/create").status_code == 200
    drain()
    message = InboxMessage.objects.get()
    assert message.state == "failed"
    assert message.cause
    assert message.next_step
    assert bytes(message.body) == body
    inbox.replay(message, at=clock.now())
    drain()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 1)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"provider": "x", "request": {}}', '{"request": 1}']
)
def test_what_is_no_recording_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(NotARecording, match=r"x\.json"):
        Recording.read(path)
    with pytest.raises(NotARecording, match="cannot be read"):
        Recording.read(tmp_path / "missing.json")


def test_a_provider_without_intake_is_said(scope: Merchant, stage: Stage) -> None:
    recording = Recording(
        provider="pigeon",
        topic="",
        content_type="",
        headers={},
        body=b"",
        secret="",
        expect={},
    )
    with pytest.raises(NotARecording, match="pigeon"):
        prepare(recording, stage)


@pytest.mark.django_db
def test_another_shops_messages_stay_theirs(
    client: Client,
    merchant: Merchant,
    other_merchant: Merchant,
    stage: Stage,
    drain: Callable[[], None],
) -> None:
    with merchant_scope(merchant.pk):
        send(client, Recording.read(SHOPIFY[0]), stage)
    drain()
    with merchant_scope(other_merchant.pk):
        assert InboxMessage.objects.count() == 0
