"""Registers returns with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    """The returns room."""

    name = "returns"
    verbose_name = _("Returns")

    def ready(self) -> None:
        from commerce.ports import register_personal_data
        from returns import handlers, messages, panels  # noqa: F401  they register themselves
        from returns.services.cancel_personal import CANCELLATIONS
        from returns.services.personal import EXTENSIONS, KEEPER, WITHDRAWALS
        from returns.services.receiving_personal import RECEIVING

        register_personal_data(KEEPER)
        register_personal_data(CANCELLATIONS)
        register_personal_data(WITHDRAWALS)
        register_personal_data(RECEIVING)
        register_personal_data(EXTENSIONS)
