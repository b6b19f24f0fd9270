"""Reads of how a shop wants to be told of its parcels."""

from __future__ import annotations

from tracking.models import TrackingSettings


def get_tracking_settings() -> TrackingSettings:
    """Return the shop's settings, or the defaults where it has chosen none."""
    found: TrackingSettings | None = TrackingSettings.objects.first()
    return found or TrackingSettings()
