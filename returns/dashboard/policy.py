"""The return policy: what is promised now, and every version there was."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors, services
from returns.forms import PolicyForm


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def return_policy(request: StaffRequest) -> HttpResponse:
    """Show the policy in force, and publish a new version for orders placed from now on."""
    at = clock.now()
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
            "versions": selectors.list_versions(),
            "reasons": [
                (reason.label[get_language() or "en"], reason.fault.label)
                for reason in policy.reasons
            ],
        },
        status=422 if form.is_bound else 200,
    )
