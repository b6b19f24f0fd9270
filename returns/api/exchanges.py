"""Exchanges over REST."""

from __future__ import annotations

from collections.abc import Callable

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, page
from commerce.serializers.fields import MoneyField, StrictSerializer, TextField
from postexp.kernel import clock
from returns.api.base import ReturnsView
from returns.enums import PAID_OUTCOMES, Outcome
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    ExchangeTiming,
    Instead,
)
from returns.models import Exchange
from returns.selectors import access_replacement
from returns.selectors.exchanges import access_exchange, exchange_of, list_exchanges
from returns.serializers.exchanges import represent_exchange
from returns.serializers.wire_in import EmptyIn
from returns.serializers.wire_out import Shape
from returns.services.exchange_endings import (
    came_back_instead,
    choose_instead,
    forgive,
    not_possible,
)
from returns.services.exchange_rest import give_up_rest, send_another
from returns.services.exchanges import ask_to_pay, confirm_payment


class ExchangeLineOut(Shape):
    """What is sent instead of a line."""

    return_line_id = serializers.CharField()
    variant_id = serializers.CharField()
    title = serializers.CharField()
    variant_title = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()


class ExchangePaymentOut(Shape):
    """Money that was asked for, paid or held for an exchange."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=ExchangePaymentKind.choices)
    state = serializers.ChoiceField(choices=ExchangePaymentState.choices)
    amount = MoneyField()
    taken = MoneyField()
    provider = serializers.CharField()
    reference = serializers.CharField()
    pay_url = serializers.CharField(
        help_text="The page on which the shopper pays, while it is open; otherwise empty."
    )


class ExchangeOut(Shape):
    """An exchange."""

    id = serializers.CharField()
    return_id = serializers.CharField()
    return_number = serializers.CharField()
    order_id = serializers.CharField()
    state = serializers.ChoiceField(choices=ExchangeState.choices)
    timing = serializers.ChoiceField(choices=ExchangeTiming.choices)
    instead = serializers.ChoiceField(choices=Instead.choices, allow_null=True)
    trouble = serializers.ChoiceField(choices=ConvertedFor.choices, allow_null=True)
    rest_to = serializers.ChoiceField(choices=PAID_OUTCOMES)
    cost = MoneyField()
    due = MoneyField()
    pay_by = serializers.DateTimeField(allow_null=True)
    held_until = serializers.DateTimeField(allow_null=True)
    return_by = serializers.DateField(allow_null=True)
    short_since = serializers.DateTimeField(allow_null=True)
    replacement_order_id = serializers.CharField(allow_null=True)
    lines = ExchangeLineOut(many=True)
    payments = ExchangePaymentOut(many=True)


class ExchangePageOut(Shape):
    """One page of exchanges; send `next` as `cursor` for the page after."""

    data = ExchangeOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class TakenIn(StrictSerializer):
    """Where a difference can be found that was taken outside of Postexp."""

    reference = TextField(max_length=120)


class InsteadIn(StrictSerializer):
    """What the shopper gets in place of an exchange that is not possible."""

    instead = serializers.ChoiceField(choices=Instead.choices)


class RestIn(StrictSerializer):
    """What the shopper gets for what of an exchange is not sent."""

    to = serializers.ChoiceField(choices=PAID_OUTCOMES)


class AnotherIn(StrictSerializer):
    """Which variant is sent instead of the one that was asked for."""

    variant_id = TextField(max_length=40, help_text="The id of a variant, var_…")


class ExchangeList(ReturnsView):
    """The exchanges of your shop."""

    @extend_schema(
        operation_id="list_exchanges",
        tags=["Returns"],
        summary="List exchanges, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": ExchangeState.values}),
            OpenApiParameter("return_id", str, description="The id of a return, ret_…"),
        ],
        responses={200: ExchangePageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of exchanges."""
        found = list_exchanges(
            state=self.choice("state", ExchangeState),
            return_id=request.query_params.get("return_id", ""),
        )
        return page(request, found, represent_exchange)


class ExchangeDetail(ReturnsView):
    """One exchange."""

    @extend_schema(
        operation_id="get_exchange",
        tags=["Returns"],
        summary="Get an exchange",
        responses={200: ExchangeOut},
    )
    def get(self, request: Request, exchange_id: str) -> Response:
        """Return an exchange."""
        return Response(represent_exchange(access_exchange(exchange_id)))


class ExchangeCommand(ReturnsView):
    """Something to do with one exchange; the answer is the exchange as it then stands."""

    def run(self, exchange_id: str, act: Callable[[Exchange], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(access_exchange(exchange_id))
            return Response(represent_exchange(access_exchange(exchange_id)))

        return self.command(carry_out)


class ExchangePaid(ExchangeCommand):
    """Confirm a difference."""

    @extend_schema(
        operation_id="confirm_exchange_payment",
        tags=["Returns"],
        summary="Confirm that what is owed for an exchange was paid",
        request=TakenIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Note that you took a difference, or the price of what is kept, yourself.

        409 unless the exchange waits for it.
        """
        reference = self.read(TakenIn).validated_data["reference"]
        return self.run(
            exchange_id,
            lambda one: confirm_payment(
                exchange_id=one.public_id, reference=reference, at=clock.now(), actor=self.actor
            ),
        )


class ExchangeSoldOut(ExchangeCommand):
    """Tell that a replacement is sold out."""

    @extend_schema(
        operation_id="sell_out_exchange",
        tags=["Returns"],
        summary="Tell that what an exchange is for is sold out",
        request=EmptyIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Give the shopper what they chose for this case, or ask them."""
        self.read(EmptyIn)
        return self.run(
            exchange_id,
            lambda one: not_possible(
                exchange_id=one.public_id,
                why=ConvertedFor.SOLD_OUT,
                at=clock.now(),
                actor=self.actor,
            ),
        )


class ExchangeChoose(ExchangeCommand):
    """Choose for a shopper."""

    @extend_schema(
        operation_id="choose_instead_of_exchange",
        tags=["Returns"],
        summary="Say what the shopper wants where an exchange is not possible",
        request=InsteadIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Keep the choice, and carry it out where the exchange is not possible already."""
        instead = Instead(self.read(InsteadIn).validated_data["instead"])
        return self.run(
            exchange_id,
            lambda one: choose_instead(
                exchange_id=one.public_id, instead=instead, at=clock.now(), actor=self.actor
            ),
        )


class ExchangeUndo(ExchangeCommand):
    """Undo an exchange."""

    @extend_schema(
        operation_id="undo_exchange",
        tags=["Returns"],
        summary="Undo an exchange whose replacement came back instead of the original",
        request=EmptyIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Undo it without a charge; what was paid on top goes back."""
        self.read(EmptyIn)
        return self.run(
            exchange_id,
            lambda one: came_back_instead(
                exchange_id=one.public_id, at=clock.now(), actor=self.actor
            ),
        )


class ExchangeForgive(ExchangeCommand):
    """Close an exchange."""

    @extend_schema(
        operation_id="forgive_exchange",
        tags=["Returns"],
        summary="Leave a replacement to its shopper without the original",
        request=EmptyIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Close an exchange whose original did not come; nothing is charged."""
        self.read(EmptyIn)
        return self.run(
            exchange_id,
            lambda one: forgive(exchange_id=one.public_id, at=clock.now(), actor=self.actor),
        )


class ExchangeAsk(ExchangeCommand):
    """Ask for what is owed."""

    @extend_schema(
        operation_id="ask_exchange_payment",
        tags=["Returns"],
        summary="Ask the shopper to pay what they owe for a replacement they have",
        request=EmptyIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Ask for the price of what is kept where the original did not come back, or for a
        difference that could not be taken of a hold. It is paid within 72 hours on the page of the
        return; asked again, it can be for another 72 hours. 409 `nothing_due` where nothing is
        owed, or a hold covers it.
        """
        self.read(EmptyIn)
        return self.run(
            exchange_id,
            lambda one: ask_to_pay(exchange_id=one.public_id, at=clock.now(), actor=self.actor),
        )


class ExchangeRest(ExchangeCommand):
    """Send no more of an exchange."""

    @extend_schema(
        operation_id="give_up_rest_of_exchange",
        tags=["Returns"],
        summary="Send no more of an exchange of which a part was sent",
        request=RestIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, exchange_id: str) -> Response:
        """Give back what the return has brought for the rest; later units bring no replacement."""
        to = Outcome(self.read(RestIn).validated_data["to"])
        return self.run(
            exchange_id,
            lambda one: give_up_rest(
                exchange_id=one.public_id, to=to, at=clock.now(), actor=self.actor
            ),
        )


class ReplacementChange(ReturnsView):
    """Send another variant."""

    @extend_schema(
        operation_id="change_replacement",
        tags=["Returns"],
        summary="Send another variant than was asked for, at the same price",
        request=AnotherIn,
        responses={200: ExchangeOut},
    )
    def post(self, request: Request, replacement_id: str) -> Response:
        """Agree on it with the shopper before; the answer is the exchange.

        409 `out_of_stock` where as many are not there, `invalid_transition` once it was sent.
        """
        variant_id = self.read(AnotherIn).validated_data["variant_id"]

        def change() -> Response:
            replacement = access_replacement(replacement_id)
            changed = send_another(
                replacement_id=replacement.public_id,
                variant_id=variant_id,
                at=clock.now(),
                actor=self.actor,
            )
            exchange = exchange_of(changed.line.case)
            assert exchange is not None
            return Response(represent_exchange(exchange))

        return self.command(change)
