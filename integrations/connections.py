"""Connecting a shop to outside services, and finding who a request is for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integrations.models import Connection


def connect(*, service: str, account: str, secret: str, at: datetime) -> Connection:
    """Connect the scope's shop to an account, or rotate its secret; the old one still verifies."""
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
        connection.ended_at = None
        connection.save()
    return connection


def disconnect(*, service: str, account: str, at: datetime) -> bool:
    """Note that the service ended the connection; return whether there was one.

    The secret is kept: the service may still send signed messages, about privacy above all.
    """
    ended = Connection.objects.filter(service=service, account=account, ended_at=None)
    return bool(ended.update(ended_at=at))


def connection_of(*, service: str, account: str) -> Connection | None:
    """Return the connection a request claims to belong to, whichever shop's it is.

    Read outside a scope: only the verified request may enter the shop's.
    """
    return Connection.every_merchant.filter(service=service, account=account).first()


def connection_by_id(*, service: str, public_id: str) -> Connection | None:
    """Return the connection an address names, whichever shop's it is."""
    return Connection.every_merchant.filter(service=service, public_id=public_id).first()


def secrets_of(connection: Connection | None) -> tuple[str, ...]:
    """Return the secrets that may have signed a request; one nobody knows for an unknown sender,

    so that a stranger's request takes as long to refuse as a forged one.
    """
    if connection is None:
        return ("unknown sender",)
    return tuple(secret for secret in (connection.secret, connection.old_secret) if secret)
