"""Photos of what comes back, over REST: one a request, as a form with a file."""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_access import StrictJSONParser
from commerce.api_base import Problem
from commerce.serializers import instant
from commerce.serializers.fields import StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.base import ReturnsView
from returns.api.cases import ReturnCommand
from returns.models import EvidenceFile
from returns.selectors.evidence import access_evidence, evidence_picture, list_evidence
from returns.serializers import wire_out as out
from returns.services.evidence import add_evidence, ask_for_evidence, keep_evidence


class PhotoSize(Enum):
    """How large a photo is asked for."""

    FULL = "full"
    SMALL = "small"


class PhotoIn(StrictSerializer):
    """A photo: `file` is a JPEG, PNG or WebP of at most 7 MB, `line_id` the order’s line it shows.

    Without a line it shows the whole of a return.
    """

    file = serializers.FileField()
    line_id = TextField(max_length=40, help_text="The id of the order’s line, oln_…")
    note = TextField(max_length=1000, help_text="What the shopper says to it, for staff.")


class PhotoOut(out.Shape):
    """A photo a shopper sent. `taken_at` and `software` are what the camera told: no proof."""

    id = serializers.CharField()
    line_id = serializers.CharField(allow_null=True)
    sha256 = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    taken_at = serializers.CharField()
    software = serializers.CharField()
    added_at = serializers.DateTimeField()


class PhotoListOut(out.Shape):
    """Every photo of a return, oldest first."""

    data = PhotoOut(many=True)  # type: ignore[assignment]  # a key of the wire


class AskPhotosIn(StrictSerializer):
    """What a photo should show, in the shopper’s language."""

    text = TextField(max_length=1000)


def represent_photo(photo: EvidenceFile) -> dict[str, Any]:
    """Return what is known of a photo."""
    return {
        "id": photo.public_id,
        "line_id": photo.order_line.public_id if photo.order_line else None,
        "sha256": photo.sha256,
        "width": photo.width,
        "height": photo.height,
        "taken_at": photo.taken_at,
        "software": photo.software,
        "added_at": instant(photo.at),
    }


class TakesFile(ReturnsView):
    """A view that takes a file. Neither the log nor a key remembers the file itself."""

    # Who sends JSON is told which field is missing.
    parser_classes = (MultiPartParser, StrictJSONParser)
    logs_bodies = False

    def body_of_key(self) -> dict[str, Any]:
        """Return what makes two uploads the same: names and bytes, whatever divides them."""
        files = {
            name: hashlib.sha256(b"".join(file.chunks())).hexdigest()
            for name, file in self.request.FILES.items()
        }
        return {**self.request.POST.dict(), **files}


class _TakesPhotos(TakesFile):
    """A view that takes a photo."""

    def photo(self) -> tuple[bytes, str, str]:
        """Return the file, its line and the note, read strictly."""
        data = self.read(PhotoIn).validated_data
        data["file"].seek(0)
        return data["file"].read(), data["line_id"], data["note"]


class OrderEvidence(_TakesPhotos):
    """Photos of an order’s line whose return is about to be asked for."""

    @extend_schema(
        operation_id="add_order_evidence",
        tags=["Returns"],
        summary="Add a photo before asking for a return",
        request={"multipart/form-data": PhotoIn},
        responses={201: PhotoOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Keep a photo of a line; the return of that line that is asked for next has it.

        422 `bad_photo`, `too_many_photos`, or `not_returnable` for a line of another order. It is
        thrown away after two days without a return.
        """
        order = commerce.get_order_by_external_id(external_id)
        if order is None:
            raise Problem(404, "not_found", _("There is no such order."))
        upload, line_id, _note = self.photo()

        def keep() -> Response:
            kept = keep_evidence(
                order_id=order.public_id,
                line_id=line_id,
                upload=upload,
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_photo(kept), status=201)

        return self.command(keep)


class ReturnEvidence(_TakesPhotos):
    """The photos of a return."""

    @extend_schema(
        operation_id="list_return_evidence",
        tags=["Returns"],
        summary="List the photos of a return",
        responses={200: PhotoListOut},
    )
    def get(self, request: Request, return_id: str) -> Response:
        """Return what is known of each photo, oldest first."""
        case = selectors.access_return(return_id)
        return Response({"data": [represent_photo(one) for one in list_evidence(case)]})

    @extend_schema(
        operation_id="add_return_evidence",
        tags=["Returns"],
        summary="Add a photo to a return",
        request={"multipart/form-data": PhotoIn},
        responses={201: PhotoListOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Add a photo to a return that is under way; it no longer waits for the shopper.

        422 `bad_photo`, `too_many_photos`, `not_returnable` for a line that is not in it, 409
        `invalid_transition` for a return that has ended.
        """
        upload, line_id, note = self.photo()

        def add() -> Response:
            case = selectors.access_return(return_id)
            add_evidence(
                return_id=case.public_id,
                uploads=[upload],
                line_id=line_id,
                note=note,
                at=clock.now(),
                actor=self.actor,
            )
            return Response(
                {"data": [represent_photo(one) for one in list_evidence(case)]}, status=201
            )

        return self.command(add)


class AnswersPicture(ReturnsView):
    """A view that answers with a picture."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer whoever accepts pictures alone; a refusal is still problem+json."""
        return super().perform_content_negotiation(request, force=True)

    def picture(self, content: bytes) -> HttpResponse:
        """Answer with a JPEG, for who asked alone."""
        response = HttpResponse(content, content_type="image/jpeg")
        response["Cache-Control"] = "private, no-store"
        return response


class EvidencePicture(AnswersPicture):
    """A photo of a return itself."""

    @extend_schema(
        operation_id="get_return_photo",
        tags=["Returns"],
        summary="Download a photo of a return",
        parameters=[
            OpenApiParameter(
                "size",
                {"type": "string", "enum": [one.value for one in PhotoSize]},
                description="How large it is: `small` is at most 240 pixels a side.",
            )
        ],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, return_id: str, evidence_id: str) -> HttpResponse:
        """Return the photo as a JPEG that was written anew, without what the camera put into it."""
        size = self.choice("size", PhotoSize)
        photo = access_evidence(evidence_id)
        if photo.case is None or photo.case.public_id != return_id:
            raise Http404
        return self.picture(evidence_picture(photo, small=size == PhotoSize.SMALL.value))


class EvidenceRequest(ReturnCommand):
    """Ask the shopper for photos."""

    @extend_schema(
        operation_id="ask_for_return_evidence",
        tags=["Returns"],
        summary="Ask the shopper for photos",
        request=AskPhotosIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Ask for photos of a return in review; it waits for the shopper until they come."""
        text = self.read(AskPhotosIn).validated_data["text"]
        return self.run(
            return_id,
            lambda case: ask_for_evidence(
                return_id=case.public_id, text=text, at=clock.now(), actor=self.actor
            ),
        )
