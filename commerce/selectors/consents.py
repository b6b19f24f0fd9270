"""What customers said of being written to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from commerce.models import ConsentFact

Said = dict[tuple[str, str], bool]
"""What a customer last said, by channel and purpose."""


def consents_of(customer_ids: Collection[str]) -> dict[str, Said]:
    """Return what customers, by public id, last said; who said nothing is left out."""
    wanted = {one for one in customer_ids if one}
    if not wanted:
        return {}
    rows = (
        ConsentFact.objects.filter(customer__public_id__in=wanted)
        .order_by("customer_id", "channel", "purpose", "-at", "-id")
        .distinct("customer_id", "channel", "purpose")
        .values_list("customer__public_id", "channel", "purpose", "granted")
    )
    said: dict[str, Said] = {}
    for customer_id, channel, purpose, granted in rows:
        said.setdefault(customer_id, {})[channel, purpose] = granted
    return said


def has_refused(customer_id: str, channel: str, purpose: str, *, since: datetime) -> bool:
    """Whether a customer said no to a channel for a purpose after an instant."""
    said_no = ConsentFact.objects.filter(
        customer__public_id=customer_id,
        channel=channel,
        purpose=purpose,
        granted=False,
        at__gt=since,
    )
    return bool(said_no.exists())


def latest_consents(customer_id: str) -> Said:
    """Return what a customer, by public id, last said."""
    return consents_of([customer_id]).get(customer_id, {})
