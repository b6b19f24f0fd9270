"""Registers the asking of carriers with Django."""

from django.apps import AppConfig


class PollingConfig(AppConfig):
    """Asking carriers about parcels."""

    name = "integrations.polling"
    label = "polling"

    def ready(self) -> None:
        from integrations.polling import handlers, health, panels  # noqa: F401  they register
        from integrations.polling.carriers import CARRIERS
        from integrations.polling.inbound import process, process_together
        from postexp.kernel.inbox import register_source

        for carrier in CARRIERS:
            register_source(carrier, process, process_together=process_together)
