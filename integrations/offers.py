"""The services a shop can be connected to: what is typed in for each, and what staff read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from integrations.forms import (
    AfterShipForm,
    EasyPostForm,
    GenericForm,
    LineForm,
    MessagesForm,
    SeventeenTrackForm,
    ShippoForm,
    ShopifyForm,
    StripeForm,
    TwilioForm,
    WhatsAppForm,
)
from integrations.models import Service
from integrations.polling.carriers import CARRIERS
from integrations.polling.forms import FORMS as CARRIER_FORMS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FORMS: dict[str, type[forms.Form]] = {
    Service.SHOPIFY: ShopifyForm,
    Service.STRIPE: StripeForm,
    Service.LINE: LineForm,
    Service.TWILIO: TwilioForm,
    Service.WHATSAPP: WhatsAppForm,
    Service.MESSAGES: MessagesForm,
    Service.EASYPOST: EasyPostForm,
    Service.AFTERSHIP: AfterShipForm,
    Service.SHIPPO: ShippoForm,
    Service.SEVENTEENTRACK: SeventeenTrackForm,
    **CARRIER_FORMS,
    Service.GENERIC: GenericForm,
}
GROUPS: dict[str, tuple[StrOrPromise, tuple[str, ...]]] = {
    "platform": (gettext_lazy("Shop platform"), (Service.SHOPIFY,)),
    "payments": (gettext_lazy("Payments"), (Service.STRIPE,)),
    "channels": (
        pgettext_lazy("connections", "Messages"),
        (Service.LINE, Service.TWILIO, Service.WHATSAPP, Service.MESSAGES),
    ),
    "parcels": (
        pgettext_lazy("connections", "Parcels and labels"),
        (
            Service.EASYPOST,
            Service.AFTERSHIP,
            Service.SHIPPO,
            Service.SEVENTEENTRACK,
            *CARRIERS,
            Service.GENERIC,
        ),
    ),
}
"""What the services are for, by a short name: a heading, and which they are."""

ABOUT: dict[str, StrOrPromise] = {
    Service.SHOPIFY: gettext_lazy(
        "Orders, parcels, refunds, customers and products come in by themselves."
    ),
    Service.STRIPE: gettext_lazy(
        "Refunds go back to the card that paid, and shoppers pay the difference of an exchange."
    ),
    Service.TWILIO: gettext_lazy("Messages go out by SMS, and what shoppers answer comes in."),
    Service.WHATSAPP: gettext_lazy(
        "Messages go out by WhatsApp, as templates that it approved, and answers come in."
    ),
    Service.EASYPOST: gettext_lazy(
        "Scans of parcels from more than a hundred carriers, and labels for returns."
    ),
    Service.AFTERSHIP: gettext_lazy("Scans and delivery dates of the parcels you track there."),
    Service.SHIPPO: gettext_lazy("Scans of parcels with labels from Shippo, or tracked there."),
    Service.SEVENTEENTRACK: gettext_lazy("Scans of parcels across borders, from every carrier."),
    **{
        carrier: gettext_lazy(
            "With an account there we ask for your parcels’ scans ourselves, as often as it allows."
        )
        for carrier in CARRIERS
    },
    Service.MESSAGES: gettext_lazy(
        "Your own system brings messages to shoppers, in an app or in any other way."
    ),
    Service.LINE: gettext_lazy(
        "Shoppers link their orders with your official account, and hear of them in LINE."
    ),
    Service.GENERIC: gettext_lazy(
        "Your warehouse or any other program sends tracking events, signed."
    ),
}
HINTS: dict[str, StrOrPromise] = {
    Service.STRIPE: gettext_lazy(
        "There, choose API version 2024-10-28 or later, and then enter the endpoint’s signing "
        "secret here."
    ),
    Service.TWILIO: gettext_lazy(
        "Enter it at Twilio for your number or Messaging Service, where a message comes in, as a "
        "webhook with HTTP POST. Reports on delivery come by themselves."
    ),
    Service.AFTERSHIP: gettext_lazy("There, choose all shipment updates and delivery dates."),
    Service.SHIPPO: gettext_lazy("There, choose the event type “Track Updated”."),
    Service.SEVENTEENTRACK: gettext_lazy("There, choose version 2.2 or later."),
    Service.MESSAGES: gettext_lazy(
        "Signed by the Standard Webhooks scheme. Choose this channel in the flow of a message."
    ),
    Service.LINE: gettext_lazy(
        "There, enter it as the webhook URL under Messaging API. Switch “Use webhook” and “Webhook "
        "redelivery” on, and greeting and auto-reply messages off: we greet new friends."
    ),
    Service.GENERIC: gettext_lazy(
        "Signed by the Standard Webhooks scheme. The guide for integrators shows what to send."
    ),
}
