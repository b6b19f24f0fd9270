"""Returns on the platform, on the wire."""

from __future__ import annotations

from typing import Any

from commerce.serializers import instant
from returns.models import PlatformReturn


def represent_platform_return(case: PlatformReturn) -> dict[str, Any]:
    """Return a return on the platform with its units, as it was last told of."""
    return {
        "id": case.public_id,
        "external_id": case.external_id,
        "number": case.number,
        "order_id": case.order.public_id,
        "order_number": case.order.number,
        "state": case.state,
        "opened_at": instant(case.opened_at),
        "closed_at": instant(case.closed_at),
        "lines": [
            {
                "line_id": line.order_line.public_id,
                "title": line.order_line.title,
                "quantity": line.quantity,
                "arrived_quantity": line.arrived,
                "refunded_quantity": line.refunded,
            }
            for line in case.lines.all()
        ],
    }
