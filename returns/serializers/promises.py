"""What the policy says to the shopper about goods and payment, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from returns.enums import KeepItem, Outcome, ProcessingEvent, Slot
from returns.models import Return, ReturnLine
from returns.rules.commands import Wish
from returns.selectors import Judged, Judgement
from returns.selectors.promises import decided_slot


def promises_ahead(
    judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome, locale: str
) -> list[list[str]]:
    """Return what a shopper is told of each wish before they ask for the return."""
    _facts, decision = judgement.decide(wishes, outcome)
    return [_told(line.value, locale) for _wish, line in zip(wishes, decision.lines, strict=False)]


def promises_together(
    judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome, locale: str
) -> list[str]:
    """Return what holds for all wishes, each sentence once; what holds for some names its line."""
    told = promises_ahead(judgement, wishes, outcome, locale)
    found: dict[str, None] = {}
    for wish, sentences in zip(wishes, told, strict=True):
        one = judgement.line(wish.line)
        for sentence in sentences:
            for_all = all(sentence in other for other in told)
            found[sentence if for_all or one is None else f"{one.line.title}: {sentence}"] = None
    return list(found)


def may_keep(one: Judged) -> bool:
    """Whether a line need not be sent back, whichever of its reasons is chosen."""
    decided = [one.decision.by_reason[reason.code] for reason in one.decision.reasons]
    return bool(decided) and all(line.value(Slot.KEEP_ITEM) == KeepItem.KEEP for line in decided)


def promises_of(case: Return, line: ReturnLine, locale: str) -> list[str]:
    """Return what a shopper is told of a line of their return; nothing for older returns."""
    return _told(lambda slot: decided_slot(case, line, slot), locale)


def message_of(case: Return, line: ReturnLine, locale: str) -> str:
    """Return the shop's own words about a line of a return, "" where it has none."""
    return _own_words(decided_slot(case, line, Slot.MESSAGE), locale)


def goods_of(case: Return, lines: list[ReturnLine]) -> KeepItem:
    """Return what becomes of the goods of a whole return: sent, where any of them is."""
    decided = {decided_slot(case, line, Slot.KEEP_ITEM) for line in lines}
    return KeepItem(decided.pop() or KeepItem.SEND) if len(decided) == 1 else KeepItem.SEND


def _told(value: Callable[[Slot], Any], locale: str) -> list[str]:
    keep, pays = value(Slot.KEEP_ITEM), value(Slot.PROCESSING_EVENT)
    with override(locale):
        words = [_own_words(value(Slot.MESSAGE), locale)]
        if keep == KeepItem.KEEP:
            words.append(_("You can keep it. You need not send it back."))
        elif keep == KeepItem.DONATE:
            words.append(_("You need not send it back. Give it away, then tell us on this page."))
        else:
            words.append(_WHEN_PAID.get(pays, lambda: "")())
    return [one for one in words if one]


_WHEN_PAID: dict[str, Callable[[], str]] = {
    ProcessingEvent.FIRST_SCAN: lambda: _("You are paid as soon as the carrier has your parcel."),
    ProcessingEvent.DELIVERED: lambda: _("You are paid as soon as your parcel has reached us."),
    ProcessingEvent.RECEIVED: lambda: _("You are paid as soon as we have counted what arrived."),
}


def _own_words(said: Any, locale: str) -> str:
    return str((said or {}).get(locale, "")).strip()
