"""The draft of the return policy over REST: changed, found fault with, published or thrown away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.serializers import instant
from commerce.serializers.fields import StrictSerializer
from postexp.kernel import clock
from returns.api.base import ReturnsView
from returns.enums import FindingCode
from returns.models import PolicyVersion
from returns.rules.policy import read_policy
from returns.selectors.drafts import editing, find_version
from returns.selectors.policies import list_findings
from returns.serializers import represent_policy
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.serializers.finding_words import tell_finding
from returns.services.drafts import (
    change_rules,
    discard_draft,
    publish_draft,
    rebase_draft,
    roll_back,
)


class RevisionIn(StrictSerializer):
    """The `revision` of the draft that was looked at; another is refused."""

    revision = serializers.CharField(max_length=40)


class DraftRulesIn(RevisionIn):
    """The rules the draft is to have, in order, in place of those it has."""

    rules = serializers.ListField(child=serializers.DictField())


class DraftPublishIn(RevisionIn):
    """The draft, in force for orders placed from `effective_from` on, by default from now on."""

    effective_from = serializers.DateTimeField(required=False)


class FindingOut(out.Shape):
    """Something odd about a rule, or about the defaults where `rule` is null, and what to do."""

    code = serializers.ChoiceField(choices=FindingCode.choices)
    rule = serializers.CharField(allow_null=True)
    blocks = serializers.BooleanField(help_text="Whether it cannot be published like that")
    text = serializers.CharField()
    step = serializers.CharField()


class PolicyDraftOut(out.Shape):
    """What the next version says so far: the newest version itself where no draft was begun."""

    revision = serializers.CharField()
    based_on = serializers.IntegerField(help_text="The version it was begun from")
    is_changed = serializers.BooleanField(help_text="Whether there is a draft at all")
    is_outdated = serializers.BooleanField(
        help_text="Whether another version was published since it was begun"
    )
    changed_at = serializers.DateTimeField(allow_null=True)
    content = serializers.DictField()
    findings = FindingOut(many=True)


def represent_draft() -> dict[str, Any]:
    """Return what an editor of the shop's policy works on, and what is odd about it."""
    now = editing()
    findings = [(one, tell_finding(one, now.policy)) for one in list_findings(now.policy)]
    return {
        "revision": now.revision,
        "based_on": now.draft.based_on if now.draft else now.newest.number,
        "is_changed": now.draft is not None,
        "is_outdated": now.outdated,
        "changed_at": instant(now.draft.changed_at) if now.draft else None,
        "content": now.policy.to_json(),
        "findings": [
            {
                "code": one.code.value,
                "rule": one.rule or None,
                "blocks": told.blocks,
                "text": told.words,
                "step": told.step,
            }
            for one, told in findings
        ],
    }


class _DraftView(ReturnsView):
    """Something to do with the draft; the answer is the draft as it then stands."""

    def change(self, act: Callable[[], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act()
            return Response(represent_draft())

        return self.command(carry_out)


class PolicyDraftDetail(_DraftView):
    """The draft of the return policy."""

    @extend_schema(
        operation_id="get_return_policy_draft",
        tags=["Returns"],
        summary="Get the draft of the return policy",
        responses={200: PolicyDraftOut},
    )
    def get(self, request: Request) -> Response:
        """Return the draft with what is odd about it: rules never reached, words missing, law."""
        return Response(represent_draft())

    @extend_schema(
        operation_id="put_return_policy_draft",
        tags=["Returns"],
        summary="Change the draft of the return policy",
        request=DraftRulesIn,
        responses={200: PolicyDraftOut},
    )
    def put(self, request: Request) -> Response:
        """Keep other rules in the draft; the first change begins one from the newest version.

        It promises nothing before it is published. 409 `draft_moved_on` where somebody changed it
        since `revision`, 422 `invalid_policy` names the field that is wrong.
        """
        data = self.read(DraftRulesIn).validated_data

        def keep() -> object:
            changed = read_policy({**editing().policy.to_json(), "rules": data["rules"]})
            return change_rules(
                rules=changed.rules, revision=data["revision"], at=clock.now(), actor=self.actor
            )

        return self.change(keep)


class PolicyDraftRebase(_DraftView):
    """Put the draft on the newest version."""

    @extend_schema(
        operation_id="rebase_return_policy_draft",
        tags=["Returns"],
        summary="Put the draft of the return policy on the newest version",
        request=RevisionIn,
        responses={200: PolicyDraftOut},
    )
    def post(self, request: Request) -> Response:
        """Put the draft's rules on the version published meanwhile; 409 `draft_moved_on`."""
        revision = self.read(RevisionIn).validated_data["revision"]
        return self.change(
            lambda: rebase_draft(revision=revision, at=clock.now(), actor=self.actor)
        )


class PolicyDraftDiscard(_DraftView):
    """Throw the draft away."""

    @extend_schema(
        operation_id="discard_return_policy_draft",
        tags=["Returns"],
        summary="Discard the draft of the return policy",
        request=RevisionIn,
        responses={200: PolicyDraftOut},
    )
    def post(self, request: Request) -> Response:
        """Throw the draft away, and what was simulated of it; 409 `draft_moved_on`."""
        revision = self.read(RevisionIn).validated_data["revision"]
        return self.change(lambda: discard_draft(revision=revision))


class PolicyDraftPublish(ReturnsView):
    """Publish the draft."""

    @extend_schema(
        operation_id="publish_return_policy_draft",
        tags=["Returns"],
        summary="Publish the draft of the return policy",
        request=DraftPublishIn,
        responses={201: out.PolicyOut},
    )
    def post(self, request: Request) -> Response:
        """Publish the draft for orders placed from `effective_from` on.

        409 `draft_moved_on`, `draft_outdated` where another version was published since it was
        begun, `policy_blocked` where a finding blocks it; 422 `invalid_policy` for a past date.
        """
        data = self.read(DraftPublishIn).validated_data

        def publish() -> Response:
            version = publish_draft(
                revision=data["revision"],
                effective_from=data.get("effective_from"),
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_policy(version), status=201)

        return self.command(publish)


class PolicyRollBack(ReturnsView):
    """Go back to an earlier version."""

    @extend_schema(
        operation_id="roll_back_return_policy",
        tags=["Returns"],
        summary="Publish an earlier version of the return policy again",
        request=incoming.EmptyIn,
        responses={201: out.PolicyOut},
    )
    def post(self, request: Request, number: int) -> Response:
        """Publish what a version said as a new one, for orders placed from now on.

        422 `invalid_policy` where it gives less than the law by now.
        """
        self.read(incoming.EmptyIn)
        earlier = _version(number)

        def publish() -> Response:
            version = roll_back(version=earlier, at=clock.now(), actor=self.actor)
            return Response(represent_policy(version), status=201)

        return self.command(publish)


def _version(number: int) -> PolicyVersion:
    earlier = find_version(number)
    if earlier is None:
        raise Http404
    return earlier
