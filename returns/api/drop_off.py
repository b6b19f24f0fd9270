"""Drop-off points over REST: the list, a search near a place, and the one a return goes through."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, Problem, page
from commerce.selectors import get_merchant
from commerce.serializers.fields import FlagField, StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.base import ReturnsView
from returns.api.cases import whole
from returns.enums import OpenWhen, ReturnMethod, Standing
from returns.forms.drop_off import LONGEST_SEARCH
from returns.rules.distances import Spot
from returns.rules.drop_off import Need, PointFacts
from returns.selectors.drop_off import access_point, find_point, list_points, search_points
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.serializers.drop_off import represent_near, represent_point
from returns.serializers.wire_out import Shape
from returns.services.drop_off import choose_drop_off, put_point, withdraw_point
from tracking.rules import carrier_of

MOST_CARRIERS = 50
MOST_FOUND = 100
WHENS = [one.value for one in OpenWhen if one.value]


class DropOffPointIn(StrictSerializer):
    """A drop-off point. Zone and country are found by its place where they are left out."""

    source_id = serializers.CharField(max_length=120, help_text="What your own list calls it.")
    name = serializers.CharField(max_length=200)
    operator = TextField(max_length=120)
    carriers = serializers.ListField(
        child=serializers.CharField(max_length=80),
        required=False,
        default=list,
        max_length=MOST_CARRIERS,
        help_text="Whose parcels it takes; any where it is empty.",
    )
    takes_label = FlagField(required=False, default=True)
    takes_qr = FlagField(required=False, default=True)
    address1 = TextField(max_length=200)
    address2 = TextField(max_length=200)
    city = TextField(max_length=100)
    province = TextField(max_length=100)
    postcode = TextField(max_length=20)
    country = TextField(max_length=2)
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    time_zone = TextField(max_length=60, help_text="Such as Asia/Tokyo.")
    opening_hours = TextField(
        max_length=1000, help_text="In the grammar of OpenStreetMap; empty where nobody knows them."
    )


class ChosenPointIn(StrictSerializer):
    """Where a return is handed in; an empty id takes the choice back."""

    point_id = TextField(max_length=40, required=True)


class NearPointOut(out.DropOffPointOut):
    """A drop-off point in a search. `distance` is in metres, null where only its words fit.

    `changes_at` is when it closes or opens next, null where it stays as it is for two weeks.
    """

    distance = serializers.IntegerField(allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.choices)
    changes_at = serializers.DateTimeField(allow_null=True)


class NearPointListOut(Shape):
    """Drop-off points near a place, the nearest first."""

    data = NearPointOut(many=True)  # type: ignore[assignment]  # a key of the wire


class DropOffPointPageOut(Shape):
    """One page of drop-off points; send `next` as `cursor` for the page after."""

    data = out.DropOffPointOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class DropOffPointList(ReturnsView):
    """The drop-off points of your shop."""

    @extend_schema(
        operation_id="list_drop_off_points",
        tags=["Returns"],
        summary="List drop-off points, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter(
                "withdrawn",
                {"type": "string", "enum": ["true", "false"]},
                description="Only those that were taken out of use.",
            ),
        ],
        responses={200: DropOffPointPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of drop-off points in use."""
        asked = request.query_params.get("withdrawn", "false")
        if asked not in ("true", "false"):
            raise self.no_such("withdrawn", ["true", "false"])
        return page(request, list_points(withdrawn=asked == "true"), represent_point)

    @extend_schema(
        operation_id="put_drop_off_point",
        tags=["Returns"],
        summary="Add or change a drop-off point",
        request=DropOffPointIn,
        responses={200: out.DropOffPointOut, 201: out.DropOffPointOut},
    )
    def post(self, request: Request) -> Response:
        """Keep a drop-off point under your own id of it; one that was withdrawn is in use again.

        422 `drop_off_unreadable` where its opening hours, its zone or its country cannot be read.
        """
        data = self.read(DropOffPointIn).validated_data
        facts = PointFacts(**{**data, "carriers": tuple(data["carriers"])})

        def put() -> Response:
            is_new = find_point(facts.source_id) is None
            point, _is_changed = put_point(facts, at=clock.now(), actor=self.actor)
            return Response(represent_point(point), status=201 if is_new else 200)

        return self.command(put)


class DropOffPointDetail(ReturnsView):
    """One drop-off point."""

    @extend_schema(
        operation_id="get_drop_off_point",
        tags=["Returns"],
        summary="Get a drop-off point",
        responses={200: out.DropOffPointOut},
    )
    def get(self, request: Request, point_id: str) -> Response:
        """Return a drop-off point."""
        return Response(represent_point(access_point(point_id)))


class DropOffPointWithdraw(ReturnsView):
    """Take a drop-off point out of use."""

    @extend_schema(
        operation_id="withdraw_drop_off_point",
        tags=["Returns"],
        summary="Withdraw a drop-off point",
        request=incoming.EmptyIn,
        responses={200: out.DropOffPointOut},
    )
    def post(self, request: Request, point_id: str) -> Response:
        """Show a drop-off point to no more shoppers; returns that go through it keep it."""
        self.read(incoming.EmptyIn)

        def withdraw() -> Response:
            point = withdraw_point(
                access_point(point_id).public_id, at=clock.now(), actor=self.actor
            )
            return Response(represent_point(point))

        return self.command(withdraw)


class DropOffPointsNear(ReturnsView):
    """Drop-off points near a place."""

    @extend_schema(
        operation_id="search_drop_off_points",
        tags=["Returns"],
        summary="Search drop-off points near a place",
        parameters=[
            OpenApiParameter(
                "near", str, description="A postcode, a town or an address; or name a spot."
            ),
            OpenApiParameter("latitude", float, description="The spot, with `longitude`."),
            OpenApiParameter("longitude", float, description="The spot, with `latitude`."),
            OpenApiParameter(
                "when",
                {"type": "string", "enum": WHENS},
                description="Only those open now, or after 21:00 today.",
            ),
            OpenApiParameter("country", str, description="Where; your own country unless given."),
            OpenApiParameter(
                "method",
                {"type": "string", "enum": ["label", "qr", "drop_off"]},
                description="Only those that take a label, or a QR code.",
            ),
            OpenApiParameter("carrier", str, description="Only those that take its parcels."),
        ],
        responses={200: NearPointListOut},
    )
    def get(self, request: Request) -> Response:
        """Return at most 100 drop-off points near a place, as shoppers find them.

        Distances from what was typed are from the middle of the points found by it.
        """
        given, at = request.query_params, clock.now()
        when = given.get("when", "")
        if when and when not in WHENS:
            raise self.no_such("when", WHENS)
        methods = [ReturnMethod.LABEL.value, ReturnMethod.QR.value, ReturnMethod.DROP_OFF.value]
        method = given.get("method", "") or ReturnMethod.DROP_OFF.value
        if method not in methods:
            raise self.no_such("method", methods)
        carrier = given.get("carrier", "").strip()
        searched = search_points(
            Need(
                method=method,
                country=(given.get("country", "") or get_merchant().country).upper(),
                carriers=(carrier_of(carrier).slug,) if carrier else (),
            ),
            typed=given.get("near", "")[:LONGEST_SEARCH],
            spot=self._spot(),
            when=OpenWhen(when),
            at=at,
        )
        return Response(
            {"data": [represent_near(one, at=at) for one in searched.found[:MOST_FOUND]]}
        )

    def _spot(self) -> Spot | None:
        """Return the spot that the address names; raises Problem for one that is not on the map."""
        told = [self.request.query_params.get(name, "") for name in ("latitude", "longitude")]
        if not any(told):
            return None
        try:
            spot = Spot(*map(float, told))
        except ValueError:
            spot = Spot(float("nan"), float("nan"))
        if not (-90 <= spot.latitude <= 90 and -180 <= spot.longitude <= 180):
            raise Problem(
                422,
                "invalid_spot",
                _("latitude must lie between −90 and 90, longitude between −180 and 180."),
            )
        return spot


class ReturnDropOff(ReturnsView):
    """Where a return is handed in."""

    @extend_schema(
        operation_id="choose_drop_off_point",
        tags=["Returns"],
        summary="Choose where a return is handed in",
        request=ChosenPointIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Note where the parcel of a return is handed in, or take that back with an empty id.

        422 `drop_off_not_taken` for a point that does not take the parcel, 409 `invalid_transition`
        once the return is on its way.
        """
        data: dict[str, Any] = self.read(ChosenPointIn).validated_data

        def choose() -> Response:
            case = choose_drop_off(
                return_id=selectors.access_return(return_id).public_id,
                point_id=data["point_id"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response(whole(case.public_id))

        return self.command(choose)
