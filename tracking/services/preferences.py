"""How a shop wants to be told of its parcels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from tracking.events import TrackingSettingsChanged
from tracking.models import TrackingSettings
from tracking.selectors.preferences import get_tracking_settings

if TYPE_CHECKING:
    from commerce.models import User


def settle_time() -> timedelta:
    """Return how long a problem must last before the shopper hears of it."""
    return timedelta(minutes=get_tracking_settings().settle_minutes)


def change_tracking_settings(
    *, settle_minutes: int, leaves_within_days: int = 0, by: User, at: datetime
) -> TrackingSettings:
    """Keep how long a problem must last, 0 for not at all, and within how many working days orders
    leave, 0 for not watched. Publishes TrackingSettingsChanged.
    """
    chosen = {"settle_minutes": settle_minutes, "leaves_within_days": leaves_within_days}
    with transaction.atomic():
        kept, _ = TrackingSettings.objects.update_or_create(defaults=chosen)
        append(
            TrackingSettingsChanged(
                merchant_public_id=get_merchant().public_id,
                detail=", ".join(f"{name}={value}" for name, value in chosen.items()),
            ),
            at=at,
            actor=by.actor,
        )
    found: TrackingSettings = kept
    return found
