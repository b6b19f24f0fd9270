"""From five answers to a whole policy. Pure: everything not asked is as a new shop has it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from returns.enums import Outcome
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import OutcomeTerms, Policy

CREDIT_BONUS = 500
"""What store credit adds to the value in a first policy, in basis points."""


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
    """The five answers. `postage` is minor units of `currency`, asked where it is deducted."""

    days: int
    outcomes: Collection[Outcome]
    carriage: Carriage
    currency: str
    postage: int
    review: bool
    address: tuple[str, ...]


def first_policy(answers: Answers) -> Policy:
    """Return the policy the answers make: every outcome for the same days, fair fees."""
    deducted = answers.postage if answers.carriage is Carriage.DEDUCTED else 0
    return replace(
        DEFAULT_POLICY,
        outcomes=tuple(
            OutcomeTerms(
                outcome=outcome,
                days=answers.days,
                bonus=CREDIT_BONUS if outcome is Outcome.STORE_CREDIT else 0,
            )
            for outcome in Outcome
            if outcome in answers.outcomes
        ),
        postage={answers.currency: deducted} if deducted else {},
        review=answers.review,
        address=answers.address,
        instructions=SENDING[answers.carriage],
    )
