"""Reads around the lookup of an order by its number."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from tracking.models import LookupAttempt

TRIES = 5
WINDOW = timedelta(minutes=15)
CODE_VALID = timedelta(minutes=10)


def is_throttled(number_key: str, *, at: datetime) -> bool:
    """Whether an order number was tried too often of late, by whomever."""
    recent = LookupAttempt.objects.filter(number_key=number_key, at__gt=at - WINDOW)
    return recent.count() >= TRIES


def code_of(challenge_id: str) -> str:
    """Return the six digits of a challenge: kept nowhere, always the same."""
    digest = salted_hmac("postexp.lookup_code", challenge_id, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"
