"""Refunds over REST."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, page
from returns import selectors
from returns.api.base import ReturnsView
from returns.enums import RefundState
from returns.serializers import represent_refund
from returns.serializers import wire_out as out


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
