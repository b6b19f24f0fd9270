"""Publishing what the shop promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from commerce.selectors import get_merchant
from commerce.selectors.setup import is_trial
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import FactName, ReturnChannel, Verdict
from returns.errors import InvalidPolicy
from returns.events import PolicyPublished
from returns.models import PolicyDecision, PolicyVersion
from returns.rules.commands import fingerprint
from returns.rules.policy import Decision, Policy, read_facts, read_policy
from returns.rules.policy.decisions import ALIKE
from returns.selectors import published_versions, version_of
from returns.selectors.facts import Asked, everything_known
from returns.selectors.policies import engine_of, list_findings
from returns.services.simulations import forget_simulations

if TYPE_CHECKING:
    from commerce.models import Order
    from returns.enums import Outcome
    from returns.models import Return
    from returns.rules.commands import Wish
    from returns.selectors import Judgement

SYSTEM = "system"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def publish_policy(
    *, content: Mapping[str, Any], effective_from: datetime, at: datetime, actor: str
) -> PolicyVersion:
    """Publish a policy for orders placed from `effective_from` on. Publishes PolicyPublished.

    The shop's first version judges earlier orders too. Raises InvalidPolicy for content that is not
    a whole policy, that gives less than the law where the shop sells, or less than the law of a
    country one of its rules names; and for a later version that would begin in the past: orders
    already placed keep the policy they were placed under.
    """
    policy = read_policy(dict(content))
    require_lawful(policy)
    with transaction.atomic():
        lock("policy")
        if effective_from < at and published_versions().exists():
            raise InvalidPolicy("effective_from: not in the past")
        return _publish(policy, effective_from, at, actor)


def require_lawful(policy: Policy) -> None:
    """Raise InvalidPolicy, naming rule, slot and country, for what the law does not let a shop say.

    What is missing for other reasons is the shop's own affair.
    """
    for finding in list_findings(policy):
        if finding.blocks:
            where = f"rules {finding.rule}" if finding.rule else "policy"
            slot, country = finding.params["slot"], finding.params["country"]
            raise InvalidPolicy(f"{where}: {slot}: less than the law of {country} gives")


def saved_version(order: Order, *, at: datetime) -> PolicyVersion:
    """Return the version that judges an order; a shop without one gets the default published.

    Trying things out publishes nothing: a trial order gets the default as a version of its own.
    """
    with transaction.atomic():
        if not published_versions().exists():
            lock("policy")
        version = version_of(order)
        if version.number:
            return version
        if is_trial(order):
            return _version_for_trials(version, (order.sale or order).source, at)
        return _publish(version.policy, LONG_AGO, at, SYSTEM)


def keep_decision(
    judgement: Judgement,
    wishes: Sequence[Wish],
    outcome: Outcome,
    *,
    version: PolicyVersion,
    at: datetime,
    actor: str,
    case: Return | None = None,
) -> PolicyDecision:
    """Keep what the policy said to a request, with all it knew, so that it can be made again.

    What is known besides is kept as well: other policies are tried on it.
    """
    facts, decision = judgement.decide(wishes, outcome)
    asked = Asked(
        order=judgement.order,
        engine=judgement.engine,
        at=at,
        zone=get_merchant().zone,
        channel=ReturnChannel(facts.known[FactName.CHANNEL.value]),
        apart_from=case,
    )
    facts = replace(facts, known={**everything_known(asked), **facts.known})
    kept: PolicyDecision = PolicyDecision.objects.create(
        order=judgement.order,
        case=case,
        policy_version=version,
        policy_hash=version.hash,
        outcome=outcome,
        verdict=strictest_verdict(decision, wishes),
        wishes=[
            {"line": wish.line, "quantity": wish.quantity, "reason": wish.reason} for wish in wishes
        ],
        facts=facts.to_json(),
        decision=decision.to_json(),
        at=at,
        actor=actor,
    )
    return kept


def strictest_verdict(decision: Decision, wishes: Sequence[Wish]) -> Verdict:
    """Return what the policy says all in all: a request is as good as its worst line."""
    wanted = {wish.line for wish in wishes}
    said = [line.verdict for line in decision.lines if line.line in wanted]
    return max(said, key=list(Verdict).index, default=Verdict.DENIED)


def replay_decision(kept: PolicyDecision) -> bool:
    """Return whether version and facts make a stored decision again, bit for bit.

    A decision of an engine that decided otherwise cannot be compared, and counts as made again
    where its version still has the hash it was judged by.
    """
    version = kept.policy_version
    if read_policy(version.content).hash != kept.policy_hash:
        return False
    if kept.decision["engine"] not in ALIKE:
        return True
    again = engine_of(version).decide(read_facts(kept.facts)).to_json()
    same = {**again, "engine": kept.decision["engine"]}
    return fingerprint(same) == fingerprint(kept.decision)


def _version_for_trials(default: PolicyVersion, source: str, at: datetime) -> PolicyVersion:
    version: PolicyVersion
    version, _ = PolicyVersion.objects.get_or_create(
        number=default.number,
        only_for=source,
        defaults={
            "content": default.content,
            "hash": default.hash,
            "effective_from": LONG_AGO,
            "published_at": at,
            "published_by": SYSTEM,
        },
    )
    return version


def _publish(policy: Policy, effective_from: datetime, at: datetime, actor: str) -> PolicyVersion:
    last = published_versions().aggregate(last=Max("number"))["last"] or 0
    version: PolicyVersion = PolicyVersion.objects.create(
        number=last + 1,
        content=policy.to_json(),
        hash=policy.hash,
        effective_from=effective_from,
        published_at=at,
        published_by=actor,
    )
    # What they were compared with is over.
    forget_simulations()
    append(
        PolicyPublished(policy_version_id=version.public_id, number=version.number),
        at=at,
        actor=actor,
    )
    return version
