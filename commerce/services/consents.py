"""What customers say of being written to, kept with its time and source."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from commerce.enums import Channel, Purpose
from commerce.models import ConsentFact

if TYPE_CHECKING:
    from commerce.models import Customer


def note_notices(customer: Customer, *, granted: bool, source: str, at: datetime) -> None:
    """Keep whether a customer wants the optional notices by e-mail; what they said before stays."""
    ConsentFact.objects.create(
        customer=customer,
        channel=Channel.EMAIL,
        purpose=Purpose.SERVICE,
        granted=granted,
        at=at,
        source=source,
    )
