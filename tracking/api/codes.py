"""Carriers' codes over REST: which of them nobody reads yet, and what they mean."""

from __future__ import annotations

from typing import ClassVar

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, Problem, page
from commerce.enums import Scope
from commerce.selectors import get_merchant
from postexp.kernel import clock
from postexp.kernel.tasks import begin
from tracking import services
from tracking.enums import Status
from tracking.errors import UnknownMeaning
from tracking.models import CarrierCode
from tracking.selectors.codes import CODE_VIEWS, access_code, count_scans_of, list_codes
from tracking.serializers.codes import (
    CarrierCodeOut,
    CarrierCodePageOut,
    MeaningIn,
    represent_code,
)
from tracking.serializers.scans_in import no_substatus
from tracking.tasks import remap_scans


class CodeView(MerchantView):
    """What every view of codes needs of its key."""

    read_scope: ClassVar[str] = Scope.READ_SHIPMENTS
    write_scope: ClassVar[str] = Scope.WRITE_SHIPMENTS


class CodeList(CodeView):
    """The codes of carriers that no connector reads."""

    @extend_schema(
        operation_id="list_carrier_codes",
        tags=["Shipments"],
        summary="List the codes of carriers that Postexp does not read",
        parameters=[
            *PAGING,
            OpenApiParameter(
                "state",
                {"type": "string", "enum": list(CODE_VIEWS)},
                description="open (the default): nobody has said what they mean; or mapped",
            ),
        ],
        responses={200: CarrierCodePageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of codes, each with how many scans came under it."""
        state = request.query_params.get("state", "") or CODE_VIEWS[0]
        if state not in CODE_VIEWS:
            raise self.no_such("state", CODE_VIEWS)
        return page(
            request,
            list_codes(view=state),
            lambda code: represent_code(code, scans=code.count),
        )


class CodeMeaning(CodeView):
    """What one code means."""

    @extend_schema(
        operation_id="map_carrier_code",
        tags=["Shipments"],
        summary="Say what a carrier's code means",
        request=MeaningIn,
        responses={200: CarrierCodeOut},
    )
    def post(self, request: Request, code_id: str) -> Response:
        """Read scans under the code as this from now on; those of the past follow in a moment.

        Nobody is written to about what happened long ago.
        """
        code = access_code(code_id)
        return self.once(f"POST {request.path}", lambda: self._map(request, code))

    def _map(self, request: Request, code: CarrierCode) -> Response:
        incoming = MeaningIn(data=request.data)
        incoming.is_valid(raise_exception=True)
        told, substatus = incoming.validated_data["status"], incoming.validated_data["substatus"]
        meaning = f"{told}/{substatus}" if told else services.INFORMATION
        try:
            if not told and substatus:
                raise UnknownMeaning
            mapped = services.map_code(code, meaning=meaning, actor=self.actor, at=clock.now())
        except UnknownMeaning as refused:
            detail = no_substatus(Status(told) if told else None, substatus)
            raise Problem(422, refused.code, detail) from refused
        merchant_id = get_merchant().pk
        transaction.on_commit(lambda: begin(remap_scans, merchant_id, mapped.public_id))
        return Response(represent_code(mapped, scans=count_scans_of(mapped)))
