"""What returns knows of an order over REST, and the policy it goes by."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import external_id_of
from postexp.kernel import clock
from returns import selectors, services
from returns.api.base import ReturnsView
from returns.enums import ReturnChannel
from returns.serializers import represent_judgement, represent_policy, represent_settlement
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out


class OrderReturnable(ReturnsView):
    """What can come back of an order."""

    @extend_schema(
        operation_id="get_returnable",
        tags=["Returns"],
        summary="Say what of an order can come back",
        responses={200: out.ReturnableOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Judge an order by the policy in force when it was placed, with reasons in words.

        The dates are promises: what is learnt later never shortens them.
        """
        order = commerce.get_order_by_external_id(external_id_of(external_id))
        if order is None:
            raise Http404
        judgement = selectors.judge(order, at=clock.now(), channel=ReturnChannel.API)
        services.remember_deadlines(judgement)
        return Response(represent_judgement(judgement))


class ShippingRefund(ReturnsView):
    """Give outbound shipping back."""

    @extend_schema(
        operation_id="refund_shipping",
        tags=["Returns"],
        summary="Refund an order's shipping",
        request=incoming.DespiteIn,
        responses={200: out.SettlementOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Give back what is left of shipping.

        409 `shipping_already_refunded` the second time, `open_dispute` for a chargeback unless
        `despite_dispute` says why.
        """
        data = self.read(incoming.DespiteIn).validated_data

        def refund() -> Response:
            order = commerce.get_order_by_external_id(external_id_of(external_id))
            if order is None:
                raise Http404
            settlement = services.refund_shipping(
                order_id=order.public_id,
                key=self.settlement_key(),
                at=clock.now(),
                actor=self.actor,
                despite=data["despite_dispute"],
            )
            return Response(represent_settlement(selectors.get_settlement(settlement.public_id)))

        return self.command(refund)


class PolicyList(ReturnsView):
    """The versions of your return policy."""

    @extend_schema(
        operation_id="list_return_policies",
        tags=["Returns"],
        summary="List the versions of the return policy",
        responses={200: out.PolicyListOut},
    )
    def get(self, request: Request) -> Response:
        """Return every version, newest first; the standard policy where none was published."""
        versions = selectors.list_versions() or [selectors.version_in_force(clock.now())]
        return Response({"data": [represent_policy(version) for version in versions]})

    @extend_schema(
        operation_id="publish_return_policy",
        tags=["Returns"],
        summary="Publish a return policy",
        request=incoming.PolicyIn,
        responses={201: out.PolicyOut},
    )
    def post(self, request: Request) -> Response:
        """Publish a version for orders placed from `effective_from` on, by default from now on.

        422 `invalid_policy` names the field that is wrong.
        """
        data = self.read(incoming.PolicyIn).validated_data

        def publish() -> Response:
            at = clock.now()
            version = services.publish_policy(
                content=data["content"],
                effective_from=data.get("effective_from", at),
                at=at,
                actor=self.actor,
            )
            return Response(represent_policy(version), status=201)

        return self.command(publish)
