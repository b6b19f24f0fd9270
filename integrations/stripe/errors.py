"""What goes wrong between us and Stripe, each with words for staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from integrations.errors import ServiceError


class StripeError(ServiceError):
    """A call that led to nothing."""

    words = _("Stripe did not do what was asked.")


class KeyRefused(StripeError):
    """Stripe does not know the key, or it was revoked. Nothing was done."""

    words = _("Stripe does not accept the key. Make a new one there, and enter it here.")


class NotAllowed(StripeError):
    """The key is a restricted one that may not do this. Nothing was done."""

    words = _("The key lacks a permission. Stripe says: %(detail)s")


class Declined(StripeError):
    """The bank of the card said no. Nothing was taken."""

    words = _("The card was declined: %(detail)s")


class Refused(StripeError):
    """Stripe understood and said no; nothing was done. `code` is Stripe's word for why."""

    words = _("Stripe says: %(detail)s")

    def __init__(self, detail: str = "", code: str = "") -> None:
        super().__init__(detail)
        self.code = code


class Unpayable(StripeError):
    """The amount cannot be written as Stripe wants it. Nothing was sent."""

    words = _("Stripe does not take this amount: %(detail)s.")


class Busy(StripeError):
    """Stripe went on asking us to wait for longer than this call may take. Nothing was done."""

    words = _("Stripe is limiting our requests. Try again in a few minutes.")


class Unanswered(StripeError):
    """Stripe gave no answer to rely on: what was asked may have been done, or not."""

    words = _("Stripe did not answer (%(detail)s). Try again in a few minutes.")
