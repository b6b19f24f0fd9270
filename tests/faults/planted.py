"""What the processes under test react to: events, handlers and a source, for these tests alone."""

import os
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from typing import Any, ClassVar

from django.db import connection

from postexp.kernel import inbox
from postexp.kernel.events import DeliveryContext, Event, Subscription, registry
from postexp.kernel.models import InboxMessage

SOURCE = "faults"
EFFECTS = "CREATE TABLE faults_effect (what text NOT NULL)"


@dataclass(frozen=True, kw_only=True)
class Counted(Event):
    """A thing to count; `asks` makes its reaction wait for the provider."""

    type: ClassVar[str] = "faults.counted"
    thing: str
    asks: bool = False

    @property
    def subject(self) -> str:
        return f"thing:{self.thing}"


@dataclass(frozen=True, kw_only=True)
class Sent(Event):
    """A thing to send to a provider that honours idempotency keys."""

    type: ClassVar[str] = "faults.sent"
    thing: str

    @property
    def subject(self) -> str:
        return f"thing:{self.thing}"


@dataclass(frozen=True, kw_only=True)
class Posted(Event):
    """A thing to send to a provider that ignores idempotency keys."""

    type: ClassVar[str] = "faults.posted"
    thing: str

    @property
    def subject(self) -> str:
        return f"thing:{self.thing}"


def note(what: str) -> None:
    """Have an effect on the database; nothing but the kernel keeps it from happening twice."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO faults_effect (what) VALUES (%s)", [what])


def call_provider(thing: str, key: str) -> None:
    """Have an effect on the world; returns once the provider has answered."""
    provider = HTTPConnection(os.environ["FAULTS_PROVIDER"], timeout=60)
    provider.request("POST", f"/{thing}", headers={"Idempotency-Key": key})
    provider.getresponse().read()
    provider.close()


def count(event: Counted, delivery: DeliveryContext) -> None:
    note(event.thing)
    if event.asks:
        call_provider(event.thing, delivery.idempotency_key)


def send(event: Sent | Posted, delivery: DeliveryContext) -> None:
    call_provider(event.thing, delivery.idempotency_key)


def read(message: InboxMessage, at: datetime) -> inbox.Effect:
    note(message.provider_key)
    return inbox.Effect(kind="noted", object_id=message.provider_key)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(name="faults.count", event=Counted, handler=count),
    Subscription(
        name="faults.send",
        event=Sent,
        handler=send,
        outside=True,
        # It may hang on the event: one message goes by a channel that knows repeats, another not.
        provider_honours_keys=lambda event: event.thing == "sent",
    ),
    Subscription(
        name="faults.post",
        event=Posted,
        handler=send,
        outside=True,
        on_unknown=lambda event, _: note(f"unknown {event.thing}"),
    ),
)


def plant() -> None:
    """Listen to these events and read this source, in this process."""
    for subscription in SUBSCRIPTIONS:
        registry.add(subscription)
    inbox.register_source(SOURCE, read)


def take_away() -> None:
    """Listen to these events no longer."""
    for subscription in SUBSCRIPTIONS:
        registry.remove(subscription.name)
