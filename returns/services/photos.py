"""Photos taken at receiving: written anew, and kept where only our own pages reach them."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile

from commerce.errors import BadImage
from commerce.services.images import photograph
from postexp.kernel.files import private_files
from postexp.kernel.tenancy import current_merchant_id
from returns.errors import BadPhoto
from returns.models import ReceivingPhoto
from returns.models.receiving import photo_id


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
