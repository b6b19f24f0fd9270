"""What is odd about a policy, and what to do about it, in the language of the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commerce.rules.addresses import country_name
from postexp.design import formats
from returns.enums import FactName, FindingCode, Outcome, Slot
from returns.rules.policy import Policy
from returns.rules.policy.lint import Finding
from returns.serializers.policy_changes import rule_title


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding: what is odd, what to do next, and whether it keeps the policy unpublished."""

    words: str
    step: str
    blocks: bool


_STEPS: Mapping[FindingCode, object] = {
    FindingCode.NEVER_MATCHES: gettext_lazy("Change its conditions, or delete it."),
    FindingCode.SHADOWED: gettext_lazy("Move it above that rule, or delete it."),
    FindingCode.PARTLY_SHADOWED: gettext_lazy("If this rule should decide, move it above."),
    FindingCode.CONTRADICTION: gettext_lazy("Take one of the two out of the rule."),
    FindingCode.UNREACHABLE_OUTCOME: gettext_lazy(
        "Offer it in the policy, or take it out of the rule."
    ),
    FindingCode.OUTSIDE_WINDOW: gettext_lazy("Lengthen a window, or lower the days here."),
    FindingCode.GAP_CURRENCY: gettext_lazy("Name an amount in that currency, 0 for none."),
    FindingCode.NEVER_KNOWN: gettext_lazy(
        "Leave it out, or let staff look at it where it is not known."
    ),
    FindingCode.GAP_REASON: gettext_lazy("Choose a reason of the policy."),
    FindingCode.MISSING_LANGUAGE: gettext_lazy("Write the words in that language too."),
    FindingCode.POSTAGE_UNSAID: gettext_lazy(
        "Name an amount, or write it under “How to send it”. Until then your texts say that "
        "shoppers pay for what they send themselves."
    ),
    FindingCode.CHECK_EXEMPTION: gettext_lazy(
        "If they are not exempt, leave that country out of the rule."
    ),
    FindingCode.STATUTORY_BREACH: gettext_lazy(
        "Leave that country out of the rule, or give what the law gives."
    ),
}
_OTHER_WORDS = {
    "say": gettext_lazy("Why, in words to the shopper"),
    "instructions": gettext_lazy("How to send it"),
}


def tell_finding(finding: Finding, policy: Policy) -> ToldFinding:
    """Return a finding about a policy in words."""
    told = {name: _told(name, value, policy) for name, value in finding.params.items()}
    return ToldFinding(
        words=str(finding.code.label) % told,
        step=str(_STEPS[finding.code]),
        blocks=finding.blocks,
    )


def _told(name: str, value: str, policy: Policy) -> str:
    if name == "slot":
        return str(Slot(value).label if value in Slot.values else _OTHER_WORDS[value])
    if name == "outcome":
        return str(Outcome(value).label)
    if name == "fact":
        return str(FactName(value).label)
    if name == "by":
        return rule_title(policy.rules, value)
    if name == "country":
        return country_name(value, formats.language())
    if name == "language":
        return {"en": _("English"), "ja": _("Japanese")}[value]
    return value
