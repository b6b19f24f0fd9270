"""The return policy: what is promised now, its first questions, its words, and every version."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.selectors import name_actors
from postexp.kernel import clock, htmx
from returns import selectors, services
from returns.errors import DraftMovedOn
from returns.forms import PolicyForm, WizardForm
from returns.forms.reasons import ReasonsForm
from returns.rules.defaults import DEFAULT_POLICY
from returns.selectors import drafts
from returns.serializers.policy_text import write_policy
from returns.services.drafts import change_policy


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def return_policy(request: StaffRequest) -> HttpResponse:
    """Show the policy in force, and publish a new version for orders placed from now on."""
    at, language = clock.now(), get_language() or "en"
    version = selectors.version_in_force(at)
    policy = version.policy
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        policy=policy,
        currency=request.merchant.currency,
    )
    if request.method == "POST" and form.is_valid():
        services.publish_policy(
            content=form.content(), effective_from=at, at=at, actor=request.user.actor
        )
        messages.success(request, _("Published. Orders placed from now on follow it."))
        return htmx.redirect(
            request, reverse("dashboard:return_policy", args=[request.merchant.slug])
        )
    return render(
        request,
        "returns/dashboard/policy.html",
        {
            "form": form,
            "version": version,
            "own": selectors.has_own_policy(),
            "versions": selectors.list_versions(),
            "reasons": [
                (reason.label[language], reason.group.get(language, ""), reason.fault.label)
                for reason in policy.reasons
            ],
        },
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def policy_reasons(request: StaffRequest) -> HttpResponse:
    """Word the reasons shoppers choose from, and put them under headings: a new version."""
    at = clock.now()
    version = selectors.version_in_force(at)
    form = ReasonsForm(
        request.POST if request.method == "POST" else None,
        policy=version.policy,
        version=version.number,
    )
    if request.method == "POST" and form.is_valid():
        services.publish_policy(
            content=form.changed().to_json(), effective_from=at, at=at, actor=request.user.actor
        )
        messages.success(request, _("Published. Orders placed from now on follow it."))
        return htmx.redirect(
            request, reverse("dashboard:policy_reasons", args=[request.merchant.slug])
        )
    return render(
        request,
        "returns/dashboard/policy_reasons.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def policy_wizard(request: StaffRequest) -> HttpResponse:
    """Five questions make a first policy; a shop that has its own answers them into a draft."""
    own, now = selectors.has_own_policy(), drafts.editing()
    form = WizardForm(
        request.POST if request.method == "POST" else None,
        policy=now.policy if own else DEFAULT_POLICY,
        own=own,
        currency=request.merchant.currency,
    )
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            return _answered_again(request, form, now) if own else _answered(request, form)
        except DraftMovedOn as error:
            form.add_error(None, str(error.message))
            status = error.status
    return render(
        request,
        "returns/dashboard/wizard.html",
        {
            "form": form,
            "own": own,
            "now": now,
            "by": name_actors([now.draft.changed_by])[now.draft.changed_by] if now.draft else "",
        },
        status=status,
    )


def _answered(request: StaffRequest, form: WizardForm) -> HttpResponse:
    at = clock.now()
    services.publish_policy(
        content=form.answered().to_json(), effective_from=at, at=at, actor=request.user.actor
    )
    messages.success(request, _("Published. Here is your policy in words."))
    return htmx.redirect(request, reverse("dashboard:policy_texts", args=[request.merchant.slug]))


def _answered_again(request: StaffRequest, form: WizardForm, now: drafts.Editing) -> HttpResponse:
    """Put the answers into the draft, and lead to what it would change."""
    answered = form.answered()
    if answered == now.policy:
        messages.info(request, _("Nothing to change: your policy says this already."))
        return htmx.redirect(request, request.path)
    change_policy(
        policy=answered,
        revision=request.POST.get("revision", ""),
        at=clock.now(),
        actor=request.user.actor,
    )
    messages.success(request, _("Your answers are in the draft. This is what it would change."))
    rules = reverse("dashboard:policy_rules", args=[request.merchant.slug])
    return htmx.redirect(request, f"{rules}#changes")


@staff_view(Right.CONFIGURE)
@require_GET
def policy_texts(request: StaffRequest) -> HttpResponse:
    """The policy in force in words, in every language of the shop, its own first, to paste."""
    policy = selectors.version_in_force(clock.now()).policy
    texts = [
        write_policy(policy, merchant=request.merchant, language=language)
        for language in sorted(
            request.merchant.locales, key=lambda one: one != request.merchant.default_locale
        )
    ]
    return render(request, "returns/dashboard/policy_texts.html", {"texts": texts})
