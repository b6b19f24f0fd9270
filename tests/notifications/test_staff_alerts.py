"""Alerts to staff: who hears of what, once; in the dashboard, by e-mail at once, or in a digest."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from commerce.models import Merchant, Order, User
from notifications import services
from notifications.models import AlertChoice, Message, StaffAlert
from notifications.ports import list_alerts
from notifications.selectors import Choice
from notifications.services.alerts import send_due_digests
from postexp.kernel import events, outbox
from postexp.kernel.outbox import DeliveryDied
from postexp.kernel.tenancy import merchant_scope
from returns.events import RefundFailed
from tests.parallel import overlap

ALERTS = "/d/komorebi/alerts/"
CHOICES = f"{ALERTS}choices/"


@pytest.fixture(autouse=True)
def letters(settings: Any) -> None:
    """Keep mails in memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    """The owner's browser."""
    client.force_login(owner)
    return client


def letters_to_staff() -> list[Any]:
    """Return what was mailed, but for the thanks to the shopper of the order."""
    people = set(User.objects.values_list("email", flat=True))
    return [letter for letter in mail.outbox if set(letter.to) <= people]


def fail_refund(order: Order, refund_id: str = "rfd_1", actor: str = "system") -> None:
    with transaction.atomic():
        event = RefundFailed(order_id=order.public_id, refund_id=refund_id)
        events.append(event, at=datetime.now(UTC), actor=actor)


def choose(user: User, kind: str, *, dashboard: bool = True, by_mail: str = "off") -> None:
    choice = Choice(dashboard=dashboard, mail=by_mail)
    services.choose_alerts(user_id=user.pk, choices={kind: choice}, locale="en")


def test_unasked_everyone_finds_it_in_the_dashboard_once(
    staff: Client, order: Order, warehouse_worker: User, owner: User, drain: Callable[[], None]
) -> None:
    fail_refund(order)
    fail_refund(order)
    drain()
    assert sorted(StaffAlert.objects.values_list("user_id", flat=True)) == sorted(
        [owner.pk, warehouse_worker.pk]
    )
    assert letters_to_staff() == []
    page = staff.get(ALERTS).content.decode()
    assert "Refund failed" in page
    assert order.number in page
    assert "Unread: </span>1</span>" in page
    alert = StaffAlert.objects.get(user_id=owner.pk)
    opened = staff.post(f"{ALERTS}{alert.public_id}/open/")
    assert opened["Location"] == f"/d/komorebi/orders/{order.public_id}/"
    assert "Unread:" not in staff.get(ALERTS).content.decode()


def test_who_did_it_is_not_told(
    order: Order, owner: User, warehouse_worker: User, drain: Callable[[], None]
) -> None:
    fail_refund(order, actor=owner.actor)
    drain()
    assert StaffAlert.objects.get().user_id == warehouse_worker.pk


def test_an_e_mail_at_once(order: Order, owner: User, drain: Callable[[], None]) -> None:
    choose(owner, "refund.failed", dashboard=False, by_mail="at_once")
    fail_refund(order)
    fail_refund(order)
    drain()
    [letter] = letters_to_staff()
    assert letter.to == [owner.email]
    assert letter.subject == f"Refund failed: {order.number}"
    assert f"/d/komorebi/orders/{order.public_id}/" in letter.body
    assert Message.objects.get(kind="staff.alert").klass == "staff"
    assert StaffAlert.objects.get().read_at is not None


def test_japanese_readers_are_written_to_in_japanese(
    staff: Client, order: Order, owner: User, drain: Callable[[], None]
) -> None:
    data = {f"mail:{kind.name}": "at_once" for kind in list_alerts()}
    staff.post(CHOICES, data, headers={"Accept-Language": "ja"})
    assert set(AlertChoice.objects.values_list("locale", flat=True)) == {"ja"}
    fail_refund(order)
    drain()
    assert "お知らせを設定する" in letters_to_staff()[0].body


def test_nothing_is_said_to_who_wants_nothing(
    order: Order, owner: User, drain: Callable[[], None]
) -> None:
    choose(owner, "refund.failed", dashboard=False)
    fail_refund(order)
    drain()
    assert not StaffAlert.objects.exists()


def test_the_morning_brings_them_together_and_once(
    order: Order, owner: User, scope: Merchant, drain: Callable[[], None]
) -> None:
    choose(owner, "refund.failed", by_mail="daily")
    for number in range(3):
        fail_refund(order, f"rfd_{number}")
    drain()
    assert letters_to_staff() == []
    local = datetime.now(UTC).astimezone(scope.zone)
    morning = (local - timedelta(days=1)).replace(hour=8, minute=0, second=0)
    assert send_due_digests(at=morning + timedelta(minutes=1)) == 0
    StaffAlert.objects.update(at=morning - timedelta(hours=1))
    assert send_due_digests(at=morning - timedelta(minutes=1)) == 0
    assert send_due_digests(at=morning + timedelta(minutes=1)) == 1
    assert send_due_digests(at=morning + timedelta(minutes=16)) == 0
    drain()
    message = Message.objects.get(kind="staff.digest")
    assert message.subject == "3 alerts since yesterday"


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_send_one_digest(merchant: Merchant, owner: User) -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past eight in Tokyo
    with merchant_scope(merchant.pk):
        StaffAlert.objects.create(
            user_id=owner.pk,
            kind="refund.failed",
            object_id="rfd_1",
            mail="daily",
            at=at - timedelta(hours=2),
        )
    sent: list[int] = []

    def send() -> None:
        sent.append(send_due_digests(at=at))

    overlap(merchant, send, send)
    assert sorted(sent) == [0, 1]


def test_who_left_is_not_written_to(
    order: Order, warehouse_worker: User, drain: Callable[[], None]
) -> None:
    choose(warehouse_worker, "refund.failed", by_mail="at_once")
    fail_refund(order)
    warehouse_worker.memberships.all().delete()
    drain()
    assert letters_to_staff() == []


def test_a_dead_letter_is_told_of_once_a_day(
    order: Order, owner: User, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: RefundFailed, delivery: events.DeliveryContext) -> None:
        raise ValueError("planted")

    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 1)
    events.subscribe(RefundFailed, name="test.broken")(broken)
    try:
        for number in range(3):
            fail_refund(order, f"rfd_{number}")
        drain()
    finally:
        events.registry.remove("test.broken")
    died = StaffAlert.objects.filter(kind=DeliveryDied.type)
    assert [alert.detail for alert in died] == ["test.broken"]


def test_choices_are_ones_own(staff: Client, owner: User, scope: Merchant) -> None:
    page = staff.get(CHOICES).content.decode()
    for kind in list_alerts():
        assert str(kind.title) in page
    staff.post(CHOICES, {"dashboard:refund.failed": "on", "mail:refund.failed": "daily"})
    kept = AlertChoice.objects.get(kind="refund.failed")
    assert (kept.user_id, kept.dashboard, kept.mail) == (owner.pk, True, "daily")
    assert not AlertChoice.objects.get(kind="return.requested").dashboard
    staff.post(CHOICES, {"mail:refund.failed": "hourly"})
    kept.refresh_from_db()
    assert kept.mail == "off"


def test_all_are_marked_as_read_and_others_stay_theirs(
    staff: Client, order: Order, owner: User, warehouse_worker: User, drain: Callable[[], None]
) -> None:
    fail_refund(order)
    fail_refund(order, "rfd_2")
    drain()
    staff.post(f"{ALERTS}read/")
    unread = StaffAlert.objects.filter(read_at=None)
    assert {alert.user_id for alert in unread} == {warehouse_worker.pk}
    theirs = unread.first()
    assert theirs is not None
    assert staff.post(f"{ALERTS}{theirs.public_id}/open/").status_code == 404
