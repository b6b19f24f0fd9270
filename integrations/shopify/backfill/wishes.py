"""What staff wish of a back-fill: begin, rest, end; and what of it is left to others."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from integrations.connections import publish_by_staff
from integrations.models import BackFill, BackFillKind, BackFillState, Connection
from integrations.shopify import access
from integrations.shopify.backfill.rows import open_back_fills
from integrations.shopify.errors import Busy, ShopifyError, Unanswered

if TYPE_CHECKING:
    from commerce.models import Merchant, User

logger = logging.getLogger(__name__)

# A cancelled back-fill whose bulk operation may still run: its result was never seen.
UNDER_WAY_AT_SHOPIFY = Q(state=BackFillState.CANCELLED, bulk_url="") & ~Q(bulk_id="")


def start(connection: Connection, *, at: datetime) -> list[BackFill]:
    """Begin to bring in everything; what is under way already goes on."""
    with transaction.atomic():
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        under_way = set(open_back_fills(connection).values_list("kind", flat=True))
        for kind in BackFillKind.values:
            if kind not in under_way:
                BackFill.objects.create(connection=connection, kind=kind, started_at=at)
        open_back_fills(connection).exclude(state=BackFillState.RUNNING).update(
            state=BackFillState.RUNNING, failures=0, problem="", problem_detail=""
        )
    return list_back_fills(connection)


def pause(connection: Connection) -> None:
    """Let it rest after the object that is being read."""
    open_back_fills(connection).filter(state=BackFillState.RUNNING).update(
        state=BackFillState.PAUSED
    )


def cancel(connection: Connection, *, at: datetime) -> None:
    """End it; what has come in stays. What Shopify is still at is left to `stop_bulk`."""
    open_back_fills(connection).update(state=BackFillState.CANCELLED, finished_at=at, claim="")


def decide_by_staff(
    connection: Connection, act: str, *, merchant: Merchant, by: User, at: datetime
) -> None:
    """`start`, `pause` or `cancel` it, and note whose wish it was. Publishes ConnectionChanged."""
    with transaction.atomic():
        if act == "start":
            start(connection, at=at)
        elif act == "pause":
            pause(connection)
        else:
            cancel(connection, at=at)
        publish_by_staff(
            merchant=merchant,
            connection=connection,
            detail=f"{act} of the back-fill of {connection.account}",
            by=by,
            at=at,
        )


def stop_bulk(connection: Connection) -> None:
    """Cancel what Shopify still puts together for back-fills that were cancelled.

    Where Shopify gives no answer it is asked again later: see `list_to_stop`. Where it refuses,
    the operation has ended, or we may no longer ask.
    """
    left = BackFill.objects.filter(UNDER_WAY_AT_SHOPIFY, connection=connection)
    with access.open_client(connection) as client:
        for back_fill in left.order_by("id"):
            try:
                client.run("bulk_cancel", {"id": back_fill.bulk_id})
            except (Busy, Unanswered) as error:
                logger.warning("back-fill %s: not stopped: %s", back_fill.public_id, error.kind)
                continue
            except ShopifyError as error:
                logger.info("back-fill %s: nothing to stop: %s", back_fill.public_id, error.kind)
            left.filter(pk=back_fill.pk).update(bulk_id="")


def list_to_stop() -> list[tuple[int, int]]:
    """Return the connections of every shop with such work at Shopify, as (merchant, connection)."""
    left = BackFill.every_merchant.filter(UNDER_WAY_AT_SHOPIFY).order_by()
    return list(left.values_list("merchant_id", "connection_id").distinct())


def list_back_fills(connection: Connection) -> list[BackFill]:
    """Return the latest back-fill of each kind, in the order they run."""
    latest = BackFill.objects.filter(connection=connection).order_by("kind", "-id")
    return sorted(latest.distinct("kind"), key=lambda one: BackFillKind.values.index(one.kind))


def list_waiting(*, at: datetime) -> list[tuple[int, int]]:
    """Return the connections of every shop with work nobody is at, as (merchant, connection)."""
    running = BackFill.every_merchant.filter(state=BackFillState.RUNNING)
    busy = running.filter(claimed_until__gte=at).values("connection")
    idle = running.exclude(connection__in=busy).filter(connection__ended_at=None)
    return list(idle.order_by().values_list("merchant_id", "connection_id").distinct())
