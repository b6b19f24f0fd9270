"""Every kind of event reads as words, and an order's story keeps to what matters."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.ports import FulfilmentFacts
from commerce.selectors import timeline
from commerce.services.fulfilments import take_in_fulfilment
from commerce.services.merchants import add_member
from commerce.services.staff import repeat_invitation
from postexp.kernel import clock
from postexp.kernel.events import event_classes
from postexp.kernel.history import story_of_order, words_of


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
def test_the_log_says_what_staff_did(
    staff: Client, scope: Merchant, owner: User, at: datetime
) -> None:
    mine = scope.memberships.get(user=owner)
    invited = add_member(
        merchant=scope,
        user=User.objects.create_user("new@example.com"),
        role="agent",
        by=owner,
        at=at,
    )
    repeat_invitation(merchant=scope, membership=invited, locale="en", by=mine, at=at)
    assert "Staff invited" in staff.get("/d/komorebi/events/").content.decode()
