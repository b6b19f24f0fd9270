"""Where returns stand, in a word and a tone: a settled exchange is done once it is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from returns.enums import ReturnState
from returns.models import Return
from returns.selectors import awaiting_replacement
from returns.selectors.receiving import awaiting_shopper
from returns.serializers.tones import TONES


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A return, and how far it is."""

    case: Return
    label: str
    tone: str


def standings(cases: Sequence[Return]) -> list[Standing]:
    """Return where returns stand as staff see it, in two queries for all of them."""
    return _standings(cases, _("Replacement to ship"), _("Waits for the shopper"))


def shopper_standings(cases: Sequence[Return]) -> list[Standing]:
    """Return where returns stand as their shopper sees it, in two queries for all of them."""
    return _standings(cases, _("Replacement being prepared"), _("Your answer is needed"))


def _standings(cases: Sequence[Return], waiting: str, asking: str) -> list[Standing]:
    to_ship = awaiting_replacement(cases)
    asked = awaiting_shopper([case for case in cases if case.state == ReturnState.RESOLVING])
    found = []
    for case in cases:
        label, tone = str(case.get_state_display()), TONES[case.state]
        if case.state == ReturnState.COMPLETED and case.pk in to_ship:
            label, tone = waiting, "attention"
        elif case.state == ReturnState.RESOLVING and case.pk in asked:
            label, tone = asking, "attention"
        found.append(Standing(case=case, label=label, tone=tone))
    return found
