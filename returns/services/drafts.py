"""Writing the next version of a policy, by several people, before it promises anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from postexp.kernel.locks import lock
from returns.errors import DraftMovedOn, DraftOutdated, PolicyBlocked
from returns.models import PolicyDraft, PolicyVersion
from returns.models.drafts import draft_revision_id
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Policy, Rule, read_policy
from returns.rules.policy.editing import rebased
from returns.selectors.drafts import Editing, editing, find_version
from returns.selectors.policies import list_findings
from returns.services.policies import publish_policy
from returns.services.simulations import forget_simulations


def change_rules(*, rules: Sequence[Rule], revision: str, at: datetime, actor: str) -> PolicyDraft:
    """Keep other rules in the draft; the first change begins one from the newest version.

    Raises DraftMovedOn where the draft is no longer at `revision`, and InvalidPolicy.
    """
    return _change(lambda policy: replace(policy, rules=tuple(rules)), revision, at, actor)


def change_policy(*, policy: Policy, revision: str, at: datetime, actor: str) -> PolicyDraft:
    """Keep a whole policy in the draft, which the first change begins from the newest version.

    Raises DraftMovedOn where the draft is no longer at `revision`, and InvalidPolicy.
    """
    return _change(lambda _before: policy, revision, at, actor)


def rebase_draft(*, revision: str, at: datetime, actor: str) -> PolicyDraft:
    """Put the draft on the newest version: its rules, and what else it changes, replace that one's.

    Raises DraftMovedOn.
    """
    with transaction.atomic():
        now = _held(revision)
        if now.draft is None:
            raise DraftMovedOn
        begun_from = find_version(now.draft.based_on)
        before = begun_from.policy if begun_from else DEFAULT_POLICY
        policy = rebased(now.policy, before=before, onto=now.newest.policy)
        return _keep(policy, now.newest.number, now, at, actor)


def discard_draft(*, revision: str) -> None:
    """Throw the draft away, and what was simulated of it. Raises DraftMovedOn."""
    with transaction.atomic():
        now = _held(revision)
        if now.draft is not None:
            now.draft.delete()
        forget_simulations()


def publish_draft(
    *, revision: str, at: datetime, actor: str, effective_from: datetime | None = None
) -> PolicyVersion:
    """Publish the draft for orders placed from then on, by default from now on.

    Publishes PolicyPublished. Raises DraftMovedOn, DraftOutdated where another version was
    published since it was begun, PolicyBlocked where the law gives more than it says, and
    InvalidPolicy for a day in the past.
    """
    with transaction.atomic():
        lock("policy")
        now = _held(revision)
        if now.draft is None:
            raise DraftMovedOn
        if now.outdated:
            raise DraftOutdated
        if any(finding.blocks for finding in list_findings(now.policy)):
            raise PolicyBlocked
        version = publish_policy(
            content=now.policy.to_json(), effective_from=effective_from or at, at=at, actor=actor
        )
        now.draft.delete()
        return version


def roll_back(*, version: PolicyVersion, at: datetime, actor: str) -> PolicyVersion:
    """Publish what an earlier version said as a new one. Publishes PolicyPublished."""
    return publish_policy(content=version.content, effective_from=at, at=at, actor=actor)


def _change(
    change: Callable[[Policy], Policy], revision: str, at: datetime, actor: str
) -> PolicyDraft:
    with transaction.atomic():
        now = _held(revision)
        changed = read_policy(change(now.policy).to_json())
        based_on = now.draft.based_on if now.draft else now.newest.number
        return _keep(changed, based_on, now, at, actor)


def _held(revision: str) -> Editing:
    """Return what is being changed, held until the transaction ends."""
    lock("policy draft")
    now = editing()
    if now.revision != revision:
        raise DraftMovedOn
    return now


def _keep(policy: Policy, based_on: int, now: Editing, at: datetime, actor: str) -> PolicyDraft:
    draft = now.draft or PolicyDraft()
    draft.content, draft.based_on = policy.to_json(), based_on
    draft.revision = draft_revision_id()
    draft.changed_at, draft.changed_by = at, actor
    draft.save()
    return draft
