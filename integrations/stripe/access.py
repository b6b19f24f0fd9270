"""Getting into a shop's account at Stripe: its key, and whether that is for tests or for money."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from integrations.connections import connect_by_staff, find_api, note_checked
from integrations.models import Connection, Service
from integrations.stripe.client import PATIENCE, StripeClient
from integrations.stripe.errors import KeyRefused, StripeError

if TYPE_CHECKING:
    from commerce.models import Merchant, User

# As Stripe's form for restricted keys names them.
PERMISSIONS = (
    "Charges and Refunds: Write",
    "Checkout Sessions: Write",
    "PaymentIntents: Write",
)
# What we have to read; what we write besides, Stripe's own words tell when it is missing.
READ = ("refunds", "payment_intents", "charges", "checkout/sessions")
CHECK_SECONDS = 10.0
SHOWN = 4


def connect_account(
    *, merchant: Merchant, key: str, secret: str, by: User, at: datetime
) -> Connection:
    """Connect a shop to its account at Stripe, once Stripe has accepted the key.

    `secret` is that with which Stripe signs its webhooks; where it is empty, the one that is kept
    stays, and until there is one no webhook is taken in. The same again changes both. Publishes
    ConnectionChanged. Raises StripeError.
    """
    try_key(key)
    with transaction.atomic():
        known = find_api(Service.STRIPE)
        connection = connect_by_staff(
            merchant=merchant,
            service=Service.STRIPE,
            account=merchant.public_id,
            # What nobody knows signs nothing.
            secret=secret or (known.secret if known else secrets.token_urlsafe()),
            client_id=shown_key(key),
            by=by,
            at=at,
        )
        connection.access_token, connection.checked_at = key, at
        connection.save(update_fields=("access_token", "checked_at"))
    return connection


def try_key(key: str) -> None:
    """Ask for one row of everything we have to read; raises StripeError."""
    with StripeClient(key, within=CHECK_SECONDS) as client:
        for path in READ:
            client.get(path, limit=1)


def shown_key(key: str) -> str:
    """Return what a key is shown as: whether it is restricted, for tests, and how it ends."""
    return f"{'_'.join(key.split('_')[:2])}_…{key[-SHOWN:]}"


def is_live(connection: Connection) -> bool:
    """Whether a connection moves real money."""
    return connection.client_id.split("_")[1:2] == ["live"]


def open_client(connection: Connection, *, within: float = PATIENCE) -> StripeClient:
    """Return a client for a connection; the caller closes it. Its calls end `within` seconds."""
    return StripeClient(connection.access_token, within=within)


def check_access(connection: Connection, *, at: datetime) -> None:
    """Try the key of a connection now, and note what is wrong with it."""
    try:
        try_key(connection.access_token)
    except StripeError as error:
        note_checked(connection, error, at=at)
    else:
        note_checked(connection, None, at=at)


def find_account() -> Connection:
    """Return the connection through which the scope's shop asks Stripe; raises KeyRefused."""
    connection = find_api(Service.STRIPE)
    if connection is None:
        raise KeyRefused
    return connection
