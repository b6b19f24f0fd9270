"""Getting into a shop's account at WhatsApp: number, business account, token and secret."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import salted_hmac

from integrations.connections import connect_by_staff, find_api, note_checked
from integrations.models import Connection, Service
from integrations.whatsapp.client import ANSWER_SECONDS, WhatsAppClient
from integrations.whatsapp.errors import NotOfAccount, WhatsAppError

if TYPE_CHECKING:
    from commerce.models import Merchant, User

CHECK_SECONDS = 10.0
PERMISSIONS = ("whatsapp_business_messaging", "whatsapp_business_management")
"""What the token has to be allowed, as Meta names it."""


def connect_account(
    *,
    merchant: Merchant,
    number: str,
    account: str,
    token: str,
    secret: str,
    by: User,
    at: datetime,
) -> Connection:
    """Connect a shop to its number at WhatsApp, once Meta has accepted everything.

    `number` and `account` are the ids of the phone number and of its business account; `secret` is
    that of the app whose `token` it is, and signs the webhooks. The same again changes both.
    Publishes ConnectionChanged. Raises WhatsAppError, AccountTaken and OtherAccountConnected.
    """
    try_account(number=number, account=account, token=token, secret=secret)
    with transaction.atomic():
        connection = connect_by_staff(
            merchant=merchant,
            service=Service.WHATSAPP,
            account=number,
            secret=secret,
            client_id=account,
            proven=True,
            by=by,
            at=at,
        )
        connection.access_token, connection.checked_at = token, at
        connection.save(update_fields=("access_token", "checked_at"))
    return connection


def try_account(*, number: str, account: str, token: str, secret: str) -> None:
    """Ask for what we have to read, and to be told of what happens; raises WhatsAppError."""
    with WhatsAppClient(token, secret, answer_seconds=CHECK_SECONDS) as client:
        numbers = client.rows(f"{account}/phone_numbers", fields="id")
        if not any(str(row.get("id")) == number for row in numbers):
            raise NotOfAccount
        client.get(f"{account}/message_templates", limit=1, fields="name")
        # Without it the account's webhooks do not come to the app.
        client.post(f"{account}/subscribed_apps")


def check_access(connection: Connection, *, at: datetime) -> None:
    """Try a connection now, and note what is wrong with it."""
    try:
        try_account(
            number=connection.account,
            account=connection.client_id,
            token=connection.access_token,
            secret=connection.secret,
        )
    except WhatsAppError as error:
        note_checked(connection, error, at=at)
    else:
        note_checked(connection, None, at=at)


def list_connected() -> list[int]:
    """Return the ids of the merchants that are connected to WhatsApp itself."""
    living = Connection.every_merchant.filter(service=Service.WHATSAPP, ended_at=None)
    return list(living.order_by("pk").values_list("merchant_id", flat=True))


def find_account() -> Connection | None:
    """Return the scope's connection to WhatsApp itself, or None."""
    return find_api(Service.WHATSAPP)


def open_client(connection: Connection, *, within: float = ANSWER_SECONDS) -> WhatsAppClient:
    """Return a client for a connection; the caller closes it."""
    return WhatsAppClient(connection.access_token, connection.secret, answer_seconds=within)


def verify_token(connection_id: str) -> str:
    """Return what Meta shows to prove, before its first webhook, that staff set it up.

    It is made of the connection's public id, so that it needs no keeping.
    """
    return salted_hmac("integrations.whatsapp", connection_id, algorithm="sha256").hexdigest()[:40]
