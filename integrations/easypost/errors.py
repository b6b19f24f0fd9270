"""What can go wrong when EasyPost is asked, in words for staff."""

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class EasyPostError(ServiceError):
    """A request to EasyPost that led to nothing."""

    words = _("EasyPost could not do it. %(detail)s")


class KeyRefused(EasyPostError):
    """EasyPost does not know the key."""

    words = _("EasyPost does not accept this API key.")


class Refused(EasyPostError):
    """EasyPost said no; its own words are the detail."""

    words = _("EasyPost refused: %(detail)s")

    def __init__(self, detail: str = "", code: str = "") -> None:
        super().__init__(detail)
        self.code = code


class Busy(EasyPostError):
    """EasyPost takes no more requests just now."""

    words = _("EasyPost is busy. Try again in a minute.")


class Unanswered(EasyPostError):
    """No answer came that can be read: what was asked may have been done."""

    words = _("EasyPost did not answer (%(detail)s).")
