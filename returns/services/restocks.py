"""Putting units back on the shelf: counted by us, or listed to be counted on the platform."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.services.picks import put_in_stock
from postexp.kernel.events import append
from returns.enums.receiving import RestockState
from returns.events import RestockCounted, UnitsRestocked
from returns.models import Restock, ReturnLine

if TYPE_CHECKING:
    from commerce.models import Variant


def restock_units(
    line: ReturnLine, variant: Variant | None, quantity: int, *, at: datetime, actor: str
) -> None:
    """Put units of a variant back on the shelf; the caller holds the order's lock.

    Where we count the shop's stock it rises, in this transaction; where its platform does, it is
    listed to be told there. Units of no known variant are nobody's stock. Publishes UnitsRestocked.
    """
    if variant is None:
        return
    counted = put_in_stock(variant, quantity)
    Restock.objects.create(
        line=line,
        variant=variant,
        quantity=quantity,
        state=RestockState.COUNTED if counted else RestockState.TO_DO,
        at=at,
    )
    append(
        UnitsRestocked(
            order_id=line.case.order.public_id,
            return_id=line.case.public_id,
            variant_id=variant.public_id,
            quantity=quantity,
            counted=counted,
        ),
        at=at,
        actor=actor,
    )


def count_restocks(restocks: Iterable[Restock], *, at: datetime, actor: str) -> None:
    """Note that all of these units were counted on the platform, as restock_done does for each."""
    with transaction.atomic():
        for restock in sorted(restocks, key=lambda one: one.pk):
            restock_done(restock, at=at, actor=actor)


def restock_done(restock: Restock, *, at: datetime, actor: str) -> Restock:
    """Note that units were counted on the platform; once is enough. Publishes RestockCounted."""
    with transaction.atomic():
        locked: Restock = Restock.objects.select_for_update(no_key=True).get(pk=restock.pk)
        if locked.state == RestockState.TO_DO:
            locked.state, locked.done_at, locked.done_by = RestockState.COUNTED, at, actor
            locked.save()
            append(
                RestockCounted(
                    order_id=restock.line.case.order.public_id,
                    return_id=restock.line.case.public_id,
                    variant_id=restock.variant.public_id,
                    quantity=locked.quantity,
                ),
                at=at,
                actor=actor,
            )
    return locked
