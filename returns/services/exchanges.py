"""Replacements: held while the return is under way, shipped when it was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.ports import FulfilmentFacts
from commerce.selectors import lock_order
from commerce.services.fulfilments import take_in_fulfilment
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import ReplacementState
from returns.errors import InvalidTransition, OutOfStock
from returns.events import ReplacementShipped
from returns.models import Replacement, Return, ReturnLine
from returns.selectors import get_replacement, reserved_stock

if TYPE_CHECKING:
    from commerce.models import Variant


def reserve_replacements(lines: Sequence[ReturnLine]) -> None:
    """Hold the units an exchange asks for. Raises OutOfStock where one is not there."""
    # In one order for everybody, so that two exchanges never wait for each other.
    for line in sorted(lines, key=lambda line: line.variant_id or 0):
        if line.variant is not None:
            _reserve(line, line.variant, line.quantity)


def _reserve(line: ReturnLine, variant: Variant, quantity: int) -> Replacement:
    # Two shoppers must not both be promised the last one.
    lock(f"stock:{variant.public_id}")
    held = reserved_stock([variant.pk]).get(variant.pk, 0)
    if variant.stock is not None and variant.stock - held < quantity:
        raise OutOfStock
    reserved: Replacement = Replacement.objects.create(
        line=line, variant=variant, quantity=quantity, state=ReplacementState.RESERVED
    )
    return reserved


def release_replacements(case: Return) -> None:
    """Let go of what a return holds and will not use."""
    Replacement.objects.filter(line__case=case, state=ReplacementState.RESERVED).update(
        state=ReplacementState.RELEASED
    )


def ready_replacement(line: ReturnLine, quantity: int) -> None:
    """Make units of a replacement ready to ship; the rest stays held.

    What was let go when the return expired is taken again; raises OutOfStock where it is gone.
    """
    assert line.variant is not None
    held = Replacement.objects.filter(line=line, state=ReplacementState.RESERVED).first()
    held = held or _reserve(line, line.variant, quantity)
    if held.quantity > quantity:
        Replacement.objects.create(
            line=line,
            variant=held.variant,
            quantity=held.quantity - quantity,
            state=ReplacementState.RESERVED,
        )
    held.quantity = quantity
    held.state = ReplacementState.READY
    held.save()


def ship_replacement(
    *, replacement_id: str, carrier_name: str, tracking_number: str, at: datetime, actor: str
) -> Replacement:
    """Hand a replacement to a carrier; it travels as a fulfilment of its order.

    Publishes ReplacementShipped and FulfilmentRecorded. Raises InvalidTransition unless it is
    ready.
    """
    with transaction.atomic():
        order = lock_order(get_replacement(replacement_id).line.case.order.public_id)
        replacement = get_replacement(replacement_id)
        if replacement.state != ReplacementState.READY:
            raise InvalidTransition
        replacement.state = ReplacementState.SHIPPED
        replacement.shipped_at = at
        replacement.save()
        take_in_fulfilment(
            FulfilmentFacts(
                external_id=replacement.public_id,
                order_external_id=order.external_id,
                created_at=at,
                carrier_name=carrier_name,
                tracking_numbers=(tracking_number,) if tracking_number else (),
            ),
            at=at,
            actor=actor,
        )
        append(
            ReplacementShipped(
                order_id=order.public_id,
                return_id=replacement.line.case.public_id,
                replacement_id=replacement.public_id,
            ),
            at=at,
            actor=actor,
        )
    return replacement
