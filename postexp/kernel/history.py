"""Reading the log: what happened to an object, what waits, and what staff must look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.http import Http404

from postexp.kernel.events import Event
from postexp.kernel.models import Delivery, DeliveryState, EventRecord, InboxMessage, InboxState
from postexp.kernel.tenancy import current_merchant_id

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FOR_STAFF = (DeliveryState.DEAD, DeliveryState.OUTCOME_UNKNOWN)
STORY = 200

Detail = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, kw_only=True)
class Words:
    """How people read one kind of event; `detail` adds a sentence from its payload.

    A `minor` kind is told with its own object only, and left out of an order's story.
    """

    title: StrOrPromise
    icon: str = "circle"
    tone: str = "neutral"
    detail: Detail | None = None
    minor: bool = False


_words: dict[str, Words] = {}


def describe(
    event: type[Event],
    title: StrOrPromise,
    *,
    icon: str = "circle",
    tone: str = "neutral",
    detail: Detail | None = None,
    minor: bool = False,
) -> None:
    """Say how people read one kind of event. Rooms call it in their `panels.py`.

    Events nobody describes stay out of the stories on pages; the events page shows their type.
    """
    _words[event.type] = Words(title=title, icon=icon, tone=tone, detail=detail, minor=minor)


def words_of(event_type: str) -> Words | None:
    """Return how people read a kind of event, or None where nobody described it."""
    return _words.get(event_type)


def happened_at(record: EventRecord) -> date:
    """Return when what a row tells of happened: the instant or the day that was told with it.

    Where its payload has no `happened_at`, it happened when it was appended.
    """
    told: str = record.payload.get("happened_at", "")
    if not told:
        return record.occurred_at
    return datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)


def story_of_order(order_id: str) -> list[EventRecord]:
    """Return what happened to an order, its parcels and its returns, newest first.

    Every described event that carries the order's public id as `order_id`, but for the minor ones;
    the newest 200.
    """
    told = [kind for kind, words in _words.items() if not words.minor]
    return list(
        EventRecord.objects.annotate(order=KT("payload__order_id"))
        .filter(order=order_id, type__in=told)
        .order_by("-id")[:STORY]
    )


def story_of(*subjects: str, ignoring: Collection[str] = ()) -> list[EventRecord]:
    """Return what happened to one object, or to several, newest first; the newest 200.

    Kinds of events in `ignoring` are left out.
    """
    events = EventRecord.objects.filter(subject__in=subjects).exclude(type__in=ignoring)
    return list(events.order_by("-id")[:STORY])


def happened_after(
    order_id: str, *, actor: str, ignoring: Collection[str] = ()
) -> EventRecord | None:
    """Return the first event of an order that came after the last one of an actor, or None.

    Kinds of events and actors in `ignoring` do not count.
    """
    events = EventRecord.objects.annotate(order=KT("payload__order_id")).filter(order=order_id)
    last = events.filter(actor=actor).order_by("-id").values_list("id", flat=True).first() or 0
    since = events.filter(id__gt=last).exclude(actor__in=[actor, *ignoring])
    since = since.exclude(type__in=ignoring)
    return since.order_by("id").first()


def list_events(*, type: str = "", subject: str = "", actor: str = "") -> QuerySet[EventRecord]:
    """Return the events of the scope's merchant.

    `subject` is an object such as `order:ord_…`, or its public id alone; `actor` as in the log.
    """
    events: QuerySet[EventRecord] = EventRecord.objects.all()
    if type:
        events = events.filter(type=type)
    if subject and ":" in subject:
        events = events.filter(subject=subject)
    elif subject:
        events = events.filter(Q(subject__endswith=f":{subject}") | Q(public_id=subject))
    if actor:
        events = events.filter(actor=actor)
    return events


def access_event(public_id: str) -> EventRecord:
    """Return an event with its deliveries for a page; raises Http404."""
    found = EventRecord.objects.prefetch_related("deliveries").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_failed_deliveries() -> QuerySet[Delivery]:
    """Return the deliveries staff must look at, dead or of unknown outcome, with their events."""
    found: QuerySet[Delivery] = Delivery.objects.filter(state__in=FOR_STAFF).select_related("event")
    return found


def waiting_behind(deliveries: Iterable[Delivery]) -> dict[int, int]:
    """Return for each dead delivery how many later ones of its handler and object it holds up."""
    dead = [one.pk for one in deliveries if one.state == DeliveryState.DEAD]
    if not dead:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(WAITING_BEHIND, [dead])
        return dict(cursor.fetchall())


WAITING_BEHIND = """
SELECT dead.id, count(later.id) FROM kernel_delivery dead
JOIN kernel_delivery later ON later.handler = dead.handler AND later.subject = dead.subject
  AND later.event_id > dead.event_id
  AND later.state IN ('pending', 'claimed', 'running', 'dead')
WHERE dead.id = ANY(%s) GROUP BY dead.id
"""


def list_requests(*, state: str = "", source: str = "", about: str = "") -> QuerySet[InboxMessage]:
    """Return the raw requests of the scope's merchant, without their bodies.

    `about` is the public id of the one object that a request led to.
    """
    requests: QuerySet[InboxMessage] = InboxMessage.objects.defer("body", "headers")
    if state:
        requests = requests.filter(state=state)
    if source:
        requests = requests.filter(source=source)
    return requests.filter(effect_object_id=about) if about else requests


def access_request(public_id: str) -> InboxMessage:
    """Return a raw request for a page; raises Http404."""
    found: InboxMessage | None = InboxMessage.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, kw_only=True)
class Failures:
    """How much staff must look at."""

    dead: int = 0
    unknown: int = 0
    requests: int = 0

    @property
    def total(self) -> int:
        """Everything together."""
        return self.dead + self.unknown + self.requests


def rows_that_failed() -> QuerySet[Any, Any]:
    """Return the rows that `count_failures` counts, for `counts.count_each` and nothing else."""
    deliveries = Delivery.objects.filter(state__in=FOR_STAFF).values("pk")
    requests = InboxMessage.objects.filter(state=InboxState.FAILED).values("pk")
    return deliveries.union(requests, all=True)


FAILURES = """
SELECT count(*) FILTER (WHERE state = 'dead'), count(*) FILTER (WHERE state = 'outcome_unknown'),
  (SELECT count(*) FROM kernel_inbox WHERE merchant_id = %(merchant)s AND state = 'failed')
FROM kernel_delivery
WHERE merchant_id = %(merchant)s AND state IN ('dead', 'outcome_unknown')
"""


def count_failures() -> Failures:
    """Return how many deliveries died, ended unknown, and how many requests could not be read."""
    with connection.cursor() as cursor:
        cursor.execute(FAILURES, {"merchant": current_merchant_id()})
        dead, unknown, requests = cursor.fetchone()
    return Failures(dead=dead, unknown=unknown, requests=requests)
