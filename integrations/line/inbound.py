"""What each of LINE's events leads to: one named effect per event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from commerce.selectors import get_merchant
from integrations.connections import DISCONNECTED, was_disconnected
from integrations.events import LineAnswerDue
from integrations.line.answers import Answer
from integrations.line.parse import (
    VERIFY,
    ChatMessage,
    LineEvent,
    codes_in,
    read_event,
    read_link,
    read_message,
)
from integrations.models import Service
from notifications.enums import Medium
from notifications.services import (
    link_account,
    mark_reachable,
    mark_unreachable,
    take_in_reply,
    withdraw_reply,
)
from postexp.kernel.events import append
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage

Reader = Callable[[LineEvent, InboxMessage], Effect]

LINE = Medium.LINE
KINDS = ("text", "image", "video", "audio", "file", "location", "sticker")
"""What a message may be."""


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one event of a stored webhook to its effect; the others of it have rows of their own.

    Topics nobody reads end as `ignored`, said aloud, and so does what comes after the shop
    disconnected.
    """
    if was_disconnected(service=Service.LINE, at=message.received_at):
        return DISCONNECTED
    if message.topic == VERIFY:
        return Effect(kind="verified", detail={"reason": "LINE tried the address."})
    event = read_event(bytes(message.body), message.provider_key)
    reader = READERS.get(event.topic)
    if reader is None:
        return _ignored(f"No use for the topic {event.topic!r}.")
    return reader(event, message)


def _followed(event: LineEvent, message: InboxMessage) -> Effect:
    mark_reachable(channel=LINE, address=event.user)
    _answer(Answer.WELCOME, event, message)
    return Effect(kind="contact", detail={"state": "reachable"})


def _left(event: LineEvent, message: InboxMessage) -> Effect:
    mark_unreachable(channel=LINE, address=event.user, at=event.happened_at)
    return Effect(kind="contact", detail={"state": "unreachable"})


def _linked(event: LineEvent, message: InboxMessage) -> Effect:
    told = read_link(event)
    if not told.linked:
        # LINE found that the browser was not this account's: nobody is to be linked by it.
        _answer(Answer.NOT_LINKED, event, message)
        return Effect(kind="contact", detail={"state": "LINE did not link the account"})
    return _link(told.nonce, event, message) or _not_linked(event, message)


def _not_linked(event: LineEvent, message: InboxMessage) -> Effect:
    _answer(Answer.NOT_LINKED, event, message)
    return _ignored("We did not give out this number, or it was used.")


def _link(nonce: str, event: LineEvent, message: InboxMessage) -> Effect | None:
    contact = link_account(channel=LINE, nonce=nonce, address=event.user, at=message.received_at)
    if contact is None:
        return None
    _answer(Answer.LINKED, event, message)
    return Effect(kind="contact", object_id=contact.customer_id, detail={"state": "linked"})


def _written(event: LineEvent, message: InboxMessage) -> Effect:
    """Keep what somebody wrote; what our own page wrote for them to send links their account."""
    told = read_message(event)
    if told.kind == "text" and event.user:
        for code in codes_in(told.words):
            if linked := _link(code, event, message):
                return linked
    reply = take_in_reply(
        channel=LINE,
        address=event.user or event.chat,
        provider_id=reply_key(told.kind, told.message_id),
        text=_words(told),
        at=event.happened_at,
    )
    return Effect(kind="reply", object_id=reply.public_id, detail={"what": told.kind})


def _unsent(event: LineEvent, message: InboxMessage) -> Effect:
    message_id = event.thing.identity("messageId")
    # It does not say what kind of message it was.
    found = [
        kind
        for kind in KINDS
        if withdraw_reply(
            channel=LINE, provider_id=reply_key(kind, message_id), at=event.happened_at
        )
    ]
    if not found:
        return _ignored("The message that was taken back is not here.")
    return Effect(kind="reply", detail={"state": "taken back", "what": ", ".join(found)})


def _pressed(event: LineEvent, message: InboxMessage) -> Effect:
    return _ignored("No button of ours sends postbacks.")


def reply_key(kind: str, message_id: str) -> str:
    """Return what a message is kept under: messages of two kinds may share a number."""
    return f"{kind}:{message_id}"


def _words(told: ChatMessage) -> str:
    """Return what staff read of a message: its text, or what it is and is called."""
    if told.kind == "text":
        return told.words
    with override(get_merchant().default_locale):
        names = {
            "image": _("Picture in LINE"),
            "video": _("Video in LINE"),
            "audio": _("Voice message in LINE"),
            "file": _("File in LINE"),
            "location": _("Place in LINE"),
            "sticker": _("Sticker in LINE"),
        }
        name = names.get(told.kind) or _("Message in LINE")
        return f"[{name}] {told.words}".strip()


def _answer(answer: Answer, event: LineEvent, message: InboxMessage) -> None:
    """Have somebody answered after the commit, where an answer can be given."""
    if not (event.reply_token and event.user):
        return
    append(
        LineAnswerDue(
            merchant_public_id=get_merchant().public_id,
            request=message.public_id,
            answer=answer.value,
        ),
        at=message.received_at,
        actor=Service.LINE,
    )


def _ignored(reason: str) -> Effect:
    return Effect(kind="ignored", detail={"reason": reason})


READERS: dict[str, Reader] = {
    "follow": _followed,
    "unfollow": _left,
    "accountLink": _linked,
    "message": _written,
    "unsend": _unsent,
    "postback": _pressed,
}
"""The events LINE sends that mean something here."""
