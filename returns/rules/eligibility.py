"""Whether units of a line may come back, for what, until when, and if not, why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from returns.enums import DenialCode, FactName, Outcome, Slot
from returns.rules.policy import (
    Denial,
    Engine,
    Facts,
    LineDecision,
    Offer,
    Reason,
)
from returns.rules.policy.engine import for_reason
from returns.rules.windows import WindowStart


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a policy says about a line while nobody has said why it comes back.

    `returnable` units may come back for one of `offers` and one of `reasons`, each as `by_reason`
    says in full; an offer ends when the first of its reasons does. Where an outcome, a reason or
    the whole line is closed, `denials` says why. `start` is the trace of the window.
    """

    line: str
    returnable: int
    offers: tuple[Offer, ...]
    reasons: tuple[Reason, ...]
    denials: tuple[Denial, ...]
    start: WindowStart | None
    by_reason: Mapping[str, LineDecision]

    def offer(self, outcome: Outcome) -> Offer | None:
        """Return the open offer of an outcome, or None."""
        return next((offer for offer in self.offers if offer.outcome is outcome), None)

    @property
    def promises(self) -> tuple[Offer, ...]:
        """The offers that hold whichever reason is chosen, so that their dates may be kept.

        A date kept for one reason would lengthen the others, whose time may be over.
        """
        ended = {
            denial.outcome for denial in self.denials if denial.code is DenialCode.WINDOW_ENDED
        }
        return tuple(offer for offer in self.offers if offer.outcome not in ended)

    def photos(self, reason: str) -> int:
        """Return how many photos are asked for with a reason."""
        decided = self.by_reason.get(reason)
        return int(decided.value(Slot.EVIDENCE)) if decided else 0


def decide_for_reasons(engine: Engine, facts: Facts) -> tuple[Decision, ...]:
    """Return what a policy says about every line, for whichever of its reasons."""
    reasons = engine.policy.reasons
    if engine.differs_by_reason or any(
        line.known.get(FactName.FINAL_SALE.value) for line in facts.lines
    ):
        answers = [engine.decide(for_reason(facts, reason.code)).lines for reason in reasons]
    else:
        answers = [engine.decide(for_reason(facts, reasons[0].code)).lines] * len(reasons)
    return tuple(
        _merged(dict(zip([reason.code for reason in reasons], answered, strict=True)), reasons)
        for answered in zip(*answers, strict=True)
    )


def _merged(answers: Mapping[str, LineDecision], reasons: Sequence[Reason]) -> Decision:
    some = next(iter(answers.values()))
    open_for = [code for code, answer in answers.items() if answer.returnable]
    return Decision(
        line=some.line,
        returnable=max((answers[code].returnable for code in open_for), default=0),
        offers=_earliest(answers[code].offers for code in open_for),
        reasons=tuple(reason for reason in reasons if reason.code in open_for),
        denials=_against_any(answers.values()),
        start=some.trace.start,
        by_reason=answers,
    )


def _earliest(offers: Iterable[tuple[Offer, ...]]) -> tuple[Offer, ...]:
    """Return each outcome that is open for some reason, until the first of them closes."""
    found: dict[Outcome, Offer] = {}
    for offer in (one for several in offers for one in several):
        known = found.get(offer.outcome)
        if known is None or offer.until < known.until:
            found[offer.outcome] = offer
    return tuple(found.values())


def _against_any(answers: Iterable[LineDecision]) -> tuple[Denial, ...]:
    """Return each reason against once; that photos are needed is none against the line."""
    found = {
        (denial.code, denial.outcome, denial.until, denial.rule): denial
        for answer in answers
        for denial in answer.denials
        if denial.code is not DenialCode.EVIDENCE_NEEDED
    }
    return tuple(found.values())


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
