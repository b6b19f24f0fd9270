"""Registers commerce with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommerceConfig(AppConfig):
    """The commerce room."""

    name = "commerce"
    verbose_name = _("Commerce")

    def ready(self) -> None:
        from commerce import handlers, panels  # noqa: F401  they register themselves
        from commerce.services.staff_security import renew_second_factors
        from postexp.kernel.secrets import register_secrets

        register_secrets(renew_second_factors)
        from commerce.ports import register_personal_data
        from commerce.services.privacy.personal import KEEPER

        register_personal_data(KEEPER)
        from commerce.services.privacy.twins import KEEPER_OF_TWINS

        register_personal_data(KEEPER_OF_TWINS)
