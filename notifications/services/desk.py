"""What staff do where a message failed, or nobody can know whether it arrived."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from notifications.enums import SendingState, State
from notifications.errors import NotWaitingForStaff
from notifications.events import MessageResent, SendingDue
from notifications.models import Message, Sending
from notifications.services.plan import named
from notifications.services.settling import reopen, settle
from postexp.kernel import outbox
from postexp.kernel.events import append
from postexp.kernel.models import Delivery, EventRecord

HANDLER = "notifications.send"
"""The name of the handler that sends; deliveries are found by it."""

RESEND_WITHIN = timedelta(hours=1)
"""How long a message that staff send again may still be retried, however old it is."""


def resend_message(message: Message, *, at: datetime, actor: str) -> None:
    """Send a failed message, or one whose outcome is unknown, again under its first idempotency
    key.

    Publishes MessageResent, which tells who wanted it. Raises NotWaitingForStaff for any other
    message, also when a colleague was faster.
    """
    with transaction.atomic():
        locked = _lock(message, State.OUTCOME_UNKNOWN, State.FAILED)
        locked.expires_at = max(locked.expires_at, at + RESEND_WITHIN)
        locked.save(update_fields=["expires_at"])
        reopen(locked)
        append(MessageResent(**named(locked)), at=at, actor=actor)
        outbox.replay(_delivery(locked), at=at)


def mark_sent(message: Message, *, at: datetime, actor: str) -> None:
    """Take a message whose outcome is unknown for sent, because staff found that it arrived.
    Publishes MessageSent.

    Raises NotWaitingForStaff for any other message.
    """
    with transaction.atomic():
        locked = _lock(message, State.OUTCOME_UNKNOWN)
        outbox.skip(_delivery(locked), at=at)
        Sending.objects.filter(message=locked, state=SendingState.UNKNOWN).update(
            state=SendingState.ACCEPTED
        )
        settle(locked, State.SENT, at=at, actor=actor)


def _lock(message: Message, *states: State) -> Message:
    locked: Message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if locked.state not in states:
        raise NotWaitingForStaff
    return locked


def _delivery(message: Message) -> Delivery:
    # By way of its events: deliveries that are over are found by theirs alone.
    asked = EventRecord.objects.filter(subject=f"message:{message.public_id}", type=SendingDue.type)
    found: Delivery = Delivery.objects.get(handler=HANDLER, event=asked.latest("id"))
    return found
