"""What shoppers write back, and what they say to stop or to start again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.enums import Purpose
from commerce.selectors import find_customer_at, get_customer
from commerce.services.consents import note_consent
from notifications.enums import Medium, ReceiptKind, SuppressionCause
from notifications.events import ReplyReceived
from notifications.models import Reply, Suppression
from notifications.selectors import address_hash
from notifications.selectors.people import find_owner, newest_message_to
from notifications.services.receipts import note_receipt
from notifications.services.suppress import suppress_address
from postexp.kernel.events import append

BY_PHONE = frozenset({Medium.SMS, Medium.WHATSAPP})


def take_in_reply(
    *,
    channel: Medium,
    address: str,
    provider_id: str,
    text: str,
    at: datetime,
    subject: str = "",
) -> Reply:
    """Keep what a shopper wrote on a channel, once for the id its provider gave it.

    It shows, too, that the message last sent to that address arrived. Publishes ReplyReceived.
    """
    with transaction.atomic():
        reply, new = Reply.objects.get_or_create(
            channel=channel,
            provider_id=provider_id,
            defaults={
                "address": address,
                "customer_id": writer_of(channel, address),
                "subject": subject[:300],
                "text": text,
                "at": at,
            },
        )
        if new:
            append(ReplyReceived(reply_id=reply.public_id, channel=channel), at=at)
            answered = newest_message_to(channel, address)
            if answered is not None:
                note_receipt(
                    channel=channel,
                    kind=ReceiptKind.REPLIED,
                    message_id=answered.public_id,
                    at=at,
                )
    found: Reply = reply
    return found


def writer_of(channel: str, address: str) -> str:
    """Return the public id of the customer who writes from an address of a channel, or ""."""
    if channel in BY_PHONE:
        customer = find_customer_at(phone=address)
    elif channel == Medium.EMAIL:
        customer = find_customer_at(email=address)
    else:
        return find_owner(channel, address)
    return customer.public_id if customer else ""


def withdraw_reply(*, channel: Medium, provider_id: str, at: datetime) -> bool:
    """Wipe the words of what its writer took back; whether it was here."""
    taken_back = Reply.objects.filter(
        channel=channel, provider_id=provider_id, withdrawn_at__isnull=True
    )
    return bool(taken_back.update(withdrawn_at=at, text="", subject=""))


def stop_address(*, channel: Medium, address: str, at: datetime) -> bool:
    """Write nothing more to who told us to stop, on that channel; whether that is news.

    A known customer's consents to the channel end with it.
    """
    with transaction.atomic():
        news = suppress_address(address, channel=channel, cause=SuppressionCause.STOPPED, at=at)
        _note(channel, address, granted=False, source=f"{channel} STOP", at=at)
    return news


def start_address(*, channel: Medium, address: str, at: datetime, lifts_only: bool = False) -> bool:
    """Write again to who had told us to stop and now wants it; whether that is news.

    Of their consents the one to service messages is given anew. Where the word they used may have
    answered something else (`lifts_only`), it agrees to nothing unless they had told us to stop.
    """
    with transaction.atomic():
        stopped = Suppression.objects.filter(
            channel=channel, address_hash=address_hash(address), cause=SuppressionCause.STOPPED
        )
        deleted, _rows = stopped.delete()
        if deleted or not lifts_only:
            _note(channel, address, granted=True, source=f"{channel} START", at=at)
    return bool(deleted)


def _note(channel: Medium, address: str, *, granted: bool, source: str, at: datetime) -> None:
    customer_id = writer_of(channel, address)
    if not customer_id:
        return
    customer = get_customer(customer_id)
    for purpose in (Purpose.SERVICE,) if granted else (Purpose.SERVICE, Purpose.MARKETING):
        note_consent(
            customer, channel=channel, purpose=purpose, granted=granted, source=source, at=at
        )
