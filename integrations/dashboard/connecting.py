"""Connecting a shop to a service: what staff typed is tried before it is kept."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from integrations.carriers import CarrierError, Refused
from integrations.connections import (
    connect_by_staff,
    make_secret,
)
from integrations.dashboard.shown import show_page, to_list
from integrations.dashboard.workers import hand_over
from integrations.easypost import access as easypost
from integrations.easypost.errors import EasyPostError
from integrations.errors import AccountTaken, OtherAccountConnected
from integrations.line import access as line
from integrations.line.errors import LineError
from integrations.messages import access as own_system
from integrations.models import Service
from integrations.offers import FORMS
from integrations.polling.accounts import connect_account
from integrations.polling.carriers import CARRIERS
from integrations.shopify import access
from integrations.shopify.errors import ShopifyError
from integrations.stripe import access as stripe
from integrations.stripe.errors import StripeError
from integrations.tasks import look_after_connection
from integrations.twilio import access as twilio
from integrations.twilio.errors import SenderUnknown, TwilioError
from integrations.whatsapp import access as whatsapp
from integrations.whatsapp.errors import WhatsAppError
from integrations.whatsapp.services import read_templates
from postexp.kernel import clock


@staff_view(Right.CONFIGURE)
@require_POST
def connection_connect(request: StaffRequest, service: str) -> HttpResponse:
    """Connect the shop to a service, or change the secret of its connection."""
    if service not in FORMS:
        raise Http404
    form = FORMS[service](request.POST, prefix=service)
    if not form.is_valid():
        return show_page(request, form, service)
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
        return show_page(request, form, service)
    except (AccountTaken, OtherAccountConnected) as error:
        form.add_error("account", str(error.message))
        return show_page(request, form, service)
    if connection.has_api:
        hand_over(look_after_connection, connection)
    messages.success(
        request, _("Connected: %(name)s.") % {"name": Service(connection.service).label}
    )
    return to_list(request)


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
        return show_page(request, form, carrier)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service(carrier).label})
    return to_list(request)


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
        return show_page(request, form, Service.EASYPOST)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.EASYPOST.label})
    return to_list(request)


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
        return show_page(request, form, Service.STRIPE)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.STRIPE.label})
    return to_list(request)


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
        return show_page(request, form, Service.TWILIO)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.TWILIO.label})
    return to_list(request)


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
    if connection.problem:
        messages.warning(request, _("Saved, but your system did not take the test message."))
    else:
        messages.success(request, _("Connected: %(name)s.") % {"name": Service.MESSAGES.label})
    return to_list(request)


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
        return show_page(request, form, Service.LINE)
    except (AccountTaken, OtherAccountConnected) as error:
        form.add_error(None, str(error.message))
        return show_page(request, form, Service.LINE)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.LINE.label})
    return to_list(request)


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
        return show_page(request, form, Service.WHATSAPP)
    except (AccountTaken, OtherAccountConnected) as error:
        form.add_error("account", str(error.message))
        return show_page(request, form, Service.WHATSAPP)
    messages.success(request, _("Connected: %(name)s.") % {"name": Service.WHATSAPP.label})
    try:
        read_templates(connection, at=clock.now())
    except WhatsAppError as error:
        # It can be done again on the page of the templates.
        messages.warning(request, str(error))
    return to_list(request)
