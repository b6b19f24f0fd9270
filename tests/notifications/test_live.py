"""Dry run: everything is written, nothing leaves, until staff let it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from commerce.services.sandboxes import open_sandbox
from notifications import services
from notifications.enums import TO_SHOPPERS
from notifications.models import Message
from notifications.ports import list_kinds
from notifications.selectors import is_live
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts


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
    services.go_live(at=clock.now(), actor="staff:1")
    services.go_live(at=clock.now(), actor="staff:1")
    place(dry, "2")
    drain()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["dry_run", "sent"]
    assert len(mail.outbox) == 1
    assert EventRecord.objects.filter(type="messages.went_live", actor="staff:1").count() == 1


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
    assert letter.subject.startswith("【テスト】")
    assert EventRecord.objects.get(type="messages.test_requested").actor == owner.actor


@pytest.mark.parametrize("name", [kind.name for kind in list_kinds() if kind.klass in TO_SHOPPERS])
def test_every_kind_can_be_read_with_an_order(
    full_shop: Merchant, owner: User, client: Client, name: str
) -> None:
    client.force_login(owner)
    answer = client.get(reverse("dashboard:message_kind", args=[full_shop.slug, name]))
    sides = answer.context["sides"]
    assert [side["locale"] for side in sides] == ["en", "ja"]
    assert len({side["subject"] for side in sides}) == 2
    for side in sides:
        assert b"<html" in client.get(side["url"]).content


def test_an_order_without_a_parcel_has_none_to_tell_of(
    order: Order, merchant: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    url = reverse("dashboard:message_kind", args=[merchant.slug, "return.requested"])
    assert client.get(url).context["sides"] == []
    assert client.get(f"{url}preview/").status_code == 404
