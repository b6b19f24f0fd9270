"""What the asking leaves behind, forgotten in stretches."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from integrations.polling.carriers import CARRIERS
from integrations.polling.models import AskedNumber, CarrierCalls
from integrations.polling.turns import TOPIC
from postexp.kernel.models import InboxMessage, InboxState

KEEP_CALLS = timedelta(days=400)
KEEP_ANSWERS = timedelta(days=7)
"""How long answers that were read are kept: what they told is kept with the parcels."""
# Older ones went at the run before, and need not be looked for; or go with all other requests.
_LOOK_BACK = timedelta(days=2)
STRETCH = 5_000
MOST_STRETCHES = 100


def forget(*, at: datetime) -> int:
    """Delete numbers of accounts that ended, answers read a week ago, and calls of days long past.

    Return how many: a part where there are very many; the rest is for the next time.
    """
    old = CarrierCalls.every_merchant.filter(day__lt=(at - KEEP_CALLS).date())
    count, _ = old.delete()
    count += _delete(AskedNumber.every_merchant.filter(account__connection__ended_at__isnull=False))
    until = at - KEEP_ANSWERS
    answers = InboxMessage.every_merchant.filter(source__in=CARRIERS, topic=TOPIC)
    count += _delete(
        answers.filter(
            state=InboxState.PROCESSED, received_at__lt=until, received_at__gte=until - _LOOK_BACK
        )
    )
    return count


def _delete(rows: QuerySet[Any]) -> int:
    count = 0
    for _stretch in range(MOST_STRETCHES):
        found = list(rows.values_list("pk", flat=True)[:STRETCH])
        if not found:
            break
        count += rows.model.every_merchant.filter(pk__in=found).delete()[0]
    return count
