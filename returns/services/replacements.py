"""Replacements: units held while a return is under way, and made ready to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from postexp.kernel.locks import lock
from returns.enums import ReplacementState
from returns.errors import OutOfStock
from returns.models import Replacement, Return, ReturnLine
from returns.selectors import reserved_stock

if TYPE_CHECKING:
    from commerce.models import Variant

_LEAVING = (ReplacementState.READY, ReplacementState.SHIPPED)


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


def reserve_another(replacement: Replacement, variant: Variant) -> Replacement:
    """Hold as many units of another variant. Raises OutOfStock where they are not there."""
    return _reserve(replacement.line, variant, replacement.quantity)


def release_replacements(case: Return) -> None:
    """Let go of what a return holds and will not use."""
    _move(case, [ReplacementState.RESERVED], ReplacementState.RELEASED)


def release_unsent(case: Return) -> None:
    """Let go of everything of a return that was not sent, also what was ready to be."""
    _move(case, [ReplacementState.RESERVED, ReplacementState.READY], ReplacementState.RELEASED)


def ready_all(case: Return) -> None:
    """Make everything a return holds ready to ship."""
    _move(case, [ReplacementState.RESERVED], ReplacementState.READY)


def hold_back(case: Return) -> None:
    """Hold what was ready to ship until it may be sent again."""
    _move(case, [ReplacementState.READY], ReplacementState.RESERVED)


def _move(case: Return, before: list[ReplacementState], after: ReplacementState) -> None:
    Replacement.objects.filter(line__case=case, state__in=before).update(state=after)


def ready_replacement(line: ReturnLine, quantity: int) -> None:
    """Make units of a replacement ready to ship; the rest stays held.

    What was made ready or sent before its return came counts for it. What was let go when the
    return expired is taken again; raises OutOfStock where it is gone.
    """
    assert line.variant is not None
    quantity -= _sent_ahead(line)
    if quantity <= 0:
        return
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


def _sent_ahead(line: ReturnLine) -> int:
    """Return how many units left, or are to, for which no return was accepted yet."""
    leaving = Replacement.objects.filter(line=line, state__in=_LEAVING)
    return sum(leaving.values_list("quantity", flat=True)) - line.settled
