"""Whether units of a line may come back, for what, until when, and if not, why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from returns.enums import DenialCode, Fault, Outcome
from returns.rules.policy import Policy, Reason
from returns.rules.windows import WindowStart, is_open, window_end, window_start


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What is known of a line. The four counts are units; the rest of `quantity` can come back.

    `promised` holds the dates this shopper was shown, by outcome: they are never shortened.
    `barred` are outcomes this order cannot have, such as store credit without a customer. `goods`
    is false for what is never sent back, such as a download.
    """

    line: str
    quantity: int
    settled: int = 0
    reserved: int = 0
    refused: int = 0
    goods: bool = True
    final_sale: bool = False
    shipped: datetime | None = None
    delivered: datetime | date | None = None
    promised: Mapping[Outcome, datetime] = field(default_factory=dict)
    barred: frozenset[Outcome] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A reason against a line, or against one outcome of it, such as an ended window."""

    code: DenialCode
    outcome: Outcome | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An outcome that is open, and the last second it is."""

    outcome: Outcome
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a policy says about a line.

    `returnable` units may come back for one of `offers` and one of `reasons`. Where an outcome or
    the whole line is closed, `denials` says why. `start` is the trace of the window.
    """

    line: str
    returnable: int
    offers: tuple[Offer, ...]
    reasons: tuple[Reason, ...]
    denials: tuple[Denial, ...]
    start: WindowStart | None

    def offer(self, outcome: Outcome) -> Offer | None:
        """Return the open offer of an outcome, or None."""
        return next((offer for offer in self.offers if offer.outcome is outcome), None)


def decide(facts: LineFacts, policy: Policy, at: datetime, zone: ZoneInfo) -> Decision:
    """Return what the policy in force for the order says about one of its lines."""
    start = window_start(
        shipped=facts.shipped,
        delivered=facts.delivered,
        transit_allowance=policy.transit_allowance,
        zone=zone,
    )
    left = facts.quantity - facts.settled - facts.reserved - facts.refused if facts.goods else 0
    denials = [] if left > 0 else [Denial(code=_why_nothing_left(facts))]
    if left > 0 and start is None:
        denials.append(Denial(code=DenialCode.NOT_SHIPPED))

    offers: list[Offer] = []
    if left > 0 and start is not None:
        ends = [
            Offer(
                outcome=terms.outcome, until=_until(facts, terms.outcome, terms.days, start, zone)
            )
            for terms in policy.outcomes
            if terms.outcome not in facts.barred
        ]
        offers = [offer for offer in ends if is_open(offer.until, at)]
        denials.extend(
            Denial(code=DenialCode.WINDOW_ENDED, outcome=end.outcome, until=end.until)
            for end in ends
            if end not in offers
        )

    reasons: Sequence[Reason] = policy.reasons
    if facts.final_sale:
        reasons = [reason for reason in reasons if reason.fault is not Fault.SHOPPER]
        denials.append(Denial(code=DenialCode.FINAL_SALE))
    open_for_something = bool(offers and reasons)
    return Decision(
        line=facts.line,
        returnable=left if open_for_something else 0,
        offers=tuple(offers) if open_for_something else (),
        reasons=tuple(reasons) if open_for_something else (),
        denials=tuple(denials),
        start=start,
    )


def last_days(decisions: Sequence[Decision]) -> tuple[Offer, ...]:
    """Return the outcomes these lines can have together, each until the first of them is closed."""
    common = []
    for outcome in Outcome:
        offers = [offer for one in decisions if (offer := one.offer(outcome))]
        if offers and len(offers) == len(decisions):
            common.append(min(offers, key=lambda offer: offer.until))
    return tuple(common)


def shared_days(decisions: Sequence[Decision]) -> tuple[Offer, ...]:
    """Return the last days that hold for every line offering their outcome.

    Empty where lines end on different days: then each has to be told of by itself.
    """
    offers = {offer for one in decisions for offer in one.offers}
    by_outcome = {offer.outcome: offer for offer in offers}
    if len(by_outcome) < len(offers):
        return ()
    return tuple(by_outcome[outcome] for outcome in Outcome if outcome in by_outcome)


def _until(
    facts: LineFacts, outcome: Outcome, days: int, start: WindowStart, zone: ZoneInfo
) -> datetime:
    until = window_end(start.day, days, zone)
    return max(until, facts.promised.get(outcome, until))


def _why_nothing_left(facts: LineFacts) -> DenialCode:
    """Name the first thing that used the units up, most final first."""
    if not facts.goods:
        return DenialCode.NOT_GOODS
    if facts.settled == facts.quantity:
        return DenialCode.ALREADY_SETTLED
    return DenialCode.RETURN_OPEN if facts.reserved else DenialCode.REFUSED_BEFORE
