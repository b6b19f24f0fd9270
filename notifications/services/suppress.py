"""Addresses that must not be written to."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from notifications.enums import Medium, SuppressionCause
from notifications.events import AddressAllowed
from notifications.models import Message, Suppression
from notifications.selectors import address_hash
from notifications.services.plan import named
from postexp.kernel.events import append


def suppress_address(
    address: str, *, channel: str = Medium.EMAIL, cause: SuppressionCause, at: datetime
) -> bool:
    """Stop every message to an address on a channel; whether that is news. First causes stay."""
    _row, new = Suppression.objects.get_or_create(
        channel=channel,
        address_hash=address_hash(address),
        defaults={"cause": cause, "at": at},
    )
    return new


def lift_suppression(message: Message, *, at: datetime, actor: str) -> bool:
    """Let messages go to the address of a message again; whether it had been stopped.

    Messages refused meanwhile stay refused. Publishes AddressAllowed, which tells who wanted it.
    """
    with transaction.atomic():
        stopped = Suppression.objects.filter(
            channel=message.channel, address_hash=address_hash(message.address)
        )
        count, _ = stopped.delete()
        if count:
            append(AddressAllowed(**named(message)), at=at, actor=actor)
    return bool(count)
