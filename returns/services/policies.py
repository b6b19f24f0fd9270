"""Publishing what the shop promises."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.errors import InvalidPolicy
from returns.events import PolicyPublished
from returns.models import PolicyVersion
from returns.rules.policy import Policy, read_policy
from returns.selectors import version_in_force

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def publish_policy(
    *, content: Mapping[str, Any], effective_from: datetime, at: datetime, actor: str
) -> PolicyVersion:
    """Publish a policy for orders placed from `effective_from` on. Publishes PolicyPublished.

    The shop's first version judges earlier orders too. Raises InvalidPolicy for content that is not
    a whole policy, and for a later version that would begin in the past: orders already placed keep
    the policy they were placed under.
    """
    policy = read_policy(dict(content))
    with transaction.atomic():
        lock("policy")
        if effective_from < at and PolicyVersion.objects.exists():
            raise InvalidPolicy("effective_from: not in the past")
        return _publish(policy, effective_from, at, actor)


def saved_version(order_placed_at: datetime, *, at: datetime) -> PolicyVersion:
    """Return the version that judges an order; a shop without one gets the default published."""
    with transaction.atomic():
        if not PolicyVersion.objects.exists():
            lock("policy")
        version = version_in_force(order_placed_at)
        return version if version.number else _publish(version.policy, LONG_AGO, at, "system")


def _publish(policy: Policy, effective_from: datetime, at: datetime, actor: str) -> PolicyVersion:
    last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
    version: PolicyVersion = PolicyVersion.objects.create(
        number=last + 1,
        content=policy.to_json(),
        hash=policy.hash,
        effective_from=effective_from,
        published_at=at,
        published_by=actor,
    )
    append(
        PolicyPublished(policy_version_id=version.public_id, number=version.number),
        at=at,
        actor=actor,
    )
    return version
