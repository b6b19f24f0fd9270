"""Reads of returns that were opened on the platform of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest

from returns.enums.platform import UNDER_WAY, PlatformReturnState
from returns.models import PlatformReturn, PlatformReturnLine

if TYPE_CHECKING:
    from commerce.models import Order


def list_platform_returns(order: Order) -> list[PlatformReturn]:
    """Return the returns of an order on its platform with their lines, oldest first."""
    return list(_all().filter(order=order).order_by("id"))


def list_on_platform() -> QuerySet[PlatformReturn]:
    """Return every return on platforms with its lines, newest first."""
    return _all().order_by("-id")


def list_under_way_on_platform() -> QuerySet[PlatformReturn]:
    """Return the returns on platforms that are asked for or under way, newest first."""
    return list_on_platform().filter(state__in=UNDER_WAY)


def units_on_platform(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) returns on the platform hold on to.

    What was paid back there is settled by its refund. What came back there before a return was
    closed cannot come back again, paid for or not.
    """
    held = Case(
        When(case__state__in=UNDER_WAY, then=F("quantity") - F("refunded")),
        When(
            case__state=PlatformReturnState.CLOSED,
            then=Greatest(Value(0), F("arrived") - F("refunded")),
        ),
        default=Value(0),
    )
    lines = PlatformReturnLine.objects.filter(order_line__order=order)
    return dict(lines.order_by().values_list("order_line_id").annotate(units=Sum(held)))


def _all() -> QuerySet[PlatformReturn]:
    found: QuerySet[PlatformReturn] = PlatformReturn.objects.select_related(
        "order"
    ).prefetch_related("lines__order_line")
    return found
