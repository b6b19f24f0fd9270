"""What the page of connections shows of each service."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from commerce.access import StaffRequest
from integrations.connections import (
    list_connections,
)
from integrations.errors import describe
from integrations.line.errors import LineError
from integrations.messages.errors import OwnSystemError
from integrations.models import OPEN_BACK_FILLS, BackFillState, Connection, Service
from integrations.offers import ABOUT, FORMS, GROUPS, HINTS
from integrations.polling.carriers import CARRIERS
from integrations.polling.selectors import report_account
from integrations.shopify import backfill, scopes, subscriptions
from integrations.shopify.errors import ShopifyError
from integrations.shopify.inbound import READERS
from integrations.stripe import access as stripe
from integrations.stripe.errors import StripeError
from integrations.stripe.inbound import READERS as STRIPE_READERS
from integrations.twilio import access as twilio
from integrations.twilio.errors import TwilioError
from integrations.whatsapp import access as whatsapp
from integrations.whatsapp.errors import WhatsAppError
from integrations.whatsapp.parse import TOPICS as WHATSAPP_TOPICS
from postexp.kernel import clock, htmx
from postexp.kernel.history import list_requests


def show_page(
    request: StaffRequest, refused: forms.Form | None = None, service: str = ""
) -> HttpResponse:
    """The page of all services, with the form that was refused, if one was."""
    rows = [show_row(one) for one in list_connections()]
    of_service = {
        name: [row for row in rows if row["connection"].service == name] for name in FORMS
    }
    cards = {
        name: {
            "service": name,
            "label": Service(name).label,
            "rows": of_service[name],
            "connected": any(not row["ended"] for row in of_service[name]),
            "about": ABOUT[name],
            "form": refused if name == service else form(prefix=name, initial=_known(name, rows)),
            "carrier": CARRIERS.get(name),
        }
        for name, form in FORMS.items()
    }
    context = {
        "groups": [
            {"name": name, "title": title, "services": [cards[one] for one in services]}
            for name, (title, services) in GROUPS.items()
        ],
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


def show_row(connection: Connection) -> dict[str, Any]:
    """Return what the page says of a connection, and how to let its service speak."""
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
        **(_twilio(connection) if connection.service == Service.TWILIO else {}),
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
    return connection.account if connection.service == Service.SHOPIFY else ""


def _stripe(connection: Connection) -> dict[str, Any]:
    """What the page says of an account at Stripe."""
    return {
        "name": connection.client_id,
        "live": stripe.is_live(connection),
        "problem": describe(StripeError, connection.problem, connection.problem_detail),
    }


def _twilio(connection: Connection) -> dict[str, Any]:
    """What the page says of an account at Twilio."""
    return {
        "name": ", ".join(dict.fromkeys(connection.senders.values())),
        "problem": describe(TwilioError, connection.problem, connection.problem_detail),
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


def to_list(request: StaffRequest) -> HttpResponse:
    """Lead back to the page of all services."""
    url = reverse("dashboard:connection_list", args=[request.merchant.slug])
    return htmx.redirect(request, url)
