"""Registers tracking with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    """The tracking room."""

    name = "tracking"
    verbose_name = _("Tracking")

    def ready(self) -> None:
        from commerce.ports import register_personal_data
        from tracking import handlers, messages, panels  # noqa: F401  they register themselves
        from tracking.services.personal import KEEPER

        register_personal_data(KEEPER)
