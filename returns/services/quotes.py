"""What a return would come to before anybody asks for it: every outcome, open or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from returns.enums import Outcome, Verdict
from returns.errors import NotReturnable, ReturnsError
from returns.rules.commands import Wish
from returns.rules.eligibility import last_days
from returns.rules.policy import LineDecision
from returns.selectors import Judgement
from returns.selectors.eligibility import first_replacement
from returns.selectors.exchanges import may_be_instant, rest_choices
from returns.services.evidence import counted_wishes
from returns.services.policies import strictest_verdict
from returns.services.requests import Plan, Request, plan_return


@dataclass(frozen=True, kw_only=True)
class QuotedOutcome:
    """An outcome of a return that was not asked for: its `plan`, or the `refusal` one would get.

    `wishes` name the variants it was priced for, `lines` say what the policy decided of each,
    `until` is the last moment it is open. Of a plan, `verdict` is what the policy would say,
    `rests` are where the rest of an exchange may go, first where it goes unless its shopper says,
    and `may_be_instant` is whether the replacement may be sent at once.
    """

    outcome: Outcome
    wishes: Sequence[Wish]
    lines: Sequence[LineDecision]
    until: datetime | None
    plan: Plan | None = None
    refusal: ReturnsError | None = None
    verdict: Verdict | None = None
    rests: Sequence[Outcome] = ()
    may_be_instant: bool = False


def quote_return(
    judgement: Judgement, wishes: Sequence[Wish], *, actor: str, method: str = ""
) -> list[QuotedOutcome]:
    """Return what each outcome comes to for units of an order, by what `request_return` does.

    `method` as there. An exchange is priced for the variants that the wishes name, else for the
    first there is. Nothing is changed. Raises NotReturnable for a line of another order.
    """
    if any(judgement.line(wish.line) is None for wish in wishes):
        raise NotReturnable
    counted = counted_wishes(judgement.order, wishes)
    return [_quoted(judgement, counted, outcome, actor, method) for outcome in Outcome]


def _quoted(
    judgement: Judgement, counted: Sequence[Wish], outcome: Outcome, actor: str, method: str
) -> QuotedOutcome:
    if outcome is Outcome.EXCHANGE:
        counted = [_with_variant(judgement, wish) for wish in counted]
    chosen = {wish.line for wish in counted}
    lines = [one.decision for one in judgement.lines if one.line.public_id in chosen]
    asked = Request(wishes=counted, outcome=outcome, actor=actor, key="", method=method)
    _facts, decided = judgement.decide(counted, outcome)
    found = QuotedOutcome(
        outcome=outcome,
        wishes=counted,
        lines=decided.lines[: len(counted)],
        until=next((one.until for one in last_days(lines) if one.outcome is outcome), None),
    )
    try:
        plan = plan_return(asked, judgement, counted)
    except ReturnsError as refusal:
        return replace(found, refusal=refusal)
    _facts, decided = plan.ways.judgement.decide(counted, outcome)
    is_exchange = outcome is Outcome.EXCHANGE
    return replace(
        found,
        plan=plan,
        lines=decided.lines[: len(counted)],
        verdict=strictest_verdict(decided, counted),
        rests=rest_choices(plan.ways.judgement, counted) if is_exchange else (),
        may_be_instant=is_exchange and may_be_instant(judgement.order, plan.quoted),
    )


def _with_variant(judgement: Judgement, wish: Wish) -> Wish:
    judged = judgement.line(wish.line)
    if wish.variant or judged is None:
        return wish
    return replace(wish, variant=first_replacement(judged.line, wish.quantity))
