"""From the bytes of WhatsApp's webhooks to what happened. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.payload import Payload
from integrations.whatsapp.parts import number_of

PROVIDER = "WhatsApp"
MESSAGES = "messages"
PREFERENCES = "user_preferences"
TEMPLATES = "message_template_status_update"
CATEGORIES = "template_category_update"
TOPICS = (MESSAGES, PREFERENCES, TEMPLATES, CATEGORIES)
"""The fields to subscribe to in the app."""

LONGEST_TEXT = 10_000
LONGEST_ID = 250
# What people send beside words, with a caption perhaps.
_FILES = ("image", "video", "document", "audio", "sticker")
# The button that Meta offers to put under marketing.
_NO_MARKETING = frozenset({"stop promotions"})


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a message fares; `mark` is what we sent along with it."""

    provider_id: str
    mark: str
    state: str
    code: int
    words: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What somebody wrote, or did with a message. `ends_marketing`: by the button under it."""

    provider_id: str
    address: str
    text: str
    at: datetime | None
    ends_marketing: bool = False


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """That a writer took back what they wrote."""

    provider_id: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Preference:
    """Whether somebody wants marketing from the shop, as they told WhatsApp."""

    address: str
    wanted: bool
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class TemplateTold:
    """What became of a template; without an `event` it moved to another category."""

    name: str
    language: str
    external_id: str
    category: str
    event: str
    reason: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Unused:
    """Something nobody has a use for."""

    what: str


Told = Status | Incoming | TakenBack | Preference | TemplateTold | Unused


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that happened, and the id of the number it happened to; "" for the account."""

    number: str
    told: Told


def read(body: bytes) -> list[Change]:
    """Read the bytes of a webhook; raises Unreadable where they are none of WhatsApp's."""
    message = Payload.read(body, PROVIDER)
    if message.text("object") != "whatsapp_business_account":
        message.refuse("object", "is not a WhatsApp business account")
    return [
        Change(number=change.child("value").child("metadata").text("phone_number_id"), told=told)
        for entry in message.rows("entry")
        for change in entry.rows("changes")
        for told in _told(change.text("field"), change.child("value"), _moment(entry, "time"))
    ]


def _told(field: str, value: Payload, at: datetime | None) -> Iterator[Told]:
    if field == MESSAGES:
        yield from map(_status, value.rows("statuses"))
        yield from map(_message, value.rows("messages"))
    elif field == PREFERENCES:
        yield from map(_preference, value.rows("user_preferences"))
    elif field in (TEMPLATES, CATEGORIES):
        yield _template(value, at)
    else:
        yield Unused(what=f"the field {field!r}")


def _status(row: Payload) -> Status:
    error = next(row.rows("errors"), Payload({}, PROVIDER))
    code = error.text("code")
    details = error.child("error_data").text("details")
    return Status(
        provider_id=_id(row, "id"),
        mark=row.text("biz_opaque_callback_data"),
        state=row.text("status"),
        code=int(code[:9]) if code.isascii() and code.isdigit() else 0,
        words=(details or error.text("title"))[:300],
        at=_moment(row, "timestamp"),
    )


def _message(row: Payload) -> Told:
    kind, at = row.text("type"), _moment(row, "timestamp")
    if kind == "revoke":
        return TakenBack(provider_id=_id(row.child(kind), "original_message_id"), at=at)
    text = _text(row, kind)
    if not text:
        return Unused(what=f"a message of the type {kind!r}")
    # Since people may have names instead of numbers, who wrote may be known by another id alone.
    writer = row.text("from") or row.text("from_user_id")
    if not writer:
        row.refuse("from", "is missing")
    return Incoming(
        provider_id=_id(row, "id"),
        address=number_of(writer),
        text=text[:LONGEST_TEXT],
        at=at,
        ends_marketing=kind == "button" and text.casefold() in _NO_MARKETING,
    )


def _text(row: Payload, kind: str) -> str:
    """Return what a message says: its words, and in brackets what it holds beside words."""
    content = row.child(kind)
    if kind in _FILES:
        name = content.text("filename") or content.text("mime_type") or kind
        return "\n".join(filter(None, (content.text("caption"), f"[{name}]")))
    match kind:
        case "text":
            return content.text("body")
        case "button":
            return content.text("text")
        case "interactive":
            chosen = content.child(content.text("type"))
            return chosen.text("title") or chosen.text("body")
        case "reaction":
            return content.text("emoji")
        case "location":
            place = [content.text(name) for name in ("name", "address", "latitude", "longitude")]
            return f"[{', '.join(filter(None, place))}]"
        case "contacts":
            names = [one.child("name").text("formatted_name") for one in row.rows(kind)]
            return f"[{', '.join(filter(None, names)) or kind}]"
        case "edit":
            edited = content.child("message")
            return _text(edited, edited.text("type")) if edited.text("type") != kind else ""
        case "order" | "unsupported":
            return "\n".join(filter(None, (content.text("text"), f"[{kind}]")))
    return ""


def _preference(row: Payload) -> Told:
    wish = row.text("value")
    if row.text("category") != "marketing_messages" or wish not in ("stop", "resume"):
        return Unused(what=f"the wish {wish!r}")
    writer = row.text("wa_id") or row.text("user_id")
    if not writer:
        row.refuse("wa_id", "is missing")
    return Preference(
        address=number_of(writer), wanted=wish == "resume", at=_moment(row, "timestamp")
    )


def _template(value: Payload, at: datetime | None) -> TemplateTold:
    name, language = (value.text(f"message_template_{one}") for one in ("name", "language"))
    if not (name and language):
        value.refuse("message_template_name", "or the language is missing")
    return TemplateTold(
        name=name,
        language=language,
        external_id=value.text("message_template_id")[:64],
        category=value.text("new_category") or value.text("message_template_category"),
        event=value.text("event"),
        reason=value.text("reason"),
        at=at,
    )


def _id(row: Payload, name: str) -> str:
    """Return an id of WhatsApp's, which may be longer than others."""
    found = row.text(name)
    if not 0 < len(found) <= LONGEST_ID:
        row.refuse(name, "is missing, or is no id")
    return found


def _moment(row: Payload, name: str) -> datetime | None:
    """Return a time that is written in seconds since 1970; None for anything else."""
    written = row.text(name)
    if not (written.isascii() and written.isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(written[:12]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
