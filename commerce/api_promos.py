"""Promo codes over REST: which were given to whom, and which were used."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, page
from commerce.enums import PromoPurpose, PromoState, Scope
from commerce.models import PromoCode
from commerce.selectors.promos import access_promo, list_promos
from commerce.serializers.fields import MoneyField
from commerce.serializers.promos import represent_promo


class PromoCodeOut(serializers.Serializer):  # type: ignore[type-arg]
    """A code of one customer; either `percent` or `amount` is what it takes off."""

    id = serializers.CharField()
    code = serializers.CharField()
    customer_id = serializers.CharField()
    purpose = serializers.ChoiceField(choices=PromoPurpose.choices)
    percent = serializers.CharField(allow_null=True)
    amount = MoneyField(allow_null=True)
    minimum = MoneyField(allow_null=True)
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    last_day = serializers.DateField()
    state = serializers.ChoiceField(choices=PromoState.choices)
    made_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)
    used_on = serializers.CharField(allow_null=True)


class PromoCodePageOut(serializers.Serializer):  # type: ignore[type-arg]
    """One page of promo codes; send `next` as `cursor` for the page after."""

    data = PromoCodeOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


def _represent(promo: PromoCode) -> dict[str, Any]:
    return {**represent_promo(promo), "customer_id": promo.customer.public_id}


class PromoCodeView(MerchantView):
    """A view of promo codes."""

    read_scope: ClassVar[str] = Scope.READ_CUSTOMERS


class PromoCodeList(PromoCodeView):
    """The promo codes of your customers."""

    @extend_schema(
        operation_id="list_promo_codes",
        tags=["Customers"],
        summary="List promo codes, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": PromoState.values}),
            OpenApiParameter("customer_id", str, description="The id of a customer, cus_…"),
        ],
        responses={200: PromoCodePageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of promo codes."""
        promos = list_promos(
            state=self.choice("state", PromoState),
            customer_id=request.query_params.get("customer_id", ""),
        )
        return page(request, promos, _represent)


class PromoCodeDetail(PromoCodeView):
    """One promo code."""

    @extend_schema(
        operation_id="get_promo_code",
        tags=["Customers"],
        summary="Get a promo code",
        responses={200: PromoCodeOut},
    )
    def get(self, request: Request, promo_id: str) -> Response:
        """Return a promo code."""
        return Response(_represent(access_promo(promo_id)))
