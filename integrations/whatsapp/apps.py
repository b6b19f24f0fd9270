"""Registers the templates of WhatsApp with Django."""

from django.apps import AppConfig


class WhatsAppConfig(AppConfig):
    """Messages by WhatsApp."""

    name = "integrations.whatsapp"
    label = "whatsapp"

    def ready(self) -> None:
        from integrations.whatsapp import panels  # noqa: F401  they register themselves
