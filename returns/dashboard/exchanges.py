"""Exchanges at the desk: money staff take themselves, what is sold out, and how they are done."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from postexp.kernel import clock, htmx
from returns.dashboard.desk import answer, detail_url, refused
from returns.enums import Outcome
from returns.enums.exchanges import ConvertedFor, Instead
from returns.errors import ReturnsError
from returns.forms.exchanges import (
    AnotherForm,
    ExchangeTermsForm,
    InsteadForm,
    RestForm,
    TakenForm,
)
from returns.models import Exchange
from returns.selectors import access_replacement
from returns.selectors.exchanges import (
    access_exchange,
    count_unsent,
    exchange_terms,
    list_others,
    rest_outcomes,
)
from returns.serializers.exchanges import exchange_for_staff, title_instead
from returns.services.exchange_endings import (
    came_back_instead,
    choose_instead,
    forgive,
    not_possible,
)
from returns.services.exchange_rest import give_up_rest, send_another
from returns.services.exchange_terms import set_exchange_terms
from returns.services.exchanges import ask_to_pay, confirm_payment


@staff_view(Right.PAY)
@require_http_methods(["GET", "POST"])
def exchange_paid(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Ask where a difference can be found that staff took themselves, and note it."""
    exchange = access_exchange(exchange_id)
    form = TakenForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/exchange_paid.html",
            part="returns/dashboard/_exchange_paid.html",
            context={
                "told": exchange_for_staff(exchange, at=clock.now()),
                "form": form,
                "back_url": detail_url(request, exchange.case),
            },
            status=422 if form.is_bound else 200,
        )
    return _act(
        request,
        exchange,
        lambda: confirm_payment(
            exchange_id=exchange.public_id,
            reference=form.cleaned_data["reference"],
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The difference counts as paid."),
    )


@staff_view(Right.DECIDE)
@require_POST
def exchange_sold_out(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Note that what a shopper wants instead is not there any more."""
    exchange = access_exchange(exchange_id)
    return _act(
        request,
        exchange,
        lambda: not_possible(
            exchange_id=exchange.public_id,
            why=ConvertedFor.SOLD_OUT,
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The shopper gets what they chose for this case, or is asked."),
    )


@staff_view(Right.RECEIVE)
@require_POST
def exchange_undo(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Note that the replacement came back instead of the original."""
    exchange = access_exchange(exchange_id)
    return _act(
        request,
        exchange,
        lambda: came_back_instead(
            exchange_id=exchange.public_id, at=clock.now(), actor=request.user.actor
        ),
        _("The exchange is undone. Nothing is charged."),
    )


@staff_view(Right.PAY)
@require_POST
def exchange_forgive(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Leave the replacement to the shopper though the original did not come."""
    exchange = access_exchange(exchange_id)
    return _act(
        request,
        exchange,
        lambda: forgive(exchange_id=exchange.public_id, at=clock.now(), actor=request.user.actor),
        _("The exchange is closed. Nothing is charged."),
    )


@staff_view(Right.PAY)
@require_POST
def exchange_ask(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Ask the shopper to pay what they owe for a replacement they have."""
    exchange = access_exchange(exchange_id)
    return _act(
        request,
        exchange,
        lambda: ask_to_pay(
            exchange_id=exchange.public_id, at=clock.now(), actor=request.user.actor
        ),
        _("The shopper is asked to pay within 72 hours."),
    )


@staff_view(Right.DECIDE)
@require_POST
def exchange_instead(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Note what a shopper who was asked told staff they want instead."""
    exchange = access_exchange(exchange_id)
    form = InsteadForm(request.POST)
    if not form.is_valid():
        return answer(request, exchange.case, _("Choose what the shopper wants."))
    return _act(
        request,
        exchange,
        lambda: choose_instead(
            exchange_id=exchange.public_id,
            instead=Instead(form.cleaned_data["instead"]),
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The shopper gets that instead."),
    )


@staff_view(Right.PAY)
@require_http_methods(["GET", "POST"])
def exchange_rest(request: StaffRequest, exchange_id: str) -> HttpResponse:
    """Ask what is given for what of an exchange is not sent, and send no more of it."""
    exchange = access_exchange(exchange_id)
    form = RestForm(
        request.POST if request.method == "POST" else None, offered=rest_outcomes(exchange)
    )
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/exchange_rest.html",
            part="returns/dashboard/_exchange_rest.html",
            context={
                "exchange": exchange,
                "units": count_unsent(exchange),
                "form": form,
                "back_url": detail_url(request, exchange.case),
            },
            status=422 if form.is_bound else 200,
        )
    return _act(
        request,
        exchange,
        lambda: give_up_rest(
            exchange_id=exchange.public_id,
            to=Outcome(form.cleaned_data["to"]),
            at=clock.now(),
            actor=request.user.actor,
        ),
        _("The rest is not sent."),
    )


@staff_view(Right.DECIDE)
@require_http_methods(["GET", "POST"])
def replacement_change(request: StaffRequest, replacement_id: str) -> HttpResponse:
    """Ask which variant is sent instead of the one that was asked for, and send that."""
    replacement = access_replacement(replacement_id)
    case = replacement.line.case
    form = AnotherForm(
        request.POST if request.method == "POST" else None,
        variants=[
            (variant.public_id, title_instead(replacement.line.order_line, variant))
            for variant in list_others(replacement)
        ],
    )
    if request.method == "GET" or not form.is_valid():
        return htmx.render(
            request,
            page="returns/dashboard/replacement_change.html",
            part="returns/dashboard/_replacement_change.html",
            context={
                "replacement": replacement,
                "form": form,
                "case": case,
                "back_url": detail_url(request, case),
            },
            status=422 if form.is_bound else 200,
        )
    try:
        send_another(
            replacement_id=replacement.public_id,
            variant_id=form.cleaned_data["variant"],
            at=clock.now(),
            actor=request.user.actor,
        )
    except ReturnsError as error:
        return refused(request, case, error)
    return answer(request, case, _("That one is sent instead."))


def _act(
    request: StaffRequest, exchange: Exchange, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except ReturnsError as error:
        return refused(request, exchange.case, error)
    return answer(request, exchange.case, done)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def exchange_settings(request: StaffRequest) -> HttpResponse:
    """When replacements are sent, and what shoppers may choose."""
    form = ExchangeTermsForm(
        request.POST if request.method == "POST" else None,
        terms=exchange_terms(),
        currency=request.merchant.currency,
    )
    if request.method == "POST" and form.is_valid():
        set_exchange_terms(**form.cleaned_data, at=clock.now(), actor=request.user.actor)
        messages.success(request, _("Saved."))
        return htmx.redirect(request, request.path)
    return render(
        request,
        "returns/dashboard/exchange_settings.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )
