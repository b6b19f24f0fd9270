"""What the message engine does when something happens: plan, send, and note how it ended."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from notifications import services
from notifications.events import MessagePlanned, TestMessageRequested
from notifications.ports import AlertKind, MessageKind, watch_alerts, watch_kinds
from notifications.services.send import HANDLER
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, Event, subscribe, subscribe_outside


def plan_kind(kind: MessageKind[Any]) -> None:
    """Plan one message for each event of a kind."""

    def plan(event: Event, delivery: DeliveryContext) -> None:
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


def note_unknown(event: MessagePlanned, delivery: DeliveryContext) -> None:
    """The worker died in mid-send: a mail server cannot tell whether it took the message."""
    services.note_unknown(event.message_id, at=clock.now())


def note_dead(event: MessagePlanned, delivery: DeliveryContext) -> None:
    """Every attempt failed in a way no one foresaw."""
    services.give_up_message(event.message_id, at=clock.now())


@subscribe_outside(
    MessagePlanned,
    name=HANDLER,
    provider_honours_keys=False,
    on_unknown=note_unknown,
    on_dead=note_dead,
)
def send(event: MessagePlanned, delivery: DeliveryContext) -> None:
    """Send a planned message; held ones arrive here when their undo window ends."""
    services.send_message(event.message_id, key=delivery.idempotency_key, at=clock.now())


@subscribe_outside(
    TestMessageRequested, name="notifications.send_test", provider_honours_keys=False
)
def send_test(event: TestMessageRequested, delivery: DeliveryContext) -> None:
    """Send a member of staff the message they wanted to see."""
    services.send_test(event, key=delivery.idempotency_key, at=clock.now())
