"""Candidates for a tracking number in words: for staff, for the API, for the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postexp.design import formats
from tracking.rules.detection import Candidate, Ground, Reason

_WORDS = {
    Ground.CHECK_DIGIT: gettext_lazy(
        "The number has the shape “%(detail)s”, check digit included."
    ),
    Ground.SHAPE: gettext_lazy("The number has the shape “%(detail)s”, which has no check digit."),
    Ground.LEAD: gettext_lazy("Its numbers were seen to begin with %(detail)s."),
    Ground.COUNTRY: gettext_lazy("It collects parcels in the shop’s country (%(detail)s)."),
    Ground.OWN: gettext_lazy("The shop sends parcels with it."),
    Ground.HISTORY: gettext_lazy(
        "%(count)s of the shop’s last %(among)s numbers of this shape went with it."
    ),
}


def reason_words(reason: Reason) -> str:
    """Return what speaks for a candidate as a sentence."""
    values = {"detail": reason.detail, "count": reason.count, "among": reason.among}
    return str(_WORDS[reason.ground]) % values


def _likelihood(candidate: Candidate) -> str:
    percent = round(candidate.likelihood * 100)
    return _("%(percent)s%% likely") % {"percent": percent} if percent else _("hardly likely")


def represent_candidates(candidates: Iterable[Candidate]) -> list[dict[str, str]]:
    """Return candidates as JSON, likeliest first; `service` only where the number tells it."""
    language = formats.language()
    return [
        {
            "carrier": one.carrier.slug,
            "name": one.carrier.name_in(language),
            "reason": " ".join(reason_words(reason) for reason in one.reasons),
            **({"service": one.service} if one.service else {}),
            "tracking_url": one.tracking_url,
        }
        for one in candidates
    ]


def candidate_rows(candidates: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Return candidates as the parcel's page lists them."""
    return [
        {
            "carrier": one.carrier.slug,
            "name": one.carrier.name_in(formats.language()),
            "service": one.service,
            "likelihood": _likelihood(one),
            "reasons": [reason_words(reason) for reason in one.reasons],
        }
        for one in candidates
    ]
