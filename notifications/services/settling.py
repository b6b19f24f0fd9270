"""Bringing a message to its end, and trying the next channel of its chain."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from notifications.enums import ARRIVED, Reason, SendingState, State
from notifications.events import MessageNotSent, MessageSent
from notifications.models import Message, Sending
from notifications.services.plan import named, publish_due
from postexp.kernel.events import append

SETTLED_FIELDS = ("state", "reason", "detail", "settled_at", "holding", "slot_at")
TOOK_PLACE = frozenset({State.SENT, State.OUTCOME_UNKNOWN})
"""What counts under the cap: its reader has it, or may have it."""


def settle(
    message: Message,
    state: State,
    reason: Reason | None = None,
    detail: str = "",
    *,
    at: datetime,
    actor: str = "system",
) -> State:
    """Bring a message to an end and publish it, in one transaction.

    What was certainly not sent gives its place under the cap back. Its words stay as they are in
    the database: who was forgotten meanwhile is not written down again. Publishes MessageSent or
    MessageNotSent.
    """
    fields: tuple[str, ...] = SETTLED_FIELDS
    message.state = state
    message.reason = reason or ""
    message.detail = detail[:500]
    message.settled_at = at
    message.holding = ""
    if state not in TOOK_PLACE:
        message.slot_at = None
    if message.merged_into or (message.html and not (state == State.SENT and has_next(message))):
        # Written words need no facts any more, but for a channel that may still come.
        message.facts = {}
        fields = (*fields, "facts")
    with transaction.atomic():
        message.save(update_fields=fields)
        append(_end(message), at=at, actor=actor)
    return state


def _end(message: Message) -> MessageSent | MessageNotSent:
    if message.state == State.SENT:
        return MessageSent(**named(message))
    return MessageNotSent(**named(message), state=message.state, reason=message.reason)


def has_next(message: Message) -> bool:
    """Whether the chain of a message goes on after its step."""
    return message.step + 1 < len(message.chain)


def try_next(message: Message, *, at: datetime) -> bool:
    """Send a message by the next channel of its chain; return False where there is none.

    The message is locked by the caller. Publishes SendingDue.
    """
    if not has_next(message):
        return False
    message.step += 1
    message.channel, message.send_at = message.chain[message.step], at
    message.state, message.reason, message.detail = State.PLANNED, "", ""
    message.settled_at = None
    message.save(
        update_fields=["step", "channel", "send_at", "state", "reason", "detail", "settled_at"]
    )
    publish_due(message, at)
    return True


def reopen(message: Message) -> None:
    """Have a message that failed, or whose outcome is unknown, wait again; it is locked by the
    caller.
    """
    message.state, message.reason, message.detail = State.PLANNED, "", ""
    message.settled_at = None
    message.save(update_fields=["state", "reason", "detail", "settled_at"])


def was_taken(message: Message) -> bool:
    """Whether a channel took a message before and nothing says that it did not arrive there."""
    taken = Sending.objects.filter(message=message, state=SendingState.ACCEPTED)
    return bool(taken.exists())


def may_be_taken(message: Message) -> bool:
    """Whether the channel a message goes by now left its answer open when it was asked."""
    unclear = Sending.objects.filter(message=message, step=message.step, state=SendingState.UNKNOWN)
    return bool(unclear.exists())


def has_arrived(message: Message) -> bool:
    """Whether a sign of life came back from any channel a message went by."""
    found = Sending.objects.filter(message=message, receipts__kind__in=ARRIVED)
    return bool(found.exists())


def fall_back(message_id: str, *, step: int, at: datetime) -> bool:
    """Send a message by its next channel where the one it went by gave no sign of life.

    Return whether it is going to be. Publishes SendingDue.
    """
    with transaction.atomic():
        message: Message = Message.objects.select_for_update(no_key=True).get(public_id=message_id)
        if message.state != State.SENT or message.step != step:
            return False
        if has_arrived(message):
            message.facts = {}
            message.save(update_fields=["facts"])
            return False
        return try_next(message, at=at)
