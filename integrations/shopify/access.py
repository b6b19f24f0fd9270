"""Getting into a shop at Shopify: its credentials, its token, what we may do there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

from integrations.models import Connection
from integrations.shopify import scopes
from integrations.shopify.client import ShopifyClient, Token
from integrations.shopify.errors import ShopifyError
from postexp.kernel import clock


@dataclass
class TypedCredentials:
    """What somebody typed, before it is known to be right. Its token is kept nowhere else."""

    shop: str
    client_id: str
    client_secret: str
    kept: Token | None = None

    def token(self) -> Token | None:
        """Return the token it got, if any."""
        return self.kept

    def keep(self, token: Token) -> None:
        """Keep a new token."""
        self.kept = token


@dataclass
class ConnectionCredentials:
    """The credentials of a connection; its token is kept encrypted, for every process."""

    connection: Connection
    shop: str = field(init=False)
    client_id: str = field(init=False)
    client_secret: str = field(init=False)

    def __post_init__(self) -> None:
        self.shop = self.connection.account
        self.client_id = self.connection.client_id
        self.client_secret = self.connection.secret

    def token(self) -> Token | None:
        """Return the kept token, if there is one."""
        value, until = self.connection.access_token, self.connection.token_expires_at
        return Token(value=value, expires_at=until) if value and until else None

    def keep(self, token: Token) -> None:
        """Keep a new token. The client takes one whenever Shopify no longer accepts the old."""
        self.connection.access_token = token.value
        self.connection.token_expires_at = token.expires_at
        self.connection.save(update_fields=("access_token", "token_expires_at"))


def open_client(connection: Connection, *, within: float = math.inf) -> ShopifyClient:
    """Return a client for a connection; the caller closes it. Its calls end `within` seconds."""
    return ShopifyClient(ConnectionCredentials(connection), now=clock.now, within=within)


def try_credentials(*, shop: str, client_id: str, client_secret: str) -> list[str]:
    """Log in with what was typed and return the scopes that are missing. Raises ShopifyError."""
    typed = TypedCredentials(shop=shop, client_id=client_id, client_secret=client_secret)
    with ShopifyClient(typed, now=clock.now, patience=10.0) as client:
        return scopes.missing(_granted(client))


def check_access(connection: Connection, client: ShopifyClient, *, at: datetime) -> None:
    """Ask what we may do there, and note it on the connection, or what is wrong."""
    try:
        connection.scopes = _granted(client)
    except ShopifyError as error:
        note_problem(connection, error, at=at)
        raise
    connection.problem = connection.problem_detail = ""
    connection.checked_at = at
    connection.save(update_fields=("scopes", "problem", "problem_detail", "checked_at"))


def note_problem(connection: Connection, error: ShopifyError, *, at: datetime) -> None:
    """Note what is wrong with a connection, for its page."""
    connection.problem, connection.problem_detail = error.kind, error.detail[:1000]
    connection.checked_at = at
    connection.save(update_fields=("problem", "problem_detail", "checked_at"))


def _granted(client: ShopifyClient) -> list[str]:
    rows = client.run("access")["currentAppInstallation"]["accessScopes"]
    return sorted(row["handle"] for row in rows)
