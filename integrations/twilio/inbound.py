"""What Twilio's webhooks lead to: a message that arrived or did not, a reply, a STOP obeyed."""

from __future__ import annotations

from datetime import datetime

from integrations.connections import DISCONNECTED, was_disconnected
from integrations.models import Service
from integrations.receipts import note_told
from integrations.twilio.codes import DEAD, STOPPED, words_of
from integrations.twilio.parse import OWN_HEADER, Incoming, Status, read
from notifications.enums import ReceiptKind
from notifications.rules.wishes import Wish, is_an_answer
from notifications.services import start_address, stop_address, take_in_reply
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage

ON_ITS_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "partially_delivered"})
RECEIPTS: dict[str, ReceiptKind] = {
    "sent": ReceiptKind.HANDED_ON,
    "delivered": ReceiptKind.DELIVERED,
    "read": ReceiptKind.OPENED,
    "undelivered": ReceiptKind.FAILED,
    "failed": ReceiptKind.FAILED,
    "canceled": ReceiptKind.FAILED,
}


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect. What nobody reads ends as `ignored`, said aloud.

    Everything counts from when it was told: a STOP that had to wait stops what followed it. Raises
    RetryLater for a report that may be on a message which is just being handed over.
    """
    if was_disconnected(service=Service.TWILIO, at=message.received_at):
        return DISCONNECTED
    told = read(bytes(message.body), message.headers.get("Content-Type", ""))
    if isinstance(told, Status):
        return _status(told, message, at)
    return _incoming(told, message.received_at)


def _status(told: Status, message: InboxMessage, now: datetime) -> Effect:
    message_id, at = message.headers.get(OWN_HEADER, ""), message.received_at
    kind = RECEIPTS.get(told.state)
    if kind is None:
        on_its_way = told.state in ON_ITS_WAY
        return _ignored(
            "It is on its way." if on_its_way else f"No use for the state {told.state!r}."
        )
    if kind == ReceiptKind.FAILED and told.code in DEAD:
        kind = ReceiptKind.BOUNCED
    if told.code == STOPPED:
        stop_address(channel=told.channel, address=told.address, at=at)
    ours = note_told(
        message,
        channel=told.channel,
        kind=kind,
        happened=at,
        at=now,
        message_id=message_id,
        provider_id=told.sid,
        address=told.address,
        detail=_detail(told),
    )
    if not ours:
        return _ignored("It is about no message from here.")
    return Effect(
        kind="message_receipt",
        object_id=message_id,
        detail={"channel": told.channel.value, "receipt": kind.value},
    )


def _incoming(told: Incoming, at: datetime) -> Effect:
    reply = take_in_reply(
        channel=told.channel,
        address=told.address,
        provider_id=told.sid,
        text=told.text,
        at=at,
    )
    if told.wish == Wish.STOP:
        stop_address(channel=told.channel, address=told.address, at=at)
    elif told.wish == Wish.START:
        start_address(
            channel=told.channel,
            address=told.address,
            lifts_only=is_an_answer(told.text),
            at=at,
        )
    return Effect(
        kind="reply",
        object_id=reply.public_id,
        detail={
            "channel": told.channel.value,
            **({"asks": told.wish.value} if told.wish else {}),
        },
    )


def _detail(told: Status) -> str:
    if not told.code:
        return ""
    return words_of(told.code) or f"Twilio {told.code}"


def _ignored(reason: str) -> Effect:
    return Effect(kind="ignored", detail={"reason": reason})
