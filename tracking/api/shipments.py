"""Shipments and tracking events over REST."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

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
from tracking.enums import CorrectionSubject, IncidentKind, Status
from tracking.errors import NothingToWithdraw, TooManyUnits, UnknownOrder, UnknownSubstatus
from tracking.models import Shipment
from tracking.reports import SPANS, Grouping, report_deliveries
from tracking.selectors.corrections import list_candidates
from tracking.selectors.incidents import list_incidents
from tracking.serializers import represent_scan, represent_shipment
from tracking.serializers.candidates import represent_candidates
from tracking.serializers.incidents import IncidentPageOut, represent_incident
from tracking.serializers.reports import DeliveryReportOut, represent_report
from tracking.serializers.scans_in import (
    BATCH_SCHEMA,
    MOST,
    RefusedScan,
    ScanIn,
    no_substatus,
    read_scan,
)
from tracking.serializers.shipments_in import CarrierIn, ShipmentIn, StatusIn
from tracking.serializers.shipments_out import (
    BatchOut,
    CandidatesOut,
    ScansOut,
    ShipmentOut,
    ShipmentPageOut,
)

if TYPE_CHECKING:
    from commerce.models import Order


STATES = ("open", "snoozed", "closed")
"""What incidents can be asked for by."""


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

    def command(self, carry_out: Callable[[], Response]) -> Response:
        """Carry out what the address and method ask for, once per `Idempotency-Key`."""
        return self.once(f"{self.request.method} {self.request.path}", carry_out)

    def withdraw(self, shipment: Shipment, subject: CorrectionSubject) -> Response:
        """Withdraw a correction of a shipment, and answer with the shipment as it is then."""

        def carry_out() -> Response:
            try:
                shown = services.withdraw_correction(
                    shipment_id=shipment.public_id,
                    subject=subject,
                    at=clock.now(),
                    actor=self.actor,
                )
            except NothingToWithdraw as refused:
                raise Problem(422, refused.code, refused.message) from refused
            return Response(represent_shipment(shown))

        return self.command(carry_out)


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
        return Response(represent_shipment(selectors.access_shipment(shipment_id)))


class ShipmentCarrier(ShipmentView):
    """Which carrier a shipment is with, where you know better than its sources."""

    @extend_schema(
        operation_id="list_carrier_candidates",
        tags=["Shipments"],
        summary="List the carriers a shipment's number may belong to",
        responses={200: CandidatesOut},
    )
    def get(self, request: Request, shipment_id: str) -> Response:
        """Return the carriers whose numbers look like this one, likeliest first, with reasons."""
        candidates = list_candidates(selectors.access_shipment(shipment_id))
        return Response({"data": represent_candidates(candidates)})

    @extend_schema(
        operation_id="correct_carrier",
        tags=["Shipments"],
        summary="Correct the carrier of a shipment",
        request=CarrierIn,
        responses={200: ShipmentOut},
    )
    def post(self, request: Request, shipment_id: str) -> Response:
        """Show this carrier from now on, whatever sources tell; `told_carrier` keeps theirs."""
        shipment = selectors.access_shipment(shipment_id)
        return self.command(lambda: self._correct(request, shipment))

    @extend_schema(
        operation_id="withdraw_carrier",
        tags=["Shipments"],
        summary="Withdraw the corrected carrier of a shipment",
        responses={200: ShipmentOut},
    )
    def delete(self, request: Request, shipment_id: str) -> Response:
        """Show the carrier that sources tell, or that the number says, again."""
        return self.withdraw(selectors.access_shipment(shipment_id), CorrectionSubject.CARRIER)

    def _correct(self, request: Request, shipment: Shipment) -> Response:
        incoming = CarrierIn(data=request.data)
        incoming.is_valid(raise_exception=True)
        corrected = services.correct_carrier(
            shipment_id=shipment.public_id,
            carrier=incoming.validated_data["carrier"],
            at=clock.now(),
            actor=self.actor,
        )
        return Response(represent_shipment(corrected))


class ShipmentStatus(ShipmentView):
    """How a shipment stands, where you know better than its scans."""

    @extend_schema(
        operation_id="correct_status",
        tags=["Shipments"],
        summary="Correct the status of a shipment",
        request=StatusIn,
        responses={200: ShipmentOut},
    )
    def post(self, request: Request, shipment_id: str) -> Response:
        """Show this status until it is withdrawn; `reported` is what the scans add up to."""
        shipment = selectors.access_shipment(shipment_id)
        return self.command(lambda: self._correct(request, shipment))

    @extend_schema(
        operation_id="withdraw_status",
        tags=["Shipments"],
        summary="Withdraw the corrected status of a shipment",
        responses={200: ShipmentOut},
    )
    def delete(self, request: Request, shipment_id: str) -> Response:
        """Show what the scans add up to again."""
        return self.withdraw(selectors.access_shipment(shipment_id), CorrectionSubject.STATUS)

    def _correct(self, request: Request, shipment: Shipment) -> Response:
        incoming = StatusIn(data=request.data)
        incoming.is_valid(raise_exception=True)
        status = Status(incoming.validated_data["status"])
        substatus = incoming.validated_data["substatus"]
        try:
            corrected = services.correct_status(
                shipment_id=shipment.public_id,
                status=status,
                substatus=substatus,
                at=clock.now(),
                actor=self.actor,
            )
        except UnknownSubstatus as refused:
            raise Problem(422, refused.code, no_substatus(status, substatus)) from refused
        return Response(represent_shipment(corrected))


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
        shipment = selectors.access_shipment(shipment_id)
        scans = selectors.scans_of([shipment.pk]).get(shipment.pk, [])
        return Response({"data": [represent_scan(scan) for scan in reversed(scans)]})


class IncidentList(ShipmentView):
    """What is wrong with the parcels of your shop."""

    @extend_schema(
        operation_id="list_incidents",
        tags=["Shipments"],
        summary="List incidents, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter(
                "state",
                {"type": "string", "enum": list(STATES)},
                description="open (the default), snoozed or closed",
            ),
            OpenApiParameter(
                "kind", {"type": "string", "enum": [one.value for one in IncidentKind]}
            ),
            OpenApiParameter("carrier", str, description="The slug of a carrier."),
            OpenApiParameter("shipment_id", str, description="The id of a shipment, shp_…"),
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
        ],
        responses={200: IncidentPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of incidents. They close themselves when the parcel moves on."""
        asked = request.query_params
        state = asked.get("state", "") or "open"
        if state not in STATES:
            raise self.no_such("state", STATES)
        found = list_incidents(
            at=clock.now(),
            view=state,
            kind=self.choice("kind", IncidentKind),
            carrier=asked.get("carrier", ""),
        )
        if shipment_id := asked.get("shipment_id", ""):
            found = found.filter(shipment__public_id=shipment_id)
        if order_id := asked.get("order_id", ""):
            found = found.filter(shipment__order__public_id=order_id)
        return page(request, found, represent_incident)


class DeliveryReportView(ShipmentView):
    """How carriers fare with the parcels of your shop."""

    @extend_schema(
        operation_id="get_delivery_report",
        tags=["Shipments"],
        summary="Get the delivery report",
        parameters=[
            OpenApiParameter(
                "span",
                {"type": "integer", "enum": list(SPANS), "default": SPANS[0]},
                description="How many months to look back, this one among them.",
            ),
            OpenApiParameter("by", {"type": "string", "enum": [one.value for one in Grouping]}),
            OpenApiParameter("carrier", str, description="The slug of a carrier."),
        ],
        responses={200: DeliveryReportOut},
    )
    def get(self, request: Request) -> Response:
        """Return how parcels fared whose journey ended in the span, by carrier if not asked."""
        span = request.query_params.get("span", "") or str(SPANS[0])
        if span not in map(str, SPANS):
            raise self.no_such("span", SPANS)
        report = report_deliveries(
            today=clock.now().astimezone(get_merchant().zone).date(),
            span=int(span),
            by=Grouping(self.choice("by", Grouping) or Grouping.CARRIER),
            carrier=request.query_params.get("carrier", ""),
        )
        return Response(represent_report(report))


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
