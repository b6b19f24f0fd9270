"""Refunds over REST."""

from __future__ import annotations

from collections.abc import Callable

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, page
from commerce.serializers.fields import StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.base import ReturnsView
from returns.enums import RefundState
from returns.models import Refund
from returns.serializers import represent_refund
from returns.serializers import wire_out as out
from returns.serializers.wire_in import EmptyIn
from returns.services.refunds import refund_not_found, retry_refund


class RetryIn(StrictSerializer):
    """`despite_dispute` says why to pay although a chargeback is open."""

    despite_dispute = TextField(max_length=500)


class RefundList(ReturnsView):
    """The refunds of your shop."""

    @extend_schema(
        operation_id="list_refunds",
        tags=["Returns"],
        summary="List refunds, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": RefundState.values}),
        ],
        responses={200: out.RefundPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of payments back, with how far each went."""
        state = self.choice("state", RefundState)
        return page(request, selectors.list_refunds(state=state), represent_refund)


class RefundDetail(ReturnsView):
    """One refund."""

    @extend_schema(
        operation_id="get_refund",
        tags=["Returns"],
        summary="Get a refund",
        responses={200: out.RefundOut},
    )
    def get(self, request: Request, refund_id: str) -> Response:
        """Return one payment back."""
        return Response(represent_refund(selectors.access_refund(refund_id)))


class RefundCommand(ReturnsView):
    """Something to do with one refund; the answer is the refund as it then stands."""

    def run(self, refund_id: str, act: Callable[[Refund], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(selectors.access_refund(refund_id))
            return Response(represent_refund(selectors.get_refund(refund_id)))

        return self.command(carry_out)


class RefundNotPaid(RefundCommand):
    """Say that an unclear refund was not paid."""

    @extend_schema(
        operation_id="refute_refund",
        tags=["Returns"],
        summary="Say that an unclear refund was not paid",
        request=EmptyIn,
        responses={200: out.RefundOut},
    )
    def post(self, request: Request, refund_id: str) -> Response:
        """Note that a refund whose outcome is unknown is not in its provider's books.

        It can be tried again then. 409 `invalid_transition` for any other: one that is on its way
        may still be paid.
        """
        self.read(EmptyIn)
        return self.run(
            refund_id,
            lambda refund: refund_not_found(refund.public_id, at=clock.now(), actor=self.actor),
        )


class RefundRetry(RefundCommand):
    """Try a refund again."""

    @extend_schema(
        operation_id="retry_refund",
        tags=["Returns"],
        summary="Try a failed refund again",
        request=RetryIn,
        responses={200: out.RefundOut},
    )
    def post(self, request: Request, refund_id: str) -> Response:
        """Send a failed refund again, under its own key, so that it is paid once.

        409 `invalid_transition` unless it failed, `open_dispute` or `lost_dispute` for a chargeback
        without a word for it.
        """
        despite = self.read(RetryIn).validated_data["despite_dispute"]
        return self.run(
            refund_id,
            lambda refund: retry_refund(
                refund.public_id, despite=despite, at=clock.now(), actor=self.actor
            ),
        )
