"""The numbers people call cases by."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from postexp.kernel.locks import lock
from returns.models import Cancellation, Return

if TYPE_CHECKING:
    from commerce.models import Order


def next_number(prefix: str, kind: type[Return | Cancellation], order: Order) -> str:
    """Return the next number of a case of an order, such as R-1042-1.

    Two orders of a shop may have the same number, as from two platforms: their cases are counted
    together, and a lock until the transaction ends keeps the others from the same one.
    """
    stem = f"{prefix}-{order.number_key}-"
    lock(f"case number {stem}")
    taken = set(kind.objects.filter(number__startswith=stem).values_list("number", flat=True))
    return next(number for one in count(1) if (number := f"{stem}{one}") not in taken)
