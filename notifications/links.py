"""Addresses that lead from a message to the shopper's own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commerce.links import site_url
from postexp.kernel import signing

if TYPE_CHECKING:
    from commerce.models import Merchant

READER = "reader"
"""What a link of a reader of messages is signed for: their preferences, and nothing else."""


def message_url(merchant: Merchant, message_id: str) -> str:
    """Return the short address that leads on to what a message is about."""
    return site_url(merchant, "site:message_link", "", message_id)


def preferences_url(merchant: Merchant, customer_id: str, locale: str = "") -> str:
    """Return where a customer says what they want to be written, without a log-in."""
    return site_url(merchant, "site:preferences", locale, reader_token(customer_id))


def unsubscribe_url(merchant: Merchant, customer_id: str, channel: str, locale: str = "") -> str:
    """Return where a customer ends marketing on a channel: opening it asks, posting to it acts."""
    return site_url(merchant, "site:unsubscribe", locale, reader_token(customer_id), channel)


def reader_token(customer_id: str) -> str:
    """Return the token that opens the preferences of one customer."""
    return signing.sign(READER, customer_id)


def reader_of_token(token: str) -> str:
    """Return the public id of the customer a token is about; raises signing.BadToken."""
    return signing.unsign(READER, token)
