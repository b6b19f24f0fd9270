"""What staff say a carrier's code means: at once for scans to come, in steps for those before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from postexp.kernel.events import append
from postexp.kernel.locks import try_lock
from tracking.enums import Status, vocabulary
from tracking.errors import UnknownMeaning
from tracking.events import CarrierCodeMapped
from tracking.models import CarrierCode, CarrierCodeScan, ShipmentEvent
from tracking.services.ingest import lock_shipments, refold_shipments

if TYPE_CHECKING:
    from commerce.models import User

CHUNK = 200
INFORMATION = "information_only"


def map_code(
    code: CarrierCode,
    *,
    meaning: str,
    at: datetime,
    by: User | None = None,
    actor: str = "system",
) -> CarrierCode:
    """Say what a code means from now on: `status/substatus`, or `information_only`.

    `by` is the person who says so; `actor` who else does, such as an API key.

    Scans to come count as that at once; those of the past follow by `remap_scans`. Publishes
    CarrierCodeMapped. Raises UnknownMeaning.
    """
    status, substatus = _read(meaning)
    with transaction.atomic():
        locked: CarrierCode = CarrierCode.objects.select_for_update(no_key=True).get(pk=code.pk)
        locked.status, locked.substatus = status, substatus
        locked.mapped_at, locked.mapped_by = at, by
        locked.meaning += 1
        locked.save()
        append(
            CarrierCodeMapped(
                code_id=locked.public_id,
                source=locked.source,
                code=locked.code,
                status=status,
                substatus=substatus,
            ),
            at=at,
            actor=by.actor if by else actor,
        )
    return locked


def _read(meaning: str) -> tuple[str, str]:
    if meaning == INFORMATION:
        return "", INFORMATION
    status, _, substatus = meaning.partition("/")
    if status not in set(Status) or substatus not in Status(status).substatuses:
        raise UnknownMeaning
    return status, substatus


def remap_scans(code_id: str, *, at: datetime) -> bool:
    """Let the next scans of the past mean what their code does now.

    Returns whether more are left to whoever did this step; False where another worker is at it.
    Publishes what becomes true of their shipments, as `ingest_reports` does.
    """
    with transaction.atomic():
        if not try_lock(f"remapping:{code_id}"):
            return False
        # The code's row is not locked: whoever takes in scans holds shipments and needs it.
        code = CarrierCode.objects.get(public_id=code_id)
        scans = list(
            CarrierCodeScan.objects.filter(code=code, meaning__lt=code.meaning).order_by("pk")[
                :CHUNK
            ]
        )
        lock_shipments({scan.shipment_id for scan in scans})
        _rewrite(scans, code)
        CarrierCodeScan.objects.filter(pk__in=[scan.pk for scan in scans]).update(
            meaning=code.meaning
        )
        refold_shipments({scan.shipment_id for scan in scans}, at=at)
    return len(scans) == CHUNK


def _rewrite(scans: Sequence[CarrierCodeScan], code: CarrierCode) -> None:
    by_shipment: defaultdict[int, list[CarrierCodeScan]] = defaultdict(list)
    for scan in scans:
        by_shipment[scan.shipment_id].append(scan)
    for shipment_id, rows in by_shipment.items():
        ShipmentEvent.objects.filter(
            shipment_id=shipment_id,
            sort_at__in=[row.sort_at for row in rows],
            key__in=[row.key for row in rows],
        ).update(
            status=code.status, substatus=code.substatus, mapping_version=vocabulary()["version"]
        )
