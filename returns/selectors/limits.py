"""A judgement narrowed to some units and outcomes, as for a gift or for a return being changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from returns.enums import Outcome
from returns.selectors.eligibility import Judged, Judgement


def limited(
    judgement: Judgement,
    most: Mapping[str, int],
    outcomes: Collection[Outcome] = tuple(Outcome),
) -> Judgement:
    """Return a judgement that offers at most so many units of each line, by public id, and only
    these outcomes; a line that is not named offers nothing.
    """
    lines = [_limited(one, most.get(one.line.public_id, 0), outcomes) for one in judgement.lines]
    return replace(judgement, lines=tuple(lines))


def _limited(one: Judged, most: int, outcomes: Collection[Outcome]) -> Judged:
    offers = tuple(offer for offer in one.decision.offers if offer.outcome in outcomes)
    units = min(one.decision.returnable, most) if offers else 0
    decision = replace(one.decision, returnable=units, offers=offers if units else ())
    return replace(one, decision=decision)
