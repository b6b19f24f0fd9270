"""Getting into a shop at Shopify: its credentials, its token, what we may do there."""

from __future__ import annotations

import math
from datetime import datetime

from integrations.connections import note_checked
from integrations.models import Connection
from integrations.shopify import scopes
from integrations.shopify.client import ShopifyClient, base_url
from integrations.shopify.errors import ShopifyError
from integrations.tokens import ConnectionAccount, TypedAccount
from postexp.kernel import clock


def open_client(connection: Connection, *, within: float = math.inf) -> ShopifyClient:
    """Return a client for a connection; the caller closes it. Its calls end `within` seconds."""
    account = ConnectionAccount(connection, base_url(connection.account))
    return ShopifyClient(account, now=clock.now, within=within)


def try_credentials(*, shop: str, client_id: str, client_secret: str) -> list[str]:
    """Log in with what was typed and return the scopes that are missing. Raises ShopifyError."""
    typed = TypedAccount(client_id, client_secret, base_url(shop))
    with ShopifyClient(typed, now=clock.now, patience=10.0) as client:
        return scopes.missing(_granted(client))


def check_access(connection: Connection, client: ShopifyClient, *, at: datetime) -> None:
    """Ask what we may do there, and note it on the connection, or what is wrong."""
    try:
        connection.scopes = _granted(client)
    except ShopifyError as error:
        note_checked(connection, error, at=at)
        raise
    connection.save(update_fields=("scopes",))
    note_checked(connection, None, at=at)


def _granted(client: ShopifyClient) -> list[str]:
    rows = client.run("access")["currentAppInstallation"]["accessScopes"]
    return sorted(row["handle"] for row in rows)
