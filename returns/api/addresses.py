"""The places returns are sent to, over REST."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.serializers.fields import FlagField, StrictSerializer, TextField
from postexp.kernel import clock
from returns.api.base import ReturnsView
from returns.forms.sending import COUNTRIES
from returns.selectors.parcels import access_address, list_addresses
from returns.serializers import wire_out as out
from returns.serializers.sending import represent_address
from returns.services.parcels import add_address, change_address, drop_address


class ReturnAddressIn(StrictSerializer):
    """A place returns are sent to, as carriers need it written.

    A rule of the policy that sends goods elsewhere calls the place by its `name`. One address is
    the usual one: the first, until another `is_usual`.
    """

    name = serializers.CharField(max_length=200)
    company = serializers.CharField(max_length=200)
    address1 = serializers.CharField(max_length=200)
    address2 = TextField(max_length=200)
    city = serializers.CharField(max_length=100)
    province = TextField(max_length=100)
    postcode = serializers.CharField(max_length=20)
    country = serializers.ChoiceField(choices=sorted(COUNTRIES))
    phone = TextField(max_length=40)
    is_usual = FlagField(required=False, default=False)


class ReturnAddressChangeIn(ReturnAddressIn):
    """A place as it is to be; `revision` is that of the address you looked at."""

    revision = serializers.CharField(max_length=40)


class ReturnAddressOut(out.Shape):
    """A place returns are sent to. With every change it has another `revision`."""

    id = serializers.CharField()
    name = serializers.CharField()
    company = serializers.CharField()
    address1 = serializers.CharField()
    address2 = serializers.CharField()
    city = serializers.CharField()
    province = serializers.CharField()
    postcode = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()
    is_usual = serializers.BooleanField()
    revision = serializers.CharField()


class ReturnAddressListOut(out.Shape):
    """Where returns are sent, the usual place first."""

    data = ReturnAddressOut(many=True)  # type: ignore[assignment]  # a key of the wire


class ReturnAddressList(ReturnsView):
    """The places returns are sent to."""

    @extend_schema(
        operation_id="list_return_addresses",
        tags=["Returns"],
        summary="List the addresses for returns",
        responses={200: ReturnAddressListOut},
    )
    def get(self, request: Request) -> Response:
        """Return every address, the usual one first."""
        return Response({"data": [represent_address(one) for one in list_addresses()]})

    @extend_schema(
        operation_id="create_return_address",
        tags=["Returns"],
        summary="Add an address for returns",
        request=ReturnAddressIn,
        responses={201: ReturnAddressOut},
    )
    def post(self, request: Request) -> Response:
        """Keep an address; the first is the usual one. 409 `address_name_taken`."""
        data = self.read(ReturnAddressIn).validated_data

        def add() -> Response:
            kept = add_address(data, at=clock.now(), actor=self.actor)
            return Response(represent_address(kept), status=201)

        return self.command(add)


class ReturnAddressDetail(ReturnsView):
    """One place returns are sent to."""

    @extend_schema(
        operation_id="get_return_address",
        tags=["Returns"],
        summary="Get an address for returns",
        responses={200: ReturnAddressOut},
    )
    def get(self, request: Request, address_id: str) -> Response:
        """Return an address with its `revision`."""
        return Response(represent_address(access_address(address_id)))

    @extend_schema(
        operation_id="put_return_address",
        tags=["Returns"],
        summary="Change an address for returns",
        request=ReturnAddressChangeIn,
        responses={200: ReturnAddressOut},
    )
    def put(self, request: Request, address_id: str) -> Response:
        """Write an address anew; the usual one stays so until another is.

        409 `address_moved_on` where somebody changed it since `revision`, `address_name_taken`.
        """
        data = dict(self.read(ReturnAddressChangeIn).validated_data)
        revision = data.pop("revision")

        def change() -> Response:
            kept = change_address(
                access_address(address_id).public_id,
                data,
                revision=revision,
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_address(kept))

        return self.command(change)

    @extend_schema(
        operation_id="remove_return_address",
        tags=["Returns"],
        summary="Remove an address for returns",
        responses={200: ReturnAddressOut},
    )
    def delete(self, request: Request, address_id: str) -> Response:
        """Send nothing there any more, and return it; labels that were made stay as they are.

        409 `address_in_use` for the usual one while there are others.
        """

        def remove() -> Response:
            address = access_address(address_id)
            told = represent_address(address)
            drop_address(address, at=clock.now(), actor=self.actor)
            return Response(told)

        return self.command(remove)
