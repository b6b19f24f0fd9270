"""Where returns stand, in a word and a tone: a settled exchange is done once it is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from returns.enums import ReturnState
from returns.models import Return
from returns.selectors import awaiting_replacement
from returns.serializers.tones import TONES


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A return, and how far it is."""

    case: Return
    label: str
    tone: str


def standings(cases: Sequence[Return]) -> list[Standing]:
    """Return where returns stand as staff see it, in one query for all of them."""
    return _standings(cases, _("Replacement to ship"))


def shopper_standings(cases: Sequence[Return]) -> list[Standing]:
    """Return where returns stand as their shopper sees it, in one query for all of them."""
    return _standings(cases, _("Replacement being prepared"))


def _standings(cases: Sequence[Return], waiting_label: str) -> list[Standing]:
    waiting = awaiting_replacement(cases)
    return [
        Standing(case=case, label=waiting_label, tone="attention")
        if case.state == ReturnState.COMPLETED and case.pk in waiting
        else Standing(case=case, label=case.get_state_display(), tone=TONES[case.state])
        for case in cases
    ]
