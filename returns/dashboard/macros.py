"""Saved texts, writing to a shopper with them, and how soon the shop means to act."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications.selectors import is_live
from postexp.kernel import clock, htmx, ids
from postexp.kernel.paging import address
from returns import selectors
from returns.dashboard.desk import answer, detail_url, refused
from returns.enums import ReturnState
from returns.errors import MacroNameTaken, ReturnsError
from returns.forms.macros import DeskTimesForm, MacroForm, WriteForm
from returns.models import Macro, Return
from returns.rules.macros import VARIABLES
from returns.selectors.desk import desk_times
from returns.selectors.macros import access_macro, list_macros
from returns.serializers.letters import filled_in, letter_locale
from returns.services.clocks import set_desk_times
from returns.services.macros import remove_macro, save_macro, stop_waiting, write_to_shopper


@staff_view(Right.CONFIGURE)
@require_GET
def macro_list(request: StaffRequest) -> HttpResponse:
    """The texts the shop keeps."""
    return render(request, "returns/dashboard/macros.html", {"macros": list_macros()})


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def macro_new(request: StaffRequest) -> HttpResponse:
    """Write a text to keep."""
    return _edit(request, None)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def macro(request: StaffRequest, macro_id: str) -> HttpResponse:
    """Change a text that is kept."""
    return _edit(request, access_macro(macro_id))


def _edit(request: StaffRequest, kept: Macro | None) -> HttpResponse:
    form = MacroForm(
        request.POST if request.method == "POST" else None,
        locales=request.merchant.locales,
        macro=kept,
    )
    if form.is_valid():
        try:
            save_macro(
                macro=kept,
                name=form.cleaned_data["name"],
                words=form.words,
                waits=form.cleaned_data["waits"],
                at=clock.now(),
                actor=request.user.actor,
            )
        except MacroNameTaken as error:
            form.add_error("name", str(error.message))
        else:
            messages.success(request, _("Saved."))
            return htmx.redirect(request, _url(request, "macro_list"))
    context = {"form": form, "macro": kept, "variables": [f"{{{one}}}" for one in VARIABLES]}
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/macro.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_POST
def macro_remove(request: StaffRequest, macro_id: str) -> HttpResponse:
    """Keep a text no longer."""
    remove_macro(access_macro(macro_id), at=clock.now(), actor=request.user.actor)
    messages.success(request, _("Removed."))
    return htmx.redirect(request, _url(request, "macro_list"))


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def return_write(request: StaffRequest, return_id: str) -> HttpResponse:
    """Write to the shopper of a return, with a saved text or without; sent twice goes out once."""
    case = selectors.access_return(return_id)
    kept = list_macros()
    chosen = next((one for one in kept if one.public_id == request.GET.get("macro")), None)
    locale = letter_locale(request.merchant, case)
    form = WriteForm(
        request.POST if request.method == "POST" else None,
        initial={"key": ids.new_id("key"), **_filled(request, case, chosen, locale)},
    )
    if form.is_valid():
        write_to_shopper(
            return_id=case.public_id,
            words=form.words([*request.merchant.locales, locale]),
            key=form.cleaned_data["key"],
            waits=form.cleaned_data["waits"],
            at=clock.now(),
            actor=request.user.actor,
        )
        said = (
            _("Written to the shopper.")
            if is_live()
            else _("Written and kept: your messages are not live yet.")
        )
        messages.success(request, said)
        return htmx.redirect(request, detail_url(request, case))
    context = {
        "case": case,
        "form": form,
        "locale": locale,
        "back": detail_url(request, case),
        "may_wait": case.state == ReturnState.IN_REVIEW,
        "macros": [
            {
                "label": one.name,
                "url": address(request.GET, macro=one.public_id),
                "active": one is chosen,
            }
            for one in kept
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/write.html", context, status=status)


def _filled(
    request: StaffRequest, case: Return, chosen: Macro | None, locale: str
) -> dict[str, Any]:
    """Return a saved text as this return fills it in, in the shopper's language."""
    if chosen is None:
        return {}
    return {**filled_in(chosen, case, locale, shop=request.merchant.name), "waits": chosen.waits}


@staff_view(Right.DECIDE)
@require_POST
def return_answered(request: StaffRequest, return_id: str) -> HttpResponse:
    """Note that the shopper has answered: the clock of the desk goes on."""
    case = selectors.access_return(return_id)
    try:
        stop_waiting(return_id=case.public_id, at=clock.now(), actor=request.user.actor)
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("%(number)s waits for us again.") % {"number": case.number})


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def desk_settings(request: StaffRequest) -> HttpResponse:
    """How soon the shop means to deal with returns."""
    form = DeskTimesForm(
        request.POST if request.method == "POST" else None, initial=asdict(desk_times())
    )
    if form.is_valid():
        set_desk_times(form.times, at=clock.now(), actor=request.user.actor)
        messages.success(request, _("Saved."))
        return htmx.redirect(request, request.path)
    status = 422 if form.is_bound else 200
    return render(request, "returns/dashboard/desk_settings.html", {"form": form}, status=status)


def _url(request: StaffRequest, name: str) -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug])
