"""What we log in with at a service, and the token that it gives us for a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from integrations.models import Connection


@dataclass(frozen=True)
class Token:
    """An access token, and until when it opens the API."""

    value: str = field(repr=False)
    expires_at: datetime

    def lasts(self, at: datetime, *, margin: timedelta) -> bool:
        """Whether it can still be used, and for longer than a margin."""
        return bool(self.value) and at < self.expires_at - margin


class Account(Protocol):
    """What a client logs in with. `base_url` is "" for the service's own address."""

    base_url: str
    client_id: str
    client_secret: str

    def token(self) -> Token | None:
        """Return the kept token, if there is one."""

    def keep(self, token: Token) -> None:
        """Keep a new token for later."""


@dataclass
class TypedAccount:
    """An account as somebody typed it in; its token lasts as long as the object."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str = ""
    kept: Token | None = field(default=None, repr=False)

    def token(self) -> Token | None:
        """Return the token taken before."""
        return self.kept

    def keep(self, token: Token) -> None:
        """Keep a token."""
        self.kept = token


@dataclass
class ConnectionAccount:
    """The account of a connection; its token is kept there, encrypted, for every process."""

    connection: Connection = field(repr=False)
    base_url: str = ""
    client_id: str = field(init=False)
    client_secret: str = field(init=False, repr=False)
    held: Token | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.client_id = self.connection.client_id
        self.client_secret = self.connection.secret
        self.held = self._kept()

    def token(self) -> Token | None:
        """Return the newest token, if there is one."""
        return self.held

    def keep(self, token: Token) -> None:
        """Keep a new token."""
        self.held = token
        self.save_token()

    def save_token(self) -> None:
        """Write the token into the database where it is new, and the connection has not ended."""
        if self.held is None or self.held == self._kept():
            return
        self.connection.access_token = self.held.value
        self.connection.token_expires_at = self.held.expires_at
        Connection.objects.filter(pk=self.connection.pk, ended_at=None).update(
            access_token=self.held.value, token_expires_at=self.held.expires_at
        )

    def _kept(self) -> Token | None:
        value, until = self.connection.access_token, self.connection.token_expires_at
        return Token(value, until) if value and until else None
