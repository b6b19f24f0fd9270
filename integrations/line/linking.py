"""Linking a LINE account to a customer: what the pages and the chat hand to each other.

A link to our page names the LINE account and was sent to its chat alone. Whoever opens it proves
which customer they are; LINE then makes sure that the browser is the account's, and tells us by a
webhook under a number that is used once. So nobody links an account of theirs to somebody else's
orders, or somebody else's account to orders of theirs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from commerce import links
from integrations.line.access import CHECK_SECONDS, open_client
from integrations.models import Connection
from notifications.enums import Medium
from notifications.services import offer_link
from postexp.kernel import signing

if TYPE_CHECKING:
    from commerce.models import Merchant

ACCOUNT = "line_account"
"""Purpose of the token that names a LINE account to our page."""


def account_token(user: str) -> str:
    """Return the token that names a LINE account in an address."""
    return signing.sign(ACCOUNT, user)


def account_of_token(token: str) -> str:
    """Return the LINE account a token names; raises signing.BadToken."""
    return signing.unsign(ACCOUNT, token)


def linking_url(merchant: Merchant, user: str, locale: str) -> str:
    """Return the absolute address at which a LINE account is linked, and unlinked."""
    return links.site_url(merchant, "site:line_account", locale, account_token(user))


def dialog_url(connection: Connection, *, user: str, customer_id: str, at: datetime) -> str:
    """Return the address at LINE where a person links their account; good for ten minutes.

    Raises LineError.
    """
    with open_client(connection, answer_seconds=CHECK_SECONDS) as client:
        made = client.post(f"user/{user}/linkToken")
    nonce = offer_link(channel=Medium.LINE, customer_id=customer_id, at=at)
    query = urlencode({"linkToken": made["linkToken"], "nonce": nonce})
    return f"{settings.LINE_DIALOG_URL}/dialog/bot/accountLink?{query}"


def friend_url(connection: Connection) -> str:
    """Return the address at which somebody adds the shop's official account as a friend."""
    return f"https://line.me/R/ti/p/{quote(connection.client_id)}"


def message_url(connection: Connection, *, customer_id: str, at: datetime) -> str:
    """Return the address that opens the shop's chat in LINE with words to send that link it.

    The words hold a number that is used once: only who sees the customer's page has it.
    """
    nonce = offer_link(channel=Medium.LINE, customer_id=customer_id, at=at)
    words = _("Please link my account: %(code)s") % {"code": nonce}
    return f"https://line.me/R/oaMessage/{quote(connection.client_id)}/?{quote(words)}"
