"""The event log, which is also the outbox: a fact is appended where the state changes."""

from __future__ import annotations

import logging
import time
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django.db import connection, transaction

from postexp.kernel import ids, logs
from postexp.kernel.tenancy import current_merchant_id

if TYPE_CHECKING:
    from postexp.kernel.models import EventRecord

logger = logging.getLogger(__name__)

CHANNEL = "postexp_work"


class OutsideTransaction(RuntimeError):
    """An event was appended where no transaction would carry it with its state change."""

    def __init__(self) -> None:
        super().__init__("Append events inside transaction.atomic(), with the change they tell of.")


_classes: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses of plain JSON values."""

    type: ClassVar[str]
    version: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        if "type" in cls.__dict__:
            _classes[cls.type] = cls

    @property
    @abstractmethod
    def subject(self) -> str:
        """The object whose events a handler sees in order, such as `order:ord_…`."""


@dataclass(frozen=True, kw_only=True)
class DeliveryContext:
    """What a handler may know of the delivery it runs in."""

    event_id: int
    idempotency_key: str
    attempt: int
    occurred_at: datetime
    actor: str


class RetryLater(Exception):
    """Raised by a handler to be called again; no attempt is counted against it."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"asked to be called again in {seconds:g} s")
        self.seconds = seconds


E = TypeVar("E", bound=Event)
Handler = Callable[[E, DeliveryContext], None]


@dataclass(frozen=True, kw_only=True)
class Subscription(Generic[E]):
    """A handler of one kind of event. `outside` ones act on the world beyond the database.

    Whether the provider honours keys may hang on the event: one is sent by mail, another by chat.
    """

    name: str
    event: type[E]
    handler: Handler[E]
    outside: bool = False
    provider_honours_keys: bool | Callable[[E], bool] = False
    on_unknown: Handler[E] | None = None
    on_dead: Handler[E] | None = None


class Registry:
    """The kinds of events the code knows, and who listens to them."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, Subscription[Any]] = {}
        self._by_event: dict[type[Event], list[Subscription[Any]]] = {}

    def add(self, subscription: Subscription[Any]) -> None:
        """Add a subscription; its name is unique and lives in the database, so never change it."""
        if subscription.name in self.subscriptions:
            raise ValueError(f"Two handlers are named {subscription.name!r}.")
        self.subscriptions[subscription.name] = subscription
        self._by_event.setdefault(subscription.event, []).append(subscription)

    def listeners(self, event: type[Event]) -> list[Subscription[Any]]:
        """Return the subscriptions to one kind of event."""
        return self._by_event.get(event, [])

    def remove(self, name: str) -> None:
        """Forget a subscription (tests plant handlers and take them away again)."""
        subscription = self.subscriptions.pop(name)
        self._by_event[subscription.event].remove(subscription)


registry = Registry()


def event_classes() -> dict[str, type[Event]]:
    """Return every kind of event, by its type name."""
    return dict(_classes)


def subscribe(event: type[E], *, name: str) -> Callable[[Handler[E]], Handler[E]]:
    """Subscribe a database-only reaction; it runs in the drainer's transaction, exactly once."""

    def decorate(handler: Handler[E]) -> Handler[E]:
        registry.add(Subscription(name=name, event=event, handler=handler))
        return handler

    return decorate


def subscribe_outside(
    event: type[E],
    *,
    name: str,
    provider_honours_keys: bool | Callable[[E], bool],
    on_unknown: Handler[E] | None = None,
    on_dead: Handler[E] | None = None,
) -> Callable[[Handler[E]], Handler[E]]:
    """Subscribe an outside effect: claimed with a lease, then run by Celery in autocommit.

    Where the provider ignores idempotency keys, a run that was interrupted after it began ends
    `outcome_unknown` and is never repeated by itself. `on_unknown` and `on_dead` are the database
    reactions to those two ends.
    """

    def decorate(handler: Handler[E]) -> Handler[E]:
        registry.add(
            Subscription(
                name=name,
                event=event,
                handler=handler,
                outside=True,
                provider_honours_keys=provider_honours_keys,
                on_unknown=on_unknown,
                on_dead=on_dead,
            )
        )
        return handler

    return decorate


Follower = Callable[[Sequence["EventRecord"]], None]
_followers: list[Follower] = []


def follow(follower: Follower) -> Follower:
    """Show a follower the rows of all events, in the transaction that appends them.

    Those appended at once it sees together. For what stands beside the log, such as the deliveries
    of webhooks. It works on the database only, quickly: the change that an event tells of waits for
    it and fails with it.
    """
    _followers.append(follower)
    return follower


def append(
    event: Event, *, at: datetime, actor: str = "system", not_before: datetime | None = None
) -> EventRecord:
    """Append an event and one delivery per listener, in the transaction of the state change.

    `actor` is `system`, `staff:<user id>`, `shopper`, `api:<key id>` or the name of an integration.
    `not_before` holds the deliveries back until then. Services lock the subject's row before they
    change it, so the ids of one subject's events follow the order of its commits.
    Raises OutsideTransaction and OutsideMerchantScope.
    """
    (record,) = append_all([event], at=at, actor=actor, not_before=not_before)
    return record


def append_all(
    events: Sequence[Event],
    *,
    at: datetime,
    actor: str = "system",
    not_before: datetime | None = None,
) -> list[EventRecord]:
    """Append events in their order, each as `append` does, with as few statements as for one."""
    from postexp.kernel.models import Delivery, EventRecord

    if not connection.in_atomic_block:
        raise OutsideTransaction
    records = EventRecord.objects.bulk_create(
        EventRecord(
            merchant_id=current_merchant_id(),
            public_id=ids.new_id("evt"),
            type=event.type,
            version=event.version,
            subject=event.subject,
            payload=asdict(event),
            actor=actor,
            request_id=logs.request_id(),
            occurred_at=at,
        )
        for event in events
    )
    deliveries = [
        Delivery(
            merchant_id=record.merchant_id,
            event=record,
            handler=listener.name,
            subject=record.subject,
            outside=listener.outside,
            next_at=not_before or at,
        )
        for event, record in zip(events, records, strict=True)
        for listener in registry.listeners(type(event))
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries)
        wake_drainer()
    for follower in _followers if records else ():
        follower(records)
    return records


# A NOTIFY serialises the commits of the whole server, so a burst sends few of them: the drainer
# goes on looking for LINGER after its last work, which is longer than the wakes are apart.
WAKE_APART = 0.1
LINGER = 0.2
_woken_at = 0.0


def wake_drainer() -> None:
    """Tell the drainer, after the commit, that there is work."""
    # Outside a transaction even on_commit opens a connection: not for a wake that is spared.
    if connection.in_atomic_block or _is_wake_due():
        transaction.on_commit(_notify, robust=True)


def _is_wake_due() -> bool:
    return time.monotonic() - _woken_at >= WAKE_APART


def _notify() -> None:
    global _woken_at
    if not _is_wake_due():
        return
    _woken_at = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def rebuild(record: EventRecord) -> Event:
    """Return the event a row tells of. Raises KeyError for a type the code no longer knows.

    What a newer version of the code wrote besides is left aside: it may run beside this one.
    """
    kind = _classes[record.type]
    known = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in record.payload.items() if name in known})
