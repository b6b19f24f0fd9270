"""What a shopper can get for what they chose, each outcome with its exact sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from returns.enums import Outcome
from returns.errors import ReturnsError
from returns.rules.commands import Wish
from returns.rules.quotes import Quote
from returns.selectors import Judgement, list_replacements
from returns.selectors.exchanges import wanted_variant
from returns.services.requests import check_wishes, quote_wishes


def quote_offers(
    judgement: Judgement, wishes: Sequence[Wish], picked: Mapping[str, str]
) -> list[tuple[Outcome, Quote]]:
    """Return the outcomes open for every wish, each with its sum.

    That of an exchange is for the variants that are `picked` (`v_` and the line: public id), else
    for any there is.
    """
    found = []
    judged = [judgement.line(wish.line) for wish in wishes]
    for outcome in Outcome:
        if any(one is None or one.decision.offer(outcome) is None for one in judged):
            continue
        wanted = [
            with_variant(judgement, wish, picked) if outcome is Outcome.EXCHANGE else wish
            for wish in wishes
        ]
        try:
            checked = check_wishes(judgement, wanted, outcome)
            found.append((outcome, quote_wishes(judgement, checked, outcome)))
        except ReturnsError:
            continue
    return found


def with_variant(judgement: Judgement, wish: Wish, picked: Mapping[str, str]) -> Wish:
    """Return a wish with the variant that was picked, else the first with enough in stock."""
    judged = judgement.line(wish.line)
    assert judged is not None
    variant = picked.get(f"v_{wish.line}", "")
    found = wanted_variant(judged.line, variant) if variant else None
    if found is not None and (found[1] is None or found[1] >= wish.quantity):
        return replace(wish, variant=variant)
    first = next(
        (
            one.public_id
            for one, free in list_replacements(judged.line)
            if free is None or free >= wish.quantity
        ),
        "",
    )
    return replace(wish, variant=first)
