"""Failures integrations anticipate, each with a message a user may read."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ServiceError(Exception):
    """A request to a service that led to nothing.

    Its text is for staff, in the language of the moment; `kind` and `detail` can be kept and told
    later: see `describe`.
    """

    words: str | Promise

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def kind(self) -> str:
        """The name of what went wrong."""
        return type(self).__name__

    def __str__(self) -> str:
        return _filled(self.words, self.detail)


def describe(base: type[ServiceError], kind: str, detail: str) -> str:
    """Return the words of a kept error in the language of the moment; "" for no kind.

    `base` is the error that all those of the service are kinds of.
    """
    if not kind:
        return ""
    found = next((one for one in (base, *base.__subclasses__()) if one.__name__ == kind), base)
    return _filled(found.words, detail)


def _filled(words: str | Promise, detail: str) -> str:
    """Fill the details in: ours in the language of the moment, those of a service as they are."""
    return str(words) % {"detail": gettext(detail) if detail else ""}


class AccountTaken(Exception):
    """Another shop on this installation is connected to that account."""

    message = _("Another shop is connected to this account. End that connection first.")


class AccountUnproven(AccountTaken):
    """Another shop entered that account without proof; so did this one."""

    message = _(
        "Another shop is connected to this account. If the account is yours, enter the client ID, "
        "too: it proves that, and the other shop’s connection ends."
    )


class OtherAccountConnected(Exception):
    """The shop itself is connected to another account of that service."""

    message = _("This shop is already connected to another account. End that connection first.")
