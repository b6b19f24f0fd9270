"""Addresses that must not be written to."""

from __future__ import annotations

from datetime import datetime

from notifications.enums import SuppressionCause
from notifications.models import Suppression
from notifications.selectors import address_hash


def suppress_address(address: str, *, cause: SuppressionCause, at: datetime) -> None:
    """Stop every message to an address from now on; the first cause stays."""
    Suppression.objects.get_or_create(
        address_hash=address_hash(address), defaults={"cause": cause, "at": at}
    )


def lift_suppression(address: str) -> bool:
    """Let messages go to an address again; whether it had been stopped. Messages refused meanwhile
    stay refused.
    """
    count, _ = Suppression.objects.filter(address_hash=address_hash(address)).delete()
    return bool(count)
