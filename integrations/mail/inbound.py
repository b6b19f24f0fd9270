"""What a request of the mail provider leads to: receipts of messages, and replies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from integrations.mail import providers
from integrations.mail.parse import EXCERPT, Heard, Mail, Tracked, heard_of, read_excerpt
from integrations.receipts import note_told
from notifications.enums import Medium, ReceiptKind, SuppressionCause
from notifications.services import note_receipt, stop_address, suppress_address, take_in_reply
from postexp.kernel.inbox import Effect, Unreadable
from postexp.kernel.models import InboxMessage

NOTED, STOPPED, UNKNOWN, NOTHING = "noted", "address stopped", "unknown message", "nothing to do"
REPLY, AUTOMATIC, SPAM, EMPTY = "reply", "automatic", "spam", "empty"
CAUSES = {
    ReceiptKind.BOUNCED: SuppressionCause.BOUNCED,
    ReceiptKind.COMPLAINED: SuppressionCause.COMPLAINED,
}


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored request to its effect. What is about no message of ours says so.

    Raises RetryLater for what may be about a mail that is just being handed over.
    """
    heard = _heard(message)
    told = [
        _take_in(one, message, at) if isinstance(one, Mail) else _note(one, message, at)
        for one in heard
    ]
    replies = [row["reply_id"] for row in told if "reply_id" in row]
    if replies:
        return Effect(kind="reply", object_id=replies[0], detail={"mails": told})
    if all(isinstance(one, Mail) for one in heard):
        return Effect(kind="ignored", detail={"mails": told, "reason": _why(told)})
    changed = any(row["outcome"] in (NOTED, STOPPED) for row in told)
    ours = {row["message"] for row in told if row.get("message")}
    return Effect(
        kind="mail_receipt" if changed else "ignored",
        object_id=ours.pop() if changed and len(ours) == 1 else "",
        detail={"events": told} | ({} if changed else {"reason": _why(told)}),
    )


def _heard(message: InboxMessage) -> Sequence[Heard]:
    body = bytes(message.body)
    if EXCERPT in message.headers:
        return read_excerpt(body)
    provider, kind, _about = message.topic.split("/")
    try:
        return heard_of(providers.read_events(provider, kind, body, message.headers))
    except providers.ODD as error:
        raise Unreadable(
            f"The request of {provider} cannot be read: {type(error).__name__}: {error}",
            "Compare the raw request with the provider’s documentation; when the reading has been "
            "mended, replay the request.",
        ) from error


def _note(told: Tracked, message: InboxMessage, at: datetime) -> dict[str, Any]:
    """Note one event in the life of a mail; return what it came to."""
    row = {
        "event_type": told.event_type,
        "reject_reason": told.reject_reason or None,
        "message_id": told.provider_id or None,
        "message": told.message_id,
    }
    receipt = told.receipt
    if receipt is None:
        return row | {"outcome": NOTHING}
    moment = min(told.moment or message.received_at, at)
    if note_told(
        message,
        channel=Medium.EMAIL,
        kind=receipt,
        happened=moment,
        at=at,
        message_id=told.message_id,
        provider_id=told.provider_id,
        address=told.recipient,
        detail=told.detail,
    ):
        return row | {"outcome": NOTED, "receipt": receipt.value}
    return row | {"outcome": _stop(told, receipt, moment), "receipt": receipt.value}


def _stop(told: Tracked, receipt: ReceiptKind, at: datetime) -> str:
    """Write no more to an address that is dead or unwilling, whichever mail showed it."""
    if not told.recipient:
        return UNKNOWN
    if receipt in CAUSES:
        suppress_address(told.recipient, channel=Medium.EMAIL, cause=CAUSES[receipt], at=at)
        return STOPPED
    if receipt == ReceiptKind.UNSUBSCRIBED:
        stop_address(channel=Medium.EMAIL, address=told.recipient, at=at)
        return STOPPED
    return UNKNOWN


def _take_in(mail: Mail, message: InboxMessage, at: datetime) -> dict[str, Any]:
    """Take one mail in; return what it came to. What programs write is no reply."""
    row: dict[str, Any] = {"message_id": mail.provider_id or None, "answers": list(mail.answers)}
    if mail.automatic or mail.spam:
        return row | {"outcome": AUTOMATIC if mail.automatic else SPAM}
    if not mail.sender or not (mail.text or mail.subject):
        return row | {"outcome": EMPTY}
    moment = min(mail.moment or message.received_at, at)
    reply = take_in_reply(
        channel=Medium.EMAIL,
        address=mail.sender,
        provider_id=mail.provider_id[:250] or message.provider_key,
        subject=mail.subject,
        text=mail.text,
        at=moment,
    )
    for message_id in mail.answers:
        _note_answered(moment, message_id=message_id)
    for provider_id in mail.references:
        _note_answered(moment, provider_id=provider_id)
    return row | {"outcome": REPLY, "reply_id": reply.public_id}


def _note_answered(at: datetime, *, message_id: str = "", provider_id: str = "") -> None:
    note_receipt(
        channel=Medium.EMAIL,
        kind=ReceiptKind.REPLIED,
        at=at,
        message_id=message_id,
        provider_id=provider_id,
    )


def _why(told: Sequence[dict[str, Any]]) -> str:
    """Say why a request changed nothing."""
    outcomes = sorted({row["outcome"] for row in told})
    if not outcomes:
        return "It tells of nothing."
    return f"It changes nothing: {', '.join(outcomes)}."
