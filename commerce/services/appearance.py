"""Changing how a shop's shopper pages look, and going back to how they looked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from commerce.models import LookVersion, Merchant, User
from commerce.rules import SiteWords
from commerce.services.images import Picture, reencode
from commerce.services.merchants import change_merchant
from postexp.design.theme import Theme
from postexp.kernel import ids

# Twice the largest size a logo is shown at, for fine screens.
LOGO_BOX = (640, 160)


def change_look(
    *,
    merchant: Merchant,
    theme: Theme,
    by: User,
    at: datetime,
    words: SiteWords | None = None,
    logo: bytes | None = None,
    remove_logo: bool = False,
) -> Merchant:
    """Change a shop's theme, its words where given, and its logo where one is given or taken away.

    What it was stays as a version to go back to; what was so before makes none. Publishes
    MerchantChanged. Raises BadImage.
    """
    picture = reencode(logo, box=LOGO_BOX) if logo is not None else None
    changes: dict[str, Any] = {"theme": asdict(theme)}
    if words is not None:
        changes["site_words"] = words.kept()
    if picture is not None:
        changes["theme"]["logo_size"] = [picture.width, picture.height]
        changes["logo"] = _file_of(picture)
    elif remove_logo:
        changes["logo"] = ""
    with transaction.atomic():
        merchant = _lock(merchant)
        if "logo" not in changes and "logo_size" in merchant.theme:
            changes["theme"]["logo_size"] = merchant.theme["logo_size"]
        return _change(merchant, changes, by=by, at=at)


def restore_look(*, merchant: Merchant, version: LookVersion, by: User, at: datetime) -> Merchant:
    """Go back to an earlier version, which becomes the newest. Publishes MerchantChanged."""
    changes = {"theme": version.theme, "site_words": version.words, "logo": version.logo.name}
    with transaction.atomic():
        return _change(_lock(merchant), changes, by=by, at=at)


def _lock(merchant: Merchant) -> Merchant:
    locked: Merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    return locked


def _change(merchant: Merchant, changes: dict[str, Any], *, by: User, at: datetime) -> Merchant:
    """Change a locked shop and keep what it was, unless it is so already."""
    if all(getattr(merchant, name) == value for name, value in changes.items()):
        return merchant
    newest = LookVersion.objects.aggregate(Max("number"))["number__max"]
    if newest is None:
        newest = 1
        _keep(merchant, number=newest, by=None, at=merchant.created_at)
    merchant = change_merchant(merchant=merchant, changes=changes, by=by, at=at)
    _keep(merchant, number=newest + 1, by=by, at=at)
    return merchant


def _keep(merchant: Merchant, *, number: int, by: User | None, at: datetime) -> None:
    LookVersion.objects.create(
        number=number,
        theme=merchant.theme,
        words=merchant.site_words,
        logo=merchant.logo.name,
        made_by=by,
        made_at=at,
    )


def _file_of(picture: Picture) -> ContentFile[bytes]:
    """Return a picture as a file under a name nobody can guess or overwrite."""
    return ContentFile(picture.content, name=f"{ids.new_id('img')}.png")
