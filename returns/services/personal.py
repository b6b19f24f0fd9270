"""What returns tell of a person: handed out, and forgotten. Sums and the ledger stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant
from postexp.kernel.erasing import may_erase
from postexp.kernel.files import delete_after_commit
from returns.models import (
    EvidenceFile,
    Refund,
    RefundMismatch,
    Return,
    ReturnLoss,
    ReturnParcel,
    Settlement,
    TimeExtension,
    TransitionLog,
    Withdrawal,
)
from returns.services.parcels import forget_labels


def export(person: Person) -> list[dict[str, Any]]:
    """Return the person's returns, with what they wrote and what they were paid.

    Those of gifts are their recipients': the buyer learns nothing of them, nor do they of the sum.
    """
    cases = _cases_of(person)
    return [
        {
            "id": case.public_id,
            "number": case.number,
            "state": case.state,
            "outcome": case.outcome,
            "requested_at": instant(case.requested_at),
            "note": case.note,
            "answer": case.decline_text,
            "losses": [
                {"at": instant(loss.at), "bearer": loss.bearer, "text": loss.text}
                for loss in case.losses.order_by("id")
            ],
            "lines": [
                {
                    "title": line.order_line.title,
                    "quantity": line.quantity,
                    "reason": line.reason,
                }
                for line in case.lines.select_related("order_line")
            ],
            "photos": [
                {"at": instant(photo.at), "taken_at": photo.taken_at, "software": photo.software}
                for photo in case.evidence.order_by("id")
            ],
            "drop_off": case.drop_off.name if case.drop_off else "",
            "parcels": [
                {"carrier": parcel.carrier, "tracking_number": parcel.tracking_number}
                for parcel in case.parcels_back.order_by("id")
            ],
            "address": case.recipient_address,
            "sums": []
            if case.gift_id is not None
            else [settlement.quote for settlement in case.settlements.order_by("id")],
        }
        for case in cases
    ]


def _extensions_of(person: Person) -> QuerySet[TimeExtension]:
    found: QuerySet[TimeExtension] = TimeExtension.objects.filter(
        order_line__order__public_id__in=person.order_ids
    )
    return found.order_by("id")


def export_extensions(person: Person) -> list[dict[str, Any]]:
    """Return what more time the person was given to return something, and why."""
    return [
        {"at": instant(given.at), "until": instant(given.until), "reason": given.reason}
        for given in _extensions_of(person)
    ]


def erase_extensions(person: Person, at: datetime) -> None:
    """Forget why more time was given; until when stays."""
    _extensions_of(person).update(reason="")


def _cases_of(person: Person) -> QuerySet[Return]:
    bought = Q(order__public_id__in=person.order_ids, gift=None)
    given = Q(recipient__public_id=person.customer_id) if person.customer_id else Q(pk__in=())
    found: QuerySet[Return] = Return.objects.filter(bought | given)
    return found.order_by("id")


def erase(person: Person, at: datetime) -> None:
    """Forget what was written in the returns, by the shopper and to them."""
    given = _cases_of(person).filter(gift__isnull=False)
    given.update(recipient_address={})
    cases = Return.objects.filter(Q(order__public_id__in=person.order_ids) | Q(pk__in=given))
    settled = Settlement.objects.filter(order__public_id__in=person.order_ids)
    with may_erase():
        TransitionLog.objects.filter(case__in=cases).update(note="")
        TransitionLog.objects.filter(refund__settlement__in=settled).update(note="")
        settled.update(note="")
    cases.update(note="", decline_text="", evidence_text="", drop_off=None)
    ReturnLoss.objects.filter(case__in=cases).update(text="")
    photos = EvidenceFile.objects.filter(
        Q(order__public_id__in=person.order_ids) | Q(case__in=given)
    )
    for path in photos.values_list("path", flat=True):
        delete_after_commit(path)
    photos.delete()
    parcels = ReturnParcel.objects.filter(
        Q(order__public_id__in=person.order_ids) | Q(pk__in=given.values("parcels_back"))
    )
    forget_labels(parcels)
    Refund.objects.filter(order__public_id__in=person.order_ids).update(failure="")
    RefundMismatch.objects.filter(order__public_id__in=person.order_ids).update(note="")


def export_withdrawals(person: Person) -> list[dict[str, Any]]:
    """Return what the person stated to withdraw from contracts, and what they were answered."""
    return [
        {
            "id": one.public_id,
            "number": one.number,
            "state": one.state,
            "received_at": instant(one.received_at),
            "statement": one.statement,
            "answer": one.answer,
        }
        for one in _stated_by(person)
    ]


def erase_withdrawals(person: Person, at: datetime) -> None:
    """Forget the words of the statements; that they came, and when, stays."""
    _stated_by(person).update(name="", contract="", contact="", goods="", statement="", answer="")


def _stated_by(person: Person) -> QuerySet[Withdrawal]:
    found: QuerySet[Withdrawal] = Withdrawal.objects.filter(
        Q(contact__in=person.emails) | Q(order__public_id__in=person.order_ids)
    )
    return found.order_by("id")


KEEPER = PersonalDataKeeper(name="returns", export=export, erase=erase)
EXTENSIONS = PersonalDataKeeper(
    name="return_extensions", export=export_extensions, erase=erase_extensions
)
WITHDRAWALS = PersonalDataKeeper(
    name="withdrawals", export=export_withdrawals, erase=erase_withdrawals
)
