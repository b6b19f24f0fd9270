"""Gift codes over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import Problem
from commerce.ports import AddressFacts
from commerce.selectors import get_merchant
from commerce.serializers import instant
from commerce.serializers.fields import CountField, StrictSerializer, TextField
from postexp.kernel import clock, ids
from returns.api.base import ReturnsView, told
from returns.api.cases import whole
from returns.enums import Outcome
from returns.forms.gifts import WITHOUT_POSTCODES
from returns.forms.sending import COUNTRIES
from returns.models import GiftCode
from returns.rules.policy import LANGUAGES
from returns.selectors.gifts import (
    OUTCOMES,
    access_gift,
    gift_url,
    list_gift_units,
    list_gifts,
)
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.services.gifts import end_gift_code, find_gift, make_gift_code, request_gift_return

if TYPE_CHECKING:
    from commerce.models import Order


class GiftUnitsIn(StrictSerializer):
    """Units of an order’s line."""

    line_id = serializers.CharField(max_length=40, help_text="The id of the order’s line, oln_…")
    quantity = CountField(min_value=1, max_value=1_000_000, help_text="How many units.")


class GiftIn(StrictSerializer):
    """What was given as a present."""

    lines = GiftUnitsIn(many=True, allow_empty=False)


class GiftAddressIn(StrictSerializer):
    """Where who was given a present lives: it is on their label, and what they get goes there."""

    address1 = serializers.CharField(max_length=200, help_text="Street and number.")
    address2 = TextField(max_length=200, help_text="Building, floor.")
    city = serializers.CharField(max_length=80)
    province = TextField(max_length=80, help_text="The state or prefecture.")
    postcode = TextField(max_length=20, help_text="Needed wherever a country has them.")
    country = serializers.ChoiceField(choices=sorted(COUNTRIES))
    phone = TextField(max_length=40, help_text="For the carrier.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for a postcode where the country has them."""
        if not attrs["postcode"] and attrs["country"] not in WITHOUT_POSTCODES:
            raise serializers.ValidationError({"postcode": [_("This field is required.")]})
        return attrs


class GiftReturnIn(StrictSerializer):
    """A return of a present, by who was given it; `code` stands on their receipt."""

    code = serializers.CharField(max_length=40)
    lines = incoming.WishIn(many=True, allow_empty=False, help_text="What is to be returned.")
    outcome = serializers.ChoiceField(
        choices=[(one.value, one.label) for one in OUTCOMES], help_text="What is wanted for it."
    )
    name = serializers.CharField(max_length=80, help_text="Of who was given it.")
    email = serializers.EmailField(
        max_length=254, help_text="They are written to there, and store credit is kept under it."
    )
    address = GiftAddressIn()
    method = TextField(max_length=10, help_text="How it is sent; the first way unless given.")
    locale = serializers.ChoiceField(
        choices=[(one, one) for one in LANGUAGES], help_text="The language they read."
    )
    note = TextField(max_length=2000, help_text="What they add, for staff.")


class GiftUnitsOut(out.Shape):
    """Units a code is for."""

    line_id = serializers.CharField()
    title = serializers.CharField()
    quantity = serializers.IntegerField()


class GiftOut(out.Shape):
    """A gift code; `url` is the page it opens, on which there is no price."""

    id = serializers.CharField()
    code = serializers.CharField()
    url = serializers.CharField()
    made_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    lines = GiftUnitsOut(many=True)


class GiftListOut(out.Shape):
    """The gift codes of an order that open something, newest first."""

    data = GiftOut(many=True)  # type: ignore[assignment]  # a key of the wire


def represent_gift(gift: GiftCode) -> dict[str, Any]:
    """Return a gift code with what it is for."""
    return {
        "id": gift.public_id,
        "code": gift.code,
        "url": gift_url(get_merchant(), gift),
        "made_at": instant(gift.made_at),
        "ended_at": instant(gift.ended_at),
        "lines": [
            {
                "line_id": one.order_line.public_id,
                "title": one.order_line.title,
                "quantity": one.quantity,
            }
            for one in list_gift_units(gift)
        ],
    }


class OrderGifts(ReturnsView):
    """The gift codes of an order."""

    # Who has a code may have the credit: no log keeps one.
    secrets_told = frozenset({"code", "url", "data"})

    @extend_schema(
        operation_id="list_gift_codes",
        tags=["Returns"],
        summary="List the gift codes of an order",
        responses={200: GiftListOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Return the codes that still open something, newest first."""
        order = self._order(external_id)
        return Response({"data": [represent_gift(one) for one in list_gifts(order)]})

    @extend_schema(
        operation_id="create_gift_code",
        tags=["Returns"],
        summary="Make a gift code",
        request=GiftIn,
        responses={201: GiftOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Make a code with which some units can be exchanged or become the bearer’s store credit.

        422 `quantity_exceeds_returnable` for more units than were bought, `not_returnable` for a
        line of another order.
        """
        order = self._order(external_id)
        units: dict[str, int] = {}
        for row in self.read(GiftIn).validated_data["lines"]:
            units[row["line_id"]] = units.get(row["line_id"], 0) + row["quantity"]

        def make() -> Response:
            gift = make_gift_code(
                order_id=order.public_id, units=units, at=clock.now(), actor=self.actor
            )
            return Response(represent_gift(gift), status=201)

        return self.command(make)

    def _order(self, external_id: str) -> Order:
        order = commerce.get_order_by_external_id(external_id)
        if order is None:
            raise Problem(404, "not_found", _("There is no such order."))
        return order


class GiftEnd(ReturnsView):
    """End a gift code."""

    secrets_told = frozenset({"code", "url"})

    @extend_schema(
        operation_id="end_gift_code",
        tags=["Returns"],
        summary="End a gift code",
        request=incoming.EmptyIn,
        responses={200: GiftOut},
    )
    def post(self, request: Request, gift_id: str) -> Response:
        """End a code: it opens nothing more, and what was asked for with it goes on."""
        self.read(incoming.EmptyIn)
        gift = access_gift(gift_id)

        def end() -> Response:
            ended = end_gift_code(gift_id=gift.public_id, at=clock.now(), actor=self.actor)
            return Response(represent_gift(ended))

        return self.command(end)


class GiftReturn(ReturnsView):
    """Ask for a return with a gift code."""

    # The code is as good as what was given.
    logs_bodies = False

    @extend_schema(
        operation_id="create_gift_return",
        tags=["Returns"],
        summary="Ask for a return with a gift code",
        request=GiftReturnIn,
        responses={201: out.ReturnOut},
    )
    def post(self, request: Request) -> Response:
        """Ask as who was given a present would: the buyer is told nothing.

        422 `unknown_gift_code`, `not_returnable` or `quantity_exceeds_returnable`; 409
        `out_of_stock`. Ten wrong codes in a row lock the shop's form and this operation for 15
        minutes: 429 `gift_form_locked`.
        """
        data = self.read(GiftReturnIn).validated_data
        # Outside of the transaction of the key, which would take the count of wrong ones back.
        gift = told(lambda: find_gift(data["code"], at=clock.now()))
        if gift is None:
            raise Problem(422, "unknown_gift_code", _("There is no such gift code."))
        lines = {line.external_id: line.public_id for line in commerce.list_lines(gift.order)}

        def ask() -> Response:
            case = request_gift_return(
                gift_id=gift.public_id,
                wishes=incoming.wishes_of(data["lines"], lines),
                outcome=Outcome(data["outcome"]),
                name=data["name"],
                email=data["email"],
                address=AddressFacts(**data["address"]),
                key=ids.new_id("req"),
                locale=data["locale"],
                method=data["method"],
                note=data["note"],
                at=clock.now(),
            )
            return Response(whole(case.public_id), status=201)

        return self.command(ask)
