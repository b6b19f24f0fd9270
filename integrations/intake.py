"""Taking requests in: whose one is, whether that sender signed it, and keeping it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import LiteralString

from postexp.kernel import inbox
from postexp.kernel.inbox import NoLongerSo, Provided, Stored
from postexp.kernel.secrets import cipher
from postexp.kernel.statements import fetch_kept

OLD_SECRET_LASTS = timedelta(days=1)
# Senders a process remembers before it forgets them all and begins again.
REMEMBERED = 4096
# Signs for a sender nobody knows, so that a stranger is refused as slowly as a forger.
NOBODYS_SECRET = "unknown sender"  # noqa: S105


@dataclass(frozen=True, kw_only=True)
class Address:
    """Whom a request claims to come from: a service's account, or a connection's public id."""

    service: str
    account: str = ""
    public_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a verified request says of itself: its topic, what tells it from others, its headers."""

    topic: str
    provider_key: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Sender:
    """The connection of a sender, as it was read."""

    id: int
    merchant_id: int
    encrypted: str
    encrypted_old: str
    rotated_at: datetime | None
    ended_at: datetime | None

    @cached_property
    def secret(self) -> str:
        """The secret that signs."""
        return cipher().decrypt(self.encrypted.encode()).decode()

    @cached_property
    def old_secret(self) -> str:
        """The secret before it, which signs for one more day."""
        return cipher().decrypt(self.encrypted_old.encode()).decode()

    def secrets(self, at: datetime) -> tuple[str, ...]:
        """Return the secrets that may sign at an instant.

        One that was forgotten when the connection ended is empty, and anybody could sign with it.
        """
        rotated = self.rotated_at is not None and at < self.rotated_at + OLD_SECRET_LASTS
        kept = (self.secret, self.old_secret) if rotated else (self.secret,)
        return tuple(secret for secret in kept if secret)

    @property
    def unchanged(self) -> Provided:
        """That the connection lives, and its secret is the one that was read."""
        return Provided(UNCHANGED, (self.id, self.encrypted))


# Whose an account is now comes first, else whose it was last: they still hear about privacy.
BY_ACCOUNT: LiteralString = """
SELECT id, merchant_id, secret, old_secret, rotated_at, ended_at FROM integrations_connection
WHERE service = %s AND account = %s ORDER BY ended_at DESC NULLS FIRST LIMIT 1
"""
BY_ID: LiteralString = """
SELECT id, merchant_id, secret, old_secret, rotated_at, ended_at FROM integrations_connection
WHERE service = %s AND public_id = %s
"""
UNCHANGED: LiteralString = """EXISTS (
  SELECT 1 FROM integrations_connection WHERE id = %s AND secret = %s AND ended_at IS NULL
)"""

_remembered: dict[Address, Sender] = {}


def find_sender(address: Address) -> Sender | None:
    """Return the sender a request claims to come from, whichever shop's it is.

    Read outside a scope: only the verified request may enter the shop's.
    """
    if address.public_id:
        row = fetch_kept(BY_ID, [address.service, address.public_id])
    else:
        row = fetch_kept(BY_ACCOUNT, [address.service, address.account])
    return Sender(*row) if row else None


def take_in(
    address: Address,
    *,
    is_signed: Callable[[str], bool],
    told: Callable[[], Told],
    body: bytes,
    at: datetime,
) -> Stored | None:
    """Keep a request that one of its sender's secrets signed; return None where none did.

    `is_signed` says whether a secret signed it, in constant time; `told` is asked once one has.
    The sender is remembered: a request of one we know costs one statement, which stores nothing
    where the connection has changed meanwhile. Then, as for a stranger, it is read anew.
    """

    def keep(sender: Sender, provided: Provided) -> Stored:
        message = told()
        return inbox.store(
            source=address.service,
            topic=message.topic,
            provider_key=message.provider_key,
            merchant_id=sender.merchant_id,
            headers=message.headers,
            body=body,
            at=at,
            provided=provided,
        )

    known = _remembered.get(address)
    if known and _any_signed(known.secrets(at), is_signed):
        try:
            return keep(known, known.unchanged)
        except NoLongerSo:
            pass
    found = find_sender(address)
    if found is not None and found == known and known.ended_at is None:
        return None  # read as it was remembered, and its secrets had not signed
    _remember(address, found)
    secrets = found.secrets(at) if found else (NOBODYS_SECRET,)
    if not _any_signed(secrets, is_signed) or found is None:
        return None
    return keep(found, inbox.ALWAYS)


def _any_signed(secrets: tuple[str, ...], is_signed: Callable[[str], bool]) -> bool:
    # Every secret is tried, so that the time tells nobody which of them signed, or that none may.
    tried = [is_signed(secret) for secret in secrets or (NOBODYS_SECRET,)]
    return bool(secrets) and any(tried)


def _remember(address: Address, sender: Sender | None) -> None:
    if sender is None or sender.ended_at is not None:
        _remembered.pop(address, None)
        return
    if len(_remembered) >= REMEMBERED:
        _remembered.clear()
    _remembered[address] = sender
