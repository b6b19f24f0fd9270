"""Shipments and tracking events over REST."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, Problem, page
from commerce.api_expand import of_orders
from commerce.enums import Scope
from commerce.selectors import get_merchant
from postexp.kernel import clock
from tracking import selectors, services
from tracking.enums import Status
from tracking.errors import TooManyUnits, UnknownOrder
from tracking.models import Shipment
from tracking.serializers import represent_scan, represent_shipment
from tracking.serializers.scans_in import BATCH_SCHEMA, MOST, RefusedScan, ScanIn, read_scan
from tracking.serializers.shipments_in import ShipmentIn
from tracking.serializers.shipments_out import BatchOut, ScansOut, ShipmentOut, ShipmentPageOut

if TYPE_CHECKING:
    from commerce.models import Order


@of_orders.offer("shipments")
def shipments_of(orders: Sequence[Order]) -> dict[int, Any]:
    """Return the parcels of orders, by their row."""
    zone = get_merchant().zone
    found: dict[int, list[dict[str, Any]]] = {}
    for shipment in selectors.list_shipments_of_orders(order.pk for order in orders):
        if shipment.order_id is not None:
            told = represent_shipment(shipment, zone=zone)
            found.setdefault(shipment.order_id, []).append(told)
    return found


class ShipmentView(MerchantView):
    """What every view of parcels needs of its key."""

    read_scope: ClassVar[str] = Scope.READ_SHIPMENTS
    write_scope: ClassVar[str] = Scope.WRITE_SHIPMENTS


class ShipmentList(ShipmentView):
    """The shipments of your shop."""

    @extend_schema(
        operation_id="list_shipments",
        tags=["Shipments"],
        summary="List shipments, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("tracking_number", str, description="A tracking number."),
            OpenApiParameter("status", {"type": "string", "enum": [one.value for one in Status]}),
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
        ],
        responses={200: ShipmentPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of shipments in the order they became known."""
        number = request.query_params.get("tracking_number", "")
        shipments = selectors.list_whole_shipments(number=number)
        if status := self.choice("status", Status):
            shipments = shipments.filter(status=status)
        if order_id := request.query_params.get("order_id", ""):
            shipments = shipments.filter(order__public_id=order_id)
        zone = get_merchant().zone
        return page(
            request,
            shipments,
            lambda shipment: represent_shipment(shipment, zone=zone),
        )

    @extend_schema(
        operation_id="send_shipment",
        tags=["Shipments"],
        summary="Create or update a shipment",
        request=ShipmentIn,
        responses={200: ShipmentOut, 201: ShipmentOut},
    )
    def post(self, request: Request) -> Response:
        """Take a shipment of a known order in, or a newer version of it by its `external_id`."""
        return self.once("POST /shipments", lambda: self._take_in(request))

    def _take_in(self, request: Request) -> Response:
        at = clock.now()
        incoming = ShipmentIn(data=request.data)
        incoming.is_valid(raise_exception=True)
        facts = incoming.facts(at=at)
        is_known = selectors.has_fulfilment(facts.external_id)
        try:
            shipments = services.take_in_shipment(facts, at=at, actor=self.actor)
        except (UnknownOrder, TooManyUnits) as refused:
            raise Problem(422, refused.code, refused.message) from refused
        if not shipments:
            raise Problem(
                422, "nothing_to_cancel", _("There is no such shipment that could be cancelled.")
            )
        shipment = selectors.get_shipment(shipments[0].public_id)
        return Response(represent_shipment(shipment), status=200 if is_known else 201)


class ShipmentDetail(ShipmentView):
    """One shipment."""

    @extend_schema(
        operation_id="get_shipment",
        tags=["Shipments"],
        summary="Get a shipment",
        responses={200: ShipmentOut},
    )
    def get(self, request: Request, shipment_id: str) -> Response:
        """Return a shipment with its items, estimate and delay."""
        return Response(represent_shipment(_access(shipment_id)))


class ShipmentScans(ShipmentView):
    """The scans of one shipment."""

    @extend_schema(
        operation_id="list_shipment_events",
        tags=["Shipments"],
        summary="List the tracking events of a shipment, newest first",
        responses={200: ScansOut},
    )
    def get(self, request: Request, shipment_id: str) -> Response:
        """Return every scan, with the carrier's own code and words."""
        shipment = _access(shipment_id)
        scans = selectors.scans_of([shipment.pk]).get(shipment.pk, [])
        return Response({"data": [represent_scan(scan) for scan in reversed(scans)]})


class ScanBatch(ShipmentView):
    """Tracking events for any of your shipments."""

    @extend_schema(
        operation_id="send_tracking_events",
        tags=["Shipments"],
        summary="Send 1 to 1,000 tracking events",
        request={"application/json": BATCH_SCHEMA},
        responses={200: BatchOut},
    )
    def post(self, request: Request) -> Response:
        """Take events in, in any order and with any repeats.

        An event that is wrong is refused by itself and named by its place; the others are stored.
        422 where none could be taken.
        """
        return self.once("POST /tracking-events", lambda: self._take_in(request.data))

    def _take_in(self, data: Any) -> Response:
        events = data.get("events") if isinstance(data, dict) and len(data) == 1 else None
        if not isinstance(events, list) or not 1 <= len(events) <= MOST:
            raise Problem(
                422, "invalid_batch", _('Send {"events": […]} with 1 to 1,000 events, no more.')
            )
        at = clock.now()
        scans: dict[int, ScanIn] = {}
        refused: list[dict[str, Any]] = []
        for place, event in enumerate(events):
            try:
                scans[place] = read_scan(event, at=at)
            except RefusedScan as error:
                refused.append({"index": place, "code": error.code, "detail": error.detail})
        places = list(scans)
        taken, lost = services.take_in_batch(
            [(scan.shipment_id, scan.told) for scan in scans.values()],
            at=at,
            actor=self.actor,
        )
        unknown = _("There is no such shipment.")
        refused += [
            {"index": places[row], "code": "unknown_shipment", "detail": unknown} for row in lost
        ]
        refused.sort(key=lambda row: row["index"])
        if len(refused) == len(events):
            raise Problem(422, "all_refused", _("No event could be taken."), {"events": refused})
        return Response({"stored": taken.stored, "repeated": taken.repeated, "refused": refused})


def _access(shipment_id: str) -> Shipment:
    if "\x00" in shipment_id:
        raise Http404
    return selectors.access_shipment(shipment_id)
