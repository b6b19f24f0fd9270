"""Asking shoppers to send what they want to return, while there is time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.events import ReturnSendReminded
from returns.rules.reminders import MORNING
from returns.selectors.reminders import reminder_of, waits_for_shopper
from returns.services.locks import lock_return


def remind_to_send(*, return_id: str, at: datetime) -> None:
    """Remind a shopper of a return that is due soon, once a reminder, by day where the shop is.

    Nothing happens while none is due, or where the goods were sent or cannot be. Publishes
    ReturnSendReminded.
    """
    here = at.astimezone(get_merchant().zone)
    if here.hour < MORNING:
        return
    with transaction.atomic():
        case = lock_return(return_id)
        days = reminder_of(case, at=at)
        if days is None or case.send_by is None or not waits_for_shopper(case, at=at):
            return
        case.reminded = days
        case.save(update_fields=["reminded"])
        append(
            ReturnSendReminded(
                order_id=case.order.public_id,
                return_id=case.public_id,
                send_by=case.send_by.isoformat(),
                days=(case.send_by - here.date()).days,
            ),
            at=at,
        )
