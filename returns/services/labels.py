"""Labels: asked for, bought once of a provider or uploaded by staff, and given back unused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import get_merchant, lock_order
from postexp.kernel.events import append
from returns.enums import (
    LabelFileKind,
    LabelMove,
    LabelSource,
    LabelState,
    ReturnMethod,
    ReturnState,
)
from returns.errors import LabelUsed, NoLabelHere
from returns.events import (
    LabelReady,
    LabelVoided,
    LabelVoidWanted,
    LabelWanted,
)
from returns.models import LabelFile, Return, ReturnParcel, ReturnParcelCase
from returns.models.parcels import LIVING
from returns.models.parcels import parcel_id as new_parcel_id
from returns.ports import (
    LabelAddress,
    LabelRequest,
    PaperFile,
    is_label_provider,
    label_provider_for,
)
from returns.rules.methods import LABELLED
from returns.rules.states import LABEL_MOVES, UNDO_TIME, is_revocable, next_state
from returns.selectors import get_return
from returns.selectors.parcels import (
    Destination,
    destinations_of,
    get_parcel,
    list_parcels_of,
    sending_settings,
)
from returns.services.locks import lock_return
from returns.services.parcels import note_number

if TYPE_CHECKING:
    from returns.models import ReturnAddress

AWAITED = (ReturnState.APPROVED, ReturnState.IN_TRANSIT)
"""States of a return for which a label is of use."""


def prepare_labels(*, return_id: str, at: datetime, actor: str) -> None:
    """Ask for the labels of a return that was approved, if it is sent with one.

    An approval that can still be taken back buys nothing yet.
    """
    case = get_return(return_id)
    if case.state in AWAITED and case.method in LABELLED:
        wait = UNDO_TIME if is_revocable(case.decided_by) else timedelta(0)
        want_labels(return_id=return_id, at=at, actor=actor, wait=wait)


def want_labels(
    *,
    return_id: str,
    at: datetime,
    actor: str,
    another: bool = False,
    key: str = "",
    wait: timedelta = timedelta(0),
) -> list[ReturnParcel]:
    """Ask for the labels of an approved return: one for each place its lines go to.

    Those that are there are returned again, and one that failed is tried again, so that pressing
    twice buys once; `another` asks for one more, once a `key`. What no provider makes waits for
    staff to upload it. Publishes LabelWanted, which is carried out after `wait`. Raises NoLabelHere
    for a return that is not approved or is sent otherwise.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if case.state not in AWAITED or case.method not in LABELLED:
            raise NoLabelHere
        parcels = list_parcels_of(case)
        found = []
        for place in destinations_of(case, at=at):
            mine = f"{key}:{place.name}"[:64] if key else new_parcel_id()
            parcel = _standing(parcels, place, another=another, key=mine)
            if parcel is None:
                parcel = _open(case, place, key=mine, at=at, actor=actor, wait=wait)
            elif parcel.state == LabelState.FAILED:
                move_label(parcel, LabelMove.RETRY)
                parcel.failure, parcel.begun_at = "", None
                _ask(case, parcel, place, at=at, actor=actor, wait=wait)
            found.append(parcel)
    return found


def _standing(
    parcels: list[ReturnParcel], place: Destination, *, another: bool, key: str
) -> ReturnParcel | None:
    if another:
        return next((one for one in parcels if one.key == key), None)
    return next(
        (
            one
            for one in parcels
            if one.state in LIVING
            and one.source != LabelSource.TYPED
            and one.destination == place.name
        ),
        None,
    )


def _open(
    case: Return, place: Destination, *, key: str, at: datetime, actor: str, wait: timedelta
) -> ReturnParcel:
    parcel: ReturnParcel = ReturnParcel.objects.create(
        key=key,
        order=case.order,
        method=case.method,
        state=LabelState.WANTED,
        destination=place.name,
        asked_at=at,
        asked_by=actor,
    )
    ReturnParcelCase.objects.create(parcel=parcel, case=case)
    _ask(case, parcel, place, at=at, actor=actor, wait=wait)
    return parcel


def _ask(
    case: Return,
    parcel: ReturnParcel,
    place: Destination,
    *,
    at: datetime,
    actor: str,
    wait: timedelta,
) -> None:
    """Let a provider make a label; what none makes is uploaded by staff."""
    request = request_of(case, parcel, place)
    provider = label_provider_for(request) if request else None
    if parcel.provider_ref and is_label_provider(parcel.source):
        # What was prepared there may have been bought there: nobody else is asked.
        name = parcel.source
    else:
        name = provider.name if provider else ""
    parcel.source = name or LabelSource.UPLOAD
    parcel.save()
    if name:
        append(
            LabelWanted(**ids_of(parcel, case), provider=name),
            at=at,
            actor=actor,
            not_before=at + wait if wait else None,
        )


def request_of(case: Return, parcel: ReturnParcel, place: Destination) -> LabelRequest | None:
    if place.address is None:
        return None
    kept = sending_settings()
    return LabelRequest(
        key=parcel.public_id,
        reference=case.number,
        sender=_sender(case),
        recipient=_shop(place.address),
        weight=kept.weight,
        length=kept.length,
        width=kept.width,
        height=kept.height,
        wants_qr=case.method == ReturnMethod.QR,
    )


def _sender(case: Return) -> LabelAddress:
    """Return who sends a return, which is on its label: of a gift its recipient, not its buyer."""
    order = case.order
    is_gift = case.gift_id is not None
    known = case.recipient_address if is_gift else order.address
    person = case.recipient if is_gift else order.customer
    return LabelAddress(
        name=known.get("name") or (person.full_name("en") if person else ""),
        company=known.get("company", ""),
        address1=known.get("address1", ""),
        address2=known.get("address2", ""),
        city=known.get("city", ""),
        province=known.get("province", ""),
        postcode=known.get("postcode", ""),
        country=known.get("country") or order.country,
        phone=known.get("phone", ""),
    )


def _shop(address: ReturnAddress) -> LabelAddress:
    return LabelAddress(
        name="",
        company=address.company,
        address1=address.address1,
        address2=address.address2,
        city=address.city,
        province=address.province,
        postcode=address.postcode,
        country=address.country,
        phone=address.phone or get_merchant().support_phone,
    )


def upload_label(
    *,
    return_id: str,
    file: PaperFile,
    kind: LabelFileKind,
    tracking_number: str,
    carrier: str,
    at: datetime,
    actor: str,
) -> ReturnParcel:
    """Hand a label to a shopper that staff made elsewhere; it fills one that waits or failed.

    With a number its parcel is followed. Publishes LabelReady. Raises NoLabelHere for a return
    nothing of which is awaited, and NumberTaken.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        if case.state not in AWAITED:
            raise NoLabelHere
        parcel = _to_fill(case) or ReturnParcel(
            order=case.order, method=case.method, asked_at=at, asked_by=actor
        )
        parcel.state, parcel.source = LabelState.WANTED, LabelSource.UPLOAD
        parcel.failure = ""
        if tracking_number:
            followed = note_number(case, tracking_number, carrier=carrier, at=at, actor=actor)
            case.save()
            if parcel.pk:
                _unlink(parcel)
            parcel = followed
            parcel.source, parcel.state = LabelSource.UPLOAD, LabelState.WANTED
        parcel.save()
        ReturnParcelCase.objects.get_or_create(parcel=parcel, case=case)
        keep_file(parcel, kind, file)
        ready(parcel, at=at, actor=actor)
    return get_parcel(parcel.public_id)


def _to_fill(case: Return) -> ReturnParcel | None:
    """Return the parcel of a return that waits for a label which no provider has begun to sell."""
    return next(
        (
            one
            for one in list_parcels_of(case)
            if one.state in (LabelState.WANTED, LabelState.FAILED)
            and not one.provider_ref
            and one.begun_at is None
        ),
        None,
    )


def _unlink(parcel: ReturnParcel) -> None:
    ReturnParcelCase.objects.filter(parcel=parcel).delete()
    parcel.delete()


def void_label(*, parcel_id: str, at: datetime, actor: str) -> ReturnParcel:
    """Give back a label that was not used, or drop one that was never bought.

    Publishes LabelVoidWanted where a provider sold it, else LabelVoided. Raises LabelUsed once a
    carrier has scanned it, and InvalidTransition.
    """
    with transaction.atomic():
        parcel = lock_parcel(parcel_id)
        if parcel.scanned_at is not None:
            raise LabelUsed
        give_back(parcel, at=at, actor=actor)
    return parcel


def void_unused(*, return_id: str, at: datetime, actor: str) -> None:
    """Give back the labels of a return that ended, as far as no other return travels with them."""
    with transaction.atomic():
        case = lock_return(return_id)
        for parcel in list_parcels_of(case):
            # One that is being bought now is given back when it is here.
            is_unused = parcel.state == LabelState.READY and parcel.scanned_at is None
            is_unmade = parcel.state in LIVING and parcel.begun_at is None
            if (
                (is_unused or is_unmade)
                and parcel.source != LabelSource.TYPED
                and awaited(parcel) is None
            ):
                give_back(parcel, at=at, actor=actor)


def give_back(parcel: ReturnParcel, *, at: datetime, actor: str) -> None:
    if parcel.provider_ref and parcel.state in (LabelState.READY, LabelState.SPENT):
        move_label(parcel, LabelMove.VOID)
        event: LabelVoidWanted | LabelVoided = LabelVoidWanted(
            **ids_of(parcel), provider=parcel.source
        )
    else:
        move_label(parcel, LabelMove.DROP)
        event = LabelVoided(**ids_of(parcel))
    parcel.save()
    append(event, at=at, actor=actor)


def ready(parcel: ReturnParcel, *, at: datetime, actor: str) -> None:
    move_label(parcel, LabelMove.OBTAIN)
    parcel.ready_at, parcel.failure = at, ""
    parcel.save()
    append(
        LabelReady(
            **ids_of(parcel),
            source=parcel.source,
            tracking_number=parcel.tracking_number,
            cost=parcel.cost or 0,
            currency=parcel.currency,
        ),
        at=at,
        actor=actor,
    )


def keep_file(parcel: ReturnParcel, kind: LabelFileKind, file: PaperFile) -> None:
    LabelFile.objects.update_or_create(
        parcel=parcel, kind=kind, defaults={"content_type": file.content_type, "body": file.body}
    )


def awaited(parcel: ReturnParcel) -> Return | None:
    """Return the first return of a parcel that its label is of use to, or None."""
    found: Return | None = (
        parcel.cases.select_related("order__customer", "policy_version")
        .filter(state__in=AWAITED)
        .order_by("pk")
        .first()
    )
    return found


def move_label(parcel: ReturnParcel, event: LabelMove) -> None:
    parcel.state = next_state(LABEL_MOVES, LabelState(parcel.state), event)


def ids_of(parcel: ReturnParcel, case: Return | None = None) -> dict[str, str]:
    first = case or parcel.cases.order_by("pk").first()
    return {
        "order_id": parcel.order.public_id,
        "return_id": first.public_id if first else "",
        "parcel_id": parcel.public_id,
    }


def lock_parcel(parcel_id: str) -> ReturnParcel:
    lock_order(get_parcel(parcel_id).order.public_id)
    return get_parcel(parcel_id)
