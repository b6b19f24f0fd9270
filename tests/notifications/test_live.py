"""Dry run: everything is written, nothing leaves, until staff let it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from commerce.services.sandboxes import open_sandbox
from notifications import services
from notifications.enums import Hold, Reason
from notifications.models import Message
from notifications.selectors import (
    count_dry_runs,
    is_live,
    list_due_messages,
    list_likely_messages,
)
from notifications.selectors.flows import FlowTerms, Terms
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tracking.enums import Status
from tracking.models import Shipment


@pytest.fixture
def dry(scope: Merchant, at: datetime) -> Merchant:
    """The shop, back in dry run."""
    services.stop_messages(at=at, actor="system")
    return scope


def place(merchant: Merchant, external_id: str) -> Order:
    """An order of this moment, which is thanked for."""
    now = clock.now()
    facts = order_facts(external_id=external_id, placed_at=now, updated_at=now)
    return take_in_order(facts, merchant=merchant, at=now).order


def test_in_dry_run_everything_is_written_and_nothing_leaves(
    dry: Merchant, drain: Callable[[], None]
) -> None:
    order = place(dry, "1")
    drain()
    [message] = Message.objects.filter(order_id=order.public_id)
    assert (message.state, message.reason) == ("dry_run", "dry_run")
    assert message.subject
    assert message.html
    assert message.text
    assert mail.outbox == []


def test_live_sends_what_comes_and_not_what_was(dry: Merchant, drain: Callable[[], None]) -> None:
    place(dry, "1")
    drain()
    services.go_live(at=clock.now(), actor="staff:0")
    services.go_live(at=clock.now(), actor="staff:0")
    place(dry, "2")
    drain()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["dry_run", "sent"]
    assert len(mail.outbox) == 1
    assert EventRecord.objects.filter(type="messages.went_live", actor="staff:0").count() == 1


def test_the_switch_is_staffs(dry: Merchant, owner: User, client: Client) -> None:
    client.force_login(owner)
    page = reverse("dashboard:go_live", args=[dry.slug])
    place(dry, "1")
    assert "Messages are in dry run" in client.get(page).content.decode()
    client.post(page)
    assert is_live()
    assert "Messages are live" in client.get(page).content.decode()
    client.post(reverse("dashboard:messages_stop", args=[dry.slug]))
    assert not is_live()


def test_a_test_shop_stays_dry(scope: Merchant, owner: User, client: Client, at: datetime) -> None:
    twin = open_sandbox(merchant=scope, by=owner, at=at)
    client.force_login(owner)
    url = reverse("dashboard:go_live", args=[twin.slug])
    assert "Go live now" not in client.get(url).content.decode()
    assert "writes to nobody" in client.post(url, follow=True).content.decode()
    with merchant_scope(twin.pk):
        assert not is_live()


def test_the_page_shows_what_a_live_shop_would_have_sent(
    dry: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    place(dry, "1")
    drain()
    client.force_login(owner)
    page = client.get(reverse("dashboard:go_live", args=[dry.slug]))
    assert page.context["written"] == [("Order thanks", 1)]


def test_a_test_message_leaves_in_dry_run_and_reaches_staff_alone(
    dry: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    order = place(dry, "1")
    client.force_login(owner)
    client.post(
        reverse("dashboard:message_kind_test", args=[dry.slug, "order.thanks"]),
        {"order": order.public_id, "lang": "ja"},
    )
    drain()
    [letter] = mail.outbox
    assert letter.to == [owner.email]
    assert order.number in letter.subject
    assert EventRecord.objects.get(type="messages.test_requested").actor == owner.actor


def test_an_order_without_a_parcel_has_none_to_tell_of(
    order: Order, merchant: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    url = reverse("dashboard:message_kind", args=[merchant.slug, "return.requested"])
    asked = f"?order={order.public_id}"
    assert client.get(f"{url}{asked}").context["sides"] == []
    assert client.get(f"{url}preview/{asked}").status_code == 404


def test_before_any_order_every_kind_is_a_sample_that_one_can_send_oneself(
    merchant: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    client.force_login(owner)
    page = client.get(reverse("dashboard:message_kinds", args=[merchant.slug]))
    groups = page.context["groups"]
    assert [group["title"] for group in groups][:2] == ["Orders", "Parcels"]
    rows = [row for group in groups for row in group["rows"]]
    assert [row["preview"].is_sample for row in rows] == [True] * len(rows)
    assert all(row["subject"] for row in rows)
    for row in rows:
        sides = client.get(row["url"]).context["sides"]
        assert [side["locale"] for side in sides] == ["en", "ja"]
        assert len({side["subject"] for side in sides}) == 2
        for side in sides:
            assert b"<html" in client.get(side["url"]).content
    client.post(
        reverse("dashboard:message_kind_test", args=[merchant.slug, "return.refunded"]),
        {"order": "", "lang": "en"},
    )
    drain()
    [letter] = mail.outbox
    assert letter.to == [owner.email]
    assert letter.subject == "Your refund: $107.85"


def test_who_would_get_what_leaves_demo_data_out(
    scope: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    client.force_login(owner)
    services.stop_messages(at=clock.now(), actor="system")
    demo, real = place(scope, "demo"), place(scope, "real")
    Order.objects.filter(pk=demo.pk).update(source="demo", number="#DEMO")
    # However many parcels of demo data stand in front, a real one keeps its place.
    for order in (demo, demo, demo, demo, real):
        Shipment.objects.create(
            order=order,
            source="api",
            status=Status.IN_TRANSIT,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    drain()
    assert {one.order_id for one in list_likely_messages(limit=1)} == {real.public_id}
    assert count_dry_runs(since=clock.now() - timedelta(days=1))["order.thanks"] == 1
    Message.objects.update(state="planned", reason="", settled_at=None, send_at=clock.now())
    due = list_due_messages(until=clock.now(), limit=9)
    assert due
    assert {message.order_id for message in due} == {real.public_id}
    page = client.get(reverse("dashboard:go_live", args=[scope.slug])).content.decode()
    assert real.number in page
    assert "#DEMO" not in page


def test_the_day_ahead_is_judged_by_the_gates_and_writes_nothing(
    scope: Merchant, owner: User, client: Client, drain: Callable[[], None]
) -> None:
    client.force_login(owner)
    services.stop_messages(at=clock.now(), actor="system")
    order, silent = place(scope, "1"), place(scope, "2")
    Order.objects.filter(pk=silent.pk).update(email="", customer=None)
    for one in (order, silent):
        Shipment.objects.create(
            order=one,
            source="api",
            status=Status.IN_TRANSIT,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    drain()
    Message.objects.update(state="held", reason="", settled_at=None, send_at=clock.now())
    services.change_terms(
        terms=replace(Terms(), prices={"email": 500_000}), at=clock.now(), actor="staff:0"
    )
    services.change_flow(
        kind="order.thanks", terms=FlowTerms(delay=60), at=clock.now(), actor="staff:0"
    )
    services.change_flow(
        kind="shipment.out_for_delivery",
        terms=FlowTerms(enabled=False),
        at=clock.now(),
        actor="staff:0",
    )
    before = (Message.objects.count(), EventRecord.objects.count())
    ahead = services.foresee_day(at=clock.now())
    assert (Message.objects.count(), EventRecord.objects.count()) == before
    assert {(row.message.kind, row.is_likely, row.decision.reason) for row in ahead.rows} == {
        ("order.thanks", False, None),
        ("order.thanks", False, Reason.NO_ADDRESS),
        ("shipment.out_for_delivery", True, Reason.SWITCHED_OFF),
    }
    thanks = next(one for one in ahead.kinds if one.kind == "order.thanks")
    assert [(one.medium, one.amount) for one in ahead.media] == [("email", thanks.going * 500)]
    services.change_flow(
        kind="shipment.out_for_delivery",
        terms=FlowTerms(delay=60),
        at=clock.now(),
        actor="staff:0",
    )
    rows = [row for row in services.foresee_day(at=clock.now()).rows if row.is_likely]
    assert {(row.decision.holding, row.decision.reason) for row in rows} == {
        (Hold.DELAY, None),
        (None, Reason.NO_ADDRESS),
    }
    page = client.get(reverse("dashboard:go_live", args=[scope.slug])).content.decode()
    assert "No address is known." in page
    assert "It waits for the time that you set." in page


def test_the_day_ahead_asks_for_each_message_only_whether_it_is_true(
    scope: Merchant,
    drain: Callable[[], None],
    django_assert_max_num_queries: Any,
) -> None:
    services.stop_messages(at=clock.now(), actor="system")
    orders = [place(scope, str(number)) for number in range(10)]
    for order in orders:
        Shipment.objects.create(
            order=order,
            source="api",
            status=Status.IN_TRANSIT,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    with django_assert_max_num_queries(12):
        ahead = services.foresee_day(at=clock.now())
    assert len(ahead.rows) == 10
