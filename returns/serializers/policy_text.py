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
from django.utils.translation import pgettext

from commerce.links import site_url
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import Outcome, ReturnMethod, Slot
from returns.rules.policy import Policy, Rule
from returns.selectors.exchanges import exchange_terms
from returns.selectors.parcels import offered_methods
from returns.serializers.public_terms import public_rules
from returns.serializers.rule_words import rule_sentence
from returns.serializers.sending import method_words

if TYPE_CHECKING:
    from commerce.models import Merchant

PARTS = ("when", "how", "money")
_PART_OF: dict[Slot, str] = {
    Slot.METHODS: "how",
    Slot.DESTINATION: "how",
    Slot.PROCESSING_EVENT: "how",
    Slot.REVIEW: "how",
    Slot.FEES: "money",
    Slot.BONUS: "money",
    Slot.PART_CREDIT: "money",
    Slot.SHOP_NOW: "money",
    Slot.KEEP_ITEM: "money",
}
"""The part a rule stands in, by the first slot it sets; `when` for all others."""
_IN_SHORT = (Slot.ELIGIBLE, Slot.WINDOW, Slot.FEES)
MOST_IN_SHORT = 3
"""With more rules than that the short form leads to the whole policy instead."""


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
    def titled(self) -> list[tuple[str, list[str]]]:
        """Each part as its heading and the lines below it."""
        lines = [part.split("\n") for part in self.parts]
        return [(first, rest) for first, *rest in lines]

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
    exchange, methods = policy.outcome(Outcome.EXCHANGE), offered_methods()
    rules = public_rules(policy)
    in_short = [rule for rule in rules if any(slot in rule.effects for slot in _IN_SHORT)]
    return {
        "when_rules": _sentences(rules, policy, currency, "when"),
        "how_rules": _sentences(rules, policy, currency, "how"),
        "money_rules": _sentences(rules, policy, currency, "money"),
        "short_rules": [_sentence(rule, policy, currency) for rule in in_short]
        if len(in_short) <= MOST_IN_SHORT
        else [],
        "policy_url": site_url(merchant, "site:policy", language)
        if len(in_short) > MOST_IN_SHORT
        else "",
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
        # Nothing else says who pays: then it is who sends it, as where nothing is agreed upon.
        "own_postage": policy.postage_unsaid and ReturnMethod.OWN in methods,
        "shop_now": exchange_terms().shop_now,
        "ways": pgettext("between words of a list", ", ").join(
            method_words(method, language)[0] for method in methods
        ),
        "in_store_only": methods == (ReturnMethod.IN_STORE,),
    }


def _sentences(rules: Sequence[Rule], policy: Policy, currency: str, part: str) -> list[str]:
    return [
        _sentence(rule, policy, currency)
        for rule in rules
        if _PART_OF.get(next(iter(rule.effects)), "when") == part
    ]


def _sentence(rule: Rule, policy: Policy, currency: str) -> str:
    """Return the shop's own words about a rule, else what it says."""
    return rule.say[formats.language()] or rule_sentence(rule, policy, currency=currency)
