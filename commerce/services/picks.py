"""Picking and stopping: who of warehouse and cancellation is first with a unit has it.

Both write under the lock of the order's row, and each looks at what the other has written there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from commerce.enums import StockOwner
from commerce.errors import (
    OrderIsCancelled,
    TooManyPicked,
    UnitsInCancellation,
    UnitsPicked,
    UnknownLine,
)
from commerce.events import OrderPicked
from commerce.models import LineProgress, Order, OrderLine, Variant
from commerce.selectors import list_lines, lock_order, stock_owner
from commerce.selectors.picks import line_progress
from postexp.kernel.events import append

if TYPE_CHECKING:
    from commerce.rules.picks import Progress


def confirm_picks(*, order_id: str, picked: Mapping[str, int], at: datetime, actor: str) -> Order:
    """Note how many units of lines (by public id) were taken from the shelf, in all so far.

    Lines that are not named stay as they are; a lower number corrects a slip. The same again
    changes nothing. Publishes OrderPicked where something is new. Raises UnknownLine,
    TooManyPicked, UnitsInCancellation where units of it are not to be sent, and OrderIsCancelled;
    then nothing is noted.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        lines = {line.public_id: line for line in list_lines(order)}
        progress = line_progress(order)
        if picked.keys() - lines.keys():
            raise UnknownLine
        news = {
            name: units
            for name, units in picked.items()
            if units != progress[lines[name].pk].picked
        }
        if not news:
            return order
        if order.cancelled_at is not None:
            raise OrderIsCancelled
        for name, units in news.items():
            _check_pick(progress[lines[name].pk], units)
            _write(lines[name], picked=units)
        _publish(order, at, actor)
    return order


def pick_the_rest(*, order_id: str, at: datetime, actor: str) -> Order:
    """Note that everything of an order that is still to be sent was taken from the shelf.

    Publishes OrderPicked. Raises OrderIsCancelled.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        progress = line_progress(order)
        return confirm_picks(
            order_id=order_id,
            picked={
                line.public_id: progress[line.pk].pickable
                for line in list_lines(order)
                if line.requires_shipping
            },
            at=at,
            actor=actor,
        )


def _check_pick(now: Progress, units: int) -> None:
    if not 0 <= units <= now.ordered:
        raise TooManyPicked
    if units > now.picked and units > now.pickable:
        raise UnitsInCancellation


def stop_units(order: Order, units: Mapping[int, int]) -> None:
    """Keep units of lines (by row id) from being picked; the caller holds the order's lock.

    Raises UnitsPicked where fewer are left.
    """
    progress = line_progress(order)
    for line in list_lines(order):
        if quantity := units.get(line.pk, 0):
            if quantity > progress[line.pk].stoppable:
                raise UnitsPicked
            _write(line, stopped=progress[line.pk].stopped + quantity)


def release_units(order: Order, units: Mapping[int, int]) -> None:
    """Let stopped units of lines (by row id) be picked again; the caller holds the order's lock."""
    for line, quantity in units.items():
        LineProgress.objects.filter(order_line=line, order_line__order=order).update(
            stopped=F("stopped") - quantity
        )


def restock(order: Order, units: Mapping[int, int]) -> None:
    """Count units of lines (by row id) as in stock again; the caller holds the order's lock.

    Where the platform counts the shop's stock it counts them itself, and tells.
    """
    for line in sorted(list_lines(order), key=lambda line: line.variant_id or 0):
        if line.variant is not None and (quantity := units.get(line.pk, 0)):
            put_in_stock(line.variant, quantity)


def put_in_stock(variant: Variant, quantity: int) -> bool:
    """Count units of a variant as in stock again; return whether it is us who count.

    Where the platform counts the shop's stock nothing is changed: it counts them itself, and tells.
    """
    if stock_owner() is StockOwner.PLATFORM:
        return False
    Variant.objects.filter(pk=variant.pk, stock__isnull=False).update(stock=F("stock") + quantity)
    return True


def _write(line: OrderLine, **counts: int) -> None:
    LineProgress.objects.update_or_create(order_line=line, defaults=counts)


def _publish(order: Order, at: datetime, actor: str) -> None:
    units = sum(one.picked for one in line_progress(order).values())
    append(OrderPicked(order_id=order.public_id, units=units), at=at, actor=actor)
