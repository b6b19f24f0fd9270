"""Staff running failed work again, or giving it up. The event log keeps who did which."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.errors import AlreadySettled
from commerce.events import StaffReplayed, StaffSkipped
from commerce.models import Merchant, User
from postexp.kernel import inbox, outbox
from postexp.kernel.events import append
from postexp.kernel.history import FOR_STAFF
from postexp.kernel.models import Delivery, InboxMessage, InboxState


def replay_delivery(*, merchant: Merchant, delivery_id: int, by: User, at: datetime) -> Delivery:
    """Run a dead or unclear delivery again. Publishes StaffReplayed. Raises AlreadySettled."""
    with transaction.atomic():
        delivery = _locked(delivery_id)
        outbox.replay(delivery, at=at)
        append(
            StaffReplayed(
                merchant_public_id=merchant.public_id,
                target=delivery.event.public_id,
                handler=delivery.handler,
            ),
            at=at,
            actor=by.actor,
        )
    return delivery


def skip_delivery(*, merchant: Merchant, delivery_id: int, by: User, at: datetime) -> Delivery:
    """Give a dead or unclear delivery up, which frees the events behind it.

    Publishes StaffSkipped. Raises AlreadySettled.
    """
    with transaction.atomic():
        delivery = _locked(delivery_id)
        outbox.skip(delivery, at=at)
        append(
            StaffSkipped(
                merchant_public_id=merchant.public_id,
                target=delivery.event.public_id,
                handler=delivery.handler,
            ),
            at=at,
            actor=by.actor,
        )
    return delivery


def _locked(delivery_id: int) -> Delivery:
    found: Delivery | None = (
        Delivery.objects.select_for_update(no_key=True, of=("self",))
        .select_related("event")
        .filter(pk=delivery_id, state__in=FOR_STAFF)
        .first()
    )
    if found is None:
        raise AlreadySettled
    return found


def replay_request(*, merchant: Merchant, request_id: str, by: User, at: datetime) -> InboxMessage:
    """Read a kept request again from its raw bytes. Publishes StaffReplayed.

    Raises AlreadySettled for one that already waits to be read.
    """
    with transaction.atomic():
        message: InboxMessage | None = (
            InboxMessage.objects.select_for_update(no_key=True)
            .filter(public_id=request_id)
            .exclude(state=InboxState.RECEIVED)
            .first()
        )
        if message is None:
            raise AlreadySettled
        inbox.replay(message, at=at)
        append(
            StaffReplayed(merchant_public_id=merchant.public_id, target=message.public_id),
            at=at,
            actor=by.actor,
        )
    return message
