"""Chargebacks: while one is open, or after one was lost, nothing is paid back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.enums import DisputeState
from returns.errors import LostDispute, OpenDispute
from returns.selectors.disputes import dispute_against

if TYPE_CHECKING:
    from commerce.models import Order


def require_no_dispute(order: Order, despite: str) -> None:
    """Raise OpenDispute or LostDispute for a chargeback, unless staff pay `despite` it and say why.

    A chargeback that was won stands in nobody's way.
    """
    state = None if despite.strip() else dispute_against(order)
    if state is DisputeState.OPEN:
        raise OpenDispute
    if state is DisputeState.LOST:
        raise LostDispute
