"""The connections of a shop: whether they work, and ending them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from integrations.connections import (
    access_connection,
    disconnect_by_staff,
    tell_scans_by_staff,
)
from integrations.dashboard.shown import show_page, show_row, to_list
from integrations.dashboard.workers import hand_over
from integrations.line import access as line
from integrations.messages import access as own_system
from integrations.models import Service
from integrations.shopify import backfill, subscriptions
from integrations.stripe import access as stripe
from integrations.tasks import back_fill, leave_connection, stop_bulk
from integrations.twilio import access as twilio
from integrations.whatsapp import access as whatsapp
from postexp.kernel import clock, htmx


@staff_view(Right.CONFIGURE)
@require_GET
def connection_list(request: StaffRequest) -> HttpResponse:
    """Each service: connected or not, when it last spoke, and how to let it speak."""
    return show_page(request)


@staff_view(Right.CONFIGURE)
@require_GET
def connection_light(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Whether the service has spoken yet; the page asks again until it has."""
    context = {"row": show_row(access_connection(connection_id))}
    return render(request, "integrations/_light.html", context)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def connection_end(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Ask whether to end a connection, and end it."""
    connection = access_connection(connection_id)
    if request.method == "GET":
        return htmx.render(
            request,
            page="integrations/end.html",
            part="integrations/_end.html",
            context={"row": show_row(connection)},
        )
    disconnect_by_staff(
        merchant=request.merchant, connection=connection, by=request.user, at=clock.now()
    )
    if connection.has_api:
        hand_over(leave_connection, connection)
    messages.success(request, _("Disconnected. Everything received so far stays."))
    return to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_check(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Check now whether the service lets us in, and tells us of everything."""
    connection = access_connection(connection_id)
    if connection.service == Service.STRIPE and connection.ended_at is None:
        stripe.check_access(connection, at=clock.now())
        return to_list(request)
    if connection.service == Service.MESSAGES and connection.ended_at is None:
        own_system.send_test(connection, at=clock.now())
        return to_list(request)
    if connection.service == Service.LINE and connection.ended_at is None:
        line.check_access(connection, at=clock.now())
        return to_list(request)
    if connection.service == Service.TWILIO and connection.ended_at is None:
        twilio.check_access(connection, at=clock.now())
        return to_list(request)
    if connection.service == Service.WHATSAPP and connection.ended_at is None:
        whatsapp.check_access(connection, at=clock.now())
        return to_list(request)
    if not connection.has_api:
        raise Http404
    subscriptions.look_after(connection, at=clock.now())
    return to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_scans(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Tell Shopify of parcels' scans from other sources, or no more."""
    connection = access_connection(connection_id)
    if not connection.has_api:
        raise Http404
    wanted = bool(request.POST.get("wanted"))
    tell_scans_by_staff(
        merchant=request.merchant,
        connection=connection,
        wanted=wanted,
        by=request.user,
        at=clock.now(),
    )
    messages.success(
        request,
        _("Shopify is told of scans from now on.")
        if wanted
        else _("Shopify is no longer told of scans."),
    )
    return to_list(request)


@staff_view(Right.CONFIGURE)
@require_GET
def connection_history(request: StaffRequest, connection_id: str) -> HttpResponse:
    """How far bringing in older objects has got; the page asks again while it goes on."""
    context = {"row": show_row(access_connection(connection_id))}
    return render(request, "integrations/_history.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_history_act(request: StaffRequest, connection_id: str, act: str) -> HttpResponse:
    """Start bringing in older objects, go on with it, let it rest, or end it."""
    connection = access_connection(connection_id)
    if not connection.has_api:
        raise Http404
    backfill.decide_by_staff(
        connection, act, merchant=request.merchant, by=request.user, at=clock.now()
    )
    if act == "start":
        hand_over(back_fill, connection)
    elif act == "cancel":
        hand_over(stop_bulk, connection)
    if htmx.details(request):
        return render(request, "integrations/_history.html", {"row": show_row(connection)})
    return to_list(request)
