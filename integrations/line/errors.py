"""What goes wrong between us and LINE, each with words for staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class LineError(ServiceError):
    """A call that led to nothing."""

    words = _("LINE did not do what was asked.")


class TokenRefused(LineError):
    """LINE does not know the channel access token, or it was revoked. Nothing was done."""

    words = _("LINE does not accept the channel access token. Issue a new one, and enter it here.")


class NotAllowed(LineError):
    """The account may not do this. Nothing was done."""

    words = _("The LINE account may not do this. LINE says: %(detail)s")


class QuotaUsedUp(LineError):
    """The account has sent what its plan lets it send in a month. Nothing was done."""

    words = _("The messages of this month’s LINE plan are used up.")


class Busy(LineError):
    """LINE takes no more requests just now. Nothing was done."""

    words = _("LINE is limiting our requests. Try again in a few minutes.")

    def __init__(self, detail: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Refused(LineError):
    """LINE understood and said no; its own words are the detail. Nothing was done."""

    words = _("LINE says: %(detail)s")


class Unanswered(LineError):
    """No answer came to rely on: what was asked may have been done, or not."""

    words = _("LINE did not answer (%(detail)s). Try again in a few minutes.")


class OtherEndpoint(LineError):
    """The account's webhooks go somewhere else, or nowhere; the detail is where."""

    words = _(
        "LINE sends this account’s webhooks to “%(detail)s”, not to the address below. Enter it in "
        "the LINE Developers console."
    )


class WebhooksOff(LineError):
    """The account's webhooks are switched off."""

    words = _("Webhooks are switched off. In the LINE Developers console, switch “Use webhook” on.")


class TestRefused(LineError):
    """LINE sent a test webhook, which did not arrive or was not taken."""

    words = _(
        "LINE sent a test webhook, and it was not taken: %(detail)s. Compare the channel secret."
    )
