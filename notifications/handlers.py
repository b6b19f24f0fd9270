"""What the message engine does when something happens: plan, send, and note how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from commerce.enums import PromoPurpose
from commerce.services.promos import drop_promo
from notifications import services
from notifications.events import (
    FallbackDue,
    MessageNotSent,
    MessagePlanned,
    MessageSent,
    SendingDue,
    TestMessageRequested,
)
from notifications.messages import FIRST_THANKS
from notifications.ports import AlertKind, MessageKind, find_channel, watch_alerts, watch_kinds
from notifications.selectors.flows import is_wanted
from notifications.services.desk import HANDLER
from notifications.services.thanks import make_thanks_code
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, Event, follow, subscribe, subscribe_outside
from postexp.kernel.models import EventRecord


def plan_kind(kind: MessageKind[Any]) -> None:
    """Plan one message for each event of a kind that the shop wants."""

    def plan(event: Event, delivery: DeliveryContext) -> None:
        if not is_wanted(kind):
            return
        try:
            variables = kind.variables(event)
        except ObjectDoesNotExist:
            if kind.exists(event):
                raise
            # It was taken back before anyone was told: an import was undone.
            return
        if variables is not None:
            services.plan_message(
                kind,
                object_id=kind.object_id(event),
                variables=variables,
                event_id=delivery.event_id,
                occurred_at=delivery.occurred_at,
                at=clock.now(),
            )

    subscribe(kind.event, name=f"notifications.plan.{kind.name}")(plan)


watch_kinds(plan_kind)


def raise_kind(kind: AlertKind[Any]) -> None:
    """Alert staff of each event of a kind."""

    def alert(event: Event, delivery: DeliveryContext) -> None:
        try:
            services.raise_alert(kind, event, at=delivery.occurred_at, actor=delivery.actor)
        except ObjectDoesNotExist:
            if kind.exists(event):
                raise

    subscribe(kind.event, name=f"notifications.alert.{kind.name}")(alert)


watch_alerts(raise_kind)


def note_unknown(event: SendingDue, delivery: DeliveryContext) -> None:
    """The worker died in mid-send, and the channel cannot tell whether it took the message."""
    services.note_unknown(event.message_id, at=clock.now())


def note_dead(event: SendingDue, delivery: DeliveryContext) -> None:
    """Every attempt failed in a way no one foresaw."""
    services.give_up_message(event.message_id, at=clock.now())


def honours_keys(event: SendingDue) -> bool:
    """Whether asking the channel again under the same key sends nothing twice."""
    channel = find_channel(event.channel)
    return channel is not None and channel.honours_keys


@subscribe_outside(
    SendingDue,
    name=HANDLER,
    provider_honours_keys=honours_keys,
    on_unknown=note_unknown,
    on_dead=note_dead,
)
def send(event: SendingDue, delivery: DeliveryContext) -> None:
    """Send a planned message; held ones arrive here when what they wait for is over."""
    services.send_message(
        event.message_id, step=event.step, key=delivery.idempotency_key, at=clock.now()
    )


@subscribe(FallbackDue, name="notifications.fall_back")
def fall_back(event: FallbackDue, delivery: DeliveryContext) -> None:
    """Try the next channel where the last one gave no sign of life."""
    services.fall_back(event.message_id, step=event.step, at=clock.now())


@subscribe_outside(
    TestMessageRequested, name="notifications.send_test", provider_honours_keys=False
)
def send_test(event: TestMessageRequested, delivery: DeliveryContext) -> None:
    """Send a member of staff the message they wanted to see."""
    services.send_test(event, key=delivery.idempotency_key, at=clock.now())


@follow
def keep_thanks_codes(records: Sequence[EventRecord]) -> None:
    """Make the code of thanks that are planned, and drop one that came too late to be told.

    Few messages are such thanks, so each is looked at here, and no reaction is stored for all.
    """
    for record in records:
        if record.payload.get("kind") != FIRST_THANKS:
            continue
        at = record.occurred_at
        if record.type == MessagePlanned.type:
            make_thanks_code(record.payload["message_id"], at=at)
        elif record.type in (MessageSent.type, MessageNotSent.type):
            drop_promo(record.payload["order_id"], PromoPurpose.THANKS, at=at)
