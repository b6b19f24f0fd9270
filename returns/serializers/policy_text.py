"""A policy in the words a shop shows its shoppers: three parts, a short form, and a form to send.

The words are `templates/returns/policy_text/<part>.<language>.txt`, since a shop pastes them into
pages that are not ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from django.utils import translation

from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import Outcome
from returns.rules.policy import Policy

if TYPE_CHECKING:
    from commerce.models import Merchant

PARTS = ("when", "how", "money")


@dataclass(frozen=True, kw_only=True)
class PolicyText:
    """A policy in one language. `parts` are its three sections; `short` stands near a buy button.

    `withdrawal` is the form that shops selling to the European Union offer.
    """

    language: str
    parts: Sequence[str]
    short: str
    withdrawal: str

    @property
    def whole(self) -> str:
        """The three parts under each other, to paste into a page."""
        return "\n\n".join(self.parts)


def write_policy(policy: Policy, *, merchant: Merchant, language: str) -> PolicyText:
    """Write a policy in one language, for a shop."""
    with translation.override(language):
        facts = _facts(policy, merchant, language)
        return PolicyText(
            language=language,
            parts=[_written(part, language, facts) for part in PARTS],
            short=_written("short", language, facts),
            withdrawal=_written("withdrawal", language, facts),
        )


def _written(part: str, language: str, facts: dict[str, Any]) -> str:
    text = render_to_string(f"returns/policy_text/{part}.{language}.txt", facts)
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def _facts(policy: Policy, merchant: Merchant, language: str) -> dict[str, Any]:
    currency = merchant.currency
    postage = policy.postage.get(currency, 0)
    refund, credit = policy.outcome(Outcome.REFUND), policy.outcome(Outcome.STORE_CREDIT)
    exchange = policy.outcome(Outcome.EXCHANGE)
    return {
        "shop": merchant.name_in(language),
        "email": merchant.support_email,
        "refund": refund,
        "exchange": exchange,
        "credit": credit,
        "bonus": f"{credit.bonus / 100:g}" if credit and credit.bonus else "",
        "longest": max(terms.days for terms in policy.outcomes),
        "same_days": len({terms.days for terms in policy.outcomes}) == 1,
        "postage": formats.money(Money(postage, currency)) if postage else "",
        "restocking": f"{policy.restocking / 100:g}" if policy.restocking else "",
        "send_within": policy.send_within,
        "review": policy.review,
        "address": policy.address,
        "instructions": policy.instructions.get(language, ""),
    }
