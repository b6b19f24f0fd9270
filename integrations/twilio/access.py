"""Getting into a shop's account at Twilio, and what it sends as there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from integrations.connections import connect_by_staff, find_api, note_checked
from integrations.models import Connection, Service
from integrations.twilio.client import TwilioClient
from integrations.twilio.errors import (
    AccountAsleep,
    NotThere,
    SenderUnknown,
    TokenRefused,
    TwilioError,
)
from notifications.enums import Medium

if TYPE_CHECKING:
    from commerce.models import Merchant, User

CHECK_SECONDS = 10.0
SERVICE = "MG"
"""What the ids of Messaging Services begin with, which choose a number themselves."""


def connect_account(
    *,
    merchant: Merchant,
    account: str,
    token: str,
    sender: str,
    whatsapp: str,
    by: User,
    at: datetime,
) -> Connection:
    """Connect a shop to its account at Twilio, once Twilio has accepted token and sender.

    `sender` is a phone number in E.164 or the id of a Messaging Service, and `whatsapp` the number
    of a sender on WhatsApp, or empty: that one is not tried. The same again changes all of it.
    Publishes ConnectionChanged. Raises TwilioError.
    """
    try_account(account, token, sender)
    with transaction.atomic():
        connection = connect_by_staff(
            merchant=merchant,
            service=Service.TWILIO,
            account=merchant.public_id,
            secret=token,
            client_id=account,
            by=by,
            at=at,
        )
        connection.senders = {
            Medium.SMS.value: sender,
            **({Medium.WHATSAPP.value: whatsapp} if whatsapp else {}),
        }
        connection.save(update_fields=("senders",))
        note_checked(connection, None, at=at)
    return connection


def try_account(account: str, token: str, sender: str) -> None:
    """Ask for the account and its sender; raises TwilioError."""
    with TwilioClient(account, token, answer_seconds=CHECK_SECONDS) as client:
        try:
            status = str(client.account().get("status", ""))
        except NotThere as error:
            raise TokenRefused from error
        if status != "active":
            raise AccountAsleep(status)
        if sender.startswith(SERVICE):
            try:
                client.service(sender)
            except NotThere as error:
                raise SenderUnknown(sender) from error
        elif not any(_can_send(one) for one in client.numbers(sender)):
            raise SenderUnknown(sender)


def check_access(connection: Connection, *, at: datetime) -> None:
    """Try a connection now, and note what is wrong with it."""
    sender = connection.senders.get(Medium.SMS.value, "")
    try:
        try_account(connection.client_id, connection.secret, sender)
    except TwilioError as error:
        note_checked(connection, error, at=at)
    else:
        note_checked(connection, None, at=at)


def _can_send(number: dict[str, object]) -> bool:
    able = number.get("capabilities")
    return isinstance(able, dict) and bool(able.get("sms"))


def typed(connection: Connection) -> dict[str, str]:
    """Return what staff typed in to connect, but for the token."""
    return {
        "account": connection.client_id,
        "sender": connection.senders.get(Medium.SMS.value, ""),
        "whatsapp": connection.senders.get(Medium.WHATSAPP.value, ""),
    }


def open_client(connection: Connection) -> TwilioClient:
    """Return a client for a connection; the caller closes it."""
    return TwilioClient(connection.client_id, connection.secret)


def find_sender(channel: Medium) -> tuple[Connection, str] | None:
    """Return the scope's shop's connection, and what it sends as on a channel; None without."""
    connection = find_api(Service.TWILIO)
    sender = connection.senders.get(channel.value, "") if connection else ""
    return (connection, sender) if connection and sender else None
