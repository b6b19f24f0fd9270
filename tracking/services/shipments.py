"""Parcels come into being: from a fulfilment, or from a carrier that tells of one first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce import selectors as commerce
from commerce.ports import FulfilmentFacts
from commerce.services.fulfilments import take_in_fulfilment
from postexp.kernel.locks import lock
from tracking.enums import SHOP, Status
from tracking.errors import TooManyUnits, UnknownOrder
from tracking.models import Shipment, ShipmentItem
from tracking.rules import (
    NormalisedEvent,
    NormalisedShipment,
    number_key,
    read_time,
)
from tracking.selectors import find_by_number
from tracking.services.carriers import name_carrier
from tracking.services.ingest import (
    ingest_reports,
    ingest_tracking,
    lock_shipments,
    refold_shipments,
)
from tracking.services.statements import known_id, learn_shops_carrier

if TYPE_CHECKING:
    from commerce.models import Fulfilment

_GONE = frozenset({"cancelled", "error", "failure"})


def take_in_shipment(
    facts: FulfilmentFacts, *, at: datetime, actor: str = "system"
) -> list[Shipment]:
    """Take in a shipment told by API: a fulfilment of a known order, and its parcels.

    Raises UnknownOrder, and TooManyUnits where its lines and those of the order's other shipments
    exceed what was ordered. Publishes FulfilmentRecorded and what `record_fulfilment` publishes.
    """
    with transaction.atomic():
        order = commerce.get_order_by_external_id(facts.order_external_id)
        if order is None:
            raise UnknownOrder
        fulfilment = take_in_fulfilment(facts, at=at, actor=actor)
        sent = commerce.fulfilled_quantities(order)
        if any(sent.get(line.pk, 0) > line.quantity for line in commerce.list_lines(order)):
            raise TooManyUnits
        return record_fulfilment(fulfilment.public_id, at=at, actor=actor)


def record_fulfilment(fulfilment_id: str, *, at: datetime, actor: str = "system") -> list[Shipment]:
    """Let the parcels of a fulfilment be as it tells: one for each tracking number.

    A parcel that a carrier told of before is adopted. A cancelled fulfilment cancels its parcels
    and makes none. The same again changes nothing. Publishes ShipmentChanged and, once a parcel has
    an order, ShipmentDispatched.
    """
    with transaction.atomic():
        fulfilment = commerce.get_fulfilment(fulfilment_id)
        _lock_parcels(fulfilment.external_id, fulfilment.tracking_numbers)
        known = {
            shipment.number_key: shipment
            for shipment in lock_shipments(
                Shipment.objects.filter(fulfilment_ref=fulfilment.external_id).values_list(
                    "pk", flat=True
                )
            )
        }
        if fulfilment.status in _GONE:
            _cancel(list(known.values()), fulfilment, at=at, actor=actor)
            return as_stored(list(known.values()))
        parcels = [
            _parcel(fulfilment, place, number, known, at=at)
            for place, number in enumerate(fulfilment.tracking_numbers or [""])
        ]
        # A number the shop took back was a slip; what its label did is kept, and closed.
        _cancel(list(known.values()), fulfilment, at=at, actor=actor)
        label = _label_made(fulfilment)
        changed = [parcel for parcel, is_changed in parcels if is_changed]
        taken = ingest_reports([(parcel.pk, label) for parcel in changed], at=at, actor=actor)
        # A number, a link or units that came later make no new scan, and are news all the same.
        rest = {parcel.pk for parcel in changed} - {parcel.pk for parcel in taken.changed}
        refold_shipments(rest, at=at, actor=actor, has_changed=True)
    return as_stored([parcel for parcel, _ in parcels])


def as_stored(shipments: Sequence[Shipment]) -> list[Shipment]:
    """Return the shipments as they are in the database now, in the same order."""
    found = Shipment.objects.select_related("order").in_bulk([one.pk for one in shipments])
    return [found[one.pk] for one in shipments]


def take_in_report(
    told: NormalisedShipment,
    *,
    fulfilment_external_id: str = "",
    order_external_id: str = "",
    at: datetime,
    actor: str = "system",
) -> Shipment:
    """Take in what a carrier or platform tells of a parcel it names in its own way.

    The parcel is found by fulfilment, by the source's tracker or by number. One that nobody told of
    before is made, without an order while that is not known: staff see it, and its fulfilment
    adopts it. A number that travels twice (two orders in one box) tells all its parcels. Returns
    the newest one.
    """
    with transaction.atomic():
        _lock_parcels(fulfilment_external_id, [told.tracking_number])
        shipments = _find(told, fulfilment_external_id)
        if not shipments:
            shipments = [_begin_unasked(told, fulfilment_external_id, order_external_id, at)]
        ingest_reports([(shipment.pk, told) for shipment in shipments], at=at, actor=actor)
    return as_stored(shipments)[0]


def expect_return(
    *,
    number: str,
    at: datetime,
    source: str = SHOP,
    tracker: str = "",
    carrier: str = "",
    service: str = "",
    actor: str = "system",
) -> Shipment | None:
    """Take in a parcel that a shopper sends to the shop; one told of before is known again.

    `source` is who tells of its scans, `tracker` that source's own id of it. Returns None, and does
    nothing, for the number of a parcel that the shop sent. Publishes ShipmentChanged and
    ReturnShipmentChanged.
    """
    with transaction.atomic():
        _lock_parcels("", [number])
        known = find_by_number(number)
        if any(one.order_id for one in known):
            return None
        living = [one for one in known if one.is_return or not Status(one.status).is_final]
        label = replace(
            _said_by_shop(at, Status.INFO_RECEIVED, "label_created", "return_label"),
            source=source,
            tracking_number=number,
            external_id=tracker,
            carrier=carrier,
            service=service,
        )
        shipment = living[0] if living else _begin_unasked(label, "", "", at)
        if not shipment.is_return:
            shipment.is_return = True
            shipment.save(update_fields=("is_return",))
        ingest_reports([(shipment.pk, label)], at=at, actor=actor)
    return as_stored([shipment])[0]


def _lock_parcels(fulfilment_ref: str, numbers: Iterable[str]) -> None:
    """Stand in line with everybody who tells of these parcels, by fulfilment or by number.

    Who knows a parcel by its number alone would not see the row of who knows its fulfilment, and
    each would make one. Taken in one order by all, and before any row.
    """
    if fulfilment_ref:
        lock(f"parcels_of:{fulfilment_ref}")
    for key in sorted({number_key(number) for number in numbers} - {""}):
        lock(f"parcels_numbered:{key}")


def _find(told: NormalisedShipment, fulfilment_ref: str) -> list[Shipment]:
    key = number_key(told.tracking_number)
    if fulfilment_ref:
        parcels = list(Shipment.objects.filter(fulfilment_ref=fulfilment_ref).order_by("pk"))
        return [parcel for parcel in parcels if parcel.number_key == key][:1] or parcels[:1]
    found = list(find_by_number(told.tracking_number))
    same = [one for one in found if known_id(one, told.source) == told.external_id]
    if any(one.order_id for one in same):
        return same
    # Carriers use numbers again: another id of the same source for a finished parcel is about
    # another parcel. One without an order never keeps what is told from one that has an order.
    living = [one for one in found if one in same or not Status(one.status).is_final]
    return living or [one for one in found if not known_id(one, told.source)]


def _begin_unasked(
    told: NormalisedShipment, fulfilment_ref: str, order_external_id: str, at: datetime
) -> Shipment:
    """Return a parcel nobody told of by this name: another source's of its number, or a new one."""
    shipment = _adoptable(told.tracking_number) if fulfilment_ref else None
    if shipment is None:
        shipment = Shipment(
            source=told.source,
            tracker_ref=told.external_id,
            tracking_number=told.tracking_number[:120],
            number_key=number_key(told.tracking_number),
            carrier_url=_web_address(told.tracking_url),
            created_at=at,
        )
        name_carrier(shipment, told.carrier)
    if order_external_id:
        shipment.order = commerce.get_order_by_external_id(order_external_id) or shipment.order
    shipment.fulfilment_ref = fulfilment_ref
    shipment.changed_at = at
    shipment.save()
    return shipment


def _parcel(
    fulfilment: Fulfilment, place: int, number: str, known: dict[str, Shipment], *, at: datetime
) -> tuple[Shipment, bool]:
    """Return the parcel of a number, made or adopted where needed, and whether it changed.

    Takes it out of `known`.
    """
    shipment = known.pop(number_key(number), None) or known.pop("", None)
    shipment = shipment or _adoptable(number)
    is_new = shipment is None
    if shipment is None:
        shipment = Shipment(source=fulfilment.order.source if fulfilment.order else SHOP)
        shipment.created_at = at
    before = _facts(shipment)
    urls = fulfilment.tracking_urls
    shipment.order = fulfilment.order
    shipment.fulfilment_ref = fulfilment.external_id
    is_renumbered = shipment.number_key != number_key(number)
    shipment.tracking_number, shipment.number_key = number[:120], number_key(number)
    learn_shops_carrier(shipment, fulfilment.carrier_name, source=SHOP, is_renumbered=is_renumbered)
    shipment.carrier_url = _web_address(urls[place] if place < len(urls) else "")
    shipment.dispatched_at = fulfilment.created_at
    is_changed = is_new or _facts(shipment) != before
    if is_changed:
        shipment.changed_at = at
        shipment.save()
    # Which units are in which box nobody tells; they are shown with the first.
    if place == 0:
        is_changed = _lay_items(shipment, fulfilment) or is_changed
    return shipment, is_changed


def _adoptable(number: str) -> Shipment | None:
    key = number_key(number)
    if not key:
        return None
    return (
        Shipment.objects.select_for_update(no_key=True)
        .filter(number_key=key, fulfilment_ref="")
        .order_by("-pk")
        .first()
    )


def _facts(shipment: Shipment) -> tuple[object, ...]:
    return (
        shipment.order_id,
        shipment.fulfilment_ref,
        shipment.tracking_number,
        shipment.carrier,
        shipment.carrier_basis,
        shipment.told_carrier,
        shipment.carrier_url,
        shipment.dispatched_at,
    )


def _lay_items(shipment: Shipment, fulfilment: Fulfilment) -> bool:
    units = {line.order_line_id: line.quantity for line in fulfilment.lines.all()}
    laid = dict(
        ShipmentItem.objects.filter(shipment=shipment).values_list("order_line_id", "quantity")
    )
    if units == laid:
        return False
    ShipmentItem.objects.filter(shipment=shipment).delete()
    ShipmentItem.objects.bulk_create(
        ShipmentItem(shipment=shipment, order_line_id=line_id, quantity=quantity)
        for line_id, quantity in units.items()
    )
    return True


def _label_made(fulfilment: Fulfilment) -> NormalisedShipment:
    return _said_by_shop(fulfilment.created_at, Status.INFO_RECEIVED, "label_created", "fulfilment")


def _cancel(
    shipments: Sequence[Shipment], fulfilment: Fulfilment, *, at: datetime, actor: str
) -> None:
    told = _said_by_shop(
        fulfilment.source_updated_at, Status.CANCELLED, "by_sender", "fulfilment_cancelled"
    )
    for shipment in shipments:
        ingest_tracking(shipment, told, at=at, actor=actor)


def _said_by_shop(
    moment: datetime, status: Status, substatus: str, code: str
) -> NormalisedShipment:
    zone = commerce.get_merchant().time_zone
    occurred_at, local_time, precision = read_time(moment.isoformat(), zone)
    return NormalisedShipment(
        source=SHOP,
        tracking_number="",
        events=(
            NormalisedEvent(
                source=SHOP,
                occurred_at=occurred_at,
                local_time=local_time,
                time_precision=precision,
                zone=zone,
                status=status,
                substatus=substatus,
                raw_code=code,
            ),
        ),
    )


def _web_address(url: str) -> str:
    """Return the address if a browser may be sent there, else "": sources are not to be trusted."""
    return url if url.startswith(("https://", "http://")) and len(url) <= 500 else ""
