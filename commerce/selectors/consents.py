"""What customers said of being written to."""

from __future__ import annotations

from commerce.models import ConsentFact


def latest_consents(customer_id: str) -> dict[tuple[str, str], bool]:
    """Return what a customer, by public id, last said, by channel and purpose."""
    if not customer_id:
        return {}
    said = ConsentFact.objects.filter(customer__public_id=customer_id)
    latest = said.order_by("channel", "purpose", "-at", "-id").distinct("channel", "purpose")
    return {(row.channel, row.purpose): row.granted for row in latest}
