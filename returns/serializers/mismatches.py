"""Platform refunds that do not fit, on the wire."""

from __future__ import annotations

from typing import Any

from commerce.serializers import instant, money
from returns.models import RefundMismatch


def represent_mismatch(mismatch: RefundMismatch) -> dict[str, Any]:
    """Return a mismatch with what was told and what was booked of it."""
    order = mismatch.order
    return {
        "id": mismatch.public_id,
        "order_id": order.public_id,
        "platform_refund_external_id": mismatch.platform_refund.external_id,
        "code": mismatch.code,
        "told": money(mismatch.told, order.currency),
        "booked": money(mismatch.booked, order.currency),
        "found_at": instant(mismatch.found_at),
        "cleared_at": instant(mismatch.cleared_at),
        "note": mismatch.note,
    }
