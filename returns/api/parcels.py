"""Labels and numbers of parcels that come back, over REST."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.serializers.fields import FlagField, MoneyField, StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.base import ReturnsView
from returns.api.evidence import TakesFile
from returns.enums import LabelFileKind, LabelState, ReturnMethod
from returns.errors import LabelFileRefused
from returns.forms.sending import LARGEST_FILE, read_paper
from returns.ports import PaperFile
from returns.selectors.parcels import access_parcel, find_file, get_parcel, list_parcels_of
from returns.serializers import wire_in as incoming
from returns.serializers.sending import represent_parcel
from returns.serializers.wire_out import Shape
from returns.services.labels import upload_label, void_label, want_labels
from returns.services.parcels import add_number


class LabelIn(StrictSerializer):
    """A label to make; `another` asks for one more beside those that are there."""

    another = FlagField(required=False, default=False)


class LabelFileIn(StrictSerializer):
    """A label that was made elsewhere: `file` is a PDF, PNG or JPEG of at most 2 MB.

    With a `tracking_number` the parcel is followed, and its first scan moves the return.
    """

    file = serializers.FileField()
    kind = serializers.ChoiceField(choices=LabelFileKind.choices)
    tracking_number = TextField(max_length=120)
    carrier = TextField(max_length=80)


class NumberIn(StrictSerializer):
    """The number of a parcel that is being sent back; its carrier where the number may mislead."""

    tracking_number = serializers.CharField(max_length=120)
    carrier = TextField(max_length=80)


class ReturnParcelOut(Shape):
    """A parcel on its way back. `cost` is what its label cost, null where that is not known."""

    id = serializers.CharField()
    return_ids = serializers.ListField(child=serializers.CharField())
    method = serializers.ChoiceField(choices=ReturnMethod.choices, allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # a key of the wire
        help_text="The provider’s name, `upload`, or `typed` for a number somebody told."
    )
    state = serializers.ChoiceField(choices=LabelState.choices)
    carrier = serializers.CharField()
    service = serializers.CharField()
    tracking_number = serializers.CharField()
    cost = MoneyField(allow_null=True)
    files = serializers.ListField(child=serializers.ChoiceField(choices=LabelFileKind.choices))
    shipment_id = serializers.CharField(allow_null=True)
    failure = serializers.CharField()
    asked_at = serializers.DateTimeField()
    scanned_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)


class ReturnParcelListOut(Shape):
    """The parcels of a return, newest first."""

    data = ReturnParcelOut(many=True)  # type: ignore[assignment]  # a key of the wire


def _listed(return_id: str) -> dict[str, Any]:
    case = selectors.access_return(return_id)
    return {"data": [represent_parcel(one) for one in list_parcels_of(case)]}


class ReturnLabelList(ReturnsView):
    """The labels of a return, and the numbers of its parcels."""

    @extend_schema(
        operation_id="list_return_labels",
        tags=["Returns"],
        summary="List the labels and parcels of a return",
        responses={200: ReturnParcelListOut},
    )
    def get(self, request: Request, return_id: str) -> Response:
        """Return the parcels of a return, newest first."""
        return Response(_listed(return_id))

    @extend_schema(
        operation_id="create_return_label",
        tags=["Returns"],
        summary="Make the label of a return",
        request=LabelIn,
        responses={201: ReturnParcelListOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Ask for the labels of an approved return; those that are there are not bought again.

        A label is bought a moment later: its state is `wanted` until then. 409 `no_label_here`
        where the return is not approved, or is sent without a label of yours.
        """
        another = self.read(LabelIn).validated_data["another"]

        def make() -> Response:
            want_labels(
                return_id=selectors.access_return(return_id).public_id,
                another=another,
                key=self.settlement_key()[:40] if another else "",
                at=clock.now(),
                actor=self.actor,
            )
            return Response(_listed(return_id), status=201)

        return self.command(make)


class ReturnLabelUpload(TakesFile):
    """A label of a return that was made elsewhere."""

    @extend_schema(
        operation_id="add_return_label_file",
        tags=["Returns"],
        summary="Hand a label that was made elsewhere to the shopper",
        request={"multipart/form-data": LabelFileIn},
        responses={201: ReturnParcelListOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Keep a label that you made, for the shopper; it fills one that waits or failed.

        409 `no_label_here` for a return nothing of which is awaited, `number_taken` for a number
        that is another parcel's; 422 `label_file_refused`.
        """
        data = self.read(LabelFileIn).validated_data

        def keep() -> Response:
            upload_label(
                return_id=selectors.access_return(return_id).public_id,
                file=_paper(data["file"]),
                kind=LabelFileKind(data["kind"]),
                tracking_number=data["tracking_number"],
                carrier=data["carrier"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response(_listed(return_id), status=201)

        return self.command(keep)


def _paper(upload: UploadedFile[Any]) -> PaperFile:
    """Return an uploaded label, looked into; raises LabelFileRefused."""
    if (upload.size or 0) > LARGEST_FILE:
        raise LabelFileRefused
    upload.seek(0)
    try:
        return read_paper(upload.read())
    except ValidationError as error:
        raise LabelFileRefused from error


class ReturnLabelFile(ReturnsView):
    """A label, code or paper itself."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer whoever accepts papers alone; a refusal is still problem+json."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="get_return_label_file",
        tags=["Returns"],
        summary="Download a label of a return",
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "image/png"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, parcel_id: str, paper: str) -> HttpResponse:
        """Return one of the `files` of a parcel as its shopper gets it: a PDF or a PNG."""
        file = find_file(access_parcel(parcel_id), paper)
        if file is None:
            raise Http404
        response = HttpResponse(bytes(file.body), content_type=file.content_type)
        response["Cache-Control"] = "private, no-store"
        return response


class ReturnLabelVoid(ReturnsView):
    """Give a label back."""

    @extend_schema(
        operation_id="void_return_label",
        tags=["Returns"],
        summary="Give an unused label back",
        request=incoming.EmptyIn,
        responses={200: ReturnParcelOut},
    )
    def post(self, request: Request, parcel_id: str) -> Response:
        """Give a label back to its provider, who may take weeks to say whether it is refunded.

        409 `label_used` once a carrier has scanned it, 409 `invalid_transition` where it is void.
        """
        self.read(incoming.EmptyIn)

        def void() -> Response:
            parcel = access_parcel(parcel_id)
            void_label(parcel_id=parcel.public_id, at=clock.now(), actor=self.actor)
            return Response(represent_parcel(get_parcel(parcel_id)))

        return self.command(void)


class ReturnNumber(ReturnsView):
    """The number of a parcel that is being sent back."""

    @extend_schema(
        operation_id="add_return_tracking_number",
        tags=["Returns"],
        summary="Add the tracking number of a parcel sent back",
        request=NumberIn,
        responses={201: ReturnParcelOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Follow a parcel by its number: its first scan moves the return.

        409 `number_taken` for the number of another parcel, 409 `invalid_transition` where nothing
        of the return is awaited.
        """
        data = self.read(NumberIn).validated_data

        def add() -> Response:
            parcel = add_number(
                return_id=selectors.access_return(return_id).public_id,
                tracking_number=data["tracking_number"],
                carrier=data["carrier"],
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_parcel(parcel), status=201)

        return self.command(add)
