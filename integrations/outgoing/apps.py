"""Registers the outgoing webhooks with Django."""

from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    """The outgoing webhooks."""

    name = "integrations.outgoing"
    label = "outgoing"

    def ready(self) -> None:
        from integrations.outgoing import handlers, panels  # noqa: F401  they register themselves
