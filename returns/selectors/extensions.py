"""Reads about more time that staff gave."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from returns.models import TimeExtension

if TYPE_CHECKING:
    from commerce.models import Order


def list_extensions(order: Order) -> list[TimeExtension]:
    """Return what more time was given for lines of an order, the newest first."""
    found = TimeExtension.objects.filter(order_line__order=order).select_related("order_line")
    return list(found.order_by("-id"))


def extended_until(order: Order) -> dict[int, datetime]:
    """Return until when lines may come back by an exception, by their rows."""
    return {
        given.order_line_id: given.until
        for given in TimeExtension.objects.filter(order_line__order=order).order_by("until")
    }
