"""Connecting a shop's own system that brings messages: its address, and the secret we sign with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from integrations.connections import connect_by_staff, find_api, make_secret, note_checked
from integrations.messages.client import TEST, post
from integrations.messages.errors import OwnSystemError, Refused
from integrations.models import Connection, Service
from postexp.kernel import ids

if TYPE_CHECKING:
    from commerce.models import Merchant, User


def connect_system(
    *, merchant: Merchant, url: str, secret: str, renew: bool, by: User, at: datetime
) -> Connection:
    """Connect a shop's own system, or change its address or secret. Publishes ConnectionChanged.

    Without a `secret` the one in use stays; at first, and to `renew` it, one is made. The one
    before signs, too, for one more day.
    """
    known = find_api(Service.MESSAGES)
    kept = known.secret if known and not renew else ""
    return connect_by_staff(
        merchant=merchant,
        service=Service.MESSAGES,
        account=merchant.public_id,
        secret=secret or kept or make_secret(Service.MESSAGES),
        client_id=url,
        by=by,
        at=at,
    )


def send_test(connection: Connection, *, at: datetime) -> None:
    """Send a message that is for nobody, and note how it went."""
    try:
        answer = post(
            connection,
            type_=TEST,
            key=ids.new_id("tst"),
            data={"text": "This is a test. Nobody is to be written to."},
            at=at,
        )
        if not answer.is_success:
            raise Refused(str(answer.status_code))
    except OwnSystemError as error:
        note_checked(connection, error, at=at)
    else:
        note_checked(connection, None, at=at)
