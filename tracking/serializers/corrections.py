"""What staff said of a parcel, as its page lists it: who, when, from what to what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from commerce.selectors import name_actors
from postexp.design import formats
from tracking.enums import CorrectionSubject, status_label, substatus_label
from tracking.models import Correction
from tracking.rules import carrier_of


def correction_rows(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """Return corrections in the words of the reader, with the names of who made and ended them."""
    if not corrections:
        return []
    actors = name_actors(
        actor for one in corrections for actor in (one.made_by, one.ended_by) if actor
    )
    return [
        {
            "subject": one.subject,
            "what": _("Carrier") if _is_carrier(one) else _("State"),
            "before": _words(one, one.before, ""),
            "after": _words(one, one.after, one.substatus),
            "made_at": one.made_at,
            "made_by": actors[one.made_by],
            "ended_at": one.ended_at,
            "ended_by": actors.get(one.ended_by, ""),
        }
        for one in corrections
    ]


def _is_carrier(one: Correction) -> bool:
    return one.subject == CorrectionSubject.CARRIER


def _words(one: Correction, value: str, substatus: str) -> str:
    language = formats.language()
    if _is_carrier(one):
        return carrier_of(value).name_in(language) if value else "–"
    if substatus:
        return substatus_label(value, substatus, language)
    return status_label(value, language)
