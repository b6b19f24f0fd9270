"""Orders that others have heard of already, and that may be coming in at this moment."""

from __future__ import annotations

from commerce.models import Order
from postexp.kernel.locks import lock


def awaited_order(external_id: str) -> Order | None:
    """Return the order by its source's id, or None; then it cannot come in before we commit.

    Without that it would come in unseen and find nothing of ours to meet, and neither would know
    of the other. An order that is there needs no standing in line: it has met what came before it.
    """
    return _find(external_id) or _find_in_line(external_id)


def _find(external_id: str) -> Order | None:
    found: Order | None = Order.objects.filter(external_id=external_id).first()
    return found


def _find_in_line(external_id: str) -> Order | None:
    lock(f"order:{external_id}")
    return _find(external_id)
