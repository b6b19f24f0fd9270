"""What mail providers tell, in our words. Pure, but for django-anymail's events that go in."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import getaddresses
from typing import Any

from anymail.signals import (
    AnymailEvent,
    AnymailInboundEvent,
    AnymailTrackingEvent,
    EventType,
    RejectReason,
)
from django.utils.html import strip_tags

from notifications.enums import ReceiptKind

OUR_ID = re.compile(r"<?\s*(msg_[0-9A-Za-z]{8,40})@[^\s<>@]+>?")
"""The Message-ID of a mail of ours."""

ANY_ID = re.compile(r"<[^\s<>@]{4,200}@[^\s<>@]{1,200}>")
MOST_REFERENCES = 10

RECEIPTS = {
    EventType.SENT: ReceiptKind.HANDED_ON,
    EventType.DELIVERED: ReceiptKind.DELIVERED,
    EventType.OPENED: ReceiptKind.OPENED,
    EventType.CLICKED: ReceiptKind.CLICKED,
    EventType.DEFERRED: ReceiptKind.DEFERRED,
    EventType.BOUNCED: ReceiptKind.BOUNCED,
    EventType.REJECTED: ReceiptKind.FAILED,
    EventType.FAILED: ReceiptKind.FAILED,
    EventType.COMPLAINED: ReceiptKind.COMPLAINED,
    EventType.UNSUBSCRIBED: ReceiptKind.UNSUBSCRIBED,
}
ABOUT_ADDRESS = frozenset({ReceiptKind.BOUNCED, ReceiptKind.COMPLAINED, ReceiptKind.UNSUBSCRIBED})
"""What says something of an address, whichever mail it was about."""

# The address itself is gone; other bounces are of filters and lost patience.
DEAD = frozenset({RejectReason.BOUNCED, RejectReason.INVALID, ""})
_SOFT = re.compile("soft|transient|undetermined", re.IGNORECASE)
_TYPES = ("Type", "event", "type")
# Classes of SparkPost's: a full mailbox, no answer, too large, and the like.
_SOFT_CLASSES = frozenset({"20", "21", "22", "23", "24", "40", "60", "70", "100"})
_GONE = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """One event in the life of a mail. `message_id` is our own id of it, where it is told, and
    `provider_id` the provider's; `is_soft`: it bounced, and may get through another time.
    """

    event_type: str
    recipient: str
    provider_id: str = ""
    message_id: str = ""
    reject_reason: str = ""
    detail: str = ""
    event_id: str = ""
    is_soft: bool = False
    at: str = ""

    @property
    def moment(self) -> datetime | None:
        """When it happened, where that is told."""
        return datetime.fromisoformat(self.at) if self.at else None

    @property
    def receipt(self) -> ReceiptKind | None:
        """What it is to us; None for what changes nothing, such as that a mail is queued."""
        kind = RECEIPTS.get(self.event_type)
        if kind == ReceiptKind.BOUNCED and (self.is_soft or self.reject_reason not in DEAD):
            return ReceiptKind.FAILED
        return kind

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from others. Ids of events are of the request at many a provider, and new
        on a second try; so they count only where there is no time.
        """
        return (
            self.event_type,
            self.recipient.lower(),
            self.provider_id,
            self.at or self.event_id,
        )


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail that came in. `answers` are those of our messages that it answers, and `references`
    whatever else it answers, under names that a provider may have given mails of ours; `automatic`:
    no person wrote it.
    """

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    provider_id: str
    answers: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    at: str = ""
    automatic: bool = False
    spam: bool = False

    @property
    def moment(self) -> datetime | None:
        """When it was written, where that is told."""
        return datetime.fromisoformat(self.at) if self.at else None

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from others."""
        if self.provider_id:
            return (EventType.INBOUND, self.provider_id)
        return (EventType.INBOUND, self.sender.lower(), self.at, self.subject, self.text)


Heard = Tracked | Mail
EXCERPT = "excerpt"
"""The header of what is kept as an excerpt."""
LISTS = ("recipients", "answers", "references")


def heard_of(events: Iterable[AnymailEvent]) -> list[Heard]:
    """Return what events tell, in their order."""
    return [
        _mail(event) if isinstance(event, AnymailInboundEvent) else _tracked(event)
        for event in events
    ]


def key_of(provider: str, heard: Sequence[Heard], body: bytes) -> str:
    """Return what tells a request from others, and a second delivery of it not."""
    told = json.dumps(sorted(one.identity for one in heard)).encode() if heard else body
    return f"{provider}:{hashlib.sha256(told).hexdigest()}"


def topic_of(kind: str, heard: Sequence[Heard]) -> str:
    """Return what a request is about, in one word where it is about one thing."""
    told = {one.event_type for one in heard if isinstance(one, Tracked)}
    return told.pop() if len(told) == 1 else kind


def write_excerpt(heard: Iterable[Heard]) -> bytes:
    """Return some of what a request told, for the one shop that it is about."""
    rows = [{"mail": isinstance(one, Mail), **asdict(one)} for one in heard]
    return json.dumps(rows, ensure_ascii=False).encode()


def read_excerpt(body: bytes) -> list[Heard]:
    """Read what `write_excerpt` wrote."""
    heard: list[Heard] = []
    for row in json.loads(body):
        if row.pop("mail"):
            told = row | {name: tuple(row[name]) for name in LISTS}
            heard.append(Mail(**told))
        else:
            heard.append(Tracked(**row))
    return heard


def _tracked(event: AnymailTrackingEvent) -> Tracked:
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    provider_id = _text(event.message_id)
    named = OUR_ID.fullmatch(provider_id)
    said = [_text(event.description), _text(event.mta_response)]
    return Tracked(
        event_type=_text(event.event_type),
        recipient=_text(event.recipient),
        provider_id=provider_id,
        message_id=_text(metadata.get("message_id")) or (named[1] if named else ""),
        reject_reason=_text(event.reject_reason),
        detail=" ".join(part for part in said if part)[:500],
        event_id=_text(event.event_id),
        is_soft=_is_soft(event),
        at=_at(event.timestamp),
    )


def _is_soft(event: AnymailTrackingEvent) -> bool:
    """Whether a bounce may be of the moment, which django-anymail tells of few providers."""
    told = event.esp_event if isinstance(event.esp_event, dict) else {}
    bounce = told.get("bounce")
    words = [told.get(name) for name in _TYPES]
    words.append(bounce.get("bounceType") if isinstance(bounce, dict) else "")
    return (
        any(_SOFT.search(_text(word)) for word in words)
        or told.get("hard_bounce") is False
        or _text(told.get("bounce_class")) in _SOFT_CLASSES
    )


def _mail(event: AnymailInboundEvent) -> Mail:
    message = event.message
    answers, references = _answered(message)
    addresses = [str(one.addr_spec) for one in [*message.to, *message.cc]]
    # One that is no address in the envelope is none of a shop's.
    told = getaddresses([_text(message.envelope_recipient)])
    recipients = dict.fromkeys(
        address.lower()
        for address in [*(address for _name, address in told), *addresses]
        if address
    )
    sender = message.from_email
    return Mail(
        sender=str(sender.addr_spec).lower() if sender else "",
        recipients=tuple(recipients),
        subject=_text(message.subject),
        text=_words(message),
        provider_id=_text(message.get("Message-ID")),
        answers=answers,
        references=references,
        at=_at(event.timestamp or message.date),
        automatic=_is_automatic(message),
        spam=bool(message.spam_detected),
    )


def _answered(message: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which of our messages a mail answers, and the other names of what it answers.

    Some providers put an id of theirs into the place of ours, with a domain of theirs behind it.
    """
    told = f"{message.get('In-Reply-To') or ''} {message.get('References') or ''}"
    ours = dict.fromkeys(found[1] for found in OUR_ID.finditer(told))
    others = [found for found in ANY_ID.findall(told) if not OUR_ID.fullmatch(found)]
    named = (name for whole in others[:MOST_REFERENCES] for name in _names(whole))
    return tuple(ours), tuple(dict.fromkeys(named))


def _names(whole: str) -> tuple[str, str]:
    return whole, whole.strip("<>").partition("@")[0]


def _words(message: Any) -> str:
    """Return what was written, without the mail it answers where the provider can tell."""
    plain = _text(message.stripped_text) or _text(message.text)
    if plain:
        return plain
    broken = _BREAK.sub("\n", _GONE.sub("", _text(message.html)))
    return html.unescape(strip_tags(broken)).strip()


def _is_automatic(message: Any) -> bool:
    """Whether a program wrote a mail: an absence, or that a mail could not be delivered."""
    submitted = _text(message.get("Auto-Submitted")).lower()
    precedence = _text(message.get("Precedence")).lower()
    return (
        (submitted not in ("", "no"))
        or precedence in ("auto_reply", "bulk", "junk", "list")
        or message.get_content_type() == "multipart/report"
        or "X-Autoreply" in message
        or "X-Autorespond" in message
    )


def _text(value: Any) -> str:
    """Return a text that can be stored, stripped; "" for nothing."""
    if value is None:
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode().strip()


def _at(moment: datetime | None) -> str:
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()
