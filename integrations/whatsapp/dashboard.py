"""Settings > Messages > WhatsApp templates: which template says which message."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from integrations.connections import find_api
from integrations.models import Connection, Service
from integrations.whatsapp import selectors, services
from integrations.whatsapp.access import find_account
from integrations.whatsapp.enums import TemplateState
from integrations.whatsapp.errors import WhatsAppError
from integrations.whatsapp.forms import ContentForm, FillingsForm, choices_of, initial_of
from integrations.whatsapp.models import Template
from integrations.whatsapp.parts import shape_of
from notifications.enums import TO_SHOPPERS
from notifications.ports import MessageKind, get_kind, list_kinds
from postexp.kernel import clock, htmx

TONES = {
    TemplateState.APPROVED: "good",
    TemplateState.PENDING: "information",
    TemplateState.REJECTED: "problem",
    TemplateState.PAUSED: "attention",
    TemplateState.DISABLED: "problem",
}


@staff_view(Right.CONFIGURE)
@require_GET
def template_list(request: StaffRequest) -> HttpResponse:
    """Every kind of message to shoppers in every language of the shop, and how it stands."""
    standings = selectors.standings()
    rows = [
        {
            "kind": kind,
            "cells": [
                _cell(request, kind, locale, standings.get((kind.name, locale)))
                for locale in request.merchant.locales
            ],
        }
        for kind in _kinds()
    ]
    context = {
        "rows": rows,
        "locales": request.merchant.locales,
        "at_meta": find_account() is not None,
        "connected": selectors.is_connected(),
        "count": len(selectors.list_templates()),
    }
    return render(request, "integrations/whatsapp/list.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def template_read(request: StaffRequest) -> HttpResponse:
    """Read the templates of the account anew."""
    try:
        services.read_templates(_account(), at=clock.now())
    except WhatsAppError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The templates are read anew."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def template_choice(request: StaffRequest, kind: str, locale: str) -> HttpResponse:
    """Which template says one kind of message in one language, and choosing another."""
    found = _kind(request, kind, locale)
    account = find_account()
    if account is None:
        return _choose_content(request, found, locale)
    standing = selectors.standing_of(kind, locale)
    templates = selectors.list_templates()
    asked = request.POST.get("template") or request.GET.get("template", "")
    template = next((one for one in templates if str(one.pk) == asked), standing.template)
    form = None
    if template is not None:
        chosen = standing.choice.fillings if standing.choice else ()
        initial = initial_of(chosen if template == standing.template else (), first=0)
        form = FillingsForm(shape_of(template.parts), request.POST or None, initial=initial)
        if request.method == "POST" and shape_of(template.parts).is_fit and form.is_valid():
            return _choose(
                request, account, found, locale, (template.name, template.language), form.fillings()
            )
    context = {
        **_about(request, found, locale, standing),
        "choices": choices_of(templates),
        "template": template,
        "badge": _badge(template) if template else None,
        "texts": [part["text"] for part in template.parts if part.get("text")] if template else [],
        "fit": bool(template and shape_of(template.parts).is_fit),
        "form": form,
        "made": services.template_for(found, merchant=request.merchant, locale=locale),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "integrations/whatsapp/choice.html", context, status=status)


def _choose_content(request: StaffRequest, kind: MessageKind[Any], locale: str) -> HttpResponse:
    """Choose a content at Twilio, which tells us nothing of its own."""
    twilio = find_api(Service.TWILIO)
    if twilio is None or not selectors.is_connected():
        raise Http404
    standing = selectors.standing_of(kind.name, locale)
    initial: dict[str, str] = {}
    if standing.choice is not None:
        initial = {"name": standing.choice.name, **initial_of(standing.choice.fillings, first=1)}
    form = ContentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        name = (form.cleaned_data["name"], "")
        return _choose(request, twilio, kind, locale, name, form.fillings())
    context = {**_about(request, kind, locale, standing), "form": form}
    return render(
        request,
        "integrations/whatsapp/content.html",
        context,
        status=422 if form.is_bound else 200,
    )


def _choose(
    request: StaffRequest,
    connection: Connection,
    kind: MessageKind[Any],
    locale: str,
    name: tuple[str, str],
    fillings: list[str],
) -> HttpResponse:
    services.choose_template(
        merchant=request.merchant,
        connection=connection,
        kind=kind.name,
        locale=locale,
        name=name[0],
        language=name[1],
        fillings=fillings,
        by=request.user,
        at=clock.now(),
    )
    messages.success(request, _("The template is chosen."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def template_make(request: StaffRequest, kind: str, locale: str) -> HttpResponse:
    """Make a template from our words, hand it in at WhatsApp, and choose it."""
    found = _kind(request, kind, locale)
    try:
        services.make_template(
            merchant=request.merchant,
            connection=_account(),
            kind=found,
            locale=locale,
            by=request.user,
            at=clock.now(),
        )
    except WhatsAppError as error:
        messages.error(request, str(error))
        path = reverse("dashboard:whatsapp_choice", args=[request.merchant.slug, kind, locale])
        return htmx.redirect(request, path)
    messages.success(request, _("The template is handed in. WhatsApp reviews it within a day."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def template_drop(request: StaffRequest, kind: str, locale: str) -> HttpResponse:
    """Let a kind of message go by WhatsApp no more, in one language."""
    found = _kind(request, kind, locale)
    connection = find_account() or find_api(Service.TWILIO)
    if connection is None:
        raise Http404
    services.drop_choice(
        merchant=request.merchant,
        connection=connection,
        kind=found.name,
        locale=locale,
        by=request.user,
        at=clock.now(),
    )
    messages.success(request, _("It does not go by WhatsApp any more in this language."))
    return _to_list(request)


def _kinds() -> list[MessageKind[Any]]:
    """Return the kinds that WhatsApp may carry: one-time codes go by e-mail alone."""
    return [kind for kind in list_kinds() if kind.klass in TO_SHOPPERS and not kind.secret]


def _kind(request: StaffRequest, name: str, locale: str) -> MessageKind[Any]:
    kind = get_kind(name)
    if kind not in _kinds() or kind is None or locale not in request.merchant.locales:
        raise Http404
    return kind


def _account() -> Connection:
    account = find_account()
    if account is None:
        raise Http404
    return account


def _cell(
    request: StaffRequest,
    kind: MessageKind[Any],
    locale: str,
    standing: selectors.Standing | None,
) -> dict[str, Any]:
    slug = request.merchant.slug
    return {
        "locale": locale,
        "url": reverse("dashboard:whatsapp_choice", args=[slug, kind.name, locale]),
        "choice": standing.choice if standing else None,
        "badge": _standing_badge(standing) if standing else None,
    }


def _standing_badge(standing: selectors.Standing) -> dict[str, str]:
    if standing.template is not None and standing.template.state != TemplateState.APPROVED:
        return _badge(standing.template)
    if standing.why_not:
        return {"tone": "problem", "label": _("Cannot be sent")}
    return {"tone": "good", "label": str(TemplateState.APPROVED.label)}


def _badge(template: Template) -> dict[str, str]:
    state = TemplateState(template.state)
    return {"tone": TONES[state], "label": str(state.label)}


def _about(
    request: StaffRequest, kind: MessageKind[Any], locale: str, standing: selectors.Standing
) -> dict[str, Any]:
    return {
        "kind": kind,
        "locale": locale,
        "choice": standing.choice,
        "why_not": _(standing.why_not) if standing.choice and standing.why_not else "",
    }


def _to_list(request: StaffRequest) -> HttpResponse:
    url = reverse("dashboard:whatsapp_templates", args=[request.merchant.slug])
    return htmx.redirect(request, url)
