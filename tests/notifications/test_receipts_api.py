"""A shop's own system says what became of the messages it took."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, User
from commerce.services.keys import create_key
from notifications.enums import Medium
from notifications.models import Message, Receipt
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.integrations.mail.sent import make_sent

Report = Callable[..., Any]


def reporter(client: Client, merchant: Merchant, owner: User, scopes: list[Scope]) -> Report:
    with merchant_scope(merchant.pk):
        key = create_key(merchant=merchant, name="k", scopes=scopes, by=owner, at=clock.now())

    def report(message: Message, *, key_: str = "", **told: Any) -> Any:
        return client.post(
            f"/api/v1/messages/{message.public_id}/receipts",
            told,
            content_type="application/json",
            headers={
                "Authorization": f"Bearer {key.secret}",
                **({"Idempotency-Key": key_} if key_ else {}),
            },
        )

    return report


@pytest.fixture
def report(client: Client, merchant: Merchant, owner: User) -> Report:
    return reporter(client, merchant, owner, [Scope.WRITE_MESSAGES])


@pytest.fixture
def message(scope: Merchant) -> Message:
    return make_sent("", channel=Medium.WEBHOOK)


@pytest.mark.parametrize("kind", ["delivered", "opened", "clicked"])
def test_what_became_of_it_is_kept_once(report: Report, message: Message, kind: str) -> None:
    told = {"kind": kind, "at": "2026-11-20T01:00:00Z"}
    for _try in range(2):
        answer = report(message, key_="push-1", **told)
        assert (answer.status_code, answer.json()["id"]) == (200, message.public_id)
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.at.isoformat()) == (kind, "2026-11-20T01:00:00+00:00")
    assert report(message, key_="push-1", kind=kind).status_code == 422


def test_one_that_failed_and_has_no_other_channel_has_failed(
    report: Report, message: Message
) -> None:
    answer = report(message, kind="failed", detail="no device")
    assert (answer.status_code, answer.json()["state"]) == (200, "failed")
    message.refresh_from_db()
    assert "no device" in message.why


def test_a_clock_may_be_ahead_a_little(report: Report, message: Message) -> None:
    soon, later = clock.now() + timedelta(minutes=1), clock.now() + timedelta(hours=1)
    assert report(message, kind="delivered", at=soon.isoformat()).status_code == 200
    assert Receipt.objects.get().at <= clock.now()
    refused = report(message, kind="opened", at=later.isoformat())
    assert (refused.status_code, refused.json()["code"]) == (422, "in_the_future")


def test_other_channels_speak_for_themselves(report: Report, scope: Merchant) -> None:
    answer = report(make_sent(), kind="delivered")
    assert (answer.status_code, answer.json()["code"]) == (409, "other_channel")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("told", [{}, {"kind": "complained"}, {"kind": "opened", "at": "soon"}])
def test_what_is_no_receipt_is_refused(
    report: Report, message: Message, told: dict[str, str]
) -> None:
    assert report(message, **told).status_code == 422


def test_only_of_ones_own_messages_and_with_the_right(
    client: Client, other_merchant: Merchant, merchant: Merchant, owner: User, message: Message
) -> None:
    reading = reporter(client, merchant, owner, [Scope.READ_MESSAGES])
    assert reading(message, kind="delivered").status_code == 403
    other = reporter(client, other_merchant, owner, [Scope.WRITE_MESSAGES])
    assert other(message, kind="delivered").status_code == 404
