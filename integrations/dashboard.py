"""Connecting a shop to the services its facts come from."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from integrations.connections import (
    access_connection,
    connect_by_staff,
    disconnect_by_staff,
    list_connections,
    publish_by_staff,
    tell_scans_by_staff,
)
from integrations.errors import AccountTaken, OtherAccountConnected
from integrations.forms import EasyPostForm, ShopifyForm
from integrations.models import OPEN_BACK_FILLS, BackFillState, Connection, Service
from integrations.shopify import access, backfill, scopes, subscriptions
from integrations.shopify.errors import ShopifyError, describe
from integrations.shopify.inbound import READERS
from integrations.tasks import back_fill, leave_connection, look_after_connection, stop_bulk
from postexp.kernel import clock, htmx
from postexp.kernel.history import list_requests

logger = logging.getLogger(__name__)

FORMS: dict[str, type[forms.Form]] = {
    Service.SHOPIFY: ShopifyForm,
    Service.EASYPOST: EasyPostForm,
}


@staff_view(Right.CONFIGURE)
@require_GET
def connection_list(request: StaffRequest) -> HttpResponse:
    """Each service: connected or not, when it last spoke, and how to let it speak."""
    return _page(request)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_connect(request: StaffRequest, service: str) -> HttpResponse:
    """Connect the shop to a service, or change the secret of its connection."""
    if service not in FORMS:
        raise Http404
    form = FORMS[service](request.POST, prefix=service)
    if not form.is_valid():
        return _page(request, form, service)
    client_id = form.cleaned_data.get("client_id", "")
    try:
        if client_id:
            access.try_credentials(
                shop=form.cleaned_data["account"],
                client_id=client_id,
                client_secret=form.cleaned_data["secret"],
            )
        connection = connect_by_staff(
            merchant=request.merchant,
            service=service,
            # EasyPost has no account of its own in a webhook: the shop stands for it.
            account=form.cleaned_data.get("account") or request.merchant.public_id,
            secret=form.cleaned_data["secret"],
            client_id=client_id,
            proven=bool(client_id),
            by=request.user,
            at=clock.now(),
        )
    except ShopifyError as error:
        form.add_error(None, str(error))
        return _page(request, form, service)
    except (AccountTaken, OtherAccountConnected) as error:
        form.add_error("account", str(error.message))
        return _page(request, form, service)
    if connection.has_api:
        _hand_over(look_after_connection, connection)
    messages.success(
        request, _("Connected: %(name)s.") % {"name": Service(connection.service).label}
    )
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_GET
def connection_light(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Whether the service has spoken yet; the page asks again until it has."""
    context = {"row": _row(access_connection(connection_id))}
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
            context={"row": _row(connection)},
        )
    disconnect_by_staff(
        merchant=request.merchant, connection=connection, by=request.user, at=clock.now()
    )
    if connection.client_id:
        _hand_over(leave_connection, connection)
    messages.success(request, _("Disconnected. Everything received so far stays."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_check(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Check now whether the service lets us in, and tells us of everything."""
    connection = access_connection(connection_id)
    if not connection.has_api:
        raise Http404
    subscriptions.look_after(connection, at=clock.now())
    return _to_list(request)


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
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_GET
def connection_history(request: StaffRequest, connection_id: str) -> HttpResponse:
    """How far bringing in older objects has got; the page asks again while it goes on."""
    context = {"row": _row(access_connection(connection_id))}
    return render(request, "integrations/_history.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_history_act(request: StaffRequest, connection_id: str, act: str) -> HttpResponse:
    """Start bringing in older objects, go on with it, let it rest, or end it."""
    connection = access_connection(connection_id)
    if not connection.has_api:
        raise Http404
    at = clock.now()
    with transaction.atomic():
        if act == "start":
            backfill.start(connection, at=at)
        elif act == "pause":
            backfill.pause(connection)
        else:
            backfill.cancel(connection, at=at)
        publish_by_staff(
            merchant=request.merchant,
            connection=connection,
            detail=f"{act} of the back-fill of {connection.account}",
            by=request.user,
            at=at,
        )
    if act == "start":
        _hand_over(back_fill, connection)
    elif act == "cancel":
        _hand_over(stop_bulk, connection)
    if htmx.details(request):
        return render(request, "integrations/_history.html", {"row": _row(connection)})
    return _to_list(request)


def _hand_over(task: Task[[int, int], None], connection: Connection) -> None:
    """Give work to a worker now. Where the broker is down, the schedule finds it later."""
    try:
        task.apply_async((connection.merchant_id, connection.pk), retry=False)
    except task.OperationalError as error:
        logger.warning("the broker takes no work: %s", type(error).__name__)


def _page(
    request: StaffRequest, refused: forms.Form | None = None, service: str = ""
) -> HttpResponse:
    rows = [_row(one) for one in list_connections()]
    services = [
        {
            "service": name,
            "label": Service(name).label,
            "rows": [row for row in rows if row["connection"].service == name],
            "form": refused if name == service else form(prefix=name),
        }
        for name, form in FORMS.items()
    ]
    context = {
        "services": services,
        "scopes": scopes.SCOPES,
        "topics": sorted(READERS),
        "shopify_address": subscriptions.webhook_address(),
        "refused": service,
    }
    status = 422 if refused is not None else 200
    return render(request, "integrations/connections.html", context, status=status)


def _row(connection: Connection) -> dict[str, Any]:
    latest = list_requests(source=connection.service).order_by("-id").first()
    return {
        "connection": connection,
        "label": Service(connection.service).label,
        "name": connection.account if connection.service == Service.SHOPIFY else "",
        "webhook_url": f"{settings.BASE_URL}{_webhook_path(connection)}",
        "latest": latest,
        "ended": connection.ended_at is not None,
        **(_api(connection) if connection.has_api else {}),
    }


def _api(connection: Connection) -> dict[str, Any]:
    """What the page says of a connection through which we may ask."""
    history = backfill.list_back_fills(connection)
    open_ones = [one for one in history if one.state in OPEN_BACK_FILLS]
    running = any(one.state == BackFillState.RUNNING for one in open_ones)
    return {
        "problem": describe(connection.problem, connection.problem_detail),
        "missing": scopes.missing(connection.scopes) if connection.checked_at else [],
        "untold": sorted(set(subscriptions.TOPICS) - set(connection.topics)),
        "told": f"{len(connection.topics)}/{len(subscriptions.TOPICS)}",
        "history": [
            {"fill": one, "problem": describe(one.problem, one.problem_detail)} for one in history
        ],
        "running": running,
        "open": bool(open_ones),
    }


def _webhook_path(connection: Connection) -> str:
    if connection.service == Service.SHOPIFY:
        return reverse("webhooks:shopify")
    return reverse("webhooks:easypost", args=[connection.public_id])


def _to_list(request: StaffRequest) -> HttpResponse:
    url = reverse("dashboard:connection_list", args=[request.merchant.slug])
    return htmx.redirect(request, url)
