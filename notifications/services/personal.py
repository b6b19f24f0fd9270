"""What messages keep of a person: handed out, and forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant
from notifications.enums import WAITING, Reason, State
from notifications.events import SendingDue
from notifications.models import (
    Contact,
    LinkOffer,
    MailboxMail,
    Message,
    OptIn,
    Receipt,
    Reply,
    Sending,
)
from postexp.kernel.models import Delivery, EventRecord
from postexp.kernel.tenancy import current_merchant_id


def _messages_of(person: Person) -> QuerySet[Message]:
    # Of an order others may be written to, too, as who was given a present of it.
    theirs = Q(customer_id__in=("", person.customer_id))
    named = Q(address__in=person.emails) | (Q(order_id__in=person.order_ids) & theirs)
    if person.customer_id:
        named |= Q(customer_id=person.customer_id)
    found: QuerySet[Message] = Message.objects.filter(named)
    return found


def export(person: Person) -> list[dict[str, Any]]:
    """Return every message to the person, with its words."""
    return [
        {
            "id": message.public_id,
            "kind": message.kind,
            "channel": message.channel,
            "address": message.address,
            "state": message.state,
            "at": instant(message.listed_at),
            "subject": message.subject,
            "text": message.text,
        }
        for message in _messages_of(person).order_by("id")
    ]


def _replies_of(person: Person) -> QuerySet[Reply]:
    # Numbers of phones are among the words: a reply by SMS may be by nobody we knew then.
    written = Q(address__in=[*person.emails, *person.words])
    if person.customer_id:
        written |= Q(customer_id=person.customer_id)
    found: QuerySet[Reply] = Reply.objects.filter(written)
    return found


def export_replies(person: Person) -> list[dict[str, Any]]:
    """Return what the person wrote to the shop."""
    return [
        {
            "id": reply.public_id,
            "channel": reply.channel,
            "address": reply.address,
            "at": instant(reply.at),
            "subject": reply.subject,
            "text": reply.text,
        }
        for reply in _replies_of(person).order_by("id")
    ]


def erase_replies(person: Person, at: datetime) -> None:
    """Forget what the person wrote, and from where."""
    _replies_of(person).update(address="", subject="", text="", customer_id="")


def erase(person: Person, at: datetime) -> None:
    """Forget address, name and words of the messages, and linked accounts; those still waiting are
    not sent.
    """
    messages = _messages_of(person)
    mails = Q(message_id__in=list(messages.values_list("public_id", flat=True)))
    for email in person.emails:
        mails |= Q(recipients__icontains=email)
    MailboxMail.objects.filter(mails, merchant_id=current_merchant_id()).delete()
    messages.filter(state__in=WAITING).update(
        state=State.REFUSED, reason=Reason.NO_ADDRESS, settled_at=at
    )
    Sending.objects.filter(message__in=messages).update(address="", detail="")
    Receipt.objects.filter(sending__message__in=messages).update(detail="")
    # What a provider said may quote the address.
    subjects = [f"message:{one}" for one in messages.values_list("public_id", flat=True)]
    asked = EventRecord.objects.filter(subject__in=subjects, type=SendingDue.type)
    Delivery.objects.filter(event__in=asked).exclude(last_error="").update(last_error="")
    messages.update(
        address="",
        addresses={},
        name="",
        subject="",
        html="",
        text="",
        short="",
        link="",
        facts={},
        detail="",
    )
    if person.customer_id:
        for model in (Contact, LinkOffer, OptIn):
            model.objects.filter(customer_id=person.customer_id).delete()


KEEPER = PersonalDataKeeper(name="messages", export=export, erase=erase)
REPLIES = PersonalDataKeeper(name="replies", export=export_replies, erase=erase_replies)
