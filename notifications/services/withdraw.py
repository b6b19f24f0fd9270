"""Keeping messages back where what they are about is being taken away."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notifications.enums import WAITING, Reason, SendingState, State
from notifications.events import MessageNotSent
from notifications.models import Message, Sending
from notifications.services.desk import HANDLER
from notifications.services.plan import named
from postexp.kernel.events import append
from postexp.kernel.models import Delivery, DeliveryState

REACHED = (State.SENT, State.OUTCOME_UNKNOWN)
UNSENT = WAITING | {State.FAILED}
TAKEN = (SendingState.ACCEPTED, SendingState.UNKNOWN)
"""One channel has it, or may have it, though the message is on its way to the next."""
BEING_SENT = (DeliveryState.CLAIMED, DeliveryState.RUNNING)
OPEN = (DeliveryState.PENDING, DeliveryState.DEAD, *BEING_SENT)


def hold_messages(order_id: str, *, parcel_id: str = "") -> str:
    """Hold the messages about an order, or one parcel of it, back until the transaction ends.

    Returns why that came too late, or "": a message went out, may have gone out, or is being sent
    at this moment.
    """
    messages = list(_about(order_id, parcel_id).select_for_update(no_key=True).order_by("pk"))
    handed_over = Sending.objects.filter(message__in=messages, state__in=TAKEN)
    if any(message.state in REACHED for message in messages) or handed_over.exists():
        return _("A message about it went out.")
    subjects = [f"message:{one.public_id}" for one in messages if one.state in WAITING]
    sendings = Delivery.objects.filter(handler=HANDLER, subject__in=subjects, state__in=OPEN)
    # A locked delivery cannot be claimed, so none begins to send before the transaction ends.
    held = sendings.select_for_update(no_key=True, of=("self",)).order_by("pk")
    if any(delivery.state in BEING_SENT for delivery in held):
        return _("A message about it is being sent.")
    return ""


def withdraw_messages(order_id: str, *, parcel_id: str = "", at: datetime, actor: str) -> None:
    """Refuse the messages about an order, or one parcel of it, that is no more, where they wait or
    staff could still send them.

    `hold_messages` comes first, in the same transaction. Publishes MessageNotSent.
    """
    for message in _about(order_id, parcel_id).filter(state__in=UNSENT).order_by("pk"):
        message.state, message.reason = State.REFUSED, Reason.NO_LONGER_TRUE
        message.settled_at = at
        message.save(update_fields=["state", "reason", "settled_at"])
        unsent = MessageNotSent(**named(message), state=message.state, reason=message.reason)
        append(unsent, at=at, actor=actor)


def _about(order_id: str, parcel_id: str) -> QuerySet[Message]:
    """Return the messages about an order; with a parcel named, those about it alone, whose object
    is the parcel or begins with it.
    """
    found: QuerySet[Message] = Message.objects.filter(order_id=order_id)
    return found.filter(object_id__startswith=parcel_id) if parcel_id else found
