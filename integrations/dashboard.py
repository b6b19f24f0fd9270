"""Connecting a shop to the services its facts come from."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

from celery import Task
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
from integrations.carriers import CarrierError, Refused
from integrations.connections import (
    access_connection,
    connect_by_staff,
    disconnect_by_staff,
    list_connections,
    make_secret,
    tell_scans_by_staff,
)
from integrations.easypost import access as easypost
from integrations.easypost.errors import EasyPostError
from integrations.errors import AccountTaken, OtherAccountConnected, describe
from integrations.line import access as line
from integrations.line.errors import LineError
from integrations.messages import access as own_system
from integrations.messages.errors import OwnSystemError
from integrations.models import OPEN_BACK_FILLS, BackFillState, Connection, Service
from integrations.offers import ABOUT, FORMS, HINTS
from integrations.polling.accounts import connect_account
from integrations.polling.carriers import CARRIERS
from integrations.polling.selectors import report_account
from integrations.shopify import access, backfill, scopes, subscriptions
from integrations.shopify.errors import ShopifyError
from integrations.shopify.inbound import READERS
from integrations.stripe import access as stripe
from integrations.stripe.errors import StripeError
from integrations.stripe.inbound import READERS as STRIPE_READERS
from integrations.tasks import back_fill, leave_connection, look_after_connection, stop_bulk
from integrations.twilio import access as twilio
from integrations.twilio.errors import SenderUnknown, TwilioError
from integrations.whatsapp import access as whatsapp
from integrations.whatsapp.errors import WhatsAppError
from integrations.whatsapp.parse import TOPICS as WHATSAPP_TOPICS
from integrations.whatsapp.services import read_templates
from postexp.kernel import clock, htmx
from postexp.kernel.history import list_requests

logger = logging.getLogger(__name__)


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
    if service in CARRIERS:
        return _connect_carrier(request, form, service)
    if service == Service.STRIPE:
        return _connect_stripe(request, form)
    if service == Service.EASYPOST:
        return _connect_easypost(request, form)
    if service == Service.TWILIO:
        return _connect_twilio(request, form)
    if service == Service.MESSAGES:
        return _connect_own_system(request, form)
    if service == Service.LINE:
        return _connect_line(request, form)
    if service == Service.WHATSAPP:
        return _connect_whatsapp(request, form)
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
            # Most have no account of their own in a webhook: the shop stands for it.
            account=form.cleaned_data.get("account") or request.merchant.public_id,
            secret=form.cleaned_data["secret"] or make_secret(service),
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


def _connect_carrier(request: StaffRequest, form: forms.Form, carrier: str) -> HttpResponse:
    """Connect the shop to its account at a carrier, where the carrier accepts what was typed."""
    try:
        connect_account(
            merchant=request.merchant,
            carrier=carrier,
            client_id=form.cleaned_data["client_id"],
            client_secret=form.cleaned_data.get("secret", ""),
            by=request.user,
            at=clock.now(),
        )
    except CarrierError as error:
        form.add_error(None, str(error))
        if not isinstance(error, Refused):
            form.add_error(None, _("Nothing was saved. Try again in some minutes."))
        return _page(request, form, carrier)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service(carrier).label})
    return _to_list(request)


def _connect_easypost(request: StaffRequest, form: forms.Form) -> HttpResponse:
    """Connect the shop to EasyPost, where EasyPost accepts the key, if one was given."""
    try:
        easypost.connect_account(
            merchant=request.merchant,
            key=form.cleaned_data["key"],
            secret=form.cleaned_data["secret"],
            by=request.user,
            at=clock.now(),
        )
    except EasyPostError as error:
        form.add_error("key", str(error))
        return _page(request, form, Service.EASYPOST)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.EASYPOST.label})
    return _to_list(request)


def _connect_stripe(request: StaffRequest, form: forms.Form) -> HttpResponse:
    """Connect the shop to its account at Stripe, where Stripe accepts the key."""
    try:
        stripe.connect_account(
            merchant=request.merchant,
            key=form.cleaned_data["key"],
            secret=form.cleaned_data["secret"],
            by=request.user,
            at=clock.now(),
        )
    except StripeError as error:
        form.add_error("key", str(error))
        return _page(request, form, Service.STRIPE)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.STRIPE.label})
    return _to_list(request)


def _connect_twilio(request: StaffRequest, form: forms.Form) -> HttpResponse:
    """Connect the shop to its account at Twilio, where Twilio accepts token and sender."""
    try:
        twilio.connect_account(
            merchant=request.merchant,
            account=form.cleaned_data["account"],
            token=form.cleaned_data["secret"],
            sender=form.cleaned_data["sender"],
            whatsapp=form.cleaned_data["whatsapp"],
            by=request.user,
            at=clock.now(),
        )
    except TwilioError as error:
        form.add_error("sender" if isinstance(error, SenderUnknown) else "secret", str(error))
        return _page(request, form, Service.TWILIO)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.TWILIO.label})
    return _to_list(request)


def _connect_own_system(request: StaffRequest, form: forms.Form) -> HttpResponse:
    """Connect the shop's own system that brings messages, and send it a test."""
    connection = own_system.connect_system(
        merchant=request.merchant,
        url=form.cleaned_data["url"],
        secret=form.cleaned_data["secret"],
        renew=form.cleaned_data["renew"],
        by=request.user,
        at=clock.now(),
    )
    own_system.send_test(connection, at=clock.now())
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.MESSAGES.label})
    return _to_list(request)


def _connect_line(request: StaffRequest, form: forms.Form) -> HttpResponse:
    """Connect the shop to its official account, where LINE accepts the token."""
    try:
        line.connect_account(
            merchant=request.merchant,
            secret=form.cleaned_data["secret"],
            token=form.cleaned_data["token"],
            by=request.user,
            at=clock.now(),
        )
    except LineError as error:
        form.add_error("token", str(error))
        return _page(request, form, Service.LINE)
    except (AccountTaken, OtherAccountConnected) as error:
        form.add_error(None, str(error.message))
        return _page(request, form, Service.LINE)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.LINE.label})
    return _to_list(request)


def _connect_whatsapp(request: StaffRequest, form: forms.Form) -> HttpResponse:
    """Connect the shop to its number at WhatsApp, where Meta accepts it, and read its templates."""
    try:
        connection = whatsapp.connect_account(
            merchant=request.merchant,
            number=form.cleaned_data["account"],
            account=form.cleaned_data["client_id"],
            token=form.cleaned_data["token"],
            secret=form.cleaned_data["secret"],
            by=request.user,
            at=clock.now(),
        )
    except WhatsAppError as error:
        form.add_error(None, str(error))
        return _page(request, form, Service.WHATSAPP)
    except (AccountTaken, OtherAccountConnected) as error:
        form.add_error("account", str(error.message))
        return _page(request, form, Service.WHATSAPP)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.WHATSAPP.label})
    try:
        read_templates(connection, at=clock.now())
    except WhatsAppError as error:
        # It can be done again on the page of the templates.
        messages.warning(request, str(error))
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
    if connection.has_api:
        _hand_over(leave_connection, connection)
    messages.success(request, _("Disconnected. Everything received so far stays."))
    return _to_list(request)


@staff_view(Right.CONFIGURE)
@require_POST
def connection_check(request: StaffRequest, connection_id: str) -> HttpResponse:
    """Check now whether the service lets us in, and tells us of everything."""
    connection = access_connection(connection_id)
    if connection.service == Service.STRIPE and connection.ended_at is None:
        stripe.check_access(connection, at=clock.now())
        return _to_list(request)
    if connection.service == Service.MESSAGES and connection.ended_at is None:
        own_system.send_test(connection, at=clock.now())
        return _to_list(request)
    if connection.service == Service.LINE and connection.ended_at is None:
        line.check_access(connection, at=clock.now())
        return _to_list(request)
    if connection.service == Service.WHATSAPP and connection.ended_at is None:
        whatsapp.check_access(connection, at=clock.now())
        return _to_list(request)
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
    backfill.decide_by_staff(
        connection, act, merchant=request.merchant, by=request.user, at=clock.now()
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
            "about": ABOUT[name],
            "form": refused if name == service else form(prefix=name, initial=_known(name, rows)),
            "carrier": CARRIERS.get(name),
        }
        for name, form in FORMS.items()
    ]
    context = {
        "services": services,
        "scopes": scopes.SCOPES,
        "topics": sorted(READERS),
        "stripe_topics": sorted(STRIPE_READERS),
        "stripe_permissions": stripe.PERMISSIONS,
        "whatsapp_topics": WHATSAPP_TOPICS,
        "whatsapp_permissions": whatsapp.PERMISSIONS,
        "shopify_address": subscriptions.webhook_address(),
        "refused": service,
    }
    status = 422 if refused is not None else 200
    return render(request, "integrations/connections.html", context, status=status)


def _known(service: str, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return what a form shows as it was typed before: nothing of secrets, and of few services."""
    if service != Service.TWILIO:
        return {}
    living = (row["connection"] for row in rows if not row["ended"])
    found = next((one for one in living if one.service == service), None)
    return twilio.typed(found) if found else {}


def _row(connection: Connection) -> dict[str, Any]:
    if connection.service in CARRIERS:
        return {
            "connection": connection,
            "label": Service(connection.service).label,
            "name": "",
            "ended": connection.ended_at is not None,
            "report": report_account(connection, at=clock.now()),
        }
    if connection.service == Service.MESSAGES:
        return _own_system(connection)
    latest = list_requests(source=connection.service).order_by("-id").first()
    return {
        "connection": connection,
        "label": Service(connection.service).label,
        "name": _name(connection),
        "webhook_url": f"{settings.BASE_URL}{_webhook_path(connection)}",
        "hint": HINTS.get(connection.service, ""),
        "shown_secret": connection.secret if connection.service == Service.GENERIC else "",
        "holds_secret": connection.service == Service.SHIPPO,
        "latest": latest,
        "ended": connection.ended_at is not None,
        **(_api(connection) if connection.has_api else {}),
        **(_stripe(connection) if connection.service == Service.STRIPE else {}),
        **(_line(connection) if connection.service == Service.LINE else {}),
        **(_whatsapp(connection) if connection.service == Service.WHATSAPP else {}),
    }


def _own_system(connection: Connection) -> dict[str, Any]:
    """What the page says of the shop's own system that brings messages: nothing comes from it."""
    return {
        "connection": connection,
        "label": Service.MESSAGES.label,
        "name": connection.client_id,
        "shown_secret": connection.secret,
        "hint": HINTS[Service.MESSAGES],
        "ended": connection.ended_at is not None,
        "problem": describe(OwnSystemError, connection.problem, connection.problem_detail),
    }


def _name(connection: Connection) -> str:
    """Return what tells a connection from others: the shop at Shopify, the key at EasyPost."""
    if connection.service == Service.EASYPOST:
        return connection.client_id
    if connection.service == Service.TWILIO:
        return ", ".join(dict.fromkeys(connection.senders.values()))
    return connection.account if connection.service == Service.SHOPIFY else ""


def _stripe(connection: Connection) -> dict[str, Any]:
    """What the page says of an account at Stripe."""
    return {
        "name": connection.client_id,
        "live": stripe.is_live(connection),
        "problem": describe(StripeError, connection.problem, connection.problem_detail),
    }


def _line(connection: Connection) -> dict[str, Any]:
    """What the page says of an official account at LINE."""
    return {
        "name": connection.client_id,
        "problem": describe(LineError, connection.problem, connection.problem_detail),
    }


def _whatsapp(connection: Connection) -> dict[str, Any]:
    """What the page says of a number at WhatsApp."""
    return {
        "name": connection.account,
        "verify_token": whatsapp.verify_token(connection.public_id),
        "problem": describe(WhatsAppError, connection.problem, connection.problem_detail),
    }


def _api(connection: Connection) -> dict[str, Any]:
    """What the page says of a connection through which we may ask."""
    history = backfill.list_back_fills(connection)
    open_ones = [one for one in history if one.state in OPEN_BACK_FILLS]
    running = any(one.state == BackFillState.RUNNING for one in open_ones)
    return {
        "problem": describe(ShopifyError, connection.problem, connection.problem_detail),
        "missing": scopes.missing(connection.scopes) if connection.checked_at else [],
        "untold": sorted(set(subscriptions.TOPICS) - set(connection.topics)),
        "told": f"{len(connection.topics)}/{len(subscriptions.TOPICS)}",
        "history": [
            {"fill": one, "problem": describe(ShopifyError, one.problem, one.problem_detail)}
            for one in history
        ],
        "running": running,
        "open": bool(open_ones),
    }


def _webhook_path(connection: Connection) -> str:
    if connection.service == Service.SHOPIFY:
        return reverse("webhooks:shopify")
    path = reverse(f"webhooks:{connection.service}", args=[connection.public_id])
    if connection.service == Service.SHIPPO:
        return f"{path}?{urlencode({'token': connection.secret})}"
    return path


def _to_list(request: StaffRequest) -> HttpResponse:
    url = reverse("dashboard:connection_list", args=[request.merchant.slug])
    return htmx.redirect(request, url)
