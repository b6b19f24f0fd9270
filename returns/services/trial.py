"""A test return: an order of our own making, for its shop's staff to try a return on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.ports import (
    AddressFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    OrderFacts,
    TenderFacts,
)
from commerce.selectors import get_merchant
from commerce.selectors.setup import TEST
from commerce.services.orders import take_in_order
from postexp.kernel import ids
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from postexp.kernel.money import decimals
from returns.events import TestReturnStarted
from returns.selectors.trial import count_test_orders
from tracking.enums import Status, TimePrecision
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import take_in_report

if TYPE_CHECKING:
    from commerce.models import Order

TITLE = {"en": "Test item", "ja": "テスト商品"}
PLACED_BEFORE = timedelta(days=5)
SHIPPED_BEFORE = timedelta(days=4)
PICKED_UP_AFTER = timedelta(hours=3)
DELIVERED_AFTER = timedelta(hours=27)
PRICE = 30
"""Units of the shop's currency; in currencies without decimals, hundreds of them."""


def start_test_return(*, email: str, at: datetime, actor: str) -> Order:
    """Make a paid test order for `email` that was shipped and has arrived, and return it.

    It is marked as a test, so it counts in no report, and its source is none that a payment
    provider takes, so no money moves. Publishes TestReturnStarted and what an order and its parcel
    publish.
    """
    merchant = get_merchant()
    price = PRICE * 100 if decimals(merchant.currency) in (0, 2) else PRICE * 1000
    with transaction.atomic():
        lock("test_return")
        number, key = count_test_orders() + 1, ids.new_id("run")
        placed_at = at - PLACED_BEFORE
        facts = OrderFacts(
            external_id=key,
            number=f"TEST-{number}",
            placed_at=placed_at,
            updated_at=placed_at,
            currency=merchant.currency,
            source=TEST,
            tax_included=True,
            total=price,
            locale=merchant.default_locale,
            email=email,
            address=AddressFacts(country=merchant.country),
            lines=(
                LineFacts(
                    external_id="1",
                    title=TITLE.get(merchant.default_locale, TITLE["en"]),
                    quantity=1,
                    unit_price=price,
                ),
            ),
            tenders=(TenderFacts(kind="other", gateway=TEST, captured=price),),
            fulfilments=(
                FulfilmentFacts(
                    external_id=key,
                    order_external_id=key,
                    created_at=at - SHIPPED_BEFORE,
                    lines=(FulfilmentLineFacts(line_external_id="1", quantity=1),),
                ),
            ),
            test=True,
        )
        order = take_in_order(facts, merchant=merchant, at=at, actor=actor).order
        take_in_report(
            _journey(at - SHIPPED_BEFORE),
            fulfilment_external_id=key,
            order_external_id=key,
            at=at,
            actor=actor,
        )
        append(TestReturnStarted(order_id=order.public_id), at=at, actor=actor)
    return order


def _journey(shipped_at: datetime) -> NormalisedShipment:
    """Return what a carrier would have told of the parcel: without it, it would wait to leave."""
    scans = (
        (shipped_at + PICKED_UP_AFTER, Status.IN_TRANSIT),
        (shipped_at + DELIVERED_AFTER, Status.DELIVERED),
    )
    return NormalisedShipment(
        source=TEST,
        tracking_number="",
        events=tuple(
            NormalisedEvent(
                source=TEST,
                occurred_at=moment,
                local_time=moment.isoformat(),
                time_precision=TimePrecision.SECOND,
                status=status,
                external_id=status.value,
                position=place,
            )
            for place, (moment, status) in enumerate(scans)
        ),
    )
