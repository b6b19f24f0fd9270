"""Refunds whose end nobody told: Stripe is asked about them, in case no webhook came."""

from __future__ import annotations

import logging
from datetime import datetime

from integrations.connections import find_api
from integrations.models import Connection, Service
from integrations.stripe import access
from integrations.stripe.errors import Busy, KeyRefused
from integrations.stripe.outbound import STRIPE, follow_own
from integrations.stripe.parse import read_refund
from returns.enums import RefundState
from returns.selectors import list_refunds

logger = logging.getLogger(__name__)


def list_connected() -> list[int]:
    """Return the ids of the merchants that are connected to Stripe."""
    living = Connection.every_merchant.filter(service=Service.STRIPE, ended_at=None)
    return list(living.order_by("pk").values_list("merchant_id", flat=True))


def follow_refunds(*, at: datetime) -> int:
    """Ask about every refund that Stripe took on, and let those end that did; return how many.

    One that cannot be read is left for the next time, and stops no other. Raises KeyRefused and
    Busy, which hold for all of them.
    """
    connection = find_api(Service.STRIPE)
    under_way = list_refunds(state=RefundState.PROCESSING).filter(provider=STRIPE)
    waiting = list(under_way.exclude(reference="").order_by("id"))
    if connection is None or not waiting:
        return 0
    ended = 0
    with access.open_client(connection) as client:
        for refund in waiting:
            try:
                told = read_refund(client.get(f"refunds/{refund.reference}"))
                if told.succeeded or told.came_to_nothing:
                    follow_own(told, at=at)
                    ended += 1
            except (KeyRefused, Busy):
                raise
            except Exception as error:
                # Messages of exceptions may quote personal data; the log names the kind only.
                logger.warning("refund %s waits: %s", refund.public_id, type(error).__name__)
    return ended
