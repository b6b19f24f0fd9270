"""Reads of shipments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Count, Prefetch, Q, QuerySet, When
from django.http import Http404

from commerce.rules import number_key as order_number_key
from tracking.enums import NEEDS_ATTENTION, ON_THE_WAY, Status
from tracking.models import Shipment, ShipmentItem
from tracking.rules import number_key

if TYPE_CHECKING:
    from commerce.models import Order

# The day begins first on Kiritimati, fourteen hours ahead of UTC.
_EASTMOST = timedelta(hours=14)
_COMING = (
    Status.PENDING,
    Status.INFO_RECEIVED,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.DELIVERY_ATTEMPTED,
    Status.EXCEPTION,
)

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


def list_moving_shipments(limit: int) -> list[Shipment]:
    """Return parcels of orders that are with a carrier, nearest to the door first."""
    moving = Shipment.objects.filter(
        status__in=(Status.OUT_FOR_DELIVERY, Status.IN_TRANSIT), order__isnull=False
    )
    near_first = Case(When(status=Status.OUT_FOR_DELIVERY, then=0), default=1)
    return list(moving.select_related("order").order_by(near_first, "id")[:limit])


def list_whole_shipments(*, number: str = "") -> QuerySet[Shipment]:
    """Return shipments with orders, items and pictures; of one tracking number if given."""
    shipments = _whole()
    return shipments.filter(number_key=number_key(number)) if number else shipments


def has_fulfilment(fulfilment_ref: str) -> bool:
    """Whether parcels of a fulfilment, by its source's id, are known."""
    return Shipment.objects.filter(fulfilment_ref=fulfilment_ref).exists()


def _matches(search: str) -> Q:
    found = Q(public_id=search) | Q(order__number_key=order_number_key(search))
    key = number_key(search)
    return found | Q(number_key__startswith=key) if key else found


def list_carriers(*, chosen: str = "") -> list[str]:
    """Return the carriers of the shop's parcels by slug, the busiest first, eight at most.

    The `chosen` one comes with them where it has parcels, however few.
    """
    rows = (
        Shipment.objects.exclude(carrier="")
        .values("carrier")
        .annotate(parcels=Count("pk"))
        .order_by("-parcels", "carrier")[:8]
    )
    busiest = [row["carrier"] for row in rows]
    if chosen and chosen not in busiest and Shipment.objects.filter(carrier=chosen).exists():
        return [*busiest, chosen]
    return busiest


def count_views() -> dict[str, int]:
    """Return how many shipments each saved view holds, in one query."""
    counts: dict[str, int] = Shipment.objects.aggregate(
        all=Count("pk"),
        on_the_way=Count("pk", filter=Q(status__in=ON_THE_WAY)),
        needs_attention=Count("pk", filter=_needs_attention()),
        delivered=Count("pk", filter=Q(status=Status.DELIVERED)),
    )
    return counts


def list_needing_attention() -> QuerySet[Shipment]:
    """Return the shipments a person should look at."""
    return Shipment.objects.filter(_needs_attention())


def _needs_attention() -> Q:
    coming = Q(is_delayed=True) & ~Q(status__in=[status for status in Status if status.is_final])
    return Q(status__in=NEEDS_ATTENTION) | coming


def list_passed_promises(*, at: datetime, limit: int = 500) -> dict[int, list[int]]:
    """Return the row ids of parcels that may have become late, by merchant; asked of every shop.

    A day ends at the merchant's midnight, which the rules judge; here a day that has ended
    somewhere is enough, and the ids are those of the longest overdue.
    """
    rows = (
        Shipment.every_merchant.filter(
            is_delayed=False,
            first_eta_day__isnull=False,
            eta_day__lte=(at + _EASTMOST).date() - timedelta(days=1),
            status__in=_COMING,
        )
        .order_by("eta_day", "pk")
        .values_list("merchant_id", "pk")[:limit]
    )
    found: dict[int, list[int]] = {}
    for merchant_id, shipment_id in rows:
        found.setdefault(merchant_id, []).append(shipment_id)
    return found


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


def find_by_number(number: str) -> Sequence[Shipment]:
    """Return the shipments that travel under a number, newest first."""
    key = number_key(number)
    return list(Shipment.objects.filter(number_key=key).order_by("-pk")) if key else []
