"""Reads of policies: which version judges an order, and what was decided by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from commerce.selectors import get_merchant, list_currencies_sold
from commerce.selectors.orders import list_countries_sold
from commerce.selectors.setup import TEST, TRIALS
from returns.enums import Fault, Outcome
from returns.enums.reports import ReasonMeaning
from returns.models import Exchange, PolicyDecision, PolicyVersion, Return, ReturnLine
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.paid import Terms
from returns.rules.policy import Engine, Policy
from returns.rules.policy.lint import Finding, lint
from returns.rules.terms import restocking_of, terms_of

if TYPE_CHECKING:
    from commerce.models import Order

MOST_ENGINES = 64
_ENGINES: dict[str, Engine] = {}


def engine_of(version: PolicyVersion) -> Engine:
    """Return what decides by a version; equal policies have equal hashes, so it is kept by that."""
    engine = _ENGINES.get(version.hash)
    if engine is None:
        if len(_ENGINES) >= MOST_ENGINES:
            _ENGINES.clear()
        engine = _ENGINES[version.hash] = Engine(version.policy)
    return engine


def list_findings(policy: Policy) -> list[Finding]:
    """Return what is odd about a policy of the shop, where it sells and in what currencies."""
    merchant = get_merchant()
    return lint(
        policy,
        countries={merchant.country, *list_countries_sold(aside_from=TRIALS)},
        currencies={merchant.currency, *list_currencies_sold(aside_from="")},
    )


def published_versions() -> QuerySet[PolicyVersion]:
    """The versions that judge the orders of shoppers; what only trials refer to is none of them."""
    found: QuerySet[PolicyVersion] = PolicyVersion.objects.filter(only_for="")
    return found


def reason_meanings() -> dict[str, ReasonMeaning]:
    """Return what each reason means that a published policy ever had, as the newest says."""
    found: dict[str, ReasonMeaning] = {}
    for version in published_versions().order_by("number"):
        found |= {reason.code: reason.means for reason in version.policy.reasons}
    return found


def version_in_force(at: datetime) -> PolicyVersion:
    """Return the version in force at an instant, the shop's first for earlier ones.

    A shop that has published nothing gets the default policy, as a row that is not saved.
    """
    published = published_versions().order_by("-effective_from", "-number")
    return (
        published.filter(effective_from__lte=at).first()
        or published.last()
        or PolicyVersion(number=0, content=DEFAULT_POLICY.to_json(), hash=DEFAULT_POLICY.hash)
    )


def version_of(order: Order) -> PolicyVersion:
    """Return the version that judges an order: the one in force when it was placed.

    A test order is placed days before it is made, so that it can have arrived. It is there to try
    what the shop promises now, so the day it was made counts.
    """
    return version_in_force(order.taken_in_at if order.source == TEST else order.placed_at)


def version_for_trials(source: str) -> PolicyVersion | None:
    """Return the default as the returns of one source of trial orders point to it, if any does."""
    found: PolicyVersion | None = PolicyVersion.objects.filter(only_for=source).first()
    return found


def sending_policy(at: datetime) -> Policy:
    """Return the policy that says where parcels go and how, for every return open at an instant.

    A promise binds the shop as it was made, but a parcel has to go where the shop is now.
    """
    return version_in_force(at).policy


def get_policy_version(public_id: str) -> PolicyVersion:
    """Return a published version; raises PolicyVersion.DoesNotExist."""
    found: PolicyVersion = PolicyVersion.objects.get(public_id=public_id)
    return found


def list_versions() -> list[PolicyVersion]:
    """Return every published version, newest first."""
    return list(published_versions().order_by("-number"))


def has_own_policy() -> bool:
    """Whether people of the shop published a policy, instead of living with the default."""
    return bool(published_versions().exclude(published_by="system").exists())


def decision_of(case: Return) -> PolicyDecision | None:
    """Return the decision a return was asked for under, read once; older returns have none."""
    found: PolicyDecision | None = getattr(case, "policy_decision", None)
    return found


def terms_of_lines(
    case: Return, lines: Sequence[ReturnLine], outcome: Outcome
) -> tuple[Terms, list[int | None]]:
    """Return the money terms decided when a return was asked for, and each line's restocking fee.

    A return older than stored decisions has those of its policy, and no fees of its lines' own.
    """
    policy, currency = case.policy_version.policy, case.order.currency
    kept = decision_of(case)
    if Exchange.objects.filter(case=case, fees_waived=True).exists():
        # The shop could not send what was asked for: what is paid instead bears no fees.
        free = replace(policy.terms(outcome, currency), restocking=0, postage=0)
        return free, [0] * len(lines)
    if kept is None:
        return policy.terms(outcome, currency), [None] * len(lines)
    decided = [(kept.decision["lines"][line.position], Fault(line.fault)) for line in lines]
    fees: list[int | None] = [restocking_of(policy, one) for one, _fault in decided]
    return terms_of(policy, decided, outcome, currency), fees


def list_decisions(order: Order) -> list[PolicyDecision]:
    """Return every decision about requests for an order, refused ones too, oldest first.

    Who was refused for one reason and came back with another is seen here.
    """
    made = PolicyDecision.objects.filter(order=order).select_related("policy_version", "case")
    return list(made.order_by("id"))


def every_decision() -> Iterator[PolicyDecision]:
    """Yield every decision with its version, over all shops, oldest first."""
    made = PolicyDecision.every_merchant.select_related("policy_version").order_by("id")
    return made.iterator(chunk_size=500)
