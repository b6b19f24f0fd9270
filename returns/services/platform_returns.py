"""Returns that were opened on the platform of an order: what it tells of them is kept.

They are carried out there. Here they hold their units, so that no unit comes back twice; the money
enters the ledger by the platform's refund.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.selectors import get_order_by_external_id, list_lines, lock_order
from postexp.kernel.events import append
from returns.events.platform import PlatformReturnChanged
from returns.models import PlatformReturn, PlatformReturnLine
from returns.ports import PlatformReturnFacts


def take_in_platform_return(
    facts: PlatformReturnFacts, *, at: datetime, actor: str
) -> PlatformReturn | None:
    """Keep how a return on the platform stands now; None where its order is not here.

    The same again changes nothing. Publishes PlatformReturnChanged.
    """
    with transaction.atomic():
        known = get_order_by_external_id(facts.order_external_id)
        if known is None:
            return None
        order = lock_order(known.public_id)
        case = PlatformReturn.objects.filter(external_id=facts.external_id).first()
        before = _standing(case)
        case = case or PlatformReturn(order=order, external_id=facts.external_id)
        case.number, case.state = facts.number[:60], facts.state
        case.opened_at, case.closed_at = facts.opened_at, facts.closed_at
        case.save()
        ours = {line.external_id: line for line in list_lines(order)}
        PlatformReturnLine.objects.filter(case=case).delete()
        PlatformReturnLine.objects.bulk_create(
            PlatformReturnLine(
                case=case,
                order_line=ours[units.line_external_id],
                quantity=units.quantity,
                arrived=units.arrived,
                refunded=units.refunded,
            )
            for units in facts.units
            if units.line_external_id in ours
        )
        if _standing(case) != before:
            append(
                PlatformReturnChanged(
                    order_id=order.public_id,
                    platform_return_id=case.public_id,
                    number=case.number,
                    state=case.state,
                ),
                at=at,
                actor=actor,
            )
    return case


def _standing(case: PlatformReturn | None) -> tuple[str, list[tuple[int, int, int, int]]] | None:
    if case is None:
        return None
    lines = PlatformReturnLine.objects.filter(case=case).order_by("order_line")
    return case.state, list(lines.values_list("order_line_id", "quantity", "arrived", "refunded"))
