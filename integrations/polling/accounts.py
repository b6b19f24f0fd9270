"""Accounts at carriers: connected, paused, limited by staff, and listed for the schedule."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from integrations.connections import connect_by_staff, publish_by_staff
from integrations.models import Connection
from integrations.polling.carriers import CARRIERS, try_credentials
from integrations.polling.models import AskedNumber, CarrierAccount, Pause
from integrations.polling.trouble import recover
from integrations.tokens import Token

if TYPE_CHECKING:
    from commerce.models import Merchant, User

_FRESH = (
    *("pause", "paused_at", "busy_until", "open_until", "failures", "troubled_since"),
    *("joining", "joined_before", "joined_at"),
)


def connect_account(
    *,
    merchant: Merchant,
    carrier: str,
    client_id: str,
    client_secret: str,
    by: User,
    at: datetime,
) -> CarrierAccount:
    """Connect a shop to its account at a carrier, once the carrier has accepted the credentials.

    The same again changes the credentials; the limits stay, and all parcels join anew. Publishes
    ConnectionChanged. Raises CarrierError.
    """
    token = try_credentials(carrier, client_id=client_id, client_secret=client_secret, at=at)
    with transaction.atomic():
        connection = connect_by_staff(
            merchant=merchant,
            service=carrier,
            account=merchant.public_id,
            secret=client_secret,
            client_id=client_id,
            by=by,
            at=at,
        )
        _note_accepted(connection, token, at=at)
        usual = CARRIERS[carrier]
        account, _ = CarrierAccount.objects.get_or_create(
            connection=connection,
            defaults={
                "carrier": carrier,
                "per_second": usual.per_second,
                "per_day": usual.per_day,
            },
        )
        _begin_afresh(account, at=at)
    return account


def pause_account(account: CarrierAccount, *, merchant: Merchant, by: User, at: datetime) -> None:
    """Ask the carrier nothing until staff want it again. Publishes ConnectionChanged."""
    with transaction.atomic():
        account.pause, account.paused_at = Pause.STAFF, at
        account.save(update_fields=("pause", "paused_at"))
        _publish(account, "paused", merchant=merchant, by=by, at=at)


def resume_account(account: CarrierAccount, *, merchant: Merchant, by: User, at: datetime) -> None:
    """Ask the carrier again, once it has accepted the credentials. Publishes ConnectionChanged.

    Raises CarrierError where it does not.
    """
    connection = account.connection
    token = try_credentials(
        account.carrier, client_id=connection.client_id, client_secret=connection.secret, at=at
    )
    with transaction.atomic():
        _note_accepted(connection, token, at=at)
        _begin_afresh(account, at=at)
        _publish(account, "resumed", merchant=merchant, by=by, at=at)


def change_limits(
    account: CarrierAccount,
    *,
    per_second: float,
    per_day: int,
    merchant: Merchant,
    by: User,
    at: datetime,
) -> None:
    """Make no more calls than that from now on. Publishes ConnectionChanged."""
    with transaction.atomic():
        account.per_second, account.per_day, account.free_at = per_second, per_day, None
        account.save(update_fields=("per_second", "per_day", "free_at"))
        words = f"limited to {per_second:g} calls a second and {per_day} a day"
        _publish(account, words, merchant=merchant, by=by, at=at)


def access_account(connection_id: str) -> CarrierAccount:
    """Return an account by the public id of its living connection, for a page; raises Http404."""
    found = (
        CarrierAccount.objects.filter(
            connection__public_id=connection_id, connection__ended_at=None
        )
        .select_related("connection")
        .first()
    )
    if found is None:
        raise Http404
    return found


def list_due_accounts(*, at: datetime) -> list[tuple[int, int]]:
    """Return the accounts of every shop that have something to ask, as (merchant, id)."""
    numbers = AskedNumber.every_merchant.filter(account=OuterRef("pk"), poll_at__lte=at)
    # One look into the index for each: without `is_near` it is read from end to end.
    near, other = Exists(numbers.filter(is_near=True)), Exists(numbers.filter(is_near=False))
    accounts = CarrierAccount.every_merchant.filter(
        Q(busy_until=None) | Q(busy_until__lte=at),
        Q(open_until=None) | Q(open_until__lte=at),
        Q(joined_at=None) | near | other,
        connection__ended_at=None,
        pause="",
    )
    return list(accounts.order_by("pk").values_list("merchant_id", "pk"))


def _note_accepted(connection: Connection, token: Token | None, *, at: datetime) -> None:
    connection.access_token = token.value if token else ""
    connection.token_expires_at = token.expires_at if token else None
    connection.problem = connection.problem_detail = ""
    connection.checked_at = at
    connection.save(
        update_fields=(
            *("access_token", "token_expires_at"),
            *("problem", "problem_detail", "checked_at"),
        )
    )


def _begin_afresh(account: CarrierAccount, *, at: datetime) -> None:
    """Forget what was wrong, and let parcels join that came while nothing was asked."""
    recover(account, at=at)
    account.pause, account.paused_at, account.busy_until = "", None, None
    account.joining, account.joined_before, account.joined_at = "", None, None
    account.save(update_fields=_FRESH)


def _publish(
    account: CarrierAccount, words: str, *, merchant: Merchant, by: User, at: datetime
) -> None:
    connection = account.connection
    publish_by_staff(
        merchant=merchant,
        connection=connection,
        detail=f"{connection.get_service_display()}: {words}",
        by=by,
        at=at,
    )
