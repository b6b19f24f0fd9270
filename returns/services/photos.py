"""Photos taken at receiving: written anew, and kept where only our own pages reach them."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from commerce.errors import BadImage
from commerce.services.images import photograph
from postexp.kernel.files import delete_after_commit, private_files
from postexp.kernel.tenancy import current_merchant_id
from returns.errors import BadPhoto, UnknownPhoto
from returns.models import ReceivingPhoto, Return
from returns.models.receiving import photo_id
from returns.selectors.receiving import is_photo_used


def keep_photo(data: bytes, *, at: datetime, actor: str) -> ReceivingPhoto:
    """Keep a picture, without what the camera wrote into it. Raises BadPhoto."""
    try:
        picture = photograph(data)
    except BadImage as error:
        raise BadPhoto from error
    name = photo_id()
    folder = f"m{current_merchant_id()}/receiving"
    path = private_files().save(f"{folder}/{name}.jpg", ContentFile(picture.content))
    kept: ReceivingPhoto = ReceivingPhoto.objects.create(
        public_id=name, path=path, at=at, actor=actor
    )
    return kept


def photo_of(case: Return, photo_id: str) -> ReceivingPhoto:
    """Return a photo for a finding of a return; the caller is in a transaction.

    What shows one order's goods shows no other's: it is forgotten with the person. Raises
    UnknownPhoto.
    """
    photo: ReceivingPhoto | None = _lock(photo_id)
    if photo is None or is_photo_used(photo, but_for=case.order):
        raise UnknownPhoto
    return photo


def forget_photo(*, photo_id: str) -> None:
    """Throw away a photo that nothing has named."""
    with transaction.atomic():
        photo = _lock(photo_id)
        if photo is not None and not is_photo_used(photo):
            delete_after_commit(photo.path)
            photo.delete()


def _lock(photo_id: str) -> ReceivingPhoto | None:
    """Return a photo that nobody names or throws away until the caller is done."""
    found: ReceivingPhoto | None = (
        ReceivingPhoto.objects.select_for_update(no_key=True).filter(public_id=photo_id).first()
    )
    return found
