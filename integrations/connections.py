"""Connecting a shop to outside services, and finding who a request is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import connection as database
from django.db import transaction
from django.http import Http404

from integrations.errors import AccountTaken
from integrations.events import ConnectionChanged
from integrations.models import Connection
from postexp.kernel.events import append
from postexp.kernel.inbox import Effect
from postexp.kernel.secrets import cipher

if TYPE_CHECKING:
    from commerce.models import Merchant, User

OLD_SECRET_LASTS = timedelta(days=1)
DISCONNECTED = Effect(
    kind="ignored: disconnected",
    detail={"reason": "The shop had ended this connection when the request came."},
)


def connect(*, service: str, account: str, secret: str, at: datetime) -> Connection:
    """Connect the scope's shop to an account, or rotate its secret.

    The old secret verifies for one more day.
    """
    with transaction.atomic():
        connection = (
            Connection.objects.select_for_update().filter(service=service, account=account).first()
        )
        if connection is None:
            return Connection.objects.create(
                service=service, account=account, secret=secret, connected_at=at
            )
        if connection.secret != secret:
            connection.old_secret, connection.secret = connection.secret, secret
            connection.rotated_at = at
        connection.ended_at = None
        connection.save()
    return connection


def disconnect(*, service: str, account: str, at: datetime) -> bool:
    """Note that the service ended the connection; return whether there was one.

    The secret is kept: the service may still send signed messages, about privacy above all.
    """
    ended = Connection.objects.filter(service=service, account=account, ended_at=None)
    return bool(ended.update(ended_at=at))


def was_disconnected(*, service: str, account: str = "", at: datetime) -> bool:
    """Whether the scope's shop had ended its connection to a service by an instant.

    Without an `account`, whether it had ended all it has. A shop that connected again did not.
    """
    known = Connection.objects.filter(service=service)
    if account:
        known = known.filter(account=account)
    ends = list(known.values_list("ended_at", flat=True))
    return bool(ends) and all(ended is not None and ended <= at for ended in ends)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Whose request it is, when one of these secrets signed it."""

    merchant_id: int
    secrets: tuple[str, ...]


# By hand: the intake of webhooks spent half its time on building this query.
# Whose an account is now comes first, else whose it was last: they still hear about privacy.
SENDER = """
SELECT merchant_id, secret, old_secret, rotated_at FROM integrations_connection
WHERE service = %s AND account = %s ORDER BY ended_at DESC NULLS FIRST LIMIT 1
"""
SENDER_BY_ID = """
SELECT merchant_id, secret, old_secret, rotated_at FROM integrations_connection
WHERE service = %s AND public_id = %s
"""


def sender_of(*, service: str, account: str, at: datetime) -> Sender | None:
    """Return the sender a request claims to come from, whichever shop's it is.

    Read outside a scope: only the verified request may enter the shop's.
    """
    return _sender(SENDER, service, account, at)


def sender_by_id(*, service: str, public_id: str, at: datetime) -> Sender | None:
    """Return the sender whose connection an address names, whichever shop's it is."""
    return _sender(SENDER_BY_ID, service, public_id, at)


def _sender(query: str, service: str, name: str, at: datetime) -> Sender | None:
    with database.cursor() as cursor:
        cursor.execute(query, [str(service), name])
        row = cursor.fetchone()
    if row is None:
        return None
    merchant_id, secret, old_secret, rotated_at = row
    secrets = [_opened(secret)]
    if rotated_at is not None and at < rotated_at + OLD_SECRET_LASTS:
        secrets.append(_opened(old_secret))
    return Sender(merchant_id=merchant_id, secrets=tuple(secrets))


@lru_cache(maxsize=1024)
def _opened(encrypted: str) -> str:
    """Return a secret in the clear; the same few sign request after request."""
    return cipher().decrypt(encrypted.encode()).decode()


def secrets_of(sender: Sender | None) -> tuple[str, ...]:
    """Return the secrets that may have signed a request; one nobody knows for an unknown sender,

    so that a stranger's request takes as long to refuse as a forged one.
    """
    return sender.secrets if sender else ("unknown sender",)


def connect_by_staff(
    *, merchant: Merchant, service: str, account: str, secret: str, by: User, at: datetime
) -> Connection:
    """Connect a shop for a member of staff, or rotate its secret. Publishes ConnectionChanged.

    Raises AccountTaken where another shop has the account.
    """
    with transaction.atomic():
        taken = Connection.every_merchant.filter(
            service=service, account=account, ended_at=None
        ).exclude(merchant_id=merchant.pk)
        if taken.exists():
            raise AccountTaken
        connection = connect(service=service, account=account, secret=secret, at=at)
        _publish(merchant, service, f"connected {account}", by, at)
    return connection


def disconnect_by_staff(
    *, merchant: Merchant, connection: Connection, by: User, at: datetime
) -> None:
    """End a connection for a member of staff. Publishes ConnectionChanged."""
    with transaction.atomic():
        disconnect(service=connection.service, account=connection.account, at=at)
        _publish(merchant, connection.service, f"disconnected {connection.account}", by, at)


def _publish(merchant: Merchant, service: str, detail: str, by: User, at: datetime) -> None:
    append(
        ConnectionChanged(merchant_public_id=merchant.public_id, service=service, detail=detail),
        at=at,
        actor=by.actor,
    )


def list_connections() -> list[Connection]:
    """Return the connections of the scope's shop, the newest first."""
    return list(Connection.objects.order_by("-id"))


def access_connection(public_id: str) -> Connection:
    """Return a connection of the scope's shop for a page; raises Http404."""
    found: Connection | None = Connection.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
