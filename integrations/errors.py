"""Failures integrations anticipate, each with a message a user may read."""

from django.utils.translation import gettext_lazy as _


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
