"""What staff did: the rows of the event log that a person caused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from postexp.kernel.history import list_events
from postexp.kernel.models import EventRecord

STAFF = "staff:"


def list_staff_events(
    *,
    person: str = "",
    type: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[EventRecord]:
    """Return what staff of the scope's shop did, narrowed by person, kind, object and days.

    `person` is an actor such as `staff:7`; the days are of the active time zone, both included.
    """
    events = list_events(type=type, subject=about).filter(actor__startswith=STAFF)
    if person.startswith(STAFF):
        events = events.filter(actor=person)
    if since is not None:
        events = events.filter(occurred_at__gte=_midnight(since))
    if until is not None:
        events = events.filter(occurred_at__lt=_midnight(until + timedelta(days=1)))
    return events


def list_staff_event_types() -> list[str]:
    """Return the kinds of events that staff of the scope's shop caused."""
    events = EventRecord.objects.filter(actor__startswith=STAFF)
    return sorted(set(events.order_by().values_list("type", flat=True).distinct()))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
