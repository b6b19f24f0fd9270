"""Connecting a shop to outside services."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from commerce.selectors import get_merchant
from integrations.errors import (
    AccountTaken,
    AccountUnproven,
    OtherAccountConnected,
    ServiceError,
)
from integrations.events import ConnectionChanged
from integrations.models import Connection, Service
from integrations.outgoing.rules import SECRET_BYTES, write_secret
from integrations.polling.carriers import CARRIERS
from postexp.kernel.events import append
from postexp.kernel.inbox import Effect
from postexp.kernel.locks import lock
from postexp.kernel.outbox import storable
from postexp.kernel.tenancy import merchant_scope

if TYPE_CHECKING:
    from commerce.models import Merchant, User

_TOKEN: dict[str, str | None] = {"access_token": "", "token_expires_at": None}
_CREDENTIALS: dict[str, str | None] = {"client_id": "", "secret": "", "old_secret": ""}
"""What is left of a token, and of credentials, that are forgotten."""

_SILENT = (
    *(*CARRIERS, Service.STRIPE, Service.TWILIO),
    *(Service.LINE, Service.WHATSAPP, Service.MESSAGES),
)
"""Services that send nothing any more that has to be heard once a connection has ended."""

DISCONNECTED = Effect(
    kind="ignored: disconnected",
    detail={"reason": "The shop had ended this connection when the request came."},
)


def make_secret(service: str) -> str:
    """Return a new secret of a service whose secrets we may choose: a signing one, or a token."""
    if service in (Service.GENERIC, Service.MESSAGES):
        return write_secret(os.urandom(SECRET_BYTES))
    return secrets.token_urlsafe(SECRET_BYTES)


def connect(
    *, service: str, account: str, secret: str, at: datetime, client_id: str = ""
) -> Connection:
    """Connect the scope's shop to an account, or rotate its secret.

    The old secret verifies for one more day. With a `client_id` we may ask the service, too;
    without one it stays as it was.
    """
    with transaction.atomic():
        connection = (
            Connection.objects.select_for_update(no_key=True)
            .filter(service=service, account=account)
            .first()
        )
        if connection is None:
            return Connection.objects.create(
                service=service,
                account=account,
                secret=secret,
                client_id=client_id,
                connected_at=at,
            )
        if connection.secret != secret:
            connection.old_secret, connection.secret = connection.secret, secret
            connection.rotated_at = at
        connection.client_id = client_id or connection.client_id
        connection.access_token, connection.token_expires_at = "", None
        connection.problem = connection.problem_detail = ""
        connection.checked_at = connection.ended_at = None
        connection.save()
    return connection


def note_checked(connection: Connection, problem: ServiceError | None, *, at: datetime) -> None:
    """Note that a connection was tried just now, and what is wrong with it; None where it works."""
    connection.problem, connection.problem_detail = kept_problem(problem)
    connection.checked_at = at
    connection.save(update_fields=("problem", "problem_detail", "checked_at"))


def kept_problem(problem: ServiceError | None) -> tuple[str, str]:
    """Return the kind and the detail that a connection keeps of a problem; empty where it works."""
    return (problem.kind, storable(problem.detail)[:1000]) if problem else ("", "")


def disconnect(*, service: str, account: str, at: datetime) -> bool:
    """Note that the service ended the connection; return whether there was one.

    What opens the service to us is forgotten. The secret is kept where the service may still send
    signed messages, about privacy above all; those that are silent then send none of those.
    """
    ended = Connection.objects.filter(service=service, account=account, ended_at=None)
    forgotten = _TOKEN | _CREDENTIALS if service in _SILENT else _TOKEN
    return bool(ended.update(ended_at=at, **forgotten))


def was_disconnected(*, service: str, account: str = "", at: datetime) -> bool:
    """Whether the scope's shop had ended its connection to a service by an instant.

    Without an `account`, whether it had ended all it has. A shop that connected again did not.
    """
    known = Connection.objects.filter(service=service)
    if account:
        known = known.filter(account=account)
    ends = list(known.values_list("ended_at", flat=True))
    return bool(ends) and all(ended is not None and ended <= at for ended in ends)


def connect_by_staff(
    *,
    merchant: Merchant,
    service: str,
    account: str,
    secret: str,
    by: User,
    at: datetime,
    client_id: str = "",
    proven: bool = False,
) -> Connection:
    """Connect a shop for a member of staff, or rotate its secret. Publishes ConnectionChanged.

    `proven`: the service itself confirmed that this secret is the account's. Another shop that has
    the account without such proof gives way to one with it, and its ConnectionChanged is published,
    too. Raises AccountTaken where another shop has the account otherwise, as AccountUnproven where
    proof would have helped, and OtherAccountConnected where the shop has another one: what is asked
    of a service has one place to go.
    """
    with transaction.atomic():
        lock("connections")
        living = Connection.objects.filter(service=service, ended_at=None)
        if living.exclude(account=account).exists():
            raise OtherAccountConnected
        _free_account(merchant, service, account, proven=proven, at=at)
        connection = connect(
            service=service, account=account, secret=secret, client_id=client_id, at=at
        )
        _publish(merchant, service, f"connected {account}", by, at)
    return connection


def _free_account(
    merchant: Merchant, service: str, account: str, *, proven: bool, at: datetime
) -> None:
    """End another shop's connection to an account that it never proved to be its own.

    What came in over it proves nothing: who chose its secret can sign requests, too. A client id
    is kept only where the service accepted it.
    """
    rivals = Connection.every_merchant.filter(service=service, account=account, ended_at=None)
    rival = rivals.exclude(merchant_id=merchant.pk).select_for_update(no_key=True).first()
    if rival is None:
        return
    if rival.client_id:
        raise AccountTaken
    if not proven:
        raise AccountUnproven
    with merchant_scope(rival.merchant_id):
        disconnect(service=service, account=account, at=at)
        append(
            ConnectionChanged(
                merchant_public_id=get_merchant().public_id,
                service=service,
                detail=f"disconnected {account}: another shop proved that the account is its own",
            ),
            at=at,
        )


def disconnect_by_staff(
    *, merchant: Merchant, connection: Connection, by: User, at: datetime
) -> None:
    """End a connection for a member of staff. Publishes ConnectionChanged."""
    with transaction.atomic():
        disconnect(service=connection.service, account=connection.account, at=at)
        _publish(merchant, connection.service, f"disconnected {connection.account}", by, at)


def publish_by_staff(
    *, merchant: Merchant, connection: Connection, detail: str, by: User, at: datetime
) -> None:
    """Note what a member of staff did with a connection. Publishes ConnectionChanged."""
    _publish(merchant, connection.service, detail, by, at)


def tell_scans_by_staff(
    *, merchant: Merchant, connection: Connection, wanted: bool, by: User, at: datetime
) -> None:
    """Tell the service of parcels' scans from now on, or no more. Publishes ConnectionChanged."""
    with transaction.atomic():
        connection.tells_scans = wanted
        connection.save(update_fields=("tells_scans",))
        detail = "told of scans" if wanted else "no longer told of scans"
        _publish(merchant, connection.service, f"{connection.account}: {detail}", by, at)


def find_api(service: str) -> Connection | None:
    """Return the connection through which the scope's shop may ask a service, the newest one."""
    living = Connection.objects.filter(service=service, ended_at=None).exclude(client_id="")
    found: Connection | None = living.order_by("-id").first()
    return found


def _publish(merchant: Merchant, service: str, detail: str, by: User, at: datetime) -> None:
    append(
        ConnectionChanged(merchant_public_id=merchant.public_id, service=service, detail=detail),
        at=at,
        actor=by.actor,
    )


def list_connections() -> list[Connection]:
    """Return the connections of the scope's shop, the newest first."""
    return list(Connection.objects.order_by("-id"))


def get_connection(connection_id: int) -> Connection:
    """Return a connection of the scope's shop; raises Connection.DoesNotExist."""
    return Connection.objects.get(pk=connection_id)


def access_connection(public_id: str) -> Connection:
    """Return a connection of the scope's shop for a page; raises Http404."""
    found: Connection | None = Connection.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
