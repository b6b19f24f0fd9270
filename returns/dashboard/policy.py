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
from postexp.kernel import clock, htmx
from returns import selectors, services
from returns.forms import PolicyForm, WizardForm
from returns.forms.reasons import ReasonsForm
from returns.rules.wizard import first_policy
from returns.serializers.policy_text import write_policy


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
    """Five questions make a first policy."""
    at = clock.now()
    form = WizardForm(
        request.POST if request.method == "POST" else None, currency=request.merchant.currency
    )
    if request.method == "POST" and form.is_valid():
        services.publish_policy(
            content=first_policy(form.answers()).to_json(),
            effective_from=at,
            at=at,
            actor=request.user.actor,
        )
        messages.success(request, _("Published. Here is your policy in words."))
        return htmx.redirect(
            request, reverse("dashboard:policy_texts", args=[request.merchant.slug])
        )
    return render(
        request,
        "returns/dashboard/wizard.html",
        {"form": form, "own": selectors.has_own_policy()},
        status=422 if form.is_bound else 200,
    )


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
