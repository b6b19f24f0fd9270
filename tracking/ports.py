"""What rooms above can do for tracking: let shoppers cancel what has not been sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commerce.models import Order

CancelPage = Callable[["Order", str], str]
"""Returns where, in a language, an order's shopper may cancel now (absolute address), or ""."""

_pages: list[CancelPage] = []


def register_cancel_page(page: CancelPage) -> None:
    """Lead shoppers who are told of a delay to where they may cancel."""
    _pages[:] = [page]


def cancel_page(order: Order, locale: str) -> str:
    """Return where an order may be cancelled now, or "" where the shop has to be asked."""
    return _pages[0](order, locale) if _pages else ""
