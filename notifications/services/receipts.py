"""What channels tell of messages they took: delivered, opened, bounced, complained."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.enums import Purpose
from commerce.selectors import get_customer
from commerce.services.consents import note_consent
from notifications.enums import (
    UNDELIVERED,
    Medium,
    Reason,
    ReceiptKind,
    SendingState,
    State,
    SuppressionCause,
)
from notifications.events import ReceiptNoted
from notifications.models import Message, Receipt, Sending
from notifications.selectors.people import CONSENT_OF
from notifications.services.plan import named
from notifications.services.settling import has_arrived, settle, try_next
from notifications.services.suppress import suppress_address
from postexp.kernel.events import append

CAUSES = {
    ReceiptKind.BOUNCED: SuppressionCause.BOUNCED,
    ReceiptKind.COMPLAINED: SuppressionCause.COMPLAINED,
}


def note_receipt(
    *,
    channel: Medium,
    kind: ReceiptKind,
    at: datetime,
    message_id: str = "",
    provider_id: str = "",
    detail: str = "",
) -> bool:
    """Keep what a channel tells of a message, by our id or the provider's; whether it is ours.

    The first receipt of a kind counts. An address that bounced or complained is not written to
    again on that channel, and who unsubscribed gets no marketing by it. Where a message did not
    arrive, its next channel is tried; without one it has failed. Publishes ReceiptNoted.
    """
    with transaction.atomic():
        sending = _lock_sending(channel, message_id, provider_id)
        if sending is None:
            return False
        _receipt, new = Receipt.objects.get_or_create(
            sending=sending, kind=kind, defaults={"at": at, "detail": detail[:500]}
        )
        if new:
            append(ReceiptNoted(**named(sending.message), channel=channel, receipt=kind), at=at)
            _react(sending, kind, detail, at)
    return True


def _lock_sending(channel: Medium, message_id: str, provider_id: str) -> Sending | None:
    """Return the newest handing over that is meant, its message locked.

    A receipt may come before the answer that names the provider's id, so ours goes first.
    """
    sendings = Sending.objects.filter(channel=channel)
    if message_id:
        sendings = sendings.filter(message__public_id=message_id)
    elif provider_id:
        sendings = sendings.filter(provider_id=provider_id)
    else:
        return None
    found = sendings.order_by("-id").first()
    if found is None:
        return None
    found.message = Message.objects.select_for_update(no_key=True).get(pk=found.message_id)
    return found


def _react(sending: Sending, kind: ReceiptKind, detail: str, at: datetime) -> None:
    message = sending.message
    if kind in CAUSES:
        suppress_address(sending.address, channel=sending.channel, cause=CAUSES[kind], at=at)
    if kind in {ReceiptKind.UNSUBSCRIBED, ReceiptKind.COMPLAINED}:
        _end_marketing(message, Medium(sending.channel), at)
    if kind in UNDELIVERED:
        note_undelivered(sending, detail, at=at)
    elif message.state == State.OUTCOME_UNKNOWN and sending.step == message.step:
        # Nobody knew whether the channel had taken it: now it says so itself.
        sending.state, sending.ended_at = SendingState.ACCEPTED, at
        sending.save(update_fields=["state", "ended_at"])
        settle(message, State.SENT, at=at)


def _end_marketing(message: Message, channel: Medium, at: datetime) -> None:
    if message.customer_id:
        note_consent(
            get_customer(message.customer_id),
            channel=CONSENT_OF.get(channel, channel),
            purpose=Purpose.MARKETING,
            granted=False,
            source=f"message {message.public_id}",
            at=at,
        )


def note_undelivered(sending: Sending, detail: str, *, at: datetime) -> None:
    """Note that a channel could not bring a message, which is locked by the caller: its next
    channel is tried, or it has failed. Publishes SendingDue or MessageNotSent.
    """
    sending.state, sending.detail = SendingState.FAILED, detail[:500]
    sending.save(update_fields=["state", "detail"])
    message = sending.message
    at_this_step = sending.step == message.step and message.state in {
        State.SENT,
        State.OUTCOME_UNKNOWN,
    }
    if at_this_step and not has_arrived(message) and not try_next(message, at=at):
        settle(message, State.FAILED, Reason.UNDELIVERED, detail, at=at)
