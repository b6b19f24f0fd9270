"""What receiving keeps of a person: the photos of their goods, and words about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant
from postexp.kernel.erasing import may_erase
from postexp.kernel.files import delete_after_commit
from returns.models import (
    CountedUnit,
    Inspection,
    ReceivingPhoto,
    RefusedUnits,
    UnannouncedGoods,
)


def export(person: Person) -> list[dict[str, Any]]:
    """Return the findings about what the person sent back, and what they chose."""
    refused = RefusedUnits.objects.filter(_theirs(person))
    return [
        {
            "id": one.public_id,
            "title": one.line.order_line.title,
            "quantity": one.quantity,
            "note": one.inspection.note,
            "choice": one.choice,
            "asked_at": instant(one.asked_at),
        }
        for one in refused.select_related("line__order_line", "inspection").order_by("id")
    ]


def _theirs(person: Person) -> Q:
    """Those of gifts are their recipients', whatever their orders' buyers have a right to read."""
    bought = Q(case__order__public_id__in=person.order_ids, case__gift=None)
    if not person.customer_id:
        return bought
    return bought | Q(case__recipient__public_id=person.customer_id)


def erase(person: Person, at: datetime) -> None:
    """Forget the photos and words about what the person sent; counts and grades stay."""
    inspections = Inspection.objects.filter(line__case__order__public_id__in=person.order_ids)
    counted = CountedUnit.objects.filter(case__order__public_id__in=person.order_ids)
    goods = UnannouncedGoods.objects.filter(order__public_id__in=person.order_ids)
    photos = ReceivingPhoto.objects.filter(
        Q(pk__in=inspections.values("photo"))
        | Q(pk__in=counted.values("photo"))
        | Q(pk__in=goods.values("photo"))
    )
    found = list(photos.values_list("pk", "path"))
    with may_erase():
        inspections.update(note="", photo=None)
    counted.update(note="", photo=None)
    goods.update(note="", answer="", photo=None)
    RefusedUnits.objects.filter(case__order__public_id__in=person.order_ids).update(
        fee_reference=""
    )
    for _row, path in found:
        delete_after_commit(path)
    ReceivingPhoto.objects.filter(pk__in=[row for row, _path in found]).delete()


RECEIVING = PersonalDataKeeper(name="receiving", export=export, erase=erase)
