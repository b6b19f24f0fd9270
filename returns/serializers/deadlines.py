"""What is due of a return and how near it is, in words and a tone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from postexp.design import formats
from returns.enums import Nearness, ReturnState
from returns.models import Return
from returns.rules.clocks import next_deadline

TONES = {
    Nearness.CALM: "neutral",
    Nearness.SOON: "attention",
    Nearness.OVERDUE: "problem",
}


@dataclass(frozen=True, kw_only=True)
class DueWords:
    """A deadline as a badge shows it; `due` is None while the shopper is waited for."""

    text: str
    tone: str
    due: datetime | None


def due_words(case: Return, at: datetime) -> DueWords | None:
    """Return what is due next of a return, None where nothing is."""
    deadline = next_deadline(
        ReturnState(case.state),
        due=case.due_at,
        law=case.law_due_at,
        is_waiting=case.waiting_since is not None,
        at=at,
    )
    if deadline is not None and (
        case.waiting_since is None or deadline.nearness is not Nearness.CALM
    ):
        if deadline.due < at:
            when = _("%(time)s late") % {"time": formats.lasting(at - deadline.due)}
        else:
            when = formats.ago(deadline.due, at)
        text = pgettext("what is due, and when", "%(what)s: %(when)s") % {
            "what": deadline.clock.label,
            "when": when,
        }
        return DueWords(text=text, tone=TONES[deadline.nearness], due=deadline.due)
    if case.waiting_since is not None:
        text = _("Shopper asked %(when)s") % {"when": formats.ago(case.waiting_since, at)}
        return DueWords(text=text, tone="information", due=None)
    return None
