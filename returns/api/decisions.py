"""The policy's decision of a return over REST: what it knew, what it said, and what made it so."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.serializers import instant
from returns import selectors
from returns.api.base import ReturnsView
from returns.enums import Outcome, StatutoryPack, Verdict
from returns.models import PolicyDecision, Return
from returns.selectors.policies import decision_of
from returns.serializers.decision_words import ToldLine, tell_decision
from returns.serializers.wire_out import OfferOut, PolicyRefOut, Shape


class StepOut(Shape):
    """A condition of a rule, and whether it held."""

    words = serializers.CharField()
    held = serializers.CharField()


class RuleToldOut(Shape):
    """A rule that held, or of which it is not known, with its conditions."""

    sentence = serializers.CharField()
    held = serializers.CharField()
    steps = StepOut(many=True)


class DecidedLineOut(Shape):
    """What was said of one line.

    `decided` names the slots that were not as by default, and what decided each: a rule's id, or
    `law:` and the pack. `law` is the pack that improved on the shop's policy. `idle_rules` did not
    hold.
    """

    line_id = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    law = serializers.ChoiceField(choices=StatutoryPack.choices, allow_null=True)
    counted_from = serializers.DateField(allow_null=True)
    offers = OfferOut(many=True)
    denials = serializers.ListField(child=serializers.CharField())
    decided = serializers.DictField(child=serializers.CharField())
    rules = RuleToldOut(many=True)
    idle_rules = serializers.IntegerField()


class ReturnDecisionOut(Shape):
    """The decision kept with a return; `facts` and the policy's version make it again."""

    id = serializers.CharField()
    return_id = serializers.CharField()
    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    policy = PolicyRefOut()
    engine = serializers.IntegerField()
    facts = serializers.DictField()
    lines = DecidedLineOut(many=True)


class ReturnDecision(ReturnsView):
    """What the policy said of a return."""

    @extend_schema(
        operation_id="get_return_decision",
        tags=["Returns"],
        summary="Get what the policy decided of a return",
        responses={200: ReturnDecisionOut},
    )
    def get(self, request: Request, return_id: str) -> Response:
        """Return the decision of when the return was asked for, with the rules that made it so.

        Words are in the language of `Accept-Language`. 404 for a return that no policy judged.
        """
        case = selectors.access_return(return_id)
        kept = decision_of(case)
        if kept is None:
            raise Http404
        return Response(_represent(case, kept))


def _represent(case: Return, kept: PolicyDecision) -> dict[str, Any]:
    lines = selectors.list_lines_of(case)
    titles = [line.order_line.title for line in lines]
    told = tell_decision(kept, titles, currency=case.order.currency)
    version = kept.policy_version
    return {
        "id": kept.public_id,
        "return_id": case.public_id,
        "at": instant(kept.at),
        "outcome": kept.outcome,
        "verdict": kept.verdict,
        "policy": {
            "id": version.public_id,
            "version": version.number,
            "hash": kept.policy_hash,
        },
        "engine": kept.decision["engine"],
        "facts": kept.facts,
        # Lines nobody asked about follow those that were, and are left out.
        "lines": [
            _line(row, words) for row, words in zip(kept.decision["lines"], told, strict=False)
        ],
    }


def _line(row: dict[str, Any], words: ToldLine) -> dict[str, Any]:
    return {
        "line_id": row["line"],
        "verdict": row["verdict"],
        "law": row["law"],
        "counted_from": row["start"]["day"] if row["start"] else None,
        "offers": row["offers"],
        "denials": words.denials,
        "decided": {slot: one["by"] for slot, one in row["slots"].items()},
        "rules": [
            {
                "sentence": rule.sentence,
                "held": rule.truth,
                "steps": [{"words": step.words, "held": step.truth} for step in rule.steps],
            }
            for rule in words.rules
        ],
        "idle_rules": words.idle,
    }
