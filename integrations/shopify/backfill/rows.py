"""The rows of back-fills: whose turn it is, how far each has got, and what went wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from integrations.models import OPEN_BACK_FILLS, BackFill, BackFillState, Connection
from integrations.shopify.backfill.kinds import ORDER_OF_KINDS
from postexp.kernel import ids

LEASE = timedelta(seconds=90)
MOST_FAILURES = 5


class Stopped(Exception):
    """Staff paused or cancelled it, or another worker has taken over."""


def open_back_fills(connection: Connection) -> Any:
    """Return the back-fills of a connection that have not come to an end."""
    return BackFill.objects.filter(connection=connection, state__in=OPEN_BACK_FILLS)


def claim(connection: Connection, *, at: datetime) -> BackFill | None:
    """Take the next back-fill of a connection; None where another works or nothing is left."""
    with transaction.atomic():
        # Claims of one connection are taken one after another.
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        running = open_back_fills(connection).filter(state=BackFillState.RUNNING)
        if running.filter(claimed_until__gte=at).exists():
            return None
        back_fill: BackFill | None = running.order_by(ORDER_OF_KINDS).first()
        if back_fill is None or connection.ended_at is not None:
            return None
        back_fill.claim, back_fill.claimed_until = ids.new_id("clm"), at + LEASE
        back_fill.save(update_fields=("claim", "claimed_until"))
    return back_fill


def keep(back_fill: BackFill, **values: Any) -> None:
    """Note values on a back-fill that is still ours and running; raises Stopped."""
    ours = Q(pk=back_fill.pk, claim=back_fill.claim, state=BackFillState.RUNNING)
    if not BackFill.objects.filter(ours).update(**values):
        raise Stopped
    for name, value in values.items():
        setattr(back_fill, name, value)


def note_failure(back_fill: BackFill, problem: str, detail: str) -> None:
    """Count an attempt that got nowhere; after some in a row staff are asked."""
    rows = BackFill.objects.filter(
        pk=back_fill.pk, claim=back_fill.claim, state=BackFillState.RUNNING
    )
    rows.update(failures=F("failures") + 1, problem=problem, problem_detail=detail[:1000])
    rows.filter(failures__gte=MOST_FAILURES).update(state=BackFillState.FAILED)
