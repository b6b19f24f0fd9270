"""Webhooks of AfterShip, Shippo and 17TRACK: proven in their own way, stored once, one parcel."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.aftership import webhooks as aftership
from integrations.connections import connect, disconnect
from integrations.models import Connection
from integrations.recorded import Recording, Stage, prepare
from integrations.seventeentrack import webhooks as seventeentrack
from integrations.shippo import webhooks as shippo
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tracking.models import Shipment, ShipmentEvent

SAMPLES = Path(__file__).parent.parent / "samples" / "tracking"
SECOND = 1795226400
SECRET = "a secret of the platform"


@dataclass(frozen=True, kw_only=True)
class Platform:
    """How a platform sends: the sample it sends here, and how it proves itself, by hand."""

    service: str
    path: str
    sample: str
    scans: int
    status: str
    topic: str
    sign: Callable[[bytes, str], dict[str, str]]

    @property
    def body(self) -> bytes:
        return (SAMPLES / f"{self.service}_json" / f"{self.sample}.json").read_bytes()

    def url(self, connection: Connection) -> str:
        return f"/webhooks/{self.path}/{connection.public_id}/"


def digest(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


PLATFORMS = [
    Platform(
        service="aftership",
        path="aftership",
        sample="webhook_late_then_returning",
        scans=6,
        status="returned",
        topic="edd_revise",
        sign=lambda body, secret: {
            "aftership-hmac-sha256": base64.b64encode(digest(body, secret)).decode()
        },
    ),
    Platform(
        service="shippo",
        path="shippo",
        sample="webhook_pickup_available",
        scans=7,
        status="available_for_pickup",
        topic="track_updated",
        sign=lambda body, secret: {
            "Shippo-Auth-Signature": f"t={SECOND},v1="
            + digest(f"{SECOND}.".encode() + body, secret).hex()
        },
    ),
    Platform(
        service="seventeentrack",
        path="17track",
        sample="two_providers",
        scans=4,
        status="out_for_delivery",
        topic="TRACKING_UPDATED",
        sign=lambda body, secret: {
            "sign": hashlib.sha256(body + b"/" + secret.encode()).hexdigest()
        },
    ),
]


@pytest.fixture(params=PLATFORMS, ids=lambda one: one.service)
def platform(request: pytest.FixtureRequest) -> Platform:
    found: Platform = request.param
    return found


@pytest.fixture
def connection(scope: Merchant, at: datetime, platform: Platform) -> Connection:
    return connect(service=platform.service, account=scope.public_id, secret=SECRET, at=at)


@pytest.fixture
def send(client: Client, connection: Connection, platform: Platform) -> Callable[..., Any]:
    def post(body: bytes = b"", headers: dict[str, str] | None = None, path: str = "") -> Any:
        body = body or platform.body
        return client.post(
            path or platform.url(connection),
            body,
            content_type="application/json",
            headers=platform.sign(body, SECRET) if headers is None else headers,
        )

    return post


def newest() -> InboxMessage:
    message: InboxMessage = InboxMessage.objects.order_by("-id")[0]
    return message


def test_a_webhook_becomes_a_parcel_that_staff_see(
    send: Callable[..., Any], drain: Callable[[], None], platform: Platform
) -> None:
    assert send().json() == {"stored": True, "duplicate": False}
    drain()
    message = newest()
    assert (message.source, message.topic, message.effect_kind) == (
        platform.service,
        platform.topic,
        "shipment",
    )
    shipment = Shipment.objects.get(public_id=message.effect_object_id)
    assert (shipment.status, shipment.source) == (platform.status, platform.service)
    assert ShipmentEvent.objects.filter(shipment=shipment).count() == platform.scans
    assert message.effect_detail == {
        "tracking_number": shipment.tracking_number,
        "status": platform.status,
        "scans": platform.scans,
        "has_order": False,
    }


def test_a_repeat_is_said_and_changes_nothing(
    send: Callable[..., Any], drain: Callable[[], None], platform: Platform
) -> None:
    for duplicate in (False, True, True):
        assert send().json() == {"stored": True, "duplicate": duplicate}
        drain()
    assert InboxMessage.objects.count() == 1
    assert ShipmentEvent.objects.count() == platform.scans


def test_strangers_and_forgeries_leave_nothing(
    send: Callable[..., Any], platform: Platform, connection: Connection
) -> None:
    right = platform.sign(platform.body, SECRET)
    for headers in ({}, dict.fromkeys(right, ""), platform.sign(platform.body, "another secret")):
        assert send(headers=headers).status_code == 401
    assert send(platform.body + b" ", right).status_code == 401
    assert send(path=f"/webhooks/{platform.path}/con_nobody/").status_code == 401
    odd = dict.fromkeys(right, "é" * 9)
    assert send(headers=odd).status_code == 401
    assert InboxMessage.objects.count() == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"data": 5}', b"[" * 50_000])
def test_what_cannot_be_read_is_kept_and_said(
    send: Callable[..., Any], drain: Callable[[], None], body: bytes
) -> None:
    assert send(body).status_code == 200
    drain()
    message = newest()
    assert (message.state, bytes(message.body)) == ("failed", body)
    assert message.cause


def test_other_topics_are_ignored_aloud(
    send: Callable[..., Any], drain: Callable[[], None]
) -> None:
    send(json.dumps({"event": "batch_created", "event_id": "9", "data": {}}).encode())
    drain()
    message = newest()
    assert message.effect_kind == "ignored"
    assert "batch_created" in message.effect_detail["reason"]


def test_a_disconnected_platform_changes_nothing(
    send: Callable[..., Any],
    drain: Callable[[], None],
    connection: Connection,
    platform: Platform,
    at: datetime,
) -> None:
    disconnect(service=platform.service, account=connection.account, at=at)
    assert send().status_code == 200
    drain()
    assert newest().effect_kind == "ignored: disconnected"
    assert Shipment.objects.count() == 0


def test_the_parcel_belongs_to_the_connections_shop(
    send: Callable[..., Any], drain: Callable[[], None], other_merchant: Merchant
) -> None:
    send()
    drain()
    assert Shipment.objects.count() == 1
    with merchant_scope(other_merchant.pk):
        assert Shipment.objects.count() == 0


def test_a_recording_is_sent_to_an_address_of_its_own(
    client: Client, scope: Merchant, at: datetime, platform: Platform, drain: Callable[[], None]
) -> None:
    recording = Recording(
        provider=platform.service,
        topic=platform.topic,
        content_type="application/json",
        headers=platform.sign(platform.body, SECRET),
        body=platform.body,
        secret=SECRET,
        expect={},
    )
    delivery = prepare(recording, Stage.set_up(at=at))
    answer = client.post(
        delivery.path,
        recording.body,
        content_type=recording.content_type,
        headers=dict(delivery.headers),
    )
    assert answer.json() == {"stored": True, "duplicate": False}
    drain()
    assert newest().effect_kind == "shipment"


def test_aftership_may_sign_in_the_header_of_its_newer_products() -> None:
    body = b"{}"
    made = aftership.signature_of(body, SECRET)
    assert aftership.is_signed(body, ["nonsense", made], SECRET)
    assert not aftership.is_signed(body, [], SECRET)


@pytest.mark.parametrize("days", [0, 2])
def test_shippo_may_prove_itself_by_a_token_in_the_address(
    client: Client, scope: Merchant, at: datetime, days: int, drain: Callable[[], None]
) -> None:
    connection = connect(service="shippo", account=scope.public_id, secret="first-token", at=at)
    rotated_at = datetime.now(at.tzinfo) - timedelta(days=days)
    connect(service="shippo", account=scope.public_id, secret="tökén & more", at=rotated_at)
    platform = PLATFORMS[1]

    def post(token: str) -> Any:
        url = platform.url(connection)
        return client.post(
            url, platform.body, content_type="application/json", query_params={"token": token}
        )

    # The token before it is good for one more day.
    assert post("first-token").status_code == (401 if days else 200)
    assert post("tökén & more").json() == {"stored": True, "duplicate": not days}
    assert post("").status_code == post("tökén").status_code == 401
    drain()
    assert "token" not in str(newest().headers)


def test_a_shippo_signature_is_bound_to_its_second() -> None:
    signature = shippo.signature_of(b"{}", "1795226400", SECRET)
    assert shippo.is_signed(b"{}", signature, SECRET)
    assert not shippo.is_signed(b"{}", signature.replace("t=17", "t=18"), SECRET)
    for broken in ("", "t=1795226400", "v1=", ",,,", signature[:-1]):
        assert not shippo.is_signed(b"{}", broken, SECRET)


def test_the_published_recipe_of_17track() -> None:
    # sha256 of `{}/key`, computed with coreutils.
    made = "461a224c100d7b686157238995a9c7bd82a226ec5c8e51a4aa00518eb432f61f"
    assert seventeentrack.signature_of(b"{}", "key") == made
    assert seventeentrack.is_signed(b"{}", made.upper(), "key")
