"""Chargebacks over REST, for platforms that do not tell of them."""

from __future__ import annotations

from typing import ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors
from commerce.api_base import MerchantView, external_id_of
from commerce.enums import Scope
from commerce.serializers.disputes import DisputeIn, DisputeOut, represent_dispute
from commerce.services.disputes import take_in_dispute
from postexp.kernel import clock


class OrderDispute(MerchantView):
    """A chargeback about an order."""

    read_scope: ClassVar[str] = Scope.READ_ORDERS
    write_scope: ClassVar[str] = Scope.WRITE_ORDERS

    @extend_schema(
        operation_id="put_dispute",
        tags=["Orders"],
        summary="Tell of a chargeback, or how it ended",
        request=DisputeIn,
        responses={200: DisputeOut},
    )
    def put(self, request: Request, external_id: str, dispute_id: str) -> Response:
        """Note a chargeback by its id with the payment provider.

        While one is open, nothing is refunded for the order unless staff say why.
        """
        body = DisputeIn(data=request.data)
        body.is_valid(raise_exception=True)

        def tell() -> Response:
            order = selectors.get_order_by_external_id(external_id_of(external_id))
            if order is None:
                raise Http404
            dispute = take_in_dispute(
                body.facts(external_id_of(dispute_id), order.currency),
                order_id=order.public_id,
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_dispute(dispute))

        return self.once(f"PUT {request.path}", tell)
