"""Changing how a shop's shopper pages look."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from commerce.models import Merchant, User
from commerce.services.images import Picture, reencode
from commerce.services.merchants import change_merchant
from postexp.design.theme import Theme
from postexp.kernel import ids

# Twice the largest size a logo is shown at, for fine screens.
LOGO_BOX = (640, 160)


def change_theme(
    *,
    merchant: Merchant,
    theme: Theme,
    by: User,
    at: datetime,
    logo: bytes | None = None,
    remove_logo: bool = False,
) -> Merchant:
    """Change a shop's theme, and its logo where one is given or taken away.

    The old logo's file goes once the change is committed. Publishes MerchantChanged.
    Raises BadImage.
    """
    picture = reencode(logo, box=LOGO_BOX) if logo is not None else None
    old = merchant.logo.name if merchant.logo else ""
    changes: dict[str, Any] = {"theme": asdict(theme)}
    if picture is not None:
        changes["theme"]["logo_size"] = [picture.width, picture.height]
        changes["logo"] = _file_of(picture)
    elif remove_logo:
        changes["logo"] = ""
    elif "logo_size" in merchant.theme:
        changes["theme"]["logo_size"] = merchant.theme["logo_size"]
    with transaction.atomic():
        merchant = change_merchant(merchant=merchant, changes=changes, by=by, at=at)
        if old and "logo" in changes:
            transaction.on_commit(lambda: default_storage.delete(old))
    return merchant


def _file_of(picture: Picture) -> ContentFile[bytes]:
    """Return a picture as a file under a name nobody can guess or overwrite."""
    return ContentFile(picture.content, name=f"{ids.new_id('img')}.png")
