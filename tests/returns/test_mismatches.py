"""Refunds on the platform that do not fit our books queue for staff."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.ports import RefundFacts, RefundLineFacts
from commerce.services.refunds import take_in_refund
from returns import services
from returns.enums import MismatchCode
from returns.models import PolicyVersion, RefundMismatch
from tests.returns.conftest import STAFF, ask, resolve
from tests.returns.test_api import Call, call, today
from tests.returns.test_desk import words

__all__ = ("call", "today")  # fixtures


def refund_there(order: Order, amount: int, at: datetime, *units: int, key: str = "r1") -> None:
    """A refund made on the platform, naming units of the order's lines."""
    told = take_in_refund(
        RefundFacts(
            external_id=key,
            order_external_id=order.external_id,
            processed_at=at,
            amount=amount,
            currency=order.currency,
            lines=tuple(
                RefundLineFacts(line_external_id=f"l{n}", quantity=count, goods=amount, tax=0)
                for n, count in enumerate(units, start=1)
                if count
            ),
        ),
        at=at,
    )
    services.book_platform_refund(platform_refund_id=told.public_id, at=at, actor="shopify")


def test_more_than_was_left_is_queued_and_booked_as_far_as_it_goes(
    bought: Order, at: datetime
) -> None:
    refund_there(bought, 7600, at)
    mismatch = RefundMismatch.objects.get()
    assert (mismatch.code, mismatch.told, mismatch.booked) == (MismatchCode.OVER, 7600, 7500)


def test_units_that_were_settled_before_are_queued(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 2, "too_small")), at)
    settled = services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    for refund in settled.refunds.all():
        services.refund_succeeded(refund.public_id, reference="", at=at, actor=STAFF)
    refund_there(bought, 100, at, 1)
    assert RefundMismatch.objects.get().code == MismatchCode.TWICE


def test_a_refund_beside_one_of_ours_that_waits_is_queued(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    refund_there(bought, 2400, at + timedelta(minutes=1))
    assert RefundMismatch.objects.get().code == MismatchCode.BESIDE


def test_one_that_fits_is_not_queued(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    refund_there(bought, 2500, at + timedelta(minutes=1))
    refund_there(bought, 2000, at, 0, 1, key="r2")
    assert not RefundMismatch.objects.exists()


@pytest.fixture
def queued(bought: Order, at: datetime) -> RefundMismatch:
    refund_there(bought, 7600, at)
    return RefundMismatch.objects.get()


def test_staff_look_at_it_once(
    client: Client, owner: User, merchant: Merchant, queued: RefundMismatch
) -> None:
    client.force_login(owner)
    url = f"/d/{merchant.slug}/refunds/mismatches/"
    assert (
        "1 refund on the platform to look at" in client.get(f"/d/{merchant.slug}/").content.decode()
    )
    returned = client.get(f"/d/{merchant.slug}/returns/")
    assert f'href="{url}"' in returned.content.decode()
    assert "Refund mismatches 1" in words(returned)
    assert "¥7,600" in client.get(url).content.decode()
    told: dict[str, Any] = {"note": "The bank's own"}
    assert client.post(f"{url}{queued.public_id}/", told).status_code == 302
    queued.refresh_from_db()
    assert (queued.cleared_by, queued.note) == (owner.actor, "The bank's own")
    assert "Everything matches" in client.get(url).content.decode()
    assert "Refund mismatches" not in words(client.get(f"/d/{merchant.slug}/returns/"))
    # Beside the books the way in stays.
    books = client.get(f"/d/{merchant.slug}/credit-notes/").content.decode()
    assert f'href="{url}"' in books


def test_programs_look_at_it_too(call: Call, queued: RefundMismatch) -> None:
    [told] = call("GET", "refund-mismatches").json()["data"]
    assert (told["code"], told["told"]["amount"]) == ("over", "7600")
    path = f"refund-mismatches/{queued.public_id}/clear"
    assert call("POST", path, {"note": "seen"}).json()["note"] == "seen"
    assert call("GET", "refund-mismatches").json()["data"] == []
