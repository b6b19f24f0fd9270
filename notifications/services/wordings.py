"""Keeping a shop's own words, putting a version into use, and going back to ours."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from commerce.selectors import get_merchant
from commerce.services.images import reencode
from notifications.errors import WordingRefused
from notifications.events import HouseWordsUsed, WordingSaved, WordingUsed
from notifications.models import Wording, WordingPicture
from notifications.ports import MessageKind
from notifications.rules.blocks import WIDEST, Body
from notifications.selectors.wordings import body_of, list_wordings
from notifications.services.wording_checks import check_body
from postexp.kernel import ids
from postexp.kernel.events import append
from postexp.kernel.locks import lock

if TYPE_CHECKING:
    from commerce.models import Merchant

# Twice as wide as it is shown, for fine screens.
PICTURE_BOX = (WIDEST * 2, 1600)


def save_wording(
    kind: MessageKind[Any],
    *,
    merchant: Merchant,
    locale: str,
    body: Body,
    at: datetime,
    actor: str,
    use: bool = False,
) -> Wording:
    """Keep a shop's own words as a new version, and put it into use where asked to.

    Words that say what the newest version says make none. Raises WordingRefused with everything
    that is wrong. Publishes WordingSaved and, where it is put into use, WordingUsed.
    """
    findings = check_body(body, kind, merchant=merchant, locale=locale, at=at)
    errors = tuple(finding for finding in findings if finding.is_error)
    if errors:
        raise WordingRefused(errors)
    with transaction.atomic():
        _lock(kind.name, locale)
        newest = list_wordings(kind.name, locale).first()
        if newest is None or body_of(newest) != body:
            version = newest.version + 1 if newest else 1
            newest = _keep(kind.name, locale, body, version=version, at=at, actor=actor)
        return _use(newest, at=at, actor=actor) if use else newest


def use_wording(wording: Wording, *, at: datetime, actor: str) -> Wording:
    """Put a version into use in place of the one that is. Publishes WordingUsed, once."""
    with transaction.atomic():
        _lock(wording.kind, wording.locale)
        found: Wording = Wording.objects.select_for_update(no_key=True).get(pk=wording.pk)
        return _use(found, at=at, actor=actor)


def use_house_words(kind: str, *, locale: str, at: datetime, actor: str) -> None:
    """Go back to our words; the shop's versions stay. Publishes HouseWordsUsed, once."""
    with transaction.atomic():
        _lock(kind, locale)
        if Wording.objects.filter(kind=kind, locale=locale, in_use=True).update(in_use=False):
            merchant_id = get_merchant().public_id
            event = HouseWordsUsed(merchant_public_id=merchant_id, kind=kind, locale=locale)
            append(event, at=at, actor=actor)


def keep_picture(upload: bytes, *, at: datetime) -> WordingPicture:
    """Keep a picture for messages, written anew by us. Raises BadImage."""
    picture = reencode(upload, box=PICTURE_BOX)
    kept = WordingPicture(width=picture.width, height=picture.height, made_at=at)
    kept.image.save(f"{ids.new_id('img')}.png", ContentFile(picture.content), save=False)
    kept.save(force_insert=True)
    return kept


def _lock(kind: str, locale: str) -> None:
    lock(f"wording:{kind}:{locale}")


def _keep(kind: str, locale: str, body: Body, *, version: int, at: datetime, actor: str) -> Wording:
    kept: Wording = Wording.objects.create(
        kind=kind,
        locale=locale,
        version=version,
        subject=body.subject,
        preheader=body.preheader,
        short=body.short,
        blocks=[block.kept() for block in body.blocks],
        cases=[case.kept() for case in body.cases],
        made_at=at,
        made_by=actor,
    )
    append(WordingSaved(**_named(kept), number=kept.version), at=at, actor=actor)
    return kept


def _use(wording: Wording, *, at: datetime, actor: str) -> Wording:
    if wording.in_use:
        return wording
    others = Wording.objects.filter(kind=wording.kind, locale=wording.locale, in_use=True)
    others.update(in_use=False)
    wording.in_use = True
    wording.save(update_fields=["in_use"])
    append(WordingUsed(**_named(wording), number=wording.version), at=at, actor=actor)
    return wording


def _named(wording: Wording) -> dict[str, str]:
    return {
        "merchant_public_id": get_merchant().public_id,
        "kind": wording.kind,
        "locale": wording.locale,
    }
