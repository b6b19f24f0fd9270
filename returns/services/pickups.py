"""Arranging when a carrier fetches the parcel of a return."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.enums import ReturnMethod, ReturnState
from returns.errors import InvalidTransition, MethodNotOffered
from returns.events import PickUpArranged
from returns.models import PickUp
from returns.rules.days import require_ahead
from returns.services.locks import lock_return


def arrange_pickup(
    *,
    return_id: str,
    on: date,
    earliest: time | None,
    latest: time | None,
    carrier: str,
    at: datetime,
    actor: str,
) -> PickUp:
    """Say when a return is fetched, instead of what was said before; the same again says nothing.

    `on` is a day where the shopper is, `earliest` and `latest` both or neither. Publishes
    PickUpArranged. Raises MethodNotOffered for a return that is sent another way, and
    InvalidTransition for one that is not approved or on its way already, and DayOutOfRange.
    """
    require_ahead(on, at=at, zone=get_merchant().zone)
    with transaction.atomic():
        case = lock_return(return_id)
        if case.method != ReturnMethod.PICKUP:
            raise MethodNotOffered
        if case.state != ReturnState.APPROVED:
            raise InvalidTransition
        told = {"on": on, "earliest": earliest, "latest": latest, "carrier": carrier[:80]}
        known: PickUp | None = PickUp.objects.filter(case=case).first()
        if known is not None and all(getattr(known, name) == one for name, one in told.items()):
            return known
        arranged: PickUp
        arranged, _new = PickUp.objects.update_or_create(
            case=case,
            defaults={**told, "turn": known.turn + 1 if known else 1, "at": at, "by": actor},
        )
        append(
            PickUpArranged(
                order_id=case.order.public_id,
                return_id=case.public_id,
                on=on.isoformat(),
                turn=arranged.turn,
            ),
            at=at,
            actor=actor,
        )
    return arranged
