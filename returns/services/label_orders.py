"""Buying a label of a provider once, giving it back, and what the provider says of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from postexp.kernel.events import append
from returns.enums import LabelFileKind, LabelMove, LabelSource, LabelState
from returns.events import LabelFailed, LabelSpent, LabelVoided
from returns.models import Return, ReturnParcel
from returns.ports import Label, LabelRequest
from returns.selectors.parcels import (
    Destination,
    destinations_of,
    find_by_provider_ref,
    get_parcel,
)
from returns.services.labels import (
    awaited,
    give_back,
    ids_of,
    keep_file,
    lock_parcel,
    move_label,
    ready,
    request_of,
)
from returns.services.parcels import LONGEST_NUMBER
from tracking.services import expect_return


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A label that is being bought: what is asked for, and what was prepared before, or ""."""

    provider: str
    request: LabelRequest
    reference: str


def begin_label(parcel_id: str, *, at: datetime) -> Begun | None:
    """Note that a label is being bought, before it is; None where that is no longer wanted.

    Publishes LabelVoided then.
    """
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if parcel.state != LabelState.WANTED or parcel.source == LabelSource.UPLOAD:
            return None
        case = awaited(parcel)
        place = _place_of(parcel, case, at) if case else None
        request = request_of(case, parcel, place) if case and place else None
        if request is None:
            if not parcel.provider_ref:
                move_label(parcel, LabelMove.DROP)
                parcel.save()
                append(LabelVoided(**ids_of(parcel)), at=at, actor="system")
            return None
        parcel.begun_at = at
        parcel.save()
    return Begun(provider=parcel.source, request=request, reference=parcel.provider_ref)


def _place_of(parcel: ReturnParcel, case: Return, at: datetime) -> Destination | None:
    places = destinations_of(case, at=at)
    return next((one for one in places if one.name == parcel.destination), None)


def label_prepared(parcel_id: str, *, reference: str) -> str:
    """Keep what a provider prepared, before it is bought; the one that was kept first counts."""
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if not parcel.provider_ref:
            parcel.provider_ref = reference
            parcel.save()
    return parcel.provider_ref


def label_bought(parcel_id: str, label: Label, *, at: datetime, actor: str) -> ReturnParcel:
    """Keep a label that a provider sold, and let tracking follow its parcel.

    Publishes LabelReady; the same again changes nothing. A label whose return ended meanwhile is
    given back at once.
    """
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if parcel.state not in (LabelState.WANTED, LabelState.FAILED):
            return parcel
        parcel.carrier, parcel.service = label.carrier[:80], label.service[:80]
        parcel.tracking_number = label.tracking_number[:LONGEST_NUMBER]
        parcel.cost, parcel.currency = label.cost, label.currency
        parcel.shipment = expect_return(
            number=parcel.tracking_number,
            source=label.source,
            tracker=label.tracker,
            carrier=label.carrier,
            service=parcel.service,
            at=at,
            actor=actor,
        )
        keep_file(parcel, LabelFileKind.LABEL, label.file)
        if label.qr:
            keep_file(parcel, LabelFileKind.QR, label.qr)
        ready(parcel, at=at, actor=actor)
        if awaited(parcel) is None:
            give_back(parcel, at=at, actor=actor)
    return parcel


def label_failed(parcel_id: str, *, why: str, is_sure: bool, at: datetime, actor: str) -> None:
    """Note that a label could not be bought. Publishes LabelFailed.

    Not `is_sure`: it may have been bought. What was prepared is kept, and asked for again.
    """
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if parcel.state != LabelState.WANTED:
            return
        move_label(parcel, LabelMove.FAIL)
        parcel.failure = why
        if is_sure:
            parcel.provider_ref, parcel.begun_at = "", None
        parcel.save()
        append(LabelFailed(**ids_of(parcel), why=why), at=at, actor=actor)


def begin_void(parcel_id: str) -> ReturnParcel | None:
    """Return a label that is to be given back; None where that has ended."""
    parcel = get_parcel(parcel_id)
    return parcel if parcel.state == LabelState.VOIDING else None


def label_voided(parcel_id: str, *, at: datetime, actor: str) -> None:
    """Note that a provider took a label back. Publishes LabelVoided; again it changes nothing."""
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if parcel.state == LabelState.VOIDING:
            move_label(parcel, LabelMove.ACCEPT)
            parcel.save()
            append(LabelVoided(**ids_of(parcel)), at=at, actor=actor)


def label_spent(parcel_id: str, *, why: str, at: datetime, actor: str) -> None:
    """Note that a provider did not take a label back, so that its cost stays.

    Publishes LabelSpent; again it changes nothing.
    """
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if parcel.state == LabelState.VOIDING:
            move_label(parcel, LabelMove.REFUSE)
            parcel.failure = why
            parcel.save()
            append(LabelSpent(**ids_of(parcel), why=why), at=at, actor=actor)


def provider_took_back(
    *, provider: str, reference: str, is_taken: bool, at: datetime, actor: str
) -> ReturnParcel | None:
    """Note what a provider says later of a label given back; None for one we do not know."""
    parcel = find_by_provider_ref(provider, reference)
    if parcel is None:
        return None
    if is_taken:
        label_voided(parcel.public_id, at=at, actor=actor)
    else:
        why = gettext_noop("The carrier did not void the label.")
        label_spent(parcel.public_id, why=why, at=at, actor=actor)
    return get_parcel(parcel.public_id)
