"""Parcels on their way back: the numbers they travel under, and what their scans move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commerce.selectors import lock_order
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import LabelSource, LabelState, ReturnMove, ReturnState
from returns.errors import (
    AddressInUse,
    AddressMovedOn,
    AddressNameTaken,
    InvalidTransition,
    NumberTaken,
)
from returns.events import (
    ParcelNumberGiven,
    ReturnDelivered,
    ReturnScanned,
    ReturnSent,
    SendingSettingsChanged,
)
from returns.models import (
    LabelFile,
    Return,
    ReturnAddress,
    ReturnParcel,
    ReturnParcelCase,
    SendingSettings,
)
from returns.rules.methods import has_arrived, is_on_its_way
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors.parcels import (
    get_parcel,
    list_addresses,
    list_parcels_tracked_as,
)
from returns.services.locks import lock_return
from returns.services.transitions import move_return
from tracking.services import expect_return

LONGEST_NUMBER = 120
_SHOP = "shop"


def add_number(
    *, return_id: str, tracking_number: str, carrier: str = "", at: datetime, actor: str
) -> ReturnParcel:
    """Note the number of a parcel that is sent back; its first scan then moves the return.

    Publishes ParcelNumberGiven, once a number. Raises InvalidTransition where nothing of the return
    is awaited, and NumberTaken for a number that is another parcel's.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        state = ReturnState(case.state)
        if ReturnMove.RECEIVE not in possible(RETURN_MOVES, state):
            raise InvalidTransition
        parcel = note_number(case, tracking_number, carrier=carrier, at=at, actor=actor)
        case.save()
        _follow(parcel, at=at, actor=actor)
    return get_parcel(parcel.public_id)


def note_number(
    case: Return, tracking_number: str, *, carrier: str = "", at: datetime, actor: str
) -> ReturnParcel:
    """Note the number of a parcel of a return, and follow it; the caller holds the order's lock
    and saves the return. Publishes ParcelNumberGiven, once a number. Raises NumberTaken.
    """
    number = tracking_number.strip()[:LONGEST_NUMBER]
    shipment = expect_return(number=number, carrier=carrier, source=_SHOP, at=at, actor=actor)
    known = list_parcels_tracked_as(shipment.public_id) if shipment else []
    # Two returns of one order may share a box; nobody else's parcel becomes theirs.
    if shipment is None or any(one.order_id != case.order_id for one in known):
        raise NumberTaken
    case.tracking_number = number
    parcel = known[0] if known else None
    if parcel is None:
        parcel = ReturnParcel.objects.create(
            order=case.order,
            method=case.method,
            source=LabelSource.TYPED,
            state=LabelState.READY,
            carrier=shipment.carrier,
            tracking_number=number,
            shipment=shipment,
            asked_at=at,
            asked_by=actor,
            ready_at=at,
        )
    _link, is_new = ReturnParcelCase.objects.get_or_create(parcel=parcel, case=case)
    if is_new:
        append(
            ParcelNumberGiven(
                order_id=case.order.public_id,
                return_id=case.public_id,
                parcel_id=parcel.public_id,
                tracking_number=number,
            ),
            at=at,
            actor=actor,
        )
    return parcel


def follow_parcel(*, shipment_id: str, at: datetime, actor: str) -> None:
    """Let returns follow what tracking knows of a parcel by now.

    Its first scan moves approved returns on. Publishes ReturnSent for those, ReturnScanned and
    ReturnDelivered, each once a parcel and return.
    """
    for parcel in list_parcels_tracked_as(shipment_id):
        with transaction.atomic():
            lock_order(parcel.order.public_id)
            _follow(get_parcel(parcel.public_id), at=at, actor=actor)


def _follow(parcel: ReturnParcel, *, at: datetime, actor: str) -> None:
    shipment = parcel.shipment
    if shipment is None or not is_on_its_way(shipment.status):
        return
    moment = shipment.since_at or at
    is_first = parcel.scanned_at is None
    is_here = has_arrived(shipment.status) and parcel.arrived_at is None
    if is_first or is_here:
        parcel.scanned_at = parcel.scanned_at or moment
        parcel.arrived_at = parcel.arrived_at or (moment if is_here else None)
        parcel.save(update_fields=("scanned_at", "arrived_at"))
    for case in parcel.cases.select_related("order").order_by("pk"):
        ids = {"order_id": case.order.public_id, "return_id": case.public_id}
        if case.state == ReturnState.APPROVED:
            move_return(case, ReturnMove.FIRST_SCAN, at=at, actor=actor)
            case.tracking_number = parcel.tracking_number
            case.save()
            append(ReturnSent(**ids), at=at, actor=actor)
        if is_first:
            append(ReturnScanned(**ids, parcel_id=parcel.public_id), at=at, actor=actor)
        if is_here:
            append(ReturnDelivered(**ids, parcel_id=parcel.public_id), at=at, actor=actor)


def change_sending(
    *,
    methods: Sequence[str],
    words: dict[str, dict[str, str]],
    weight: int,
    length: int,
    width: int,
    height: int,
    at: datetime,
    actor: str,
) -> SendingSettings:
    """Say how goods may come back, from now on. Publishes SendingSettingsChanged."""
    with transaction.atomic():
        kept, _is_new = SendingSettings.objects.update_or_create(
            defaults={
                "methods": list(methods),
                "words": words,
                "weight": weight,
                "length": length,
                "width": width,
                "height": height,
            }
        )
        append(SendingSettingsChanged(), at=at, actor=actor)
    return kept


def save_address(address: ReturnAddress, *, at: datetime, actor: str) -> ReturnAddress:
    """Keep an address for returns. The first is the usual one, and there is only one such.

    Publishes SendingSettingsChanged. Raises AddressNameTaken.
    """
    with transaction.atomic():
        lock("return_addresses")
        others = [one for one in list_addresses() if one.pk != address.pk]
        if any(one.name.casefold() == address.name.casefold() for one in others):
            raise AddressNameTaken
        if not any(one.is_usual for one in others):
            address.is_usual = True
        elif address.is_usual:
            ReturnAddress.objects.filter(is_usual=True).exclude(pk=address.pk).update(
                is_usual=False
            )
        address.save()
        append(SendingSettingsChanged(), at=at, actor=actor)
    return address


def add_address(fields: Mapping[str, Any], *, at: datetime, actor: str) -> ReturnAddress:
    """Keep a new address for returns by its parts, as of `save_address`."""
    return save_address(ReturnAddress(**fields), at=at, actor=actor)


def change_address(
    address_id: str,
    fields: Mapping[str, Any],
    *,
    revision: str,
    at: datetime,
    actor: str,
) -> ReturnAddress:
    """Write an address for returns anew by its parts, as of `save_address`.

    Raises AddressMovedOn where it is no longer as it was at `revision`.
    """
    with transaction.atomic():
        lock("return_addresses")
        address: ReturnAddress = ReturnAddress.objects.get(public_id=address_id)
        if address.revision != revision:
            raise AddressMovedOn
        for name, value in fields.items():
            setattr(address, name, value)
        return save_address(address, at=at, actor=actor)


def drop_address(address: ReturnAddress, *, at: datetime, actor: str) -> None:
    """Send nothing to a place any more. Publishes SendingSettingsChanged.

    Raises AddressInUse for the usual one while there are others.
    """
    with transaction.atomic():
        if address.is_usual and len(list_addresses()) > 1:
            raise AddressInUse
        address.delete()
        append(SendingSettingsChanged(), at=at, actor=actor)


def forget_labels(parcels: QuerySet[ReturnParcel]) -> None:
    """Delete the files of parcels, which name their shopper, and what went wrong with them."""
    LabelFile.objects.filter(parcel__in=parcels).delete()
    parcels.update(failure="")
