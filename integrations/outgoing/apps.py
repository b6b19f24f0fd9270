"""Registers the outgoing webhooks with Django."""

from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    """The outgoing webhooks."""

    name = "integrations.outgoing"
    label = "outgoing"

    def ready(self) -> None:
        from integrations.embed import panels as embed  # noqa: F401  it registers itself
        from integrations.outgoing import handlers, panels  # noqa: F401  they register themselves
