"""What can go wrong when Twilio is asked, in words for staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class TwilioError(ServiceError):
    """A request to Twilio that led to nothing."""

    words = _("Twilio could not do it. %(detail)s")


class TokenRefused(TwilioError):
    """Twilio does not know the account or its token. Nothing was done."""

    words = _(
        "Twilio does not accept this Account SID and Auth Token. Copy both again from the first "
        "page of its console."
    )


class NotThere(TwilioError):
    """What was asked for is not in the account."""

    words = _("Twilio does not know it: %(detail)s")


class SenderUnknown(TwilioError):
    """The account has no such sender."""

    words = _(
        "The account at Twilio has no sender %(detail)s that can send SMS. Its console lists yours "
        "under Phone Numbers, with what each can do."
    )


class AccountAsleep(TwilioError):
    """The account is suspended or closed. Nothing was done."""

    words = _(
        "The account at Twilio is not active (%(detail)s). Its console says why, and how to go on."
    )


class Refused(TwilioError):
    """Twilio understood and said no; nothing was done. `code` is Twilio's number for why."""

    words = _("Twilio says: %(detail)s")

    def __init__(self, detail: str = "", code: int = 0) -> None:
        super().__init__(detail)
        self.code = code


class Busy(TwilioError):
    """Twilio takes no more requests just now. Nothing was done."""

    words = _("Twilio is limiting our requests. Try again in a few minutes.")

    def __init__(self, detail: str = "", retry_after: float = 0.0) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unreached(TwilioError):
    """The request never left us. Nothing was done."""

    words = _("Twilio cannot be reached (%(detail)s). Try again in a few minutes.")


class Unanswered(TwilioError):
    """Twilio gave no answer to rely on: what was asked may have been done, or not."""

    words = _("Twilio did not answer (%(detail)s). Try again in a few minutes.")
