"""Giving a shopper more time than the policy does: an exception, with its reason."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime

from django.db import transaction

from commerce.selectors import get_merchant, list_lines, lock_order
from postexp.kernel.events import append
from returns.errors import NotReturnable
from returns.events import ReturnTimeExtended
from returns.models import TimeExtension
from returns.rules.days import require_ahead
from returns.rules.windows import LAST_SECOND


def extend_time(
    *, order_id: str, lines: Collection[str], until: date, reason: str, at: datetime, actor: str
) -> datetime:
    """Let lines of an order (by public id) come back until the end of a day in the shop's zone.

    It lengthens every outcome that the policy gives, and shortens none. Returns the last moment.
    Publishes ReturnTimeExtended. Raises NotReturnable for no line or one of another order,
    and DayOutOfRange.
    """
    zone = get_merchant().zone
    require_ahead(until, at=at, zone=zone)
    last = datetime.combine(until, LAST_SECOND, tzinfo=zone).astimezone(UTC)
    with transaction.atomic():
        order = lock_order(order_id)
        found = [line for line in list_lines(order) if line.public_id in lines]
        if not found or len(found) < len(set(lines)):
            raise NotReturnable
        TimeExtension.objects.bulk_create(
            TimeExtension(order_line=line, until=last, reason=reason[:500], at=at, by=actor)
            for line in found
        )
        append(
            ReturnTimeExtended(
                order_id=order.public_id,
                lines=[line.public_id for line in found],
                until=last.isoformat(),
            ),
            at=at,
            actor=actor,
        )
    return last
