"""What customers say of being written to, kept with its time and source."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from commerce.models import ConsentFact
from commerce.selectors.consents import latest_consents

if TYPE_CHECKING:
    from commerce.models import Customer


def note_consent(
    customer: Customer,
    *,
    channel: str,
    purpose: str,
    granted: bool,
    source: str,
    at: datetime,
    text_version: str = "",
) -> bool:
    """Keep what a customer says of being written to; what they said before stays, too.

    `text_version` names the words they agreed to. Saying again what was said last keeps nothing;
    return whether it was news.
    """
    said = latest_consents(customer.public_id).get((channel, purpose))
    if said is granted:
        return False
    ConsentFact.objects.create(
        customer=customer,
        channel=channel,
        purpose=purpose,
        granted=granted,
        at=at,
        source=source,
        text_version=text_version,
    )
    return True
