"""Deciding whether a message is going to be sent. Every decision leaves a row, also a refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from commerce.selectors import get_merchant
from commerce.selectors.consents import has_declined_notices
from notifications.events import MessageNotSent, MessagePlanned
from notifications.models import Message
from notifications.ports import MessageKind, MessageVariables, has_channel
from notifications.rules.gates import Candidate, Decision, decide
from notifications.selectors import find_suppression
from notifications.services.words import write_subject
from postexp.kernel.events import append


def plan_message(
    kind: MessageKind[Any],
    *,
    object_id: str,
    variables: MessageVariables,
    event_id: int,
    occurred_at: datetime,
    at: datetime,
) -> Message:
    """Decide on one message and keep the decision, once for the merchant, the kind and the object.

    Asked again for the same object, it only counts the repeat and returns the first decision.
    Publishes MessagePlanned, whose delivery waits for the end of the undo window, or MessageNotSent
    for a refusal.
    """
    if (known := _count_repeat(kind, object_id)) is not None:
        return known
    message = _describe(kind, object_id, variables, occurred_at=occurred_at, at=at)
    message.event_id = event_id
    decision = judge(
        message,
        kind,
        consented=variables.recipient.consented,
        too_late=variables.too_late,
        at=at,
    )
    message.state = decision.state
    message.reason = decision.reason or ""
    message.detail = decision.detail
    message.settled_at = None if decision.goes_out else at
    message.subject = subject_of(message, kind)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
            _publish(message, decision, at)
    except IntegrityError:
        # Another process planned the same message between our look and our insert.
        if (known := _count_repeat(kind, object_id)) is None:
            raise
        return known
    return message


def _count_repeat(kind: MessageKind[Any], object_id: str) -> Message | None:
    """Return the decision made before on the same message, with one more repeat counted, or
    None.
    """
    known = Message.objects.filter(kind=kind.name, object_id=object_id).first()
    if known is not None:
        Message.objects.filter(pk=known.pk).update(repeats=F("repeats") + 1)
    return known


def _describe(
    kind: MessageKind[Any],
    object_id: str,
    variables: MessageVariables,
    *,
    occurred_at: datetime,
    at: datetime,
) -> Message:
    recipient, facts = variables.recipient, dict(variables.facts)
    send_at = occurred_at + kind.hold
    return Message(
        kind=kind.name,
        object_id=object_id,
        klass=kind.klass,
        address=recipient.address,
        name=facts.get("customer_name", ""),
        locale=recipient.locale,
        customer_id=recipient.customer_id,
        order_id=variables.order_id,
        order_number=facts.get("order", {}).get("number", ""),
        facts=facts,
        planned_at=at,
        send_at=send_at,
        expires_at=send_at + kind.useful_for,
    )


def judge(
    message: Message, kind: MessageKind[Any], *, consented: bool, at: datetime, too_late: str = ""
) -> Decision:
    """Put a message through the gates as of now."""
    suppression = find_suppression(message.address)
    return decide(
        Candidate(
            klass=kind.klass,
            address=message.address,
            address_valid=_is_valid(message.address),
            send_at=message.send_at,
            expires_at=message.expires_at,
            not_true=_why_untrue(kind, message.object_id),
            too_late=too_late,
            consented=consented,
            declined=kind.optional and has_declined_notices(message.customer_id),
            suppression=suppression.cause if suppression else "",
            channel_ready=has_channel(message.channel),
        ),
        at=at,
    )


def _why_untrue(kind: MessageKind[Any], object_id: str) -> str:
    try:
        return kind.still_true(object_id)
    except ObjectDoesNotExist:
        return _("What it was about is no more.")


def subject_of(message: Message, kind: MessageKind[Any]) -> str:
    """Return the subject a list shows before a message is sent; a one-time code is never shown in
    lists.
    """
    if kind.secret:
        return str(kind.title)
    return write_subject(kind, message.facts, merchant=get_merchant(), locale=message.locale)[:300]


def named(message: Message) -> dict[str, str]:
    """Return what every event about a message names."""
    return {
        "message_id": message.public_id,
        "kind": message.kind,
        "order_id": message.order_id,
    }


def _publish(message: Message, decision: Decision, at: datetime) -> None:
    if decision.goes_out:
        append(MessagePlanned(**named(message)), at=at, not_before=max(at, message.send_at))
    else:
        unsent = MessageNotSent(**named(message), state=message.state, reason=message.reason)
        append(unsent, at=at)


def _is_valid(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
