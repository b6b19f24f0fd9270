"""Connecting a shop to the services its facts come from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
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
)
from integrations.errors import AccountTaken
from integrations.forms import EasyPostForm, ShopifyForm
from integrations.models import Connection, Service
from integrations.shopify.inbound import READERS
from postexp.kernel import clock, htmx
from postexp.kernel.history import list_requests

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
    try:
        connection = connect_by_staff(
            merchant=request.merchant,
            service=service,
            # EasyPost has no account of its own in a webhook: the shop stands for it.
            account=form.cleaned_data.get("account") or request.merchant.public_id,
            secret=form.cleaned_data["secret"],
            by=request.user,
            at=clock.now(),
        )
    except AccountTaken as error:
        form.add_error("account", str(error.message))
        return _page(request, form, service)
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
    messages.success(request, _("Disconnected. Everything received so far stays."))
    return _to_list(request)


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
    context = {"services": services, "topics": sorted(READERS), "refused": service}
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
    }


def _webhook_path(connection: Connection) -> str:
    if connection.service == Service.SHOPIFY:
        return reverse("webhooks:shopify")
    return reverse("webhooks:easypost", args=[connection.public_id])


def _to_list(request: StaffRequest) -> HttpResponse:
    url = reverse("dashboard:connection_list", args=[request.merchant.slug])
    return htmx.redirect(request, url)
