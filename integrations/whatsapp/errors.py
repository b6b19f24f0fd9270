"""What can go wrong when WhatsApp is asked, in words for staff."""

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class WhatsAppError(ServiceError):
    """A request to WhatsApp that led to nothing."""

    words = _("WhatsApp could not do it. %(detail)s")


class TokenRefused(WhatsAppError):
    """The token opens nothing, or not what was asked for; staff mend it."""

    words = _("WhatsApp does not accept the access token. %(detail)s")


class SecretRefused(WhatsAppError):
    """The app secret is not that of the app whose token it is."""

    words = _(
        "The app secret does not belong to the app of this access token. Copy it from App settings "
        "> Basic of that app."
    )


class Halted(WhatsAppError):
    """The account or its number may send nothing now; staff mend it with Meta."""

    words = _("WhatsApp lets this account send nothing now. %(detail)s")


class Busy(WhatsAppError):
    """WhatsApp takes no more for now, and nothing was taken."""

    words = _("WhatsApp is busy. Try again in a minute.")

    def __init__(self, detail: str = "", *, retry_after: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Refused(WhatsAppError):
    """WhatsApp said no; its own words are the detail, its number the code."""

    words = _("WhatsApp refused: %(detail)s")

    def __init__(self, detail: str = "", code: int = 0) -> None:
        super().__init__(detail)
        self.code = code


class Unreached(WhatsAppError):
    """The request did not leave the house."""

    words = _("WhatsApp cannot be reached (%(detail)s).")


class Unanswered(WhatsAppError):
    """No answer came that can be read: what was asked may have been done."""

    words = _("WhatsApp did not answer (%(detail)s).")


class NotOfAccount(WhatsAppError):
    """The number is not one of the business account."""

    words = _(
        "The business account has no phone number with this ID. API setup of your app at Meta "
        "shows both IDs, one below the other."
    )
