"""What the world beyond is asked for in a shop's name fails alone: nothing waits behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from commerce.events import InvitationEnded, PrivacyAnswered, PrivacyRequested, StaffInvited
from commerce.models import Merchant
from integrations.events import DemoDataChanged
from notifications.events import TestMessageRequested
from postexp.kernel import outbox
from postexp.kernel.events import Event, append, rebuild, registry
from postexp.kernel.history import list_events, story_of
from postexp.kernel.models import Delivery, DeliveryState, EventRecord

TEST = {"kind": "order.thanks", "order_id": "ord_1", "locale": "en", "user_id": 1}
PAIRS: list[tuple[type[Event], dict[str, Any], dict[str, Any]]] = [
    (StaffInvited, {"invitation_id": "inv_1", "locale": "en"}, {"invitation_id": "inv_2"}),
    (PrivacyRequested, {"request_id": "prv_1", "kind": "export"}, {"request_id": "prv_2"}),
    (TestMessageRequested, TEST, {}),
    (DemoDataChanged, {"state": "filling"}, {"state": "removing"}),
]


@pytest.mark.parametrize(("event", "first", "second"), PAIRS)
def test_one_that_died_holds_up_no_later_one(
    scope: Merchant, at: datetime, event: type[Event], first: dict[str, Any], second: dict[str, Any]
) -> None:
    payloads = (first, {**first, **second})
    with transaction.atomic():
        for payload in payloads:
            append(event(**{"merchant_public_id": scope.public_id, **payload}), at=at)
    [handler] = [one.name for one in registry.listeners(event) if one.outside]
    dead, later = Delivery.objects.filter(handler=handler).order_by("event_id")
    dead.state = DeliveryState.DEAD
    dead.save()
    handed_over: list[int] = []
    outbox.claim_outside(at=at, hand_over=lambda number, _claim: handed_over.append(number))
    assert later.pk in handed_over


def test_one_object_tells_its_story_by_its_public_id(scope: Merchant, at: datetime) -> None:
    shop = scope.public_id
    invited = StaffInvited(merchant_public_id=shop, locale="en", invitation_id="inv_1")
    ended = InvitationEnded(merchant_public_id=shop, invitation_id="inv_1", end="declined")
    asked = PrivacyRequested(merchant_public_id=shop, request_id="prv_1", kind="export")
    answered = PrivacyAnswered(merchant_public_id=shop, request_id="prv_1")
    with transaction.atomic():
        for event in (invited, ended, asked, answered):
            append(event, at=at, actor="staff:0")
    for about, told in (("inv_1", [ended, invited]), ("prv_1", [answered, asked])):
        found = list_events(subject=about).order_by("-id")
        assert [record.type for record in found] == [event.type for event in told]
        assert [one.type for one in story_of(told[0].subject)] == [event.type for event in told]


def test_events_of_an_older_version_are_still_read(scope: Merchant, at: datetime) -> None:
    shop = {"merchant_public_id": scope.public_id, "detail": ""}
    for kind, payload in (
        (StaffInvited, {**shop, "user_id": 7, "locale": "en"}),
        (TestMessageRequested, {"merchant_public_id": scope.public_id, **TEST}),
        (DemoDataChanged, {**shop, "state": "filling"}),
    ):
        assert isinstance(rebuild(EventRecord(type=kind.type, payload=payload)), kind)
