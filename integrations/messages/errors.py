"""What goes wrong between us and a shop's own system, each with words for staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class OwnSystemError(ServiceError):
    """A message that the shop's own system did not take."""

    words = _("Your system did not take the message.")


class Unreachable(OwnSystemError):
    """No answer came."""

    words = _(
        "Your system did not answer (%(detail)s). See that it runs and can be reached from here, "
        "and send a test."
    )


class NotPublic(OwnSystemError):
    """The address is a private one, or not https. Nothing was sent."""

    words = _("Only public https addresses are sent to.")


class Refused(OwnSystemError):
    """It answered something else than 2xx."""

    words = _("Your system answered %(detail)s. It has to answer with 2xx.")
