"""Getting into a shop's account at EasyPost: its API key, for tests or for money."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from integrations.connections import connect_by_staff
from integrations.easypost.client import EasyPostClient
from integrations.models import Connection, Service

if TYPE_CHECKING:
    from commerce.models import Merchant, User

CHECK_SECONDS = 10.0
TEST_KEY = "EZTK"
SHOWN = 4


def connect_account(
    *, merchant: Merchant, key: str, secret: str, by: User, at: datetime
) -> Connection:
    """Connect a shop to EasyPost: `secret` signs its webhooks, with a `key` we may buy labels.

    Without a key, one that is there stays. Publishes ConnectionChanged. Raises EasyPostError where
    EasyPost does not accept the key.
    """
    if key:
        with EasyPostClient(key, answer_seconds=CHECK_SECONDS) as client:
            client.get("shipments", page_size=1)
    with transaction.atomic():
        known: Connection | None = Connection.objects.filter(
            service=Service.EASYPOST, account=merchant.public_id, ended_at=None
        ).first()
        kept = key or (known.access_token if known else "")
        connection = connect_by_staff(
            merchant=merchant,
            service=Service.EASYPOST,
            account=merchant.public_id,
            secret=secret,
            client_id=shown_key(key) if key else "",
            by=by,
            at=at,
        )
        connection.access_token = kept
        connection.save(update_fields=("access_token",))
    return connection


def shown_key(key: str) -> str:
    """Return what a key is shown as: whether it is for tests, and how it ends."""
    kind = "test" if key.startswith(TEST_KEY) else "live"
    return f"{kind} …{key[-SHOWN:]}"
