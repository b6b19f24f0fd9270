"""Living demo data in a shop of one's own: filled through intake, removed without a trace."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction

from commerce.events import StaffReplayed
from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from integrations.demo import living
from integrations.demo.models import DemoData
from integrations.outgoing import handlers
from integrations.outgoing.models import Delivery as Webhook
from integrations.outgoing.models import Endpoint
from integrations.outgoing.services import add_endpoint, replay_range
from notifications.enums import AlertMail
from notifications.models import Message, StaffAlert
from notifications.ports import list_alerts
from notifications.selectors import Choice
from notifications.services.alerts import choose_alerts
from postexp.kernel import clock
from postexp.kernel.erasing import merchant_tables
from postexp.kernel.events import append
from postexp.kernel.models import EventRecord
from postexp.kernel.outbox import DeliveryDied
from returns.events import RefundFailed
from returns.selectors import list_versions
from tests.facts import order_facts

FEW = 5
# Enough for each kind of story, with store credit given.
EACH_KIND = 14


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few orders tell the same as forty."""
    monkeypatch.setattr(living, "ORDERS", FEW)
    living._planned.cache_clear()


def rows() -> dict[str, int]:
    """How many rows each table of merchants has."""
    counts = {}
    with connection.cursor() as cursor:
        for table in merchant_tables():
            cursor.execute(f'SELECT count(*) FROM "{table.name}"')
            counts[table.name] = cursor.fetchone()[0]
    return counts


def test_removal_leaves_real_data_and_nothing_of_the_demo(
    scope: Merchant, at: datetime, drain: Callable[[], None]
) -> None:
    now = clock.now()
    real = take_in_order(
        order_facts(external_id="real", placed_at=now, updated_at=now), merchant=scope, at=now
    ).order
    drain()
    before = rows()
    living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    living.ask_to_remove(merchant=scope, at=clock.now(), actor="staff:0")
    drain()

    assert not DemoData.objects.exists()
    assert list(Order.objects.all()) == [real]
    after = rows()
    # What was done stays in the log.
    kept = {"kernel_event", "kernel_delivery"}
    # The month of the real order was counted for the report of returns.
    kept |= {"returns_returncell"}
    grown = {name for name, count in after.items() if count > before.get(name, 0)}
    assert grown <= kept
    assert {name for name, count in after.items() if count < before.get(name, 0)} == set()
    states = [
        record.payload["state"]
        for record in EventRecord.objects.filter(type="demo_data.changed").order_by("id")
    ]
    assert states == ["filling", "removing", "removed"]
    assert EventRecord.objects.filter(type="demo_data.changed", actor="staff:0").count() == 3
    assert Message.objects.filter(order_id=real.public_id).exists()


@pytest.fixture
def listening(scope: Merchant, owner: User) -> User:
    """The owner, who wants a mail at once of shoppers' doings, in a shop with an endpoint."""
    add_endpoint(url="https://erp.example/", events=[], at=clock.now(), actor=owner.actor)
    wish = Choice(dashboard=True, mail=AlertMail.AT_ONCE)
    choices = {kind.name: wish for kind in list_alerts() if kind.event is not DeliveryDied}
    choose_alerts(user_id=owner.pk, choices=choices, locale="en")
    return owner


def test_nothing_of_the_demo_is_told_outside(
    listening: User,
    scope: Merchant,
    drain: Callable[[], None],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(living, "ORDERS", EACH_KIND)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    assert not Webhook.objects.exists()
    assert list_versions() == []
    assert EventRecord.objects.filter(type="store_credit.changed").exists()
    assert StaffAlert.objects.filter(user_id=listening.pk).exists()
    assert set(StaffAlert.objects.values_list("mail", flat=True)) == {"off"}
    assert mail.outbox == []
    endpoint = Endpoint.objects.get()
    day = timedelta(days=1)
    now = clock.now()
    replay_range(endpoint=endpoint, since=now - day, until=now + day, at=now, actor="staff:0")
    again = set(Webhook.objects.values_list("type", flat=True))
    assert again & {"order.placed", "shipment.changed", "return.requested"} == set()


def test_a_real_order_beside_the_demo_is_told_of(
    listening: User, scope: Merchant, drain: Callable[[], None]
) -> None:
    living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    now = clock.now()
    take_in_order(
        order_facts(external_id="real", placed_at=now, updated_at=now), merchant=scope, at=now
    )
    assert Webhook.objects.filter(type="order.placed").count() == 1


def test_no_trace_stays_where_there_was_nothing_but_the_demo(
    listening: User, scope: Merchant, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows()
    with monkeypatch.context() as former:
        # As a shop has them that was filled before webhooks of demo data were held back.
        former.setattr(handlers, "is_about_demo", lambda order_id, customer_id: False)
        living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
        drain()
    assert Webhook.objects.filter(type="order.placed").exists()
    demo = EventRecord.objects.filter(type="order.placed").latest("id")
    order_id = demo.payload["order_id"]
    with transaction.atomic():
        now = clock.now()
        append(RefundFailed(order_id=order_id, refund_id="rfd_1"), at=now)
        append(StaffReplayed(merchant_public_id=scope.public_id, target=demo.public_id), at=now)
        append(
            DeliveryDied(
                event_id=demo.public_id, event_type=demo.type, handler="x", day="2026-11-22"
            ),
            at=now,
        )
    drain()
    assert StaffAlert.objects.filter(object_id="rfd_1").exists()
    living.ask_to_remove(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    after = rows()
    grown = {name: count - before.get(name, 0) for name, count in after.items()}
    left = {name: count for name, count in grown.items() if count}
    # Who asked for demo data, and when it went, is what the shop's people did: it stays.
    assert left.pop("kernel_event") == left.pop("kernel_delivery") == 3
    assert left.pop("notifications_staffalert") == 1
    assert StaffAlert.objects.get().kind == "delivery.died"
    assert left == {}


def test_a_half_filled_shop_can_be_emptied(
    scope: Merchant, monkeypatch: pytest.MonkeyPatch, drain: Callable[[], None]
) -> None:
    monkeypatch.setattr(living, "SECONDS", 0.5)
    living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
    while not Order.objects.exists():
        assert not living.fill_slice()
    living.ask_to_remove(merchant=scope, at=clock.now(), actor="staff:0")
    drain()
    assert not Order.objects.exists()
    assert not DemoData.objects.exists()


def test_filling_goes_on_where_it_was_interrupted(
    scope: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "SECONDS", 0.3)
    living.ask_to_fill(merchant=scope, at=clock.now(), actor="staff:0")
    done = []
    while not living.fill_slice():
        done.append(DemoData.objects.get().done)
    assert done == sorted(set(done))
    assert Order.objects.count() == FEW
