"""Reads of the draft of a policy: what is being changed, from which version, and what is odd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from commerce.selectors import list_currencies_sold
from returns.enums import FactType, Slot
from returns.models import PolicyDraft, PolicyVersion
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Policy
from returns.rules.policy.conditions import comparisons
from returns.rules.policy.facts import FACTS
from returns.selectors.policies import published_versions

if TYPE_CHECKING:
    from commerce.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Editing:
    """What an editor works on: the draft, or the newest version where there is none.

    `revision` names this state: the next change is made on it or refused.
    """

    policy: Policy
    revision: str
    newest: PolicyVersion
    draft: PolicyDraft | None

    @property
    def outdated(self) -> bool:
        """Whether another version was published since the draft was begun."""
        return self.draft is not None and self.draft.based_on != self.newest.number


def editing() -> Editing:
    """Return what an editor of the scope's shop works on."""
    draft, newest = get_draft(), newest_version()
    return Editing(
        policy=draft.policy if draft else newest.policy,
        revision=draft.revision if draft else f"v{newest.number}",
        newest=newest,
        draft=draft,
    )


def get_draft() -> PolicyDraft | None:
    """Return the shop's draft, if it has one."""
    found: PolicyDraft | None = PolicyDraft.objects.first()
    return found


def newest_version() -> PolicyVersion:
    """Return the version published last; the standard policy, not saved, where there is none."""
    found: PolicyVersion | None = published_versions().order_by("-number").first()
    return found or PolicyVersion(
        number=0, content=DEFAULT_POLICY.to_json(), hash=DEFAULT_POLICY.hash
    )


def find_version(number: int) -> PolicyVersion | None:
    """Return a published version by its number, or None."""
    found: PolicyVersion | None = published_versions().filter(number=number).first()
    return found


def currencies_of_rules(merchant: Merchant, policy: Policy) -> list[str]:
    """Return the currencies a rule can name amounts in, the shop's own first."""
    named = set(policy.postage)
    for rule in policy.rules:
        named |= set(rule.effects.get(Slot.FEES, {}).get("postage", ()))
        for one in comparisons(rule.when):
            named |= set(one.value if FACTS[one.fact].kind is FactType.MONEY else ())
    sold = {*list_currencies_sold(aside_from=""), *named} - {merchant.currency}
    return [merchant.currency, *sorted(sold)]
