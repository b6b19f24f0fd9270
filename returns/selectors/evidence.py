"""Reads of the photos shoppers send."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.http import Http404
from PIL import Image

from postexp.kernel.files import private_files
from returns.models import EvidenceFile, Return

if TYPE_CHECKING:
    from commerce.models import Order

THUMB = (240, 240)
WAITS = timedelta(days=2)
"""How long photos are kept of someone who did not ask for the return in the end."""


def list_evidence(case: Return) -> list[EvidenceFile]:
    """Return the photos of a return, oldest first."""
    return list(EvidenceFile.objects.filter(case=case).select_related("order_line"))


def list_waiting_evidence(order: Order) -> list[EvidenceFile]:
    """Return the photos of an order for which no return was asked for yet, oldest first."""
    found = EvidenceFile.objects.filter(order=order, case=None)
    return list(found.select_related("order_line"))


def photos_held(order: Order, case: Return | None = None) -> dict[str, int]:
    """Return how many photos there are of each line, by public id.

    Counted are those that wait for a return, and those of `case`, which is being changed.
    """
    found = list_waiting_evidence(order) + (list_evidence(case) if case else [])
    return dict(Counter(one.order_line.public_id for one in found if one.order_line))


def access_evidence(public_id: str) -> EvidenceFile:
    """Return a photo of the scope's shop for a page; raises Http404."""
    found: EvidenceFile | None = (
        EvidenceFile.objects.select_related("case", "order").filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def evidence_picture(photo: EvidenceFile, *, small: bool = False) -> bytes:
    """Return a photo as a JPEG, as a thumbnail where it is to be `small`."""
    with private_files().open(photo.path) as file:
        content: bytes = file.read()
    if not small:
        return content
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", THUMB)
        picture.thumbnail(THUMB)
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=80)
    return written.getvalue()


def list_forgotten_evidence(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of photos whose return was never asked for, over all shops."""
    waiting = EvidenceFile.every_merchant.filter(case=None, at__lt=at - WAITS)
    return list(waiting.order_by("at").values_list("merchant_id", "public_id"))
