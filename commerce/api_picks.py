"""What the warehouse has picked, over REST."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors
from commerce.api_base import MerchantView, Problem, external_id_of
from commerce.enums import Scope
from commerce.errors import (
    CommerceError,
    OrderIsCancelled,
    TooManyPicked,
    UnitsInCancellation,
    UnknownLine,
)
from commerce.models import Order
from commerce.serializers.picks import PicksIn, PicksOut, represent_picks
from commerce.services.picks import confirm_picks
from postexp.kernel import clock

STATUSES: dict[type[CommerceError], int] = {
    UnknownLine: 422,
    TooManyPicked: 422,
    UnitsInCancellation: 409,
    OrderIsCancelled: 409,
}


class OrderPicks(MerchantView):
    """What of an order the warehouse has picked."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS
    write_scope: ClassVar[str] = Scope.WRITE_ORDERS

    @extend_schema(
        operation_id="get_picks",
        tags=["Orders"],
        summary="Say what of an order was picked",
        responses={200: PicksOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return how far the warehouse is with each line."""
        return Response(represent_picks(_order(external_id)))

    @extend_schema(
        operation_id="put_picks",
        tags=["Orders"],
        summary="Confirm what was picked",
        request=PicksIn,
        responses={200: PicksOut},
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Note how many units of lines were taken from the shelf, in all so far.

        Once they are, they can no longer be cancelled. 409 `units_in_cancellation` where units were
        cancelled before: leave them on the shelf. 409 `order_cancelled`; 422 `unknown_line`,
        `quantity_exceeds_ordered`.
        """
        body = PicksIn(data=request.data)
        body.is_valid(raise_exception=True)

        def confirm() -> Response:
            order = _order(external_id)
            try:
                confirm_picks(
                    order_id=order.public_id,
                    picked=body.picked(order),
                    at=clock.now(),
                    actor=self.actor,
                )
            except CommerceError as error:
                raise Problem(STATUSES[type(error)], error.code, str(error.message)) from error
            return Response(represent_picks(order))

        return self.once(f"PUT /orders/{external_id}/picks", confirm)


def _order(external_id: str) -> Order:
    order = selectors.get_order_by_external_id(external_id_of(external_id))
    if order is None:
        raise Http404
    return order
