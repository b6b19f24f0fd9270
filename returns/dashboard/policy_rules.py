"""The rules of the policy: cards in order, what is odd about them, and a form for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.selectors import name_actors
from postexp.kernel import clock, htmx
from returns.errors import DraftMovedOn, ReturnsError
from returns.forms.rules import RuleForm
from returns.rules.policy import Rule, editing
from returns.rules.policy.conditions import ALWAYS
from returns.selectors import drafts
from returns.selectors.policies import list_findings
from returns.selectors.simulations import simulation_of
from returns.serializers.finding_words import tell_finding
from returns.serializers.policy_changes import differences, rule_in_full, rule_title
from returns.serializers.rule_words import condition_in_words, rule_sentence
from returns.services.drafts import change_rules

SPANS = (30, 90, 365)
"""How many days of past returns a draft can be tried on."""

Change = Callable[[tuple[Rule, ...], str], tuple[Rule, ...]]
_CHANGES: dict[str, Change] = {
    "up": lambda rules, rule_id: editing.moved(rules, rule_id, -1),
    "down": lambda rules, rule_id: editing.moved(rules, rule_id, 1),
    "copy": editing.doubled,
    "delete": editing.without,
    "switch": editing.switched,
}


@staff_view(Right.CONFIGURE)
@require_GET
def policy_rules(request: StaffRequest) -> HttpResponse:
    """The rules of the draft, else of the newest version, with what is odd about each."""
    return show_rules(request)


@staff_view(Right.CONFIGURE)
@require_POST
def policy_rules_change(request: StaffRequest) -> HttpResponse:
    """Move, copy, delete or switch a rule of the draft: `do` says which and what."""
    what, _colon, rule_id = request.POST.get("do", "").partition(":")
    now = drafts.editing()
    try:
        rules = _CHANGES[what](now.policy.rules, rule_id)
        change_rules(
            rules=rules,
            revision=request.POST.get("revision", ""),
            at=clock.now(),
            actor=request.user.actor,
        )
    except KeyError:
        return show_rules(request, problem=str(DraftMovedOn.message), status=409)
    except ReturnsError as error:
        return show_rules(request, problem=str(error.message), status=error.status)
    if htmx.details(request):
        return show_rules(request)
    return htmx.redirect(request, rules_url(request) + f"#card-{rule_id}")


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def policy_rule_new(request: StaffRequest) -> HttpResponse:
    """Write a new rule, which comes below all others."""
    taken = [rule.id for rule in drafts.editing().policy.rules]
    return _edit(request, Rule(id=editing.free_id(taken), when=ALWAYS, effects={}), is_new=True)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def policy_rule(request: StaffRequest, rule_id: str) -> HttpResponse:
    """Change a rule of the draft."""
    rule, revision = _rule(rule_id), request.POST.get("revision")
    if rule is None and revision and revision != drafts.editing().revision:
        # Deleted while its form was open: what was typed is shown again, not lost.
        rule = Rule(id=rule_id, when=ALWAYS, effects={})
    if rule is None:
        raise Http404
    return _edit(request, rule, is_new=False)


def show_rules(request: StaffRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Render the cards; `problem` says what could not be done."""
    now = drafts.editing()
    policy, currency = now.policy, request.merchant.currency
    findings = list_findings(policy)
    actors = name_actors([now.draft.changed_by]) if now.draft else {}
    simulated = simulation_of(now.revision) if now.draft else None
    return htmx.render(
        request,
        page="returns/dashboard/policy_rules.html",
        part="returns/dashboard/_policy_rules.html",
        context={
            "now": now,
            "problem": problem,
            "spans": SPANS,
            "simulated": simulated,
            "changed": simulated.summary.get("changed", 0) if simulated else 0,
            "changed_by": actors.get(now.draft.changed_by, "") if now.draft else "",
            "cards": [
                {
                    "rule": rule,
                    "sentence": rule_sentence(rule, policy, currency=currency),
                    "findings": [
                        tell_finding(one, policy) for one in findings if one.rule == rule.id
                    ],
                }
                for rule in policy.rules
            ],
            "others": [tell_finding(one, policy) for one in findings if not one.rule],
            "count": len(findings),
            "blocked": any(one.blocks for one in findings),
            "changes": differences(now.newest.policy, policy, currency=currency)
            if now.draft
            else [],
        },
        status=status,
    )


def rules_url(request: StaffRequest) -> str:
    """Return the address of the cards."""
    return reverse("dashboard:policy_rules", args=[request.merchant.slug])


def _edit(request: StaffRequest, rule: Rule, *, is_new: bool) -> HttpResponse:
    now = drafts.editing()
    revision = request.POST.get("revision", now.revision)
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        rule=rule,
        policy=now.policy,
        currencies=drafts.currencies_of_rules(request.merchant, now.policy),
    )
    status, conflict = 200, None
    if request.method == "POST" and form.saves:
        status = 422
        if form.is_valid():
            try:
                change_rules(
                    rules=editing.put(now.policy.rules, form.changed()),
                    revision=revision,
                    at=clock.now(),
                    actor=request.user.actor,
                )
            except DraftMovedOn as error:
                status, conflict = 409, _conflict(request, form.changed(), error)
                revision = drafts.editing().revision
            else:
                return htmx.redirect(request, f"{rules_url(request)}#card-{rule.id}")
    return htmx.render(
        request,
        page="returns/dashboard/policy_rule.html",
        part="returns/dashboard/_policy_rule.html",
        context={
            "form": form,
            "rule": rule,
            "heading": _("New rule")
            if is_new
            else _("Rule %(title)s") % {"title": rule_title(now.policy.rules, rule.id)},
            "when": condition_in_words(rule.when, now.policy, currency=request.merchant.currency),
            "revision": revision,
            "conflict": conflict,
        },
        status=status,
    )


def _conflict(request: StaffRequest, mine: Rule, error: DraftMovedOn) -> dict[str, Any]:
    """Return both rules in words: the one to be saved, and the one that stands there now."""
    now, currency = drafts.editing(), request.merchant.currency
    theirs = _rule(mine.id)
    by = now.draft.changed_by if now.draft else now.newest.published_by
    return {
        "message": error.message,
        "by": name_actors([by])[by],
        "mine": rule_in_full(mine, now.policy, currency=currency),
        "theirs": rule_in_full(theirs, now.policy, currency=currency) if theirs else "",
    }


def _rule(rule_id: str) -> Rule | None:
    rules = drafts.editing().policy.rules
    return next((rule for rule in rules if rule.id == rule_id), None)
