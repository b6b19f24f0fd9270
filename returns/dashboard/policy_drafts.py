"""Publishing a draft of the policy or throwing it away, and going back to what was before."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns import selectors
from returns.dashboard.policy_rules import rules_url, show_rules
from returns.errors import ReturnsError
from returns.models import PolicyVersion
from returns.selectors import drafts
from returns.serializers.policy_changes import differences
from returns.services import drafts as services


@staff_view(Right.CONFIGURE)
@require_POST
def policy_draft_publish(request: StaffRequest) -> HttpResponse:
    """Publish the draft for orders placed from now on."""
    try:
        version = services.publish_draft(
            revision=request.POST.get("revision", ""), at=clock.now(), actor=request.user.actor
        )
    except ReturnsError as error:
        return show_rules(request, problem=str(error.message), status=error.status)
    return _published(request, version)


@staff_view(Right.CONFIGURE)
@require_POST
def policy_draft_discard(request: StaffRequest) -> HttpResponse:
    """Throw the draft away."""
    try:
        services.discard_draft(revision=request.POST.get("revision", ""))
    except ReturnsError as error:
        return show_rules(request, problem=str(error.message), status=error.status)
    messages.success(request, _("The draft is gone. These are the rules as they were published."))
    return htmx.redirect(request, rules_url(request))


@staff_view(Right.CONFIGURE)
@require_POST
def policy_draft_rebase(request: StaffRequest) -> HttpResponse:
    """Put the draft's rules on the version that was published meanwhile."""
    try:
        services.rebase_draft(
            revision=request.POST.get("revision", ""), at=clock.now(), actor=request.user.actor
        )
    except ReturnsError as error:
        return show_rules(request, problem=str(error.message), status=error.status)
    return htmx.redirect(request, rules_url(request))


@staff_view(Right.CONFIGURE)
@require_GET
def policy_versions(request: StaffRequest) -> HttpResponse:
    """Every version, and what differs between two of them, `from` and `to` by number."""
    return _show_versions(request)


@staff_view(Right.CONFIGURE)
@require_POST
def policy_rollback(request: StaffRequest, number: int) -> HttpResponse:
    """Publish what an earlier version said as a new one."""
    earlier = drafts.find_version(number)
    if earlier is None:
        raise Http404
    try:
        version = services.roll_back(version=earlier, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return _show_versions(request, problem=error.detail, status=error.status)
    return _published(request, version)


def _show_versions(request: StaffRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    versions = selectors.list_versions()
    by_number = {version.number: version for version in versions}
    newest = versions[0].number if versions else 0
    to = by_number.get(_number(request.GET.get("to"), newest))
    old = by_number.get(_number(request.GET.get("from"), (to.number if to else 0) - 1))
    return render(
        request,
        "returns/dashboard/policy_versions.html",
        {
            "versions": versions,
            "problem": problem,
            "in_force": selectors.version_in_force(clock.now()).number,
            "to": to,
            "old": old,
            "changes": differences(old.policy, to.policy, currency=request.merchant.currency)
            if old and to
            else [],
        },
        status=status,
    )


def _published(request: StaffRequest, version: PolicyVersion) -> HttpResponse:
    messages.success(
        request,
        _("Version %(number)s is published. Orders placed from now on follow it.")
        % {"number": version.number},
    )
    return htmx.redirect(
        request, reverse("dashboard:policy_versions", args=[request.merchant.slug])
    )


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else usual
