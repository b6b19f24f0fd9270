"""How each kind of message is sent, and the rules that hold for all of them."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications import services
from notifications.enums import Medium
from notifications.errors import FlowRefused
from notifications.forms import FlowForm, TermsForm
from notifications.ports import find_channel, get_kind
from notifications.selectors.flows import get_flow, get_terms, marketing_kinds
from notifications.selectors.known import ready_media
from postexp.kernel import clock, htmx

STEPS = {"up": -1, "down": 1}


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def message_flow(request: StaffRequest, kind: str) -> HttpResponse:
    """How one kind is sent: whether, when, by which channels, to whom."""
    known = get_kind(kind)
    if known is None or not known.has_flow:
        raise Http404
    terms, ready = get_flow(kind), ready_media(Medium)
    form = FlowForm(
        request.POST if request.method == "POST" else None,
        kind=known,
        terms=terms,
        ready=ready,
        currency=request.merchant.currency,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_flow(
                kind=kind, terms=form.terms(), at=clock.now(), actor=request.user.actor
            )
        except FlowRefused as refused:
            form.refuse(refused)
        else:
            notices.success(request, _("Saved."))
            return htmx.redirect(request, request.path)
    context = {
        "kind": known,
        "form": form,
        "channels": [
            {
                "box": box,
                "place": place,
                "problem": _why_not(medium, kind, request.merchant.locales)
                if medium in ready
                else _("Not set up any more: it is left out."),
            }
            for medium, box, place in form.channels()
        ],
        "missing": [medium.label for medium in Medium if medium not in form.offered],
    }
    status = 422 if form.is_bound else 200
    return render(request, "notifications/flow.html", context, status=status)


def _why_not(medium: Medium, kind: str, locales: list[str]) -> str:
    """Return why a channel cannot carry a kind in one of the shop's languages, or ""."""
    channel = find_channel(medium)
    told = (channel.why_not(kind, locale) for locale in locales) if channel else ()
    return next((_(why) for why in told if why), "")


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def sending_rules(request: StaffRequest) -> HttpResponse:
    """What holds for all messages: quiet hours, marketing, split orders, consent, prices."""
    terms = get_terms()
    form = TermsForm(
        request.POST if request.method == "POST" else None,
        terms=terms,
        currency=request.merchant.currency,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_terms(terms=form.terms(), at=clock.now(), actor=request.user.actor)
        except FlowRefused as refused:
            form.refuse(refused)
        else:
            notices.success(request, _("Saved."))
            return htmx.redirect(request, request.path)
    context = {"form": form, "kinds": marketing_kinds(terms), "zone": request.merchant.time_zone}
    status = 422 if form.is_bound else 200
    return render(request, "notifications/rules.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_POST
def sending_rules_move(request: StaffRequest) -> HttpResponse:
    """Move a kind of marketing up or down: `do` says which way, and what."""
    way, _colon, kind = request.POST.get("do", "").partition(":")
    if way in STEPS:
        services.move_kind(kind=kind, by=STEPS[way], at=clock.now(), actor=request.user.actor)
    here = reverse("dashboard:sending_rules", args=[request.merchant.slug])
    return htmx.redirect(request, f"{here}#priority")
