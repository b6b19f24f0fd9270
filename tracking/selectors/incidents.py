"""Reads of incidents: the queue, its views, and what is wrong with one parcel."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from commerce.rules import number_key as order_number_key
from postexp.kernel.replica import from_replica
from tracking.enums import IncidentKind
from tracking.models import Incident, Shipment
from tracking.rules import number_key

if TYPE_CHECKING:
    from commerce.models import User

INCIDENT_VIEWS = ("open", "mine", "unassigned", "due", "snoozed", "closed")
DUE_WITHIN = timedelta(days=2)
AGES = (1, 3, 7)
"""Days for which an incident has lasted, to filter by."""
SHOWN_CARRIERS = 6


def list_incidents(
    *,
    at: datetime,
    view: str = "open",
    user: User | None = None,
    kind: str = "",
    carrier: str = "",
    days: int = 0,
    assignee: int = 0,
    search: str = "",
) -> QuerySet[Incident]:
    """Return incidents with parcel, order, customer and assignee, newest first.

    `view` is one of `INCIDENT_VIEWS`; "mine" are those of `user`. `carrier` is a slug, `days` how
    long they have lasted at least, `assignee` a person's row id, `search` a tracking or order
    number.
    """
    rows: QuerySet[Incident] = Incident.objects.select_related(
        "shipment__order__customer", "assignee"
    ).filter(_in_view(view, at=at, user=user))
    if kind:
        rows = rows.filter(kind=kind)
    if carrier:
        rows = rows.filter(shipment__carrier=carrier)
    if days:
        rows = rows.filter(opened_at__lte=at - timedelta(days=days))
    if assignee:
        rows = rows.filter(assignee_id=assignee)
    if search:
        key = number_key(search)
        found = Q(shipment__order__number_key=order_number_key(search))
        rows = rows.filter(found | Q(shipment__number_key__startswith=key) if key else found)
    return rows.order_by("-id")


def gravest_of_each(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """Return the gravest of the incidents for each parcel, the newest of those as grave."""
    others = incidents.order_by().filter(shipment=OuterRef("shipment"))
    is_graver = Q(gravity__gt=OuterRef("gravity"))
    is_newer = Q(gravity=OuterRef("gravity"), pk__gt=OuterRef("pk"))
    return incidents.filter(~Exists(others.filter(is_graver | is_newer)))


def list_beside(
    incidents: QuerySet[Incident], leading: Iterable[Incident]
) -> dict[int, list[Incident]]:
    """Return those of the incidents that are of the same parcels, by parcel, gravest first."""
    found: defaultdict[int, list[Incident]] = defaultdict(list)
    parcels = [one.shipment_id for one in leading]
    for one in incidents.filter(shipment__in=parcels).order_by("-gravity", "-pk"):
        found[one.shipment_id].append(one)
    return found


def list_open_incidents(*, at: datetime) -> QuerySet[Incident]:
    """Return the incidents that wait for a person now."""
    return Incident.objects.filter(_in_view("open", at=at, user=None))


def count_incident_views(*, at: datetime, user: User) -> dict[str, int]:
    """Return how many parcels each view of the queue shows, closed incidents aside; one query."""
    counts: dict[str, int] = Incident.objects.filter(closed_at__isnull=True).aggregate(
        **{
            view: Count("shipment", distinct=True, filter=_in_view(view, at=at, user=user))
            for view in INCIDENT_VIEWS
            if view != "closed"
        }
    )
    return counts


def open_kinds_and_carriers(*, at: datetime) -> tuple[list[str], list[str]]:
    """Return the kinds of open incidents, and the slugs of six carriers at most; one query.

    Each list has the most frequent first.
    """
    pairs = list_open_incidents(at=at).values_list("kind", "shipment__carrier")
    kinds: Counter[str] = Counter()
    carriers: Counter[str] = Counter()
    for kind, carrier, rows in pairs.annotate(rows=Count("pk")).order_by("kind"):
        kinds[kind] += rows
        if carrier:
            carriers[carrier] += rows
    most_carriers = [carrier for carrier, _ in carriers.most_common(SHOWN_CARRIERS)]
    return [kind for kind, _ in kinds.most_common()], most_carriers


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """How many incidents of a kind were opened in a span, and how many of those are open still."""

    kind: str
    opened: int
    still_open: int


@from_replica
def count_kinds(*, since: datetime, until: datetime, carrier: str = "") -> list[KindCount]:
    """Return the kinds of incidents opened from `since` until before `until`, in one query.

    The most frequent comes first. Incidents of parcels that never arrive are among them. `carrier`
    is a slug, or "" for all.
    """
    rows = Incident.objects.filter(opened_at__gte=since, opened_at__lt=until)
    if carrier:
        rows = rows.filter(shipment__carrier=carrier)
    counted = (
        rows.order_by()
        .values("kind")
        .annotate(opened=Count("pk"), still_open=Count("pk", filter=Q(closed_at__isnull=True)))
    )
    return [KindCount(**row) for row in counted.order_by("-opened", "kind")]


def list_incidents_of(shipment: Shipment) -> list[Incident]:
    """Return every incident of a parcel, open ones first, then the newest."""
    rows = Incident.objects.filter(shipment=shipment).select_related("assignee").order_by("-id")
    return sorted(rows, key=lambda row: row.closed_at is not None)


def list_losses() -> QuerySet[Incident]:
    """Return what says that parcels are lost, or were thrown away: while the facts say so.

    What staff closed in the queue of incidents is among them.
    """
    disposed = Q(kind=IncidentKind.DAMAGED, cause="disposed")
    return Incident.objects.filter(
        Q(kind=IncidentKind.LOST_SUSPECTED) | disposed, ended_at__isnull=True
    )


def get_incident(public_id: str) -> Incident:
    """Return an incident with its parcel and order; raises Incident.DoesNotExist."""
    found: Incident = Incident.objects.select_related("shipment__order", "assignee").get(
        public_id=public_id
    )
    return found


def access_incidents(public_ids: Iterable[str]) -> list[str]:
    """Return the ids if all are incidents of the scope's shop; raises Http404 otherwise."""
    wanted = list(dict.fromkeys(public_ids))
    if Incident.objects.filter(public_id__in=wanted).count() != len(wanted):
        raise Http404
    return wanted


def list_chosen(public_ids: Iterable[str]) -> list[Incident]:
    """Return incidents with parcel, order and customer, oldest first.

    Raises Http404 where one is none of the scope's shop.
    """
    wanted = access_incidents(public_ids)
    rows = Incident.objects.select_related("shipment__order__customer")
    return list(rows.filter(public_id__in=wanted).order_by("id"))


def _in_view(view: str, *, at: datetime, user: User | None) -> Q:
    if view == "closed":
        return Q(closed_at__isnull=False)
    asleep = Q(snoozed_until__gt=at)
    waits = Q(closed_at__isnull=True)
    if view == "snoozed":
        return waits & asleep
    awake = waits & (Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at))
    if view == "mine" and user is not None:
        return awake & Q(assignee=user)
    if view == "unassigned":
        return awake & Q(assignee__isnull=True)
    if view == "due":
        # A deadline is a day of the shop, whose zone is active on its pages.
        return awake & Q(deadline__lte=timezone.localdate(at) + DUE_WITHIN)
    return awake
