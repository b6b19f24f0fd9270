"""Orders that leave later than planned, over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import Problem, external_id_of
from postexp.kernel import clock
from tracking import services
from tracking.api.shipments import ShipmentView
from tracking.errors import DayHasPassed, NoDelayStands, NothingToSend, NotToBeSent
from tracking.selectors.dispatch import find_standing
from tracking.serializers.dispatch import represent_dispatch_delay
from tracking.serializers.dispatch_api import DispatchDelayIn, DispatchDelayOut

if TYPE_CHECKING:
    from commerce.models import Order


class OrderDelay(ShipmentView):
    """What your shop says of an order that leaves later than planned."""

    @extend_schema(
        operation_id="get_order_delay",
        tags=["Shipments"],
        summary="Get what is said of an order that leaves later",
        responses={200: DispatchDelayOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return the word that stands; 404 where none does."""
        standing = find_standing(_order(external_id))
        if standing is None:
            raise Http404
        return Response(represent_dispatch_delay(standing))

    @extend_schema(
        operation_id="state_order_delay",
        tags=["Shipments"],
        summary="Say that an order leaves later than planned",
        request=DispatchDelayIn,
        responses={200: DispatchDelayOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Tell the shopper, by message and on the tracking page; it ends when all units have left.

        Leave `items` out for all that is still to be sent, the days where none can be named, and
        `cause` where none is to be named. A further word replaces the one that stands; the shopper
        is written to again where it names a day beyond those before, or more units.
        """
        order = _order(external_id)

        def carry_out() -> Response:
            told = DispatchDelayIn(data=request.data)
            told.is_valid(raise_exception=True)
            try:
                delay = services.state_dispatch_delay(
                    order_id=order.public_id,
                    units=told.units(order),
                    cause=told.why,
                    days=told.days,
                    at=clock.now(),
                    actor=self.actor,
                )
            except (NothingToSend, NotToBeSent, DayHasPassed) as refused:
                raise Problem(422, refused.code, refused.message) from refused
            return Response(represent_dispatch_delay(delay))

        return self.command(carry_out)

    @extend_schema(
        operation_id="end_order_delay",
        tags=["Shipments"],
        summary="Take back that an order leaves later",
        responses={200: DispatchDelayOut},
    )
    def delete(self, request: Request, external_id: str) -> Response:
        """End the word that stands, where the order leaves in time after all."""
        order = _order(external_id)

        def carry_out() -> Response:
            try:
                delay = services.end_dispatch_delay(
                    order_id=order.public_id, at=clock.now(), actor=self.actor
                )
            except NoDelayStands as refused:
                raise Problem(422, refused.code, refused.message) from refused
            return Response(represent_dispatch_delay(delay))

        return self.command(carry_out)


def _order(external_id: str) -> Order:
    order = commerce.get_order_by_external_id(external_id_of(external_id))
    if order is None:
        raise Http404(_("There is no such order."))
    return order
