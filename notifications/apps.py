"""Registers the message engine with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """The notifications room."""

    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from notifications import (  # noqa: F401  they register themselves
            handlers,
            messages,
            panels,
            reports,
        )
        from notifications.ports import register_channel
        from notifications.services.email import EmailChannel

        register_channel(EmailChannel())
        from commerce.ports import register_end_of_shops, register_personal_data
        from notifications.services.closing import end_messages
        from notifications.services.personal import KEEPER, REPLIES

        register_personal_data(KEEPER)
        register_personal_data(REPLIES)
        register_end_of_shops(end_messages)
