"""What LINE tells in its webhooks: several events to a request. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.payload import Payload

PROVIDER = "LINE"
VERIFY = "verify"
"""The topic of a request without events, which the Verify button of LINE's console sends."""

ACTIVE = "active"
LAST_MILLISECOND = 253_402_300_799_999
_CODE = re.compile(r"(?<![\w-])[\w-]{20,255}(?![\w-])", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Named:
    """An event of a request: its kind, and what tells it from all others on each redelivery."""

    topic: str
    key: str


@dataclass(frozen=True, kw_only=True)
class LineEvent:
    """Something that happened in a chat with the account.

    `user` is empty where a group or a room did not say who it was; `chat` never is. `reply_token`
    is empty where we must not answer: in another system's turn (`standby`), or when they left.
    """

    topic: str
    happened_at: datetime
    user: str
    chat: str
    reply_token: str
    thing: Payload


@dataclass(frozen=True, kw_only=True)
class ChatMessage:
    """What somebody wrote or sent; `words` are its text, name or title, whatever it has."""

    kind: str
    message_id: str
    words: str


@dataclass(frozen=True, kw_only=True)
class LinkResult:
    """How the linking of an account ended, under the number that we had given it."""

    linked: bool
    nonce: str


def names_of(request: Payload, body: bytes) -> list[Named]:
    """Return the events of a request as they are told apart; one that only verifies has one.

    One that cannot be read has one, too, so that it is kept and said aloud.
    """
    mark = hashlib.sha256(body).hexdigest()
    if request.data.get("events") == []:
        return [Named(topic=VERIFY, key=f"{VERIFY}:{mark}")]
    named = [Named(topic=row.text("type"), key=key) for key, row in _rows(request, mark)]
    return named or [Named(topic="", key=mark)]


def read_event(body: bytes, key: str) -> LineEvent:
    """Return the event of that key; raises Unreadable."""
    request = Payload.read(body, PROVIDER)
    rows = dict(_rows(request, hashlib.sha256(body).hexdigest()))
    event = rows.get(key)
    if event is None:
        request.refuse("events", "holds no event")
    source = event.child("source")
    user = source.text("userId")
    topic = event.text("type")
    return LineEvent(
        topic=topic,
        happened_at=_instant(event),
        user=user,
        chat=source.text("groupId") or source.text("roomId") or user,
        reply_token=event.text("replyToken") if event.text("mode") == ACTIVE else "",
        thing=event.child({"accountLink": "link"}.get(topic, topic)),
    )


def read_message(event: LineEvent) -> ChatMessage:
    """Read what somebody wrote or sent; raises Unreadable."""
    message = event.thing
    kind = message.text("type")
    keywords = ", ".join(message.texts("keywords"))
    words = {
        "sticker": message.text("text") or keywords,
        "file": message.text("fileName"),
        "location": " ".join(filter(None, [message.text("title"), message.text("address")])),
    }
    return ChatMessage(
        kind=kind,
        message_id=message.identity("id"),
        words=message.text("text") if kind == "text" else words.get(kind, ""),
    )


def read_link(event: LineEvent) -> LinkResult:
    """Read how a linking ended; raises Unreadable where there is no number to tell whose."""
    nonce = event.thing.text("nonce") or event.thing.refuse("nonce", "is missing")
    return LinkResult(linked=event.thing.text("result") == "ok", nonce=nonce)


def codes_in(text: str) -> list[str]:
    """Return what may be numbers of ours in a message that our page wrote for somebody to send."""
    return _CODE.findall(text)


def _rows(request: Payload, mark: str) -> Iterator[tuple[str, Payload]]:
    for index, row in enumerate(request.rows("events")):
        # Each had an id since 2022; before that nothing was sent twice.
        yield row.text("webhookEventId") or f"{mark}:{index}", row


def _instant(event: Payload) -> datetime:
    value = event.data.get("timestamp")
    if type(value) is not int or not 0 < value <= LAST_MILLISECOND:
        event.refuse("timestamp", "is not a time in milliseconds")
    return datetime.fromtimestamp(value / 1000, UTC)
