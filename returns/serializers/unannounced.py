"""Goods nobody announced, on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from commerce.serializers import instant
from returns.enums.receiving import UnannouncedState

if TYPE_CHECKING:
    from returns.models import UnannouncedGoods

UNANNOUNCED_TONES = {
    UnannouncedState.WAITING: "attention",
    UnannouncedState.MATCHED: "information",
    UnannouncedState.CLOSED: "neutral",
}


def represent_unannounced(goods: UnannouncedGoods) -> dict[str, Any]:
    """Return goods that no return announced; order and return are null while none is known."""
    return {
        "id": goods.public_id,
        "number": goods.number,
        "state": goods.state,
        "tracking_number": goods.tracking_number,
        "title": goods.title,
        "quantity": goods.quantity,
        "note": goods.note,
        "order_id": goods.order.public_id if goods.order else None,
        "return_id": goods.case.public_id if goods.case else None,
        "received_at": instant(goods.received_at),
        "closed_at": instant(goods.closed_at),
        "answer": goods.answer,
    }
