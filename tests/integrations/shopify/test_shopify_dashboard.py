"""Connecting to the stand-in from the settings: access, webhooks, older orders."""

import json
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
from celery import current_app
from django.test import Client

from commerce.models import Merchant, Order, User
from integrations import tasks
from integrations.connections import connect
from integrations.models import BackFill, Connection
from integrations.shopify import backfill, subscriptions
from integrations.shopify.backfill import slices
from integrations.shopify.fake.server import FakeShopify
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope

PAGE = "/d/komorebi/settings/connections/"


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Let handed-over work happen at once, as with an idle worker."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = before


def typed(fake: FakeShopify, **changes: str) -> dict[str, str]:
    """What staff type."""
    values = {
        "shopify-account": fake.shop.domain,
        "shopify-client_id": fake.shop.client_id,
        "shopify-secret": fake.shop.client_secret,
    }
    return {**values, **changes}


def test_connecting_sets_the_webhooks_up(staff: Client, scope: Merchant, fake: FakeShopify) -> None:
    page = staff.post(f"{PAGE}shopify/connect/", typed(fake), follow=True).content.decode()
    assert "Connected: Shopify." in page
    assert f"Webhooks set up: {len(subscriptions.TOPICS)}/{len(subscriptions.TOPICS)}." in page
    assert {one["topic"].lower() for one in fake.shop.subscriptions.values()} == {
        topic.replace("/", "_") for topic in subscriptions.TOPICS
    }
    assert {one["uri"] for one in fake.shop.subscriptions.values()} == {
        subscriptions.webhook_address()
    }
    connection = Connection.objects.get()
    assert connection.token_expires_at is not None
    assert connection.scopes == sorted(fake.shop.scopes)


def test_wrong_credentials_are_told_and_not_kept(
    staff: Client, scope: Merchant, fake: FakeShopify
) -> None:
    wrong = typed(fake, **{"shopify-secret": "wrong"})
    answer = staff.post(f"{PAGE}shopify/connect/", wrong)
    assert answer.status_code == 422
    assert "does not accept the client ID and secret" in answer.content.decode()
    assert not Connection.objects.exists()


def test_a_silent_shopify_is_told_and_nothing_is_kept(
    staff: Client, scope: Merchant, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.shopify.client.TRIES", 1)
    fake.shop.inject("http_500")
    answer = staff.post(f"{PAGE}shopify/connect/", typed(fake))
    assert answer.status_code == 422
    assert "Shopify did not answer." in answer.content.decode()
    assert not Connection.objects.exists()


def test_missing_permissions_are_named(staff: Client, scope: Merchant, fake: FakeShopify) -> None:
    fake.shop.scopes = tuple(one for one in fake.shop.scopes if one != "write_fulfillments")
    page = staff.post(f"{PAGE}shopify/connect/", typed(fake), follow=True).content.decode()
    assert "The app lacks permissions" in page
    assert "<span>write_fulfillments</span>" in page
    assert "<span>write_orders</span>" not in page


def test_lost_webhooks_are_made_again_daily(connected: Connection, fake: FakeShopify) -> None:
    tasks.look_after_shopify()
    fake.shop.subscriptions.pop(next(iter(fake.shop.subscriptions)))
    tasks.look_after_shopify()
    assert len(fake.shop.subscriptions) == len(subscriptions.TOPICS) - 1
    later = clock.now() + timedelta(days=1, minutes=1)
    with mock.patch.object(clock, "now", return_value=later):
        tasks.look_after_shopify()
    assert len(fake.shop.subscriptions) == len(subscriptions.TOPICS)


def test_a_check_tells_what_is_wrong_and_when_it_is_mended(
    staff: Client, connected: Connection, fake: FakeShopify
) -> None:
    check = f"{PAGE}{connected.public_id}/check/"
    secret, fake.shop.client_secret = fake.shop.client_secret, "rotated"
    page = staff.post(check, follow=True).content.decode()
    assert "Shopify cannot be reached with these values" in page
    fake.shop.client_secret = secret
    page = staff.post(check, follow=True).content.decode()
    assert "cannot be reached" not in page
    assert "Webhooks set up" in page


def test_older_orders_come_in_from_the_page(
    staff: Client, connected: Connection, fake: FakeShopify, owner: User
) -> None:
    history = f"{PAGE}{connected.public_id}/history/"
    part = staff.post(f"{history}start/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert Order.objects.count() == 30
    done = staff.get(history).content.decode()
    assert "30 / 30 · Done" in done
    assert "hx-trigger" not in done
    assert EventRecord.objects.filter(type="connection.changed", actor=owner.actor).exists()


def test_bringing_in_rests_and_ends(
    staff: Client, connected: Connection, fake: FakeShopify
) -> None:
    history = f"{PAGE}{connected.public_id}/history/"
    with mock.patch.object(tasks.back_fill, "apply_async"):
        staff.post(f"{history}start/")
    assert 'hx-trigger="every 2s"' in staff.get(history).content.decode()
    assert "Paused" in staff.post(f"{history}pause/", follow=True).content.decode()
    assert "Cancelled" in staff.post(f"{history}cancel/", follow=True).content.decode()
    assert set(BackFill.objects.values_list("state", flat=True)) == {"cancelled"}


def test_cancelling_ends_shopifys_work_too(
    staff: Client, connected: Connection, fake: FakeShopify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "LARGE", 0)
    fake.shop.bulk_polls = 1000
    backfill.start(connected, at=clock.now())
    backfill.run_slice(connected, now=clock.now, seconds=0)
    (operation,) = fake.shop.bulk_operations.values()
    address = f"{PAGE}{connected.public_id}/history/cancel/"
    down = tasks.stop_bulk.OperationalError("no broker")
    with mock.patch.object(tasks.stop_bulk, "apply_async", side_effect=down):
        staff.post(address)
    assert operation["status"] == "RUNNING"
    tasks.continue_back_fills()
    assert operation["status"] == "CANCELING"


def test_a_broker_that_is_down_stops_nobody(
    staff: Client, connected: Connection, fake: FakeShopify
) -> None:
    down = tasks.back_fill.OperationalError("no broker")
    with mock.patch.object(tasks.back_fill, "apply_async", side_effect=down):
        answer = staff.post(f"{PAGE}{connected.public_id}/history/start/")
    assert answer.status_code == 302
    tasks.continue_back_fills()
    assert Order.objects.count() == 30


def test_disconnecting_takes_the_webhooks_back(
    staff: Client, connected: Connection, fake: FakeShopify
) -> None:
    tasks.look_after_shopify()
    assert fake.shop.subscriptions
    staff.post(f"{PAGE}{connected.public_id}/end/")
    assert not fake.shop.subscriptions


def test_the_owner_of_an_account_connects_although_a_stranger_entered_it(
    staff: Client, scope: Merchant, other_merchant: Merchant, fake: FakeShopify
) -> None:
    with merchant_scope(other_merchant.pk):
        connect(service="shopify", account=fake.shop.domain, secret="made up", at=clock.now())
    refused = staff.post(f"{PAGE}shopify/connect/", typed(fake, **{"shopify-client_id": ""}))
    assert refused.status_code == 422
    assert "enter the client ID, too" in refused.content.decode()
    staff.post(f"{PAGE}shopify/connect/", typed(fake))
    assert Connection.objects.get().account == fake.shop.domain
    living = Connection.every_merchant.filter(ended_at=None)
    assert [one.merchant_id for one in living] == [scope.pk]


def test_what_passes_by_itself_is_checked_again_after_an_hour(
    connected: Connection, fake: FakeShopify
) -> None:
    at = clock.now()
    fake.shop.inject("http_500", times=4)
    subscriptions.look_after(connected, at=at)
    assert Connection.objects.get().problem == "Unanswered"
    assert subscriptions.list_due(at=at + timedelta(minutes=59)) == []
    due = [(connected.merchant_id, connected.pk)]
    assert subscriptions.list_due(at=at + timedelta(hours=1)) == due
    subscriptions.look_after(connected, at=at)
    assert subscriptions.list_due(at=at + timedelta(hours=23)) == []
    assert subscriptions.list_due(at=at + timedelta(days=1)) == due
    # Staff who enter a new secret do not wait for the day to end.
    connect(
        service="shopify",
        account=fake.shop.domain,
        secret=fake.shop.client_secret,
        client_id=fake.shop.client_id,
        at=at,
    )
    assert subscriptions.list_due(at=at) == due


def test_without_api_access_there_is_nothing_to_ask(
    staff: Client, scope: Merchant, fake: FakeShopify
) -> None:
    page = staff.post(
        f"{PAGE}shopify/connect/", typed(fake, **{"shopify-client_id": ""}), follow=True
    ).content.decode()
    assert "Only what happens from now on comes in" in page
    connection = Connection.objects.get()
    for act in ("check", "history/start", "history/pause", "history/cancel"):
        assert staff.post(f"{PAGE}{connection.public_id}/{act}/").status_code == 404
    assert not fake.shop.subscriptions


def test_a_signed_webhook_of_the_stand_in_arrives(
    live_server: object, connected: Connection, fake: FakeShopify
) -> None:
    from django.test import override_settings

    from postexp.kernel.models import InboxMessage

    with override_settings(BASE_URL=getattr(live_server, "url")):  # noqa: B009
        subscriptions.look_after(connected, at=clock.now())
        order = next(iter(fake.shop.orders.values()))
        fake.shop.tell("orders/updated", order)
        fake.postman.settle()
    (told,) = InboxMessage.objects.all()
    assert (told.topic, json.loads(bytes(told.body))["id"]) == ("orders/updated", order["id"])
    assert len(fake.postman.delivered) == 1


def test_webhooks_nobody_answers_are_sent_again_and_then_given_up(
    connected: Connection, fake: FakeShopify
) -> None:
    fake.shop.subscriptions[1] = {
        "id": "gid://shopify/WebhookSubscription/1",
        "topic": "ORDERS_UPDATED",
        "uri": "http://127.0.0.1:9/",
        "format": "JSON",
    }
    fake.shop.tell("orders/updated", {"id": 1})
    fake.postman.settle(20)
    assert fake.shop.subscriptions == {}
    assert fake.postman.delivered == []
