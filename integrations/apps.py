"""Registers the integrations with Django, and what reads their requests."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Every wire to the outside."""

    name = "integrations"

    def ready(self) -> None:
        from commerce.ports import register_end_of_shops
        from commerce.selectors.setup import DEMO
        from integrations import health, panels  # noqa: F401  they register themselves
        from integrations.closing import end_wires
        from integrations.demo import handlers as demo_handlers  # noqa: F401  the same
        from integrations.demo import inbound as demo
        from integrations.demo import panels as demo_panels  # noqa: F401  the same
        from integrations.easypost import inbound as easypost
        from integrations.models import Service
        from integrations.shopify import handlers as shopify_handlers  # noqa: F401  the same
        from integrations.shopify import inbound as shopify
        from integrations.shopify.outbound import ShopifyCredits, ShopifyRefunds
        from integrations.simulator import panels as simulator  # noqa: F401  the same
        from postexp.kernel.inbox import register_source
        from returns.ports import register_credit_provider, register_provider

        register_source(Service.SHOPIFY, shopify.process)
        register_source(Service.EASYPOST, easypost.process)
        register_source(DEMO, demo.process)
        register_provider(ShopifyRefunds())
        register_credit_provider(ShopifyCredits())
        register_end_of_shops(end_wires)
