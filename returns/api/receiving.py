"""Receiving over REST: units that were refused, and goods nobody announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import PAGING, Problem, page
from commerce.serializers import instant
from commerce.serializers.fields import CountField, MoneyField, StrictSerializer, TextField
from postexp.kernel import clock
from postexp.kernel.files import private_files
from returns import selectors
from returns.api.base import ReturnsView
from returns.api.evidence import AnswersPicture, TakesFile
from returns.enums.receiving import RefusedChoice, RefusedState, UnannouncedState
from returns.models import RefusedUnits, UnannouncedGoods
from returns.selectors.receiving import (
    access_refused,
    access_unannounced,
    list_refused,
    list_unannounced,
)
from returns.serializers.refused import represent_refused
from returns.serializers.unannounced import represent_unannounced
from returns.serializers.wire_in import minor_units
from returns.serializers.wire_out import RefusedUnitsOut, Shape
from returns.services.photos import keep_photo
from returns.services.refused import (
    answer_refused,
    offer_part_refund,
    send_back,
)
from returns.services.refused_fees import fee_paid, waive_fee
from returns.services.unannounced import (
    close_unannounced,
    match_unannounced,
    receive_unannounced,
)


class RefusedPageOut(Shape):
    """One page of refused units; send `next` as `cursor` for the page after."""

    data = RefusedUnitsOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class ResolveIn(StrictSerializer):
    """What the shopper wants; `expected_amount` is the fee or the partial refund they saw.

    `despite_dispute` says why a partial refund is paid although a chargeback is open.
    """

    choice = serializers.ChoiceField(choices=RefusedChoice.choices)
    expected_amount = MoneyField(required=False)
    despite_dispute = TextField(max_length=500)


class OfferIn(StrictSerializer):
    """A partial refund to offer."""

    amount = MoneyField()


class FeeIn(StrictSerializer):
    """How the fee was paid; without a word it is waived."""

    reference = TextField(max_length=120)


class SentIn(StrictSerializer):
    """The parcel in which units go back to their shopper."""

    tracking_number = TextField(max_length=120)


class ReceivingPhotoIn(StrictSerializer):
    """A photo of goods that arrived: a JPEG, PNG or WebP of at most 7 MB."""

    file = serializers.FileField()


class ReceivingPhotoOut(Shape):
    """A photo taken at receiving: name it in a finding as its `photo_id`."""

    id = serializers.CharField()
    added_at = serializers.DateTimeField()


class UnannouncedOut(Shape):
    """Goods that no return announced."""

    id = serializers.CharField()
    number = serializers.CharField()
    state = serializers.ChoiceField(choices=UnannouncedState.choices)
    tracking_number = serializers.CharField()
    title = serializers.CharField(help_text="Names units that came with a return beyond its own")
    quantity = serializers.IntegerField()
    note = serializers.CharField()
    order_id = serializers.CharField(allow_null=True)
    return_id = serializers.CharField(allow_null=True)
    received_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()


class UnannouncedPageOut(Shape):
    """One page of unannounced goods; send `next` as `cursor` for the page after."""

    data = UnannouncedOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class UnannouncedIn(StrictSerializer):
    """A parcel nobody announced."""

    tracking_number = TextField(max_length=120)
    quantity = CountField(min_value=1, max_value=9999, required=False, default=1)
    note = serializers.CharField(max_length=2000)


class OwnerIn(StrictSerializer):
    """Whose goods they are: an order's by your platform's id, or a return's."""

    order_external_id = TextField(max_length=64)
    return_id = TextField(max_length=40)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One owner, named in one way."""
        if bool(attrs["order_external_id"]) == bool(attrs["return_id"]):
            raise serializers.ValidationError(
                {"return_id": [_("Name the owner: order_external_id or return_id.")]}
            )
        return attrs


class EndIn(StrictSerializer):
    """What became of goods whose owner is not known."""

    answer = serializers.CharField(max_length=1000)


def _told(refused: RefusedUnits) -> dict[str, Any]:
    return represent_refused(refused, locale=refused.case.locale)


class RefusedList(ReturnsView):
    """The units that were not accepted."""

    @extend_schema(
        operation_id="list_refused_units",
        tags=["Receiving"],
        summary="List refused units, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": RefusedState.values}),
        ],
        responses={200: RefusedPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of refused units."""
        found = list_refused()
        if state := self.choice("state", RefusedState):
            found = found.filter(state=state)
        return page(request, found, _told)


class RefusedDetail(ReturnsView):
    """Units that were not accepted."""

    @extend_schema(
        operation_id="get_refused_units",
        tags=["Receiving"],
        summary="Get refused units",
        responses={200: RefusedUnitsOut},
    )
    def get(self, request: Request, refused_id: str) -> Response:
        """Return refused units with what can still be chosen."""
        return Response(_told(access_refused(refused_id)))


class RefusedCommand(ReturnsView):
    """Something to do with refused units; the answer is how they then stand."""

    def run(self, refused_id: str, act: Callable[[RefusedUnits], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(access_refused(refused_id))
            return Response(_told(access_refused(refused_id)))

        return self.command(carry_out)


class RefusedResolve(RefusedCommand):
    """Carry out what the shopper chose."""

    @extend_schema(
        operation_id="resolve_refused_units",
        tags=["Receiving"],
        summary="Resolve refused units",
        request=ResolveIn,
        responses={200: RefusedUnitsOut},
    )
    def post(self, request: Request, refused_id: str) -> Response:
        """Send them back, donate them, or pay the partial refund that was offered.

        409 `quote_changed` where the amount is not `expected_amount`, `invalid_transition` where
        something else was decided, `open_dispute` for a chargeback; 422 `choice_not_offered`.
        """
        data = self.read(ResolveIn).validated_data
        return self.run(
            refused_id,
            lambda refused: answer_refused(
                refused_id=refused.public_id,
                choice=RefusedChoice(data["choice"]),
                shown=minor_units(data.get("expected_amount"), refused.case.order.currency),
                despite=data["despite_dispute"],
                at=clock.now(),
                actor=self.actor,
            ),
        )


class RefusedOffer(RefusedCommand):
    """Offer a partial refund."""

    @extend_schema(
        operation_id="offer_part_refund",
        tags=["Receiving"],
        summary="Offer a partial refund for refused units",
        request=OfferIn,
        responses={200: RefusedUnitsOut},
    )
    def post(self, request: Request, refused_id: str) -> Response:
        """Offer a partial refund; the shopper is asked anew."""
        amount = self.read(OfferIn).validated_data["amount"]

        def offer(refused: RefusedUnits) -> object:
            minor = minor_units(amount, refused.case.order.currency)
            return offer_part_refund(
                refused_id=refused.public_id, amount=minor or 0, at=clock.now(), actor=self.actor
            )

        return self.run(refused_id, offer)


class RefusedFee(RefusedCommand):
    """The fee for sending units back."""

    @extend_schema(
        operation_id="settle_send_back_fee",
        tags=["Receiving"],
        summary="Note that the fee was paid, or waive it",
        request=FeeIn,
        responses={200: RefusedUnitsOut},
    )
    def post(self, request: Request, refused_id: str) -> Response:
        """Note how the fee was paid; without a `reference` it is waived."""
        reference = self.read(FeeIn).validated_data["reference"]

        def settle(refused: RefusedUnits) -> object:
            at, actor = clock.now(), self.actor
            if not reference:
                return waive_fee(refused_id=refused.public_id, at=at, actor=actor)
            return fee_paid(refused_id=refused.public_id, reference=reference, at=at, actor=actor)

        return self.run(refused_id, settle)


class RefusedSend(RefusedCommand):
    """Units go back to their shopper."""

    @extend_schema(
        operation_id="send_refused_units",
        tags=["Receiving"],
        summary="Note that refused units were sent back",
        request=SentIn,
        responses={200: RefusedUnitsOut},
    )
    def post(self, request: Request, refused_id: str) -> Response:
        """Note that units were handed to a carrier."""
        number = self.read(SentIn).validated_data["tracking_number"]
        return self.run(
            refused_id,
            lambda refused: send_back(
                refused_id=refused.public_id,
                tracking_number=number,
                at=clock.now(),
                actor=self.actor,
            ),
        )


class RefusedPicture(AnswersPicture):
    """The photo of units that were not accepted."""

    @extend_schema(
        operation_id="get_refused_units_photo",
        tags=["Receiving"],
        summary="Download the photo of refused units",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, refused_id: str) -> HttpResponse:
        """Return the photo that shows why, as its shopper sees it; 404 where there is none."""
        photo = access_refused(refused_id).inspection.photo
        if photo is None:
            raise Http404
        with private_files().open(photo.path) as file:
            return self.picture(file.read())


class ReceivingPhotoList(TakesFile):
    """Photos of what arrived."""

    @extend_schema(
        operation_id="add_receiving_photo",
        tags=["Receiving"],
        summary="Add a photo before units are graded",
        request={"multipart/form-data": ReceivingPhotoIn},
        responses={201: ReceivingPhotoOut},
    )
    def post(self, request: Request) -> Response:
        """Keep a photo that a finding of `inspect` then names; 422 `bad_photo`.

        It is written anew, without what the camera put into it, and thrown away after two days
        in which nothing named it.
        """
        file = self.read(ReceivingPhotoIn).validated_data["file"]
        file.seek(0)
        upload = file.read()

        def keep() -> Response:
            kept = keep_photo(upload, at=clock.now(), actor=self.actor)
            return Response({"id": kept.public_id, "added_at": instant(kept.at)}, status=201)

        return self.command(keep)


class UnannouncedList(ReturnsView):
    """Goods nobody announced."""

    @extend_schema(
        operation_id="list_unannounced_goods",
        tags=["Receiving"],
        summary="List unannounced goods, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": UnannouncedState.values}),
        ],
        responses={200: UnannouncedPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of unannounced goods."""
        found = list_unannounced(view=self.choice("state", UnannouncedState) or "all")
        return page(request, found, represent_unannounced)

    @extend_schema(
        operation_id="receive_unannounced_goods",
        tags=["Receiving"],
        summary="Keep goods nobody announced",
        request=UnannouncedIn,
        responses={201: UnannouncedOut},
    )
    def post(self, request: Request) -> Response:
        """Keep a parcel until it is known whose it is."""
        data = self.read(UnannouncedIn).validated_data

        def keep() -> Response:
            goods = receive_unannounced(**data, at=clock.now(), actor=self.actor)
            return Response(represent_unannounced(goods), status=201)

        return self.command(keep)


class UnannouncedDetail(ReturnsView):
    """Goods nobody announced."""

    @extend_schema(
        operation_id="get_unannounced_goods",
        tags=["Receiving"],
        summary="Get unannounced goods",
        responses={200: UnannouncedOut},
    )
    def get(self, request: Request, unannounced_id: str) -> Response:
        """Return unannounced goods."""
        return Response(represent_unannounced(access_unannounced(unannounced_id)))


class UnannouncedCommand(ReturnsView):
    """Something to do with unannounced goods; the answer is how they then stand."""

    def run(self, unannounced_id: str, act: Callable[[UnannouncedGoods], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(access_unannounced(unannounced_id))
            return Response(represent_unannounced(access_unannounced(unannounced_id)))

        return self.command(carry_out)


class UnannouncedMatch(UnannouncedCommand):
    """Say whose goods they are."""

    @extend_schema(
        operation_id="match_unannounced_goods",
        tags=["Receiving"],
        summary="Match unannounced goods to an order or a return",
        request=OwnerIn,
        responses={200: UnannouncedOut},
    )
    def post(self, request: Request, unannounced_id: str) -> Response:
        """Match goods; 422 `unknown_order` where there is no such order."""
        data = self.read(OwnerIn).validated_data

        def match(goods: UnannouncedGoods) -> object:
            case = selectors.access_return(data["return_id"]) if data["return_id"] else None
            order = case.order if case else None
            order = order or commerce.get_order_by_external_id(data["order_external_id"])
            if order is None:
                raise Problem(422, "unknown_order", _("There is no such order."))
            return match_unannounced(
                unannounced_id=goods.public_id,
                order=order,
                case=case,
                at=clock.now(),
                actor=self.actor,
            )

        return self.run(unannounced_id, match)


class UnannouncedClose(UnannouncedCommand):
    """End the search for an owner."""

    @extend_schema(
        operation_id="close_unannounced_goods",
        tags=["Receiving"],
        summary="Close unannounced goods",
        request=EndIn,
        responses={200: UnannouncedOut},
    )
    def post(self, request: Request, unannounced_id: str) -> Response:
        """Close goods, with words about what became of them."""
        answer = self.read(EndIn).validated_data["answer"]
        return self.run(
            unannounced_id,
            lambda goods: close_unannounced(
                unannounced_id=goods.public_id, answer=answer, at=clock.now(), actor=self.actor
            ),
        )
