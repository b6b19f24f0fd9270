"""Reads about parcels that a carrier fetches."""

from __future__ import annotations

from django.db.models import QuerySet

from returns.enums import ReturnMethod, ReturnState
from returns.models import PickUp, Return


def pickup_of(case: Return) -> PickUp | None:
    """Return when a return is fetched, or None while nobody arranged it."""
    found: PickUp | None = PickUp.objects.filter(case=case).first()
    return found


def list_to_arrange() -> QuerySet[Return]:
    """Return the approved returns that wait for a day on which they are fetched, oldest first.

    Each with its order and its customer.
    """
    waiting: QuerySet[Return] = Return.objects.filter(
        state=ReturnState.APPROVED, method=ReturnMethod.PICKUP, pickup__isnull=True
    )
    return waiting.select_related("order__customer").order_by("id")
