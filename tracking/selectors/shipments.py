"""Reads of shipments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import Http404

from commerce.rules import number_key as order_number_key
from postexp.kernel.counts import count_each
from tracking.enums import NEEDS_ATTENTION, ON_THE_WAY, CarrierBasis, Status
from tracking.models import Shipment, ShipmentItem
from tracking.rules import number_key
from tracking.rules.detection import Habits, learn_habits

if TYPE_CHECKING:
    from commerce.models import Order

HABITS_FROM = 500
"""How many of the shop's latest parcels tell its habits."""

RECENT = 1_000
"""How many of the shop's latest parcels name the carriers it uses."""

MOST_CARRIERS = 8

VIEWS = ("all", "on_the_way", "needs_attention", "delivered")


def _whole() -> QuerySet[Shipment]:
    shipments: QuerySet[Shipment] = Shipment.objects.select_related("order").prefetch_related(
        Prefetch(
            "items",
            queryset=ShipmentItem.objects.select_related("order_line__product").order_by(
                "order_line__position"
            ),
        )
    )
    return shipments


def get_shipment(public_id: str) -> Shipment:
    """Return a shipment with order, items and pictures; raises Shipment.DoesNotExist."""
    return _whole().get(public_id=public_id)


def get_standing(public_id: str) -> Shipment:
    """Return a shipment's own row, which says how it stands; raises Shipment.DoesNotExist."""
    found: Shipment = Shipment.objects.get(public_id=public_id)
    return found


def access_shipment(public_id: str) -> Shipment:
    """Return a shipment of the scope's shop for a page; raises Http404."""
    shipment = _whole().filter(public_id=public_id).first()
    if shipment is None:
        raise Http404
    return shipment


def list_shipments_of_order(order: Order) -> list[Shipment]:
    """Return the parcels of an order with their items, in the order they were made."""
    return list(_whole().filter(order=order).order_by("id"))


def list_shipments_of_orders(order_ids: Iterable[int]) -> list[Shipment]:
    """Return the parcels of several orders, by their rows, in the order they were made."""
    return list(_whole().filter(order__in=list(order_ids)).order_by("id"))


def list_shipments(
    *, search: str = "", view: str = "all", late: bool = False, carrier: str = ""
) -> QuerySet[Shipment]:
    """Return shipments, newest first, with their orders.

    `search` matches the tracking number, the order number or an id. `view` is one of `VIEWS`; what
    is late needs attention too. `carrier` is a slug.
    """
    shipments: QuerySet[Shipment] = Shipment.objects.select_related("order")
    if view == "on_the_way":
        shipments = shipments.filter(status__in=ON_THE_WAY)
    elif view == "needs_attention":
        shipments = shipments.filter(_needs_attention())
    elif view == "delivered":
        shipments = shipments.filter(status=Status.DELIVERED)
    if late:
        shipments = shipments.filter(is_delayed=True)
    if carrier:
        shipments = shipments.filter(carrier=carrier)
    if search:
        shipments = shipments.filter(_matches(search))
    return shipments.order_by("-id")


def list_moving_shipments(limit: int, *, leaving_out: Collection[str] = ()) -> list[Shipment]:
    """Return parcels of orders that are with a carrier, nearest to the door first.

    None of the orders left out, by public id.
    """
    moving = Shipment.objects.filter(
        status__in=(Status.OUT_FOR_DELIVERY, Status.IN_TRANSIT), order__isnull=False
    )
    near_first = Case(When(status=Status.OUT_FOR_DELIVERY, then=0), default=1)
    wanted = moving.exclude(order__public_id__in=leaving_out)
    return list(wanted.select_related("order__customer").order_by(near_first, "id")[:limit])


def list_whole_shipments(*, number: str = "") -> QuerySet[Shipment]:
    """Return shipments with orders, items and pictures; of one tracking number if given."""
    shipments = _whole()
    return shipments.filter(number_key=number_key(number)) if number else shipments


def has_shipment(public_id: str) -> bool:
    """Whether a parcel is here, or was never or is no more."""
    return Shipment.objects.filter(public_id=public_id).exists()


def has_fulfilment(fulfilment_ref: str) -> bool:
    """Whether parcels of a fulfilment, by its source's id, are known."""
    return Shipment.objects.filter(fulfilment_ref=fulfilment_ref).exists()


def _matches(search: str) -> Q:
    found = Q(public_id=search) | Q(order__number_key=order_number_key(search))
    key = number_key(search)
    return found | Q(number_key__startswith=key) if key else found


def list_carriers(*, chosen: str = "") -> list[str]:
    """Return the carriers of the shop's newest parcels by slug, the busiest first, eight at most.

    The `chosen` one comes with them where it has parcels, however few.
    """
    # Counted as they are read: asked for by their ids, they are looked for among all parcels.
    newest = Shipment.objects.order_by("-id").values_list("carrier", flat=True)[:RECENT]
    parcels = Counter(slug for slug in newest if slug)
    busiest = sorted(parcels, key=lambda slug: (-parcels[slug], slug))[:MOST_CARRIERS]
    if chosen and chosen not in busiest and Shipment.objects.filter(carrier=chosen).exists():
        return [*busiest, chosen]
    return busiest


def get_habits(*, apart_from: Shipment) -> Habits:
    """Return which carriers the shop's latest parcels went with, by kind of number.

    What was detected teaches nothing, nor does the parcel that is asked about: they would only
    confirm themselves.
    """
    parcels = (
        Shipment.objects.exclude(carrier="")
        .exclude(pk=apart_from.pk)
        .exclude(number_key="")
        .exclude(carrier_basis=CarrierBasis.DETECTED)
        .order_by("-id")
        .values_list("number_key", "carrier")[:HABITS_FROM]
    )
    return learn_habits(parcels)


def count_views(*, most: int) -> dict[str, int]:
    """Return how many shipments each view holds, counted no further than `most`; one query."""
    counts = count_each([list_shipments(view=view) for view in VIEWS], most=most)
    return dict(zip(VIEWS, counts, strict=True))


def list_needing_attention() -> QuerySet[Shipment]:
    """Return the shipments a person should look at."""
    return Shipment.objects.filter(_needs_attention())


def _needs_attention() -> Q:
    # Named one by one, the statuses are found by their index among millions that arrived.
    coming = Q(status__in=[one for one in Status if not one.is_final], is_delayed=True)
    return Q(status__in=NEEDS_ATTENTION) | coming


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Units of an order line and when they arrived.

    `at` is the instant of the delivery scan, None where only `on`, the day at the destination, is
    known; both are None while the parcel is on its way. `sent_at` is when it left the shop.
    """

    line_id: int
    quantity: int
    shipment_id: str
    sent_at: datetime | None
    at: datetime | None
    on: date | None


def list_deliveries(order: Order) -> list[Delivery]:
    """Return what was sent of an order, line by line, with the time it arrived."""
    return [
        Delivery(
            line_id=item.order_line_id,
            quantity=item.quantity,
            shipment_id=shipment.public_id,
            sent_at=shipment.dispatched_at,
            at=shipment.since_at if shipment.status == Status.DELIVERED else None,
            on=_day(shipment) if shipment.status == Status.DELIVERED else None,
        )
        for shipment in list_shipments_of_order(order)
        if shipment.status != Status.CANCELLED
        for item in shipment.items.all()
    ]


def _day(shipment: Shipment) -> date | None:
    return date.fromisoformat(shipment.since_local[:10]) if shipment.since_local else None


def find_by_public_ids(public_ids: Iterable[str]) -> dict[str, int]:
    """Return the row ids of shipments, by public id."""
    rows = Shipment.objects.filter(public_id__in=list(public_ids)).values_list("public_id", "pk")
    return dict(rows)


def find_by_numbers(numbers: Iterable[str]) -> dict[str, list[int]]:
    """Return the row ids of shipments, by tracking number as it is compared, newest first."""
    keys = {key for number in numbers if (key := number_key(number))}
    found: dict[str, list[int]] = {}
    rows = Shipment.objects.filter(number_key__in=keys).order_by("-pk")
    for key, row in rows.values_list("number_key", "pk"):
        found.setdefault(key, []).append(row)
    return found


def list_namesakes(shipment: Shipment, *, most: int = 5) -> list[Shipment]:
    """Return other parcels of a shipment's number that have an order, newest first."""
    found = _whole().filter(number_key=shipment.number_key, order__isnull=False)
    return list(found.exclude(pk=shipment.pk).order_by("-pk")[:most]) if shipment.number_key else []


def find_by_number(number: str) -> Sequence[Shipment]:
    """Return the shipments that travel under a number, newest first."""
    key = number_key(number)
    return list(Shipment.objects.filter(number_key=key).order_by("-pk")) if key else []
