"""Withdrawals from contracts over REST: the same services as every other face."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import PAGING, Problem, page
from commerce.serializers.fields import StrictSerializer
from postexp.kernel import clock
from returns.api.base import ReturnsView
from returns.enums import WithdrawalEnd, WithdrawalState
from returns.models import Withdrawal
from returns.selectors.withdrawals import access_withdrawal, list_withdrawals
from returns.serializers.wire_out import Shape
from returns.serializers.withdrawals import represent_withdrawal
from returns.services.withdrawal_returns import return_withdrawn
from returns.services.withdrawals import close_withdrawal, match_withdrawal


class WithdrawalOut(Shape):
    """A shopper's statement that they withdraw from a contract (EU, UK)."""

    id = serializers.CharField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=WithdrawalState.choices)
    received_at = serializers.DateTimeField()
    refund_due = serializers.DateField(help_text="The day by which the law wants money back")
    name = serializers.CharField()
    contract = serializers.CharField(help_text="The contract, as the shopper named it")
    contact = serializers.CharField()
    goods = serializers.CharField()
    statement = serializers.CharField(help_text="The whole statement, as it was confirmed")
    locale = serializers.CharField()
    order_id = serializers.CharField(allow_null=True)
    order_number = serializers.CharField(allow_null=True)
    return_id = serializers.CharField(allow_null=True)
    end = serializers.ChoiceField(choices=WithdrawalEnd.choices, allow_null=True)
    answer = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True)


class WithdrawalPageOut(Shape):
    """One page of withdrawals; send `next` as `cursor` for the page after."""

    data = WithdrawalOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class MatchIn(StrictSerializer):
    """The order a statement is about."""

    order_external_id = serializers.CharField(max_length=64)


class SendBackLineIn(StrictSerializer):
    """Units of a line that come back."""

    line_id = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=1)


class SendBackIn(StrictSerializer):
    """What comes back; everything that was sent where `lines` is empty."""

    lines = SendBackLineIn(many=True, required=False, default=list)


class CloseIn(StrictSerializer):
    """How a withdrawal ends; `text` is sent to the shopper below the reason."""

    end = serializers.ChoiceField(choices=WithdrawalEnd.choices)
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class WithdrawalList(ReturnsView):
    """The withdrawals from contracts with your shop."""

    @extend_schema(
        operation_id="list_withdrawals",
        tags=["Withdrawals"],
        summary="List withdrawals, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": WithdrawalState.values}),
        ],
        responses={200: WithdrawalPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of withdrawals."""
        found = list_withdrawals()
        if state := self.choice("state", WithdrawalState):
            found = found.filter(state=state)
        return page(request, found, represent_withdrawal)


class WithdrawalDetail(ReturnsView):
    """One withdrawal."""

    @extend_schema(
        operation_id="get_withdrawal",
        tags=["Withdrawals"],
        summary="Get a withdrawal",
        responses={200: WithdrawalOut},
    )
    def get(self, request: Request, withdrawal_id: str) -> Response:
        """Return a withdrawal."""
        return Response(represent_withdrawal(access_withdrawal(withdrawal_id)))


class WithdrawalCommand(ReturnsView):
    """Something to do with one withdrawal; the answer is the withdrawal as it then stands."""

    def run(self, withdrawal_id: str, act: Callable[[Withdrawal], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(access_withdrawal(withdrawal_id))
            return Response(represent_withdrawal(access_withdrawal(withdrawal_id)))

        return self.command(carry_out)


class WithdrawalMatch(WithdrawalCommand):
    """Match a withdrawal."""

    @extend_schema(
        operation_id="match_withdrawal",
        tags=["Withdrawals"],
        summary="Say which order a withdrawal is about",
        request=MatchIn,
        responses={200: WithdrawalOut},
    )
    def post(self, request: Request, withdrawal_id: str) -> Response:
        """Match a withdrawal with an order, or with another one.

        422 `unknown_order`; 409 `withdrawal_matched` while a return made of it is open, and
        `withdrawal_closed`.
        """
        data = self.read(MatchIn).validated_data

        def match(withdrawal: Withdrawal) -> object:
            order = commerce.get_order_by_external_id(data["order_external_id"])
            if order is None:
                raise Problem(422, "unknown_order", _("There is no such order."))
            return match_withdrawal(
                withdrawal_id=withdrawal.public_id,
                order_id=order.public_id,
                at=clock.now(),
                actor=self.actor,
            )

        return self.run(withdrawal_id, match)


class WithdrawalReturn(WithdrawalCommand):
    """Make a return of a withdrawal."""

    @extend_schema(
        operation_id="return_withdrawal",
        tags=["Withdrawals"],
        summary="Make an approved return of a withdrawal",
        request=SendBackIn,
        responses={200: WithdrawalOut},
    )
    def post(self, request: Request, withdrawal_id: str) -> Response:
        """Make a return under the law's terms, of `lines` or of everything that was sent.

        409 `nothing_to_send_back`, `withdrawal_matched` where there is a return already, and
        `withdrawal_closed`; 422 `quantity_exceeds_returnable`.
        """
        lines = self.read(SendBackIn).validated_data["lines"]
        units = {line["line_id"]: line["quantity"] for line in lines} or None
        return self.run(
            withdrawal_id,
            lambda withdrawal: return_withdrawn(
                withdrawal_id=withdrawal.public_id, units=units, at=clock.now(), actor=self.actor
            ),
        )


class WithdrawalClose(WithdrawalCommand):
    """Close a withdrawal."""

    @extend_schema(
        operation_id="close_withdrawal",
        tags=["Withdrawals"],
        summary="Close a withdrawal, with words for the shopper",
        request=CloseIn,
        responses={200: WithdrawalOut},
    )
    def post(self, request: Request, withdrawal_id: str) -> Response:
        """End a withdrawal; its shopper is told why. 409 `withdrawal_closed` the second time."""
        data = self.read(CloseIn).validated_data
        return self.run(
            withdrawal_id,
            lambda withdrawal: close_withdrawal(
                withdrawal_id=withdrawal.public_id,
                end=WithdrawalEnd(data["end"]),
                text=data["text"],
                at=clock.now(),
                actor=self.actor,
            ),
        )
