"""Staff's word on the carrier or the status of a parcel, kept apart from what its sources say."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from postexp.kernel.events import append
from tracking.enums import CarrierBasis, CorrectionSubject, Status
from tracking.errors import NothingToWithdraw, UnknownSubstatus
from tracking.events import (
    CarrierCorrected,
    CorrectionWithdrawn,
    StatusCorrected,
)
from tracking.models import Correction, Shipment
from tracking.rules import carrier_of
from tracking.services.carriers import name_carrier
from tracking.services.ingest import lock_shipments, refold_shipments


def correct_carrier(*, shipment_id: str, carrier: str, at: datetime, actor: str) -> Shipment:
    """Say which carrier a parcel is with, by slug or name, whatever its sources tell.

    What they told, and tell later, is kept as `told_carrier`. The same again changes nothing.
    Publishes CarrierCorrected and ShipmentChanged. Raises Shipment.DoesNotExist.
    """
    after = carrier_of(carrier).slug
    with transaction.atomic():
        shipment = _lock(shipment_id)
        before = shipment.carrier
        if shipment.carrier_basis == CarrierBasis.CORRECTED and before == after:
            return shipment
        if shipment.carrier_basis == CarrierBasis.TOLD:
            shipment.told_carrier = before
        shipment.carrier, shipment.carrier_basis = after, CarrierBasis.CORRECTED
        _end_standing(shipment, CorrectionSubject.CARRIER, at=at, actor=actor)
        _note(shipment, CorrectionSubject.CARRIER, before, after, at=at, actor=actor)
        told = CarrierCorrected(
            shipment_id=shipment.public_id,
            order_id=shipment.order_ref,
            before=before,
            after=after,
        )
        append(told, at=at, actor=actor)
        _save_carrier(shipment, at=at, actor=actor)
    return shipment


def correct_status(
    *, shipment_id: str, status: Status, substatus: str = "", at: datetime, actor: str
) -> Shipment:
    """Say how a parcel stands, whatever its scans add up to, until that is withdrawn.

    Scans go on being stored and told; pages show both. No milestone is published: nobody is
    written to because staff set a status. The same again changes nothing. Publishes StatusCorrected
    and ShipmentChanged. Raises Shipment.DoesNotExist, and UnknownSubstatus for a substatus of
    another status.
    """
    if substatus not in ("", *status.substatuses):
        raise UnknownSubstatus
    with transaction.atomic():
        shipment = _lock(shipment_id)
        if (shipment.corrected_status, shipment.corrected_substatus) == (status, substatus):
            return shipment
        before = shipment.status
        _end_standing(shipment, CorrectionSubject.STATUS, at=at, actor=actor)
        _note(
            shipment,
            CorrectionSubject.STATUS,
            before,
            status,
            substatus=substatus,
            at=at,
            actor=actor,
        )
        told = StatusCorrected(
            shipment_id=shipment.public_id,
            order_id=shipment.order_ref,
            before=before,
            status=status,
            substatus=substatus,
        )
        append(told, at=at, actor=actor)
        _set_word(shipment, status, substatus, at=at, said_at=at, actor=actor)
        shipment.refresh_from_db()
    return shipment


def withdraw_correction(
    *, shipment_id: str, subject: CorrectionSubject, at: datetime, actor: str
) -> Shipment:
    """Take staff's word on a carrier or a status back: what the sources say is shown again.

    Publishes CorrectionWithdrawn and ShipmentChanged. Raises Shipment.DoesNotExist, and
    NothingToWithdraw where no such correction stands.
    """
    with transaction.atomic():
        shipment = _lock(shipment_id)
        before = shipment.carrier if subject is CorrectionSubject.CARRIER else shipment.status
        if not _end_standing(shipment, subject, at=at, actor=actor):
            raise NothingToWithdraw
        if subject is CorrectionSubject.CARRIER:
            told_carrier, shipment.told_carrier = shipment.told_carrier, ""
            shipment.carrier, shipment.carrier_basis = "", CarrierBasis.TOLD
            name_carrier(shipment, told_carrier)
            after = shipment.carrier
        else:
            after = shipment.carrier_status
        told = CorrectionWithdrawn(
            shipment_id=shipment.public_id,
            order_id=shipment.order_ref,
            of=subject,
            before=before,
            after=after,
        )
        append(told, at=at, actor=actor)
        if subject is CorrectionSubject.CARRIER:
            _save_carrier(shipment, at=at, actor=actor)
        else:
            _set_word(shipment, "", "", at=at, said_at=None, actor=actor)
            shipment.refresh_from_db()
    return shipment


def _lock(shipment_id: str) -> Shipment:
    found = Shipment.objects.get(public_id=shipment_id)
    (shipment,) = lock_shipments([found.pk])
    return shipment


def _end_standing(
    shipment: Shipment, subject: CorrectionSubject, *, at: datetime, actor: str
) -> bool:
    """End the correction that stands, if there is one; return whether there was."""
    standing = Correction.objects.filter(shipment=shipment, subject=subject, ended_at=None)
    return bool(standing.update(ended_at=at, ended_by=actor))


def _note(
    shipment: Shipment,
    subject: CorrectionSubject,
    before: str,
    after: str,
    *,
    substatus: str = "",
    at: datetime,
    actor: str,
) -> None:
    Correction.objects.create(
        shipment=shipment,
        subject=subject,
        before=before,
        after=after,
        substatus=substatus,
        made_at=at,
        made_by=actor,
    )


def _save_carrier(shipment: Shipment, *, at: datetime, actor: str) -> None:
    shipment.save(update_fields=["carrier", "carrier_basis", "told_carrier"])
    # Another carrier has other numbers, other days and other usual times.
    refold_shipments([shipment.pk], at=at, actor=actor, has_changed=True)
    shipment.refresh_from_db()


def _set_word(
    shipment: Shipment,
    status: str,
    substatus: str,
    *,
    said_at: datetime | None,
    at: datetime,
    actor: str,
) -> None:
    shipment.corrected_status, shipment.corrected_substatus = status, substatus
    shipment.corrected_at = said_at
    shipment.save(update_fields=["corrected_status", "corrected_substatus", "corrected_at"])
    refold_shipments([shipment.pk], at=at, actor=actor)
