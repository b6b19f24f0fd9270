"""Every kind of event reads as words, and an order's story keeps to what matters."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.ports import FulfilmentFacts, RefundFacts
from commerce.selectors import timeline
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.orders import take_in_order
from commerce.services.refunds import take_in_refund
from commerce.services.staff import invite_person
from notifications.models import MailboxMail
from notifications.selectors import list_messages_of_order
from postexp.kernel import clock
from postexp.kernel.events import event_classes
from postexp.kernel.history import story_of_order, words_of
from tests.facts import order_facts


def test_every_kind_of_event_has_words() -> None:
    ours = {name for name, kind in event_classes().items() if kind.__module__[:6] != "tests."}
    assert {"staff.invited", "staff.skipped", "message.planned"} <= ours
    assert {name for name in ours if words_of(name) is None} == set()


@pytest.mark.django_db
def test_the_log_says_every_step_and_the_story_of_an_order_the_great_ones(
    staff: Client, scope: Merchant, order: Order, drain: Callable[[], None]
) -> None:
    now = clock.now()
    facts = FulfilmentFacts(
        external_id="f1",
        order_external_id=order.external_id,
        created_at=now,
        tracking_numbers=("400012345675",),
    )
    take_in_fulfilment(facts, at=now)
    drain()
    page = staff.get("/d/komorebi/events/").content.decode()
    for words in ("Parcel updated", "Parcel sent", "Message planned", "Label created"):
        assert words in page
    told = {entry["title"] for entry in timeline(story_of_order(order.public_id))}
    assert "Parcel sent" in told
    assert not told & {"Parcel updated", "Message planned"}


@pytest.mark.django_db
def test_a_story_dates_each_fact_by_when_it_happened(scope: Merchant, at: datetime) -> None:
    """An order of last week that is only learnt of now, told in the order it took."""
    placed, cancelled = at - timedelta(days=9), at - timedelta(days=8)
    left, paid_back = at - timedelta(days=8, hours=5), at - timedelta(days=7)
    facts = order_facts(placed_at=placed, updated_at=at - timedelta(days=6), cancelled_at=cancelled)
    take_in_refund(
        RefundFacts(
            external_id="r1",
            order_external_id=facts.external_id,
            amount=100,
            currency="JPY",
            processed_at=paid_back,
        ),
        at=at,
    )
    order = take_in_order(facts, merchant=scope, at=at).order
    take_in_fulfilment(
        FulfilmentFacts(external_id="f1", order_external_id=order.external_id, created_at=left),
        at=at,
    )
    assert [(one["title"], one["at"]) for one in timeline(story_of_order(order.public_id))] == [
        ("Refund made on the platform", paid_back),
        ("Order cancelled", cancelled),
        ("Goods handed to the carrier", left),
        ("Order placed", placed),
    ]


@pytest.mark.django_db
def test_an_old_order_is_not_thanked_for_and_a_row_says_why(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    now = clock.now()
    facts = order_facts(placed_at=now - timedelta(days=5), updated_at=now)
    order = take_in_order(facts, merchant=scope, at=now).order
    drain()
    page = staff.get(f"/d/komorebi/orders/{order.public_id}/").content.decode()
    assert "It came too late to be useful. The order was placed over two days ago." in page
    (row,) = list_messages_of_order(order.public_id)
    assert (row.kind, row.state) == ("order.thanks", "expired")
    assert MailboxMail.objects.count() == 0


@pytest.mark.django_db
def test_the_log_says_what_staff_did(
    staff: Client, scope: Merchant, owner: User, at: datetime
) -> None:
    invite_person(
        merchant=scope,
        email="new@example.com",
        name="",
        role="agent",
        locale="en",
        by=scope.memberships.get(user=owner),
        at=at,
    )
    assert "Staff invited" in staff.get("/d/komorebi/events/").content.decode()
