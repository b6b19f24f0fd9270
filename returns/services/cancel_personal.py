"""What cancellations tell of a person: handed out, and forgotten. Sums and the ledger stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant
from returns.models import Cancellation


def export(person: Person) -> list[dict[str, Any]]:
    """Return the cancellations of the person's orders, with what they wrote."""
    found = Cancellation.objects.filter(order__public_id__in=person.order_ids).order_by("id")
    return [
        {
            "id": one.public_id,
            "number": one.number,
            "state": one.state,
            "requested_at": instant(one.requested_at),
            "note": one.note,
            "answer": one.decline_text,
            "sum": one.quote,
        }
        for one in found
    ]


def erase(person: Person, at: datetime) -> None:
    """Forget what was written in the cancellations, by the shopper and to them."""
    found = Cancellation.objects.filter(order__public_id__in=person.order_ids)
    found.update(note="", decline_text="")


CANCELLATIONS = PersonalDataKeeper(name="cancellations", export=export, erase=erase)
