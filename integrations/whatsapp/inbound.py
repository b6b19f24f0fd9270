"""What WhatsApp's webhooks lead to: receipts, answers, wishes obeyed, templates kept up to date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from commerce.enums import Purpose
from commerce.selectors import find_customer_at
from commerce.selectors.consents import latest_consents
from integrations.connections import DISCONNECTED, was_disconnected
from integrations.models import Service
from integrations.whatsapp.access import find_account
from integrations.whatsapp.codes import STOPPED, words_of
from integrations.whatsapp.parse import (
    Change,
    Incoming,
    Preference,
    Status,
    TakenBack,
    TemplateTold,
    Told,
    read,
)
from integrations.whatsapp.parts import STATES
from integrations.whatsapp.services import note_category, note_state
from notifications.enums import Medium, ReceiptKind
from notifications.rules.wishes import Wish, is_an_answer, wish_in
from notifications.services import (
    choose_messages,
    end_marketing,
    note_receipt,
    start_address,
    stop_address,
    take_in_reply,
    withdraw_reply,
)
from postexp.kernel.inbox import Effect
from postexp.kernel.models import InboxMessage

CHANNEL = Medium.WHATSAPP
SOURCE = "WhatsApp"
RECEIPTS: dict[str, ReceiptKind] = {
    "sent": ReceiptKind.HANDED_ON,
    "delivered": ReceiptKind.DELIVERED,
    "read": ReceiptKind.OPENED,
    "played": ReceiptKind.OPENED,
    "failed": ReceiptKind.FAILED,
}


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect. What nobody reads ends as `ignored`, said aloud.

    It may tell of several things at once, each of which takes effect; the effect names the first.
    """
    if was_disconnected(service=Service.WHATSAPP, at=message.received_at):
        return DISCONNECTED
    account = find_account()
    number = account.account if account else ""
    changes = read(bytes(message.body))
    return _together(_lead(change, number, message.received_at) for change in changes)


def _lead(change: Change, number: str, received_at: datetime) -> Effect:
    """Lead one change to its effect; it counts from when it happened, as far as that is told."""
    if number and change.number and change.number != number:
        return _ignored("It is about another number of the same account.")
    told = change.told
    happened = getattr(told, "at", None)
    return _take_in(told, min(happened, received_at) if happened else received_at)


def _take_in(told: Told, at: datetime) -> Effect:
    if isinstance(told, Status):
        return _receipt(told, at)
    if isinstance(told, Incoming):
        return _reply(told, at)
    if isinstance(told, TakenBack):
        if not withdraw_reply(channel=CHANNEL, provider_id=told.provider_id, at=at):
            return _ignored("What was taken back is not here.")
        return Effect(kind="reply", detail={"channel": CHANNEL.value, "withdrawn": True})
    if isinstance(told, Preference):
        return _preference(told.address, wanted=told.wanted, at=at)
    if isinstance(told, TemplateTold):
        return _template(told, at)
    return _ignored(f"No use for {told.what}.")


def _receipt(told: Status, at: datetime) -> Effect:
    kind = RECEIPTS.get(told.state)
    if kind is None:
        return _ignored(f"No use for the state {told.state!r}.")
    detail = words_of(told.code, told.words) if kind == ReceiptKind.FAILED else ""
    kinds = [kind]
    if told.code == STOPPED:
        kinds.insert(0, ReceiptKind.UNSUBSCRIBED)
    ours = [
        note_receipt(
            channel=CHANNEL,
            kind=one,
            at=at,
            message_id=told.mark,
            provider_id=told.provider_id,
            detail=detail,
        )
        for one in kinds
    ]
    if not all(ours):
        return _ignored("It is about no message from here.")
    return Effect(
        kind="message_receipt",
        object_id=told.mark,
        detail={"channel": CHANNEL.value, "receipt": kind.value},
    )


def _reply(told: Incoming, at: datetime) -> Effect:
    reply = take_in_reply(
        channel=CHANNEL, address=told.address, provider_id=told.provider_id, text=told.text, at=at
    )
    wish = wish_in(told.text)
    if wish == Wish.STOP:
        stop_address(channel=CHANNEL, address=told.address, at=at)
    elif wish == Wish.START:
        start_address(
            channel=CHANNEL, address=told.address, lifts_only=is_an_answer(told.text), at=at
        )
    elif told.ends_marketing:
        _preference(told.address, wanted=False, at=at)
    return Effect(
        kind="reply",
        object_id=reply.public_id,
        detail={"channel": CHANNEL.value, **({"asks": wish.value} if wish else {})},
    )


def _preference(address: str, *, wanted: bool, at: datetime) -> Effect:
    """Keep whether somebody wants marketing by WhatsApp: a yes counts where there had been a no."""
    customer = find_customer_at(phone=address)
    if customer is None:
        return _ignored("It is a wish of nobody who is known here.")
    key = (CHANNEL.value, Purpose.MARKETING.value)
    if not wanted:
        end_marketing(customer, [CHANNEL.value], source=SOURCE, at=at)
    elif latest_consents(customer.public_id).get(key) is False:
        choose_messages(customer, {key: True}, source=SOURCE, at=at)
    else:
        return _ignored("They had not said no here before, and a wish to go on is no consent.")
    return Effect(
        kind="consent",
        object_id=customer.public_id,
        detail={"channel": CHANNEL.value, "marketing": wanted},
    )


def _template(told: TemplateTold, at: datetime) -> Effect:
    detail = {"template": told.name, "language": told.language}
    if not told.event:
        if not note_category(told.name, told.language, told.category):
            return _ignored("No such template is known here.")
        return Effect(kind="template", detail={**detail, "category": told.category})
    state = STATES.get(told.event)
    if state is None:
        return _ignored(f"{told.event!r} says nothing of whether it can be sent.")
    template = note_state(
        name=told.name,
        language=told.language,
        external_id=told.external_id,
        category=told.category,
        state=state,
        reason=told.reason,
        at=at,
    )
    if template is None:
        return _ignored("More recent is known of the template.")
    return Effect(kind="template", detail={**detail, "state": template.state})


def _together(led: Iterable[Effect]) -> Effect:
    """Return the first effect that is one, with how many there were where it is not alone."""
    effects = list(led)
    had = [effect for effect in effects if effect.kind != "ignored"]
    if not had:
        return effects[0] if effects else _ignored("It tells of nothing.")
    if len(had) == 1:
        return had[0]
    return replace(had[0], detail={**had[0].detail, "effects": len(had)})


def _ignored(reason: str) -> Effect:
    return Effect(kind="ignored", detail={"reason": reason})
