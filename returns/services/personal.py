"""What returns tell of a person: handed out, and forgotten. Sums and the ledger stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant
from postexp.kernel.erasing import may_erase
from returns.models import Refund, Return, TransitionLog


def export(person: Person) -> list[dict[str, Any]]:
    """Return the returns of the person's orders, with what they wrote and what they were paid."""
    cases = Return.objects.filter(order__public_id__in=person.order_ids).order_by("id")
    return [
        {
            "id": case.public_id,
            "number": case.number,
            "state": case.state,
            "outcome": case.outcome,
            "requested_at": instant(case.requested_at),
            "note": case.note,
            "answer": case.decline_text,
            "lines": [
                {
                    "title": line.order_line.title,
                    "quantity": line.quantity,
                    "reason": line.reason,
                }
                for line in case.lines.select_related("order_line")
            ],
            "sums": [settlement.quote for settlement in case.settlements.order_by("id")],
        }
        for case in cases
    ]


def erase(person: Person, at: datetime) -> None:
    """Forget what was written in the returns, by the shopper and to them."""
    cases = Return.objects.filter(order__public_id__in=person.order_ids)
    with may_erase():
        TransitionLog.objects.filter(case__in=cases).update(note="")
    cases.update(note="", decline_text="")
    Refund.objects.filter(order__public_id__in=person.order_ids).update(failure="")


KEEPER = PersonalDataKeeper(name="returns", export=export, erase=erase)
