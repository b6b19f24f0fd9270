"""Deciding whether a message is going to be sent. Every decision leaves a row, also a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F

from notifications.enums import WAITING, Class, Hold, Medium, Reason, State
from notifications.events import MessageNotSent, MessagePlanned, SendingDue
from notifications.models import Message
from notifications.ports import MessageKind, MessageVariables
from notifications.rules.gates import Decision
from notifications.selectors.flows import FlowTerms, get_terms
from notifications.selectors.known import get_known
from notifications.services.judging import flow_of, follow, judge, note_passed
from notifications.services.words import class_of, own_body, write_subject_with
from postexp.kernel.events import append
from postexp.kernel.locks import lock

if TYPE_CHECKING:
    from commerce.models import Merchant
    from notifications.rules.blocks import Body


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
    Where another message of its kind waits that it belongs to, that one says it, too. Publishes
    MessagePlanned and SendingDue, whose delivery waits as long as the message does, or
    MessageNotSent for a refusal.
    """
    if (repeated := _count_repeat(kind, object_id)) is not None:
        return repeated
    flow = flow_of(kind)
    locale = variables.recipient.locale
    body = own_body(kind, variables.facts, locale=locale, may_advertise=True)
    klass = class_of(body, variables.klass or kind.klass)
    message = describe_message(
        kind, object_id, variables, flow, klass=klass, occurred_at=occurred_at, at=at
    )
    message.event_id = event_id
    try:
        with transaction.atomic():
            if message.merge_key:
                lock(f"merge:{kind.name}:{message.merge_key}")
            known = get_known([message])
            decision = judge(
                message, kind, flow=flow, known=known, too_late=variables.too_late, at=at
            )
            message.subject = subject_of(message, kind, body, merchant=known.merchant)
            if decision.goes_out and (carrier := _carrier(message)) is not None:
                _merge(message, carrier, kind, known.merchant, at)
            elif decision.goes_out:
                follow(message, decision)
                message.save(force_insert=True)
                append(MessagePlanned(**named(message)), at=at)
                publish_due(message, at)
            else:
                message.address = known.address_on(Medium(message.channel), message)
                _refuse(message, decision, at)
    except IntegrityError:
        # Another process planned the same message between our look and our insert.
        if (repeated := _count_repeat(kind, object_id)) is None:
            raise
        return repeated
    return message


def _count_repeat(kind: MessageKind[Any], object_id: str) -> Message | None:
    """Return the decision made before on the same message, with one more repeat counted, or
    None.
    """
    known = Message.objects.filter(kind=kind.name, object_id=object_id).first()
    if known is not None:
        Message.objects.filter(pk=known.pk).update(repeats=F("repeats") + 1)
    return known


def describe_message(
    kind: MessageKind[Any],
    object_id: str,
    variables: MessageVariables,
    flow: FlowTerms,
    *,
    klass: str,
    occurred_at: datetime,
    at: datetime,
) -> Message:
    """Return a message as its flow has it, before any gate, without saving it."""
    recipient, facts = variables.recipient, dict(variables.facts)
    known = {Medium.EMAIL: recipient.address, Medium.SMS: recipient.phone}
    waits, waits_for = kind.hold, Hold.UNDO
    if flow.delay:
        waits, waits_for = waits + timedelta(minutes=flow.delay), Hold.DELAY
    if variables.merge_key:
        gathering = timedelta(minutes=get_terms().gather)
        if gathering > waits:
            waits, waits_for = gathering, Hold.GATHERING
    send_at = occurred_at + waits
    return Message(
        kind=kind.name,
        object_id=object_id,
        klass=klass,
        addresses={medium: address for medium, address in known.items() if address},
        address=recipient.address,
        zones=list(recipient.zones),
        chain=[str(medium) for medium in flow.chain],
        channel=flow.chain[0],
        name=facts.get("customer_name", ""),
        locale=recipient.locale,
        customer_id=recipient.customer_id,
        order_id=variables.order_id,
        order_number=facts.get("order", {}).get("number", ""),
        facts=facts,
        link=variables.link,
        merge_key=variables.merge_key,
        holding=waits_for,
        planned_at=at,
        send_at=send_at,
        expires_at=send_at + kind.useful_for,
    )


def subject_of(
    message: Message, kind: MessageKind[Any], body: Body | None, *, merchant: Merchant
) -> str:
    """Return the subject a list shows before a message is sent, in the shop's own words where it
    has some; a one-time code is never shown in lists.
    """
    if kind.secret:
        return str(kind.title)
    locale = message.locale
    subject = write_subject_with(body, kind, message.facts, merchant=merchant, locale=locale)
    return subject[:300]


def named(message: Message) -> dict[str, str]:
    """Return what every event about a message names."""
    return {
        "message_id": message.public_id,
        "kind": message.kind,
        "order_id": message.order_id,
    }


def publish_due(message: Message, at: datetime) -> None:
    """Ask for a message to be handed over when its time has come. Publishes SendingDue."""
    due = SendingDue(**named(message), channel=message.channel, step=message.step)
    append(due, at=at, not_before=max(at, message.send_at))


def _carrier(message: Message) -> Message | None:
    """Return the message that waits and can say what this one says, locked, or None.

    Its words are not written yet: what is written is being sent.
    """
    if not message.merge_key:
        return None
    waiting = Message.objects.filter(
        kind=message.kind, merge_key=message.merge_key, state__in=WAITING, html=""
    )
    found: Message | None = waiting.select_for_update(no_key=True).order_by("id").first()
    return found


def _merge(
    message: Message, carrier: Message, kind: MessageKind[Any], merchant: Merchant, at: datetime
) -> None:
    """Let a message that waits say what another would have said. Publishes MessageNotSent."""
    if kind.merge is None:
        raise ValueError(f"Messages of the kind {kind.name} cannot be merged.")
    carrier.facts = dict(kind.merge(carrier.facts, message.facts))
    may_advertise = carrier.klass == Class.MARKETING
    body = own_body(kind, carrier.facts, locale=carrier.locale, may_advertise=may_advertise)
    carrier.subject = subject_of(carrier, kind, body, merchant=merchant)
    carrier.save(update_fields=["facts", "subject"])
    message.state, message.reason = State.MERGED, Reason.MERGED
    message.merged_into, message.holding, message.facts = carrier.public_id, "", {}
    _settled(message, at)


def _refuse(message: Message, decision: Decision, at: datetime) -> None:
    message.state, message.reason = decision.state, decision.reason or ""
    message.detail, message.holding = decision.detail, decision.holding or ""
    note_passed(message, decision)
    _settled(message, at)


def _settled(message: Message, at: datetime) -> None:
    message.settled_at = at
    message.save(force_insert=True)
    unsent = MessageNotSent(**named(message), state=message.state, reason=message.reason)
    append(unsent, at=at)
