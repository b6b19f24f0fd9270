"""What customers said of being written to."""

from __future__ import annotations

from commerce.enums import Channel, Purpose
from commerce.models import ConsentFact


def has_declined_notices(customer_id: str) -> bool:
    """Whether a customer, by public id, last said no to optional notices by e-mail."""
    if not customer_id:
        return False
    said = ConsentFact.objects.filter(
        customer__public_id=customer_id, channel=Channel.EMAIL, purpose=Purpose.SERVICE
    )
    return said.order_by("-at", "-id").values_list("granted", flat=True).first() is False
