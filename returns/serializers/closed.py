"""What a shopper cannot have of what they may return, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from returns.enums import DenialCode, Outcome
from returns.rules.commands import Wish
from returns.rules.policy import Denial
from returns.serializers.last_days import last_moment
from returns.serializers.words import denial_words

if TYPE_CHECKING:
    from returns.selectors import Judged, Judgement

Closed = tuple[str, str]
"""An outcome that is closed, and the sentence that says why."""


def closed_of_line(one: Judged, locale: str, country: str) -> list[Closed]:
    """Return the outcomes that are over for a line, whichever reason is chosen."""
    return [
        (denial.outcome.value, _words(denial, locale, country))
        for denial in one.decision.denials
        if denial.outcome is not None and one.decision.offer(denial.outcome) is None
    ]


def closed_of_choice(
    judgement: Judgement, wishes: Sequence[Wish], offered: Collection[Outcome], locale: str
) -> list[Closed]:
    """Return the outcomes of the policy that these units cannot have together, and why not.

    What nobody could have of them, such as store credit of who has no account, is left out.
    """
    found = []
    for outcome in Outcome:
        if outcome in offered or judgement.policy.outcome(outcome) is None:
            continue
        why = next(iter(_against(judgement, wishes, outcome, locale)), "")
        if why:
            found.append((outcome.value, why))
    return found


def _against(
    judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome, locale: str
) -> list[str]:
    """Return why each line that is against an outcome is."""
    _facts, decided = judgement.decide(wishes, outcome)
    country, found = judgement.order.country, []
    for wish, line in zip(wishes, decided.lines, strict=False):
        one = judgement.line(wish.line)
        if one is None or outcome in one.facts.barred:
            continue
        if one.decision.offer(outcome) is not None and line.offer(outcome) is not None:
            continue
        said = [
            _words(denial, locale, country)
            for denial in (*line.denials, *one.decision.denials)
            if denial.outcome is outcome
        ]
        title = one.line.title
        found.append(said[0] if said else _("It is not offered for: %(title)s.") % {"title": title})
    return found


def _words(denial: Denial, locale: str, country: str) -> str:
    """Return why an outcome is closed; where a rule of the shop decided, in its own words."""
    own = denial.said.get(locale, "").strip()
    if own or denial.code is not DenialCode.WINDOW_ENDED or denial.until is None:
        return own or denial_words(denial, locale, country=country)
    return _("This was possible until %(until)s.") % {"until": last_moment(denial.until, country)}
