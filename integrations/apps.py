"""Registers the integrations with Django, and what reads their requests."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Every wire to the outside."""

    name = "integrations"

    def ready(self) -> None:
        from commerce.ports import register_end_of_shops, register_promo_platform
        from commerce.selectors.setup import DEMO
        from integrations import health, panels  # noqa: F401  they register themselves
        from integrations.aftership import inbound as aftership
        from integrations.closing import end_wires
        from integrations.demo import handlers as demo_handlers  # noqa: F401  the same
        from integrations.demo import inbound as demo
        from integrations.demo import panels as demo_panels  # noqa: F401  the same
        from integrations.demo.labels import DemoLabels
        from integrations.easypost import inbound as easypost
        from integrations.easypost.outbound import EasyPostLabels
        from integrations.generic import inbound as generic
        from integrations.line import handlers as line_handlers  # noqa: F401  the same
        from integrations.line import inbound as line
        from integrations.line import panels as line_panels  # noqa: F401  the same
        from integrations.line.outbound import LineMessages
        from integrations.mail import inbound as mail
        from integrations.messages.outbound import OwnSystemChannel
        from integrations.models import Service
        from integrations.seventeentrack import inbound as seventeentrack
        from integrations.shippo import inbound as shippo
        from integrations.shopify import handlers as shopify_handlers  # noqa: F401  the same
        from integrations.shopify import inbound as shopify
        from integrations.shopify.outbound import ShopifyCredits, ShopifyRefunds
        from integrations.shopify.promos import ShopifyPromos
        from integrations.shopify.stops import ShopifyStops
        from integrations.simulator import panels as simulator  # noqa: F401  the same
        from integrations.stripe import handlers as stripe_handlers  # noqa: F401  the same
        from integrations.stripe import inbound as stripe
        from integrations.stripe.outbound import StripeRefunds
        from integrations.stripe.pages import StripePayments
        from integrations.twilio import inbound as twilio
        from integrations.twilio.outbound import TwilioSms
        from integrations.whatsapp import inbound as whatsapp
        from integrations.whatsapp.outbound import WhatsApp
        from notifications.ports import register_channel
        from postexp.kernel.inbox import register_source
        from returns.ports import (
            register_credit_provider,
            register_label_provider,
            register_payment_provider,
            register_provider,
            register_stop_provider,
        )

        register_source(Service.SHOPIFY, shopify.process)
        register_source(Service.EASYPOST, easypost.process)
        register_source(Service.AFTERSHIP, aftership.process)
        register_source(Service.SHIPPO, shippo.process)
        register_source(Service.SEVENTEENTRACK, seventeentrack.process)
        register_source(Service.GENERIC, generic.process)
        register_source(Service.STRIPE, stripe.process)
        register_source(Service.TWILIO, twilio.process)
        register_source(Service.MAIL, mail.process)
        register_source(Service.LINE, line.process)
        register_source(Service.WHATSAPP, whatsapp.process)
        register_source(DEMO, demo.process)
        register_channel(LineMessages())
        # The difference of an exchange may be paid at Stripe, whatever platform the order is from.
        register_provider(StripeRefunds())
        register_provider(ShopifyRefunds())
        register_payment_provider(StripePayments())
        register_credit_provider(ShopifyCredits())
        register_stop_provider(ShopifyStops())
        register_promo_platform(ShopifyPromos())
        register_label_provider(DemoLabels())
        register_label_provider(EasyPostLabels())
        register_channel(TwilioSms())
        register_channel(WhatsApp())
        register_channel(OwnSystemChannel())
        register_end_of_shops(end_wires)
