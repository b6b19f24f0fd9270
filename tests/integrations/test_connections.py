"""What a connection lets in after it ended or changed its secret, and whose its account is."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from commerce.models import Customer, Merchant, PrivacyRequest, User
from integrations.connections import (
    connect,
    connect_by_staff,
    disconnect,
    was_disconnected,
)
from integrations.easypost.webhooks import HEADER, signature_of
from integrations.errors import AccountTaken, AccountUnproven, OtherAccountConnected
from integrations.intake import Address, find_sender
from integrations.models import Connection, Service
from postexp.kernel import clock, inbox
from postexp.kernel.models import EventRecord, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tracking.models import Shipment

ACCOUNT = "komorebi.myshopify.com"
BY_ACCOUNT = Address(service=Service.SHOPIFY, account=ACCOUNT)
CUSTOMER = {"id": 7, "email": "hana@example.jp"}
PRIVACY = {"shop_domain": ACCOUNT, "customer": CUSTOMER}


def shopify(*, at: datetime, secret: str = "s") -> Connection:
    return connect(service=Service.SHOPIFY, account=ACCOUNT, secret=secret, at=at)


def post(client: Client, topic: str, body: dict[str, Any], *, secret: str = "s") -> Any:
    raw = json.dumps(body).encode()
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    return client.post(
        "/webhooks/shopify/",
        raw,
        content_type="application/json",
        headers={
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Shop-Domain": ACCOUNT,
            "X-Shopify-Topic": topic,
        },
    )


def effects() -> list[str]:
    return list(InboxMessage.objects.order_by("id").values_list("effect_kind", flat=True))


def test_after_the_end_only_what_the_law_asks_has_an_effect(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    shopify(at=clock.now())
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=clock.now())
    for topic, body in (
        ("customers/create", CUSTOMER),
        ("customers/redact", PRIVACY),
        ("app/uninstalled", {"myshopify_domain": ACCOUNT}),
    ):
        assert post(client, topic, body).status_code == 200
    drain()
    assert effects() == ["ignored: disconnected", "privacy_request", "disconnected"]
    assert not Customer.objects.exists()
    assert PrivacyRequest.objects.count() == 1
    kept = InboxMessage.objects.get(topic="customers/create")
    assert kept.state == "processed"
    assert "ended this connection" in kept.effect_detail["reason"]


def test_what_came_before_the_end_is_read_and_what_came_after_when_connected_again(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    shopify(at=clock.now())
    post(client, "customers/create", CUSTOMER)
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=clock.now())
    post(client, "customers/create", {**CUSTOMER, "id": 8})
    drain()
    assert effects() == ["customer", "ignored: disconnected"]
    shopify(at=clock.now())
    inbox.replay(InboxMessage.objects.latest("id"), at=clock.now())
    drain()
    assert effects() == ["customer", "customer"]


def test_a_privacy_webhook_read_again_is_the_same_request(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    shopify(at=clock.now())
    post(client, "customers/redact", PRIVACY)
    drain()
    request = PrivacyRequest.objects.get()
    inbox.replay(InboxMessage.objects.get(), at=clock.now())
    drain()
    again = PrivacyRequest.objects.get()
    assert (again.pk, again.due_at) == (request.pk, request.due_at)
    assert InboxMessage.objects.get().effect_object_id == request.public_id


def test_a_disconnected_tracker_moves_no_parcel(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    connection = connect(
        service=Service.EASYPOST, account=scope.public_id, secret="long enough", at=clock.now()
    )
    disconnect(service=Service.EASYPOST, account=scope.public_id, at=clock.now())
    told = {
        "id": "evt_1",
        "description": "tracker.updated",
        "result": {"id": "trk_1", "tracking_code": "1", "status": "delivered"},
    }
    body = json.dumps(told).encode()
    answer = client.post(
        f"/webhooks/easypost/{connection.public_id}/",
        body,
        content_type="application/json",
        headers={HEADER: signature_of(body, "long enough")},
    )
    assert answer.status_code == 200
    drain()
    assert effects() == ["ignored: disconnected"]
    assert not Shipment.objects.exists()


def test_a_shop_that_never_connected_did_not_disconnect(scope: Merchant, at: datetime) -> None:
    assert not was_disconnected(service=Service.SHOPIFY, at=at)
    shopify(at=at)
    assert not was_disconnected(service=Service.SHOPIFY, at=at)


def test_an_account_that_ended_is_free_for_another_shop(
    scope: Merchant, other_merchant: Merchant, owner: User, at: datetime
) -> None:
    shopify(at=at)
    later = at + timedelta(days=1)

    def take() -> Connection:
        with merchant_scope(other_merchant.pk):
            return connect_by_staff(
                merchant=other_merchant,
                service=Service.SHOPIFY,
                account=ACCOUNT,
                secret="theirs",
                by=owner,
                at=later,
            )

    with pytest.raises(AccountTaken):
        take()
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=at)
    take()
    sender = find_sender(BY_ACCOUNT)
    assert sender is not None
    assert (sender.merchant_id, sender.secrets(later)) == (other_merchant.pk, ("theirs",))
    # The first shop cannot have it back while it is theirs.
    with pytest.raises(AccountTaken):
        connect_by_staff(
            merchant=scope, service=Service.SHOPIFY, account=ACCOUNT, secret="s", by=owner, at=later
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        shopify(at=later)


def test_an_account_entered_without_proof_gives_way_to_its_owner(
    client: Client, scope: Merchant, other_merchant: Merchant, owner: User, at: datetime
) -> None:
    """A stranger enters somebody's shop with a secret of their own, and even signs with it."""
    shopify(at=at, secret="made up")
    assert post(client, "customers/create", CUSTOMER, secret="made up").status_code == 200

    def take(**proof: Any) -> Connection:
        with merchant_scope(other_merchant.pk):
            return connect_by_staff(
                merchant=other_merchant,
                service=Service.SHOPIFY,
                account=ACCOUNT,
                secret="theirs",
                by=owner,
                at=at,
                **proof,
            )

    with pytest.raises(AccountUnproven):
        take()
    assert take(client_id="abc", proven=True).merchant_id == other_merchant.pk
    assert Connection.objects.get().ended_at == at
    told = EventRecord.objects.get(type="connection.changed")
    assert ACCOUNT in told.payload["detail"]
    another = {**CUSTOMER, "id": 8}
    assert post(client, "customers/create", another, secret="made up").status_code == 401
    assert post(client, "customers/create", another, secret="theirs").status_code == 200
    assert InboxMessage.every_merchant.latest("id").merchant_id == other_merchant.pk


def test_an_account_that_was_proven_gives_way_to_nobody(
    scope: Merchant, other_merchant: Merchant, owner: User, at: datetime
) -> None:
    connect(service=Service.SHOPIFY, account=ACCOUNT, secret="s", client_id="abc", at=at)
    with merchant_scope(other_merchant.pk), pytest.raises(AccountTaken) as taken:
        connect_by_staff(
            merchant=other_merchant,
            service=Service.SHOPIFY,
            account=ACCOUNT,
            secret="theirs",
            client_id="abc",
            proven=True,
            by=owner,
            at=at,
        )
    assert type(taken.value) is AccountTaken
    assert Connection.objects.get().ended_at is None


def test_a_shop_has_one_account_of_a_service_at_a_time(
    scope: Merchant, owner: User, at: datetime
) -> None:
    shopify(at=at)

    def change(account: str) -> Connection:
        return connect_by_staff(
            merchant=scope, service=Service.SHOPIFY, account=account, secret="n", by=owner, at=at
        )

    with pytest.raises(OtherAccountConnected):
        change("second.myshopify.com")
    assert change(ACCOUNT).secret == "n"
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=at)
    assert change("second.myshopify.com").account == "second.myshopify.com"


def test_of_ended_connections_the_newest_is_told(
    scope: Merchant, other_merchant: Merchant, at: datetime
) -> None:
    shopify(at=at)
    disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=at)
    later = at + timedelta(days=1)
    with merchant_scope(other_merchant.pk):
        shopify(at=later)
        disconnect(service=Service.SHOPIFY, account=ACCOUNT, at=later)
    sender = find_sender(BY_ACCOUNT)
    assert sender is not None
    assert sender.merchant_id == other_merchant.pk


def test_an_old_secret_verifies_for_a_day(scope: Merchant, at: datetime) -> None:
    shopify(at=at)
    connection = shopify(at=at, secret="new")
    # Saving the same secret again begins no new day.
    shopify(at=at + timedelta(hours=20), secret="new")

    def secrets(after: timedelta) -> tuple[str, ...]:
        by_account = find_sender(BY_ACCOUNT)
        by_id = find_sender(Address(service=Service.SHOPIFY, public_id=connection.public_id))
        assert by_account is not None
        assert by_account == by_id
        return by_account.secrets(at + after)

    assert secrets(timedelta(hours=23)) == ("new", "s")
    assert secrets(timedelta(days=1)) == ("new",)
