"""Reads for whoever asks carriers about parcels: what the next question about each hangs on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from commerce.selectors import get_merchant
from commerce.selectors.setup import is_trial
from postexp.kernel.zones import zone_of
from tracking.enums import ENDED, IncidentKind, Status
from tracking.models import Incident, Shipment, ShipmentEvent
from tracking.rules.polling import PollFacts

ASKED = tuple(status for status in Status if status not in ENDED)
"""The statuses of parcels that a carrier may be asked about."""

# A parcel's row is wide, and there may be a million of them to plan.
_ASKED_FOR = (
    *("number_key", "status", "created_at", "dispatched_at", "eta_day"),
    *("order__source", "order__sale__source", "order__country", "order__address"),
)
_LYING = (IncidentKind.STALLED, IncidentKind.LOST_SUSPECTED)
# What a shop says of its own parcels is no news from the road.
_SHOP = "shop"
# Scans are told within days; older months of the table need not be looked through.
_TOLD_WITHIN = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class LivePage:
    """A page of living parcels, newest first: the numbers of those with one, and where it ends.

    `last_row` is None where no parcel is left.
    """

    numbers: tuple[str, ...]
    last_row: int | None


def list_poll_facts(
    number_keys: Iterable[str], *, carriers: Collection[str], at: datetime
) -> dict[str, list[PollFacts]]:
    """Return, by number, the facts of the parcels that can be asked about at one carrier.

    `carriers` are the slugs it goes by. Parcels of demo data and of tests are not among them: their
    numbers are nobody's.
    """
    shipments = list(
        Shipment.objects.filter(number_key__in=list(number_keys), carrier__in=carriers)
        .filter(status__in=ASKED)
        .select_related("order__sale")
        .only(*_ASKED_FOR)
        .order_by("pk")
    )
    if not shipments:
        return {}
    rows = [one.pk for one in shipments]
    heard, stalled = _heard_from_others(rows, carriers=carriers, at=at), _stalled(rows)
    home = get_merchant().time_zone
    found: defaultdict[str, list[PollFacts]] = defaultdict(list)
    for shipment in shipments:
        if shipment.order is None or not is_trial(shipment.order):
            facts = _facts(
                shipment,
                home,
                heard_at=heard.get(shipment.pk),
                is_stalled=shipment.pk in stalled,
            )
            found[shipment.number_key].append(facts)
    return dict(found)


def list_numbers_and_carriers(public_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return the numbers of shipments, as they are compared, each with the slug of its carrier."""
    rows = Shipment.objects.filter(public_id__in=list(public_ids))
    return list(rows.values_list("number_key", "carrier"))


def list_live_numbers(
    *, carriers: Collection[str], status: str, before_row: int | None, limit: int
) -> LivePage:
    """Return a page of the parcels of carriers in one status; `before_row` is the last one's end.

    Reads `limit` rows of an index and no more, whichever carriers they are with.
    """
    rows = Shipment.objects.filter(status=status)
    if before_row is not None:
        rows = rows.filter(pk__lt=before_row)
    page = list(rows.order_by("-pk").values_list("pk", "number_key", "carrier")[:limit])
    return LivePage(
        numbers=tuple(dict.fromkeys(key for _, key, slug in page if key and slug in carriers)),
        last_row=page[-1][0] if page else None,
    )


def _heard_from_others(
    shipment_ids: list[int], *, carriers: Collection[str], at: datetime
) -> dict[int, datetime]:
    """Return when sources other than carriers and the shop last told of shipments."""
    told = ShipmentEvent.objects.filter(
        shipment_id__in=shipment_ids, sort_at__gte=at - _TOLD_WITHIN
    ).exclude(source__in=(*carriers, _SHOP))
    rows = told.values("shipment_id").annotate(newest=Max("received_at"))
    return {row["shipment_id"]: row["newest"] for row in rows}


def _stalled(shipment_ids: list[int]) -> set[int]:
    """Return which shipments have not moved for longer than usual, promised or not."""
    lying = Incident.objects.filter(
        shipment_id__in=shipment_ids, kind__in=_LYING, ended_at__isnull=True
    )
    return set(lying.values_list("shipment_id", flat=True))


def _facts(
    shipment: Shipment, home: str, *, heard_at: datetime | None, is_stalled: bool
) -> PollFacts:
    order = shipment.order
    region = str(order.address.get("province") or "") if order else ""
    return PollFacts(
        status=Status(shipment.status),
        begun_at=shipment.dispatched_at or shipment.created_at,
        zone=zone_of(order.country if order else "", region) or home,
        is_stalled=is_stalled,
        due_on=shipment.eta_day,
        heard_at=heard_at,
    )
