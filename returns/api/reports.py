"""Reports of returns over REST."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.selectors import get_merchant
from postexp.kernel import clock
from postexp.kernel.money import is_currency
from returns.api.base import ReturnsView
from returns.enums import Basis, Grouping
from returns.reports import SPANS, report_returns
from returns.serializers.reports import ReturnReportOut, represent_report


class ReturnReportView(ReturnsView):
    """How the returns of your shop are going."""

    @extend_schema(
        operation_id="get_return_report",
        tags=["Returns"],
        summary="Get the return report",
        parameters=[
            OpenApiParameter(
                "span",
                {"type": "integer", "enum": list(SPANS), "default": SPANS[0]},
                description="How many months to look back, this one among them.",
            ),
            OpenApiParameter("by", {"type": "string", "enum": Grouping.values}),
            OpenApiParameter(
                "basis",
                {"type": "string", "enum": Basis.values, "default": Basis.ASKED.value},
                description="Whether returns count in their own month or in that of their order.",
            ),
            OpenApiParameter(
                "currency",
                str,
                description="Of the amounts (ISO 4217); the shop’s if not asked.",
            ),
        ],
        responses={200: ReturnReportOut},
    )
    def get(self, request: Request) -> Response:
        """Return rates with their bounds, money, waiting times, costs and what stands out.

        Grouped by product if not asked otherwise.
        """
        merchant = get_merchant()
        span = request.query_params.get("span", "") or str(SPANS[0])
        if span not in map(str, SPANS):
            raise self.no_such("span", SPANS)
        currency = request.query_params.get("currency", "") or merchant.currency
        if not is_currency(currency):
            raise self.no_such("currency", [merchant.currency])
        report = report_returns(
            today=clock.now().astimezone(merchant.zone).date(),
            span=int(span),
            by=Grouping(self.choice("by", Grouping) or Grouping.PRODUCT),
            basis=Basis(self.choice("basis", Basis) or Basis.ASKED),
            currency=currency,
        )
        return Response(represent_report(report))
