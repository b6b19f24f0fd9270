"""Photos of what comes back: taken in with a request, or when staff ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction

from commerce.errors import BadImage
from commerce.selectors import get_order, list_lines, lock_order
from commerce.services.images import Photo, photograph
from postexp.kernel.events import append
from postexp.kernel.files import delete_after_commit, private_files
from postexp.kernel.tenancy import current_merchant_id
from returns.enums import ReturnMove, ReturnState
from returns.errors import BadPhoto, InvalidTransition, NotReturnable, TooManyPhotos
from returns.events import EvidenceAdded, EvidenceAsked
from returns.models import EvidenceFile, Return, ReturnLine
from returns.models.evidence import evidence_id
from returns.rules.commands import Wish
from returns.rules.states import OPEN
from returns.selectors import get_return
from returns.selectors.evidence import photos_held
from returns.services.clocks import hold_clock, resume_clock
from returns.services.locks import lock_return
from returns.services.transitions import move_return

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine

MOST_PHOTOS_OF_A_LINE = 10
MOST_PHOTOS_OF_AN_ORDER = 60


def keep_evidence(
    *, order_id: str, line_id: str, upload: bytes, at: datetime, actor: str
) -> EvidenceFile:
    """Keep a photo of an order's line until its return is asked for.

    The same upload again is the same photo. Raises BadPhoto, TooManyPhotos, and NotReturnable for a
    line the order does not have.
    """
    digest = _digest(upload)
    _require_room(get_order(order_id), line_id, None, [digest])
    read = digest, _read(upload)
    with transaction.atomic():
        return _keep(lock_order(order_id), line_id, None, read, at, actor)


def drop_evidence(*, evidence_id: str, order_id: str) -> None:
    """Throw away a photo whose return was not asked for yet; nothing for any other."""
    with transaction.atomic():
        order = lock_order(order_id)
        waiting = EvidenceFile.objects.filter(order=order, case=None, public_id=evidence_id)
        for photo in waiting:
            _delete(photo)


def counted_wishes(order: Order, wishes: Sequence[Wish], case: Return | None = None) -> list[Wish]:
    """Return wishes with the number of photos that are here: nobody's word is taken for it."""
    held = photos_held(order, case)
    return [replace(wish, photos=held.get(wish.line, 0)) for wish in wishes]


def attach_evidence(case: Return, lines: Sequence[ReturnLine]) -> None:
    """Hand the photos that wait for these lines to their return; the caller holds the lock."""
    waiting = EvidenceFile.objects.filter(order=case.order, case=None)
    waiting.filter(order_line__in=[line.order_line_id for line in lines]).update(case=case)


def ask_for_evidence(*, return_id: str, text: str, at: datetime, actor: str) -> Return:
    """Ask the shopper of a return in review for photos; it waits for them.

    `text` is for the shopper, in their language. Asked again it says so anew. Publishes
    EvidenceAsked. Raises InvalidTransition.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        _ask(case, text, at=at, actor=actor)
    return case


def ask_by_policy(case: Return, *, at: datetime) -> None:
    """Ask for the photos the policy wants, of a new return; the caller holds the order's lock."""
    _ask(case, "", at=at, actor="policy")


def _ask(case: Return, text: str, *, at: datetime, actor: str) -> None:
    move_return(case, ReturnMove.ASK_SHOPPER, at=at, actor=actor, note=text)
    case.evidence_wanted, case.evidence_text = True, text
    case.evidence_asked += 1
    hold_clock(case, at=at)
    case.save()
    append(
        EvidenceAsked(
            order_id=case.order.public_id, return_id=case.public_id, asked=case.evidence_asked
        ),
        at=at,
        actor=actor,
    )


def add_evidence(
    *,
    return_id: str,
    uploads: Sequence[bytes],
    at: datetime,
    actor: str,
    line_id: str = "",
    note: str = "",
) -> Return:
    """Add photos to a return that is under way, of one of its lines or of the whole of it.

    Where the shop waits for the shopper, its clock goes on. `note` is what they answer. Publishes
    EvidenceAdded. Raises BadPhoto, TooManyPhotos, NotReturnable for a line the return does not
    have, and InvalidTransition for a return that has ended.
    """
    digests = [_digest(upload) for upload in uploads]
    case = get_return(return_id)
    _require_room(case.order, line_id, case, digests)
    found = [(digest, _read(upload)) for digest, upload in zip(digests, uploads, strict=True)]
    with transaction.atomic():
        case = lock_return(return_id)
        if ReturnState(case.state) not in OPEN:
            raise InvalidTransition
        for read in found:
            _keep(case.order, line_id, case, read, at, actor)
        if case.waiting_since is not None:
            move_return(case, ReturnMove.SHOPPER_REPLIED, at=at, actor=actor, note=note)
            resume_clock(case, at=at)
        case.evidence_wanted = False
        case.save()
        append(
            EvidenceAdded(
                order_id=case.order.public_id,
                return_id=case.public_id,
                count=len(uploads),
                answers=case.evidence_asked,
                note=note,
            ),
            at=at,
            actor=actor,
        )
    return case


def forget_evidence(*, evidence_id: str) -> None:
    """Throw away a photo whose return was never asked for."""
    with transaction.atomic():
        for photo in EvidenceFile.objects.select_for_update(no_key=True).filter(
            case=None, public_id=evidence_id
        ):
            _delete(photo)


def _digest(upload: bytes) -> str:
    return hashlib.sha256(upload).hexdigest()


def _read(upload: bytes) -> Photo:
    """Return the photo in an upload: the slow part, before anything is locked."""
    try:
        return photograph(upload)
    except BadImage as error:
        raise BadPhoto from error


def _require_room(
    order: Order, line_id: str, case: Return | None, digests: Sequence[str]
) -> OrderLine | None:
    """Return the line of photos for which there is still room; None for those of a whole return.

    Whoever decodes photos asks this first, and again under the order's lock. Raises NotReturnable
    and TooManyPhotos.
    """
    line = next((one for one in list_lines(order) if one.public_id == line_id), None)
    if line is None and (line_id or case is None):
        raise NotReturnable
    if line and case and not case.lines.filter(order_line=line).exists():
        raise NotReturnable
    here = EvidenceFile.objects.filter(order=order)
    of_line = here.filter(order_line=line, case=case)
    known = of_line.filter(sha256__in=digests).values_list("sha256", flat=True)
    new = len(set(digests).difference(known))
    if new and (
        of_line.count() + new > MOST_PHOTOS_OF_A_LINE
        or here.count() + new > MOST_PHOTOS_OF_AN_ORDER
    ):
        raise TooManyPhotos
    return line


def _keep(
    order: Order,
    line_id: str,
    case: Return | None,
    read: tuple[str, Photo],
    at: datetime,
    actor: str,
) -> EvidenceFile:
    digest, photo = read
    line = _require_room(order, line_id, case, [digest])
    known: EvidenceFile | None = EvidenceFile.objects.filter(
        order=order, order_line=line, case=case, sha256=digest
    ).first()
    if known is not None:
        return known
    public_id = evidence_id()
    path = private_files().save(
        f"m{current_merchant_id()}/evidence/{public_id}.jpg", ContentFile(photo.content)
    )
    kept: EvidenceFile = EvidenceFile.objects.create(
        public_id=public_id,
        order=order,
        case=case,
        order_line=line,
        path=path,
        sha256=digest,
        width=photo.width,
        height=photo.height,
        taken_at=photo.taken_at,
        software=photo.software,
        at=at,
        actor=actor,
    )
    return kept


def _delete(photo: EvidenceFile) -> None:
    delete_after_commit(photo.path)
    photo.delete()
