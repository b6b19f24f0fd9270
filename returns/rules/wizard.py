"""From five answers to a policy. Pure: everything not asked stays as it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from returns.enums import Outcome
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import OutcomeTerms, Policy

CREDIT_BONUS = 500
"""What store credit adds to the value where it was not offered before, in basis points."""


class Carriage(StrEnum):
    """Who pays the way back where the shopper changed their mind."""

    SHOP = "shop"
    SHOPPER = "shopper"
    DEDUCTED = "deducted"


SENDING: dict[Carriage, dict[str, str]] = {
    Carriage.SHOP: {
        "en": "Send the parcel carriage forward: we pay the postage.",
        "ja": "着払いでお送りください。送料は当店が負担します。",
    },
    Carriage.SHOPPER: {
        "en": "Please pay the postage when you send the parcel. "
        "Where something is wrong with the goods, send it carriage forward.",
        "ja": "元払いでお送りください。不良品や誤配送の場合は着払いでお送りください。",
    },
    Carriage.DEDUCTED: {
        "en": "Send the parcel carriage forward. We take the flat postage off your refund, "
        "unless something is wrong with the goods.",
        "ja": "着払いでお送りください。一律の返送料を返金額から差し引きます"
        "（不良品や誤配送の場合は差し引きません）。",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The five answers. `postage` is minor units of `currency`, asked where it is deducted.

    Without `days`, each outcome keeps its own; without a `carriage`, who pays the way back and how
    it is worded stay as they are.
    """

    days: int | None
    outcomes: Collection[Outcome]
    carriage: Carriage | None
    currency: str
    postage: int
    review: bool
    address: tuple[str, ...]


def first_policy(answers: Answers) -> Policy:
    """Return the policy the answers make of what a new shop begins with."""
    return answered(DEFAULT_POLICY, answers)


def answered(policy: Policy, answers: Answers) -> Policy:
    """Return a policy with the answers in it: every outcome for the same days.

    What is not asked stays as it is: the rules, the reasons, fees, how shipping goes back.
    """
    credit = policy.outcome(Outcome.STORE_CREDIT)
    longest = max(terms.days for terms in policy.outcomes)
    days = {terms.outcome: answers.days or terms.days for terms in policy.outcomes}
    changed = replace(
        policy,
        outcomes=tuple(
            OutcomeTerms(
                outcome=outcome,
                days=days.get(outcome, answers.days or longest),
                bonus=(credit.bonus if credit else CREDIT_BONUS)
                if outcome is Outcome.STORE_CREDIT
                else 0,
            )
            for outcome in Outcome
            if outcome in answers.outcomes
        ),
        review=answers.review,
        address=answers.address,
    )
    if answers.carriage is None:
        return changed
    deducts = answers.carriage is Carriage.DEDUCTED
    return replace(
        changed,
        postage={**policy.postage, answers.currency: answers.postage} if deducts else {},
        instructions=SENDING[answers.carriage],
    )


def carriage_of(policy: Policy) -> Carriage | None:
    """Return who pays the way back, None where a policy has its own words for it."""
    deducts = any(policy.postage.values())
    for carriage, words in SENDING.items():
        if dict(policy.instructions) == words and deducts is (carriage is Carriage.DEDUCTED):
            return carriage
    return None
