"""What the shop's health page tells of its connections."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from integrations.mail.providers import provider_in_use
from integrations.models import Connection, Service
from integrations.polling.carriers import CARRIERS
from notifications.selectors.owners import has_sent_mail
from postexp.kernel import doctor
from postexp.kernel.models import InboxMessage

if TYPE_CHECKING:
    from commerce.models import Merchant

SHOPIFY = "https://{shop}"
"""Where Shopify itself is."""
STRIPE = "https://api.stripe.com"
EASYPOST = "https://api.easypost.com"
TWILIO = "https://{product}.twilio.com"
LINE = "https://api.line.me"
WHATSAPP = "https://graph.facebook.com"
"""Where Stripe itself is."""
FIRST_PATIENCE = timedelta(hours=24)


def check_connections(merchant: Merchant, at: datetime) -> doctor.Finding:
    """Every connected service has been heard of; carriers are asked, which they tell of apart."""
    about = _("Connections")
    connected = Connection.objects.filter(ended_at=None).exclude(
        service__in=(*CARRIERS, Service.MESSAGES)
    )
    if not connected:
        return doctor.good(about, _("Nothing is connected."))
    heard = set(InboxMessage.objects.values_list("source", flat=True).distinct())
    silent = [
        connection.account
        for connection in connected
        if connection.service not in heard and at - connection.connected_at > FIRST_PATIENCE
    ]
    if not silent:
        return doctor.good(about, _("Every connected service has been heard of."))
    return doctor.warning(
        about,
        _("Nothing ever came from %(accounts)s.") % {"accounts": ", ".join(silent)},
        _("Check the address and the secret of its webhooks."),
        page="dashboard:connection_list",
    )


def check_shopify(at: datetime) -> doctor.Finding:
    """Shops that connect Shopify reach Shopify itself."""
    about = "Shopify"
    if settings.SHOPIFY_URL != SHOPIFY:
        return doctor.wrong(
            about,
            f"POSTEXP_SHOPIFY_URL sends every connected shop's requests to {settings.SHOPIFY_URL}, "
            "a stand-in, and not to Shopify.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "Shops are reached at their own addresses.")


def check_stripe(at: datetime) -> doctor.Finding:
    """Shops that connect Stripe reach Stripe itself."""
    about = "Stripe"
    if settings.STRIPE_URL != STRIPE:
        return doctor.wrong(
            about,
            f"POSTEXP_STRIPE_URL sends every shop's payments and refunds to {settings.STRIPE_URL}, "
            "a stand-in, and not to Stripe.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "Stripe is reached at its own address.")


def check_easypost(at: datetime) -> doctor.Finding:
    """Shops that buy labels buy them of EasyPost itself."""
    about = "EasyPost"
    if settings.EASYPOST_URL != EASYPOST:
        return doctor.wrong(
            about,
            f"POSTEXP_EASYPOST_URL sends every shop's labels to {settings.EASYPOST_URL}, a "
            "stand-in, and not to EasyPost.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "EasyPost is reached at its own address.")


def check_twilio(at: datetime) -> doctor.Finding:
    """Shops that send SMS send them by Twilio itself."""
    about = "Twilio"
    if settings.TWILIO_URL != TWILIO:
        return doctor.wrong(
            about,
            f"POSTEXP_TWILIO_URL sends every shop's SMS to {settings.TWILIO_URL}, a stand-in, and "
            "not to Twilio.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "Twilio is reached at its own addresses.")


def check_line(at: datetime) -> doctor.Finding:
    """Messages by LINE go to LINE itself."""
    about = "LINE"
    if settings.LINE_URL != LINE:
        return doctor.wrong(
            about,
            f"POSTEXP_LINE_URL sends every shop's messages to {settings.LINE_URL}, a stand-in, and "
            "not to LINE.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "LINE is reached at its own address.")


def check_whatsapp(at: datetime) -> doctor.Finding:
    """Shops that write by WhatsApp reach Meta itself."""
    about = "WhatsApp"
    if settings.WHATSAPP_URL != WHATSAPP:
        return doctor.wrong(
            about,
            "POSTEXP_WHATSAPP_URL sends every shop's messages on WhatsApp to "
            f"{settings.WHATSAPP_URL}, a stand-in, and not to Meta.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "WhatsApp is reached at Meta's own address.")


def check_carrier_addresses(at: datetime) -> doctor.Finding:
    """Accounts at carriers log in at the carriers themselves."""
    about = "Carriers"
    elsewhere = {name: url for name, url in settings.CARRIER_URLS.items() if url}
    if elsewhere:
        names = ", ".join(f"POSTEXP_{name.upper()}_URL" for name in elsewhere)
        return doctor.wrong(
            about,
            f"{names} sends the credentials of every shop's account to "
            f"{', '.join(elsewhere.values())}, a stand-in, and not to the carrier.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return doctor.good(about, "Carriers are asked at their own addresses.")


def check_mail_webhooks(at: datetime) -> doctor.Finding:
    """The mail provider tells what becomes of mails."""
    about = "Mail webhooks"
    provider = provider_in_use()
    if not provider:
        return doctor.good(about, "Mail is sent by no provider that could tell what becomes of it.")
    told = InboxMessage.every_merchant.filter(source=Service.MAIL, topic__startswith=f"{provider}/")
    try:
        latest = told.order_by("-id").values_list("received_at", flat=True).first()
        silent = latest is None and has_sent_mail(before=at - FIRST_PATIENCE)
    except DatabaseError:
        return doctor.good(about, "Not looked at without the database.")
    if silent:
        return doctor.warning(
            about,
            f"{provider} never told what became of a mail, so addresses that are dead, and readers "
            "who complain, are written to again.",
            "Enter the addresses that `manage.py mail_webhooks` shows at the provider.",
        )
    if latest is None:
        return doctor.good(about, f"{provider} has had no mail yet of which it could tell.")
    return doctor.good(about, f"{provider} last told of a mail on {latest:%Y-%m-%d at %H:%M} UTC.")


doctor.register_shop_check(check_connections, order=60)
doctor.register_check(check_shopify)
doctor.register_check(check_stripe)
doctor.register_check(check_easypost)
doctor.register_check(check_twilio)
doctor.register_check(check_line)
doctor.register_check(check_whatsapp)
doctor.register_check(check_carrier_addresses)
doctor.register_check(check_mail_webhooks)
