"""Getting into a shop's official account at LINE: its secret, its token, its webhooks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from integrations.connections import connect_by_staff, find_api, note_checked
from integrations.line.client import ANSWER_SECONDS, LineClient
from integrations.line.errors import LineError, OtherEndpoint, Refused, TestRefused, WebhooksOff
from integrations.models import Connection, Service

if TYPE_CHECKING:
    from commerce.models import Merchant, User

CHECK_SECONDS = 10.0


def connect_account(
    *, merchant: Merchant, secret: str, token: str, by: User, at: datetime
) -> Connection:
    """Connect a shop to its official account, once LINE has accepted the token.

    `secret` is the channel secret, with which LINE signs its webhooks. The same account again
    changes both. Publishes ConnectionChanged. Raises LineError, AccountTaken, and
    OtherAccountConnected.
    """
    with LineClient(token, answer_seconds=CHECK_SECONDS) as client:
        account = client.get("info")
    with transaction.atomic():
        connection = connect_by_staff(
            merchant=merchant,
            service=Service.LINE,
            account=str(account["userId"]),
            secret=secret,
            client_id=str(account["basicId"]),
            proven=True,
            by=by,
            at=at,
        )
        connection.access_token, connection.checked_at = token, at
        connection.save(update_fields=("access_token", "checked_at"))
    return connection


def open_client(connection: Connection, *, answer_seconds: float = ANSWER_SECONDS) -> LineClient:
    """Return a client for a connection; the caller closes it."""
    return LineClient(connection.access_token, answer_seconds=answer_seconds)


def find_account() -> Connection | None:
    """Return the connection to the official account of the scope's shop, if it has one."""
    return find_api(Service.LINE)


def webhook_address(connection: Connection) -> str:
    """Return the address that LINE is to send a connection's webhooks to."""
    return f"{settings.BASE_URL}{reverse('webhooks:line', args=[connection.public_id])}"


def check_access(connection: Connection, *, at: datetime) -> None:
    """Try the token, and let LINE try our address; note what is wrong."""
    try:
        with open_client(connection, answer_seconds=CHECK_SECONDS) as client:
            _check_webhooks(client, webhook_address(connection))
    except LineError as error:
        note_checked(connection, error, at=at)
    else:
        note_checked(connection, None, at=at)


def _check_webhooks(client: LineClient, address: str) -> None:
    """Raise LineError unless the account's webhooks come to an address, and are taken there."""
    try:
        known = client.get("channel/webhook/endpoint")
    except Refused:
        # LINE answers 404 while no address was ever entered.
        known = {}
    if known.get("endpoint") != address:
        raise OtherEndpoint(str(known.get("endpoint", "")))
    if not known.get("active"):
        raise WebhooksOff
    tried = client.post("channel/webhook/test")
    if not tried.get("success"):
        raise TestRefused(f"{tried.get('reason', '')} {tried.get('detail', '')}".strip())
