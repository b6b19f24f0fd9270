"""An invitation is tried again after a certain refusal only; it is never mailed twice by itself."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from anymail.exceptions import AnymailAPIError
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from commerce.enums import Role
from commerce.models import Membership, Merchant, User
from commerce.services.staff import invite_person, repeat_invitation
from postexp.kernel import outbox
from postexp.kernel.models import Delivery, DeliveryState

plan: dict[str, Any] = {}


class Moody(EmailBackend):
    """A mail server that takes a mail and then fails as it is told to."""

    def open(self) -> None:
        raise_once("open")

    def send_messages(self, messages: Any) -> int:
        sent: int = super().send_messages(messages)
        raise_once("send")
        return sent

    def close(self) -> None:
        raise_once("close")


def raise_once(step: str) -> None:
    if step in plan:
        raise plan.pop(step)


def api_error(status: int) -> AnymailAPIError:
    response = requests.Response()
    response.status_code = status
    return AnymailAPIError("no", response=response, status_code=status)


@pytest.fixture
def invited(scope: Merchant, owner: User, at: datetime, settings: Any) -> Delivery:
    """The delivery of an invitation that is due."""
    plan.clear()
    settings.EMAIL_BACKEND = "tests.commerce.test_invitations.Moody"
    invite_person(
        merchant=scope,
        email="new@example.com",
        name="Ren",
        role=Role.AGENT,
        locale="en",
        by=Membership.objects.get(user=owner, merchant=scope),
        at=at,
    )
    return Delivery.objects.get(handler="commerce.send_invitation")


def run_due(at: datetime) -> None:
    def hand_over(delivery_id: int, claim: str) -> None:
        outbox.run_outside(delivery_id, claim, now=lambda: at)

    outbox.claim_outside(at=at, hand_over=hand_over)


@pytest.mark.parametrize(
    "failure",
    [TimeoutError("timed out"), smtplib.SMTPServerDisconnected("gone"), api_error(502)],
)
def test_silence_after_the_hand_over_is_not_followed_by_a_second_mail(
    invited: Delivery, at: datetime, failure: Exception
) -> None:
    plan["send"] = failure
    run_due(at)
    run_due(at + timedelta(days=1))
    invited.refresh_from_db()
    assert invited.state == DeliveryState.OUTCOME_UNKNOWN
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        ("open", ConnectionRefusedError("nobody there")),
        ("send", smtplib.SMTPDataError(451, b"later")),
        ("send", smtplib.SMTPRecipientsRefused({"new@example.com": (550, b"no such user")})),
        ("send", api_error(429)),
    ],
)
def test_a_certain_refusal_is_tried_again(
    invited: Delivery, at: datetime, step: str, failure: Exception
) -> None:
    plan[step] = failure
    run_due(at)
    invited.refresh_from_db()
    assert invited.state == DeliveryState.PENDING
    run_due(at + timedelta(days=1))
    invited.refresh_from_db()
    assert invited.state == DeliveryState.DONE


def test_a_server_that_leaves_badly_has_taken_the_mail_all_the_same(
    invited: Delivery, at: datetime
) -> None:
    plan["close"] = TimeoutError("timed out")
    run_due(at)
    invited.refresh_from_db()
    assert invited.state == DeliveryState.DONE
    assert len(mail.outbox) == 1


def test_a_letter_that_never_left_holds_up_no_other_and_makes_way_for_its_own_repeat(
    invited: Delivery, scope: Merchant, owner: User, at: datetime
) -> None:
    by = Membership.objects.get(user=owner, merchant=scope)
    invited.attempts = outbox.MAX_ATTEMPTS - 1
    invited.save()
    plan["send"] = smtplib.SMTPRecipientsRefused({"new@example.com": (550, b"no such user")})
    run_due(at)
    invited.refresh_from_db()
    assert invited.state == DeliveryState.DEAD
    sent = len(mail.outbox)
    invite_person(
        merchant=scope,
        email="other@example.com",
        name="Aoi",
        role=Role.AGENT,
        locale="en",
        by=by,
        at=at,
    )
    run_due(at)
    assert [letter.to for letter in mail.outbox[sent:]] == [["other@example.com"]]
    repeat_invitation(
        merchant=scope,
        invitation_id=invited.event.payload["invitation_id"],
        locale="en",
        by=by,
        at=at,
    )
    run_due(at)
    assert [letter.to for letter in mail.outbox[sent + 1 :]] == [["new@example.com"]]
    invited.refresh_from_db()
    assert invited.state == DeliveryState.SKIPPED
