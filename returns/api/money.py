"""Goodwill and credit notes over REST."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import PAGING, external_id_of, page
from postexp.kernel import clock
from returns import selectors, services
from returns.api.base import ReturnsView
from returns.enums import Outcome
from returns.selectors.mismatches import access_mismatch, list_mismatches
from returns.serializers import represent_settlement
from returns.serializers import wire_in as incoming
from returns.serializers import wire_money as wire
from returns.serializers import wire_out as out
from returns.serializers.credit_note_pdf import credit_note_pdf
from returns.serializers.credit_notes import represent_credit_note
from returns.serializers.mismatches import represent_mismatch


class GoodwillList(ReturnsView):
    """Goodwill of an order."""

    @extend_schema(
        operation_id="give_goodwill",
        tags=["Returns"],
        summary="Give goodwill for an order",
        request=wire.GoodwillIn,
        responses={201: out.SettlementOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Give money or store credit without anything coming back.

        409 `refund_exceeds_balance` above what is left of the order or the units,
        `unit_already_settled`, `open_dispute`, `lost_dispute`; 422 `invalid_money_format` for
        nothing, `not_returnable` for a strange line or store credit without a customer.
        """
        body = self.read(wire.GoodwillIn)
        data = body.validated_data

        def give() -> Response:
            order = commerce.get_order_by_external_id(external_id_of(external_id))
            if order is None:
                raise Http404
            amount = incoming.minor_units(data["amount"], order.currency)
            settlement = services.give_goodwill(
                order_id=order.public_id,
                amount=amount or 0,
                units=body.units(
                    {line.external_id: line.public_id for line in commerce.list_lines(order)}
                ),
                outcome=Outcome(data["outcome"]),
                note=data["note"],
                despite=data["despite_dispute"],
                key=self.settlement_key(),
                at=clock.now(),
                actor=self.actor,
            )
            told = represent_settlement(selectors.get_settlement(settlement.public_id))
            return Response(told, status=201)

        return self.command(give)


class CreditNoteList(ReturnsView):
    """The credit notes of your shop."""

    @extend_schema(
        operation_id="list_credit_notes",
        tags=["Returns"],
        summary="List credit notes, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
            OpenApiParameter("return_id", str, description="The id of a return, ret_…"),
        ],
        responses={200: wire.CreditNotePageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of credit notes."""
        notes = selectors.list_credit_notes()
        if order_id := request.query_params.get("order_id", ""):
            notes = notes.filter(order__public_id=order_id)
        if return_id := request.query_params.get("return_id", ""):
            notes = notes.filter(settlement__case__public_id=return_id)
        return page(request, notes, represent_credit_note)


class CreditNoteDetail(ReturnsView):
    """One credit note."""

    @extend_schema(
        operation_id="get_credit_note",
        tags=["Returns"],
        summary="Get a credit note",
        responses={200: wire.CreditNoteOut},
    )
    def get(self, request: Request, note_id: str) -> Response:
        """Return a credit note; its PDF is at `pdf_url`."""
        return Response(represent_credit_note(selectors.access_credit_note(note_id)))


class CreditNotePaper(ReturnsView):
    """A credit note itself."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer whoever accepts papers alone; a refusal is still problem+json."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="get_credit_note_pdf",
        tags=["Returns"],
        summary="Download a credit note",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, note_id: str) -> HttpResponse:
        """Return a credit note as a PDF, in the language of its order."""
        note = selectors.access_credit_note(note_id)
        paper = credit_note_pdf(note, locale=note.order.locale)
        response = HttpResponse(paper, content_type="application/pdf")
        response["Cache-Control"] = "private, no-store"
        return response


class MismatchList(ReturnsView):
    """Refunds made on the platform that do not fit our books."""

    @extend_schema(
        operation_id="list_refund_mismatches",
        tags=["Returns"],
        summary="List refunds that do not fit, newest first",
        parameters=PAGING,
        responses={200: wire.MismatchPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of those nobody has looked at yet."""
        return page(request, list_mismatches(), represent_mismatch)


class MismatchClear(ReturnsView):
    """Clear a refund that does not fit."""

    @extend_schema(
        operation_id="clear_refund_mismatch",
        tags=["Returns"],
        summary="Note that somebody looked at a refund that does not fit",
        request=wire.ClearIn,
        responses={200: wire.MismatchOut},
    )
    def post(self, request: Request, mismatch_id: str) -> Response:
        """Take it off the queue, with what was found."""
        note = self.read(wire.ClearIn).validated_data["note"]

        def clear() -> Response:
            mismatch = services.clear_mismatch(
                mismatch_id=access_mismatch(mismatch_id).public_id,
                note=note,
                at=clock.now(),
                actor=self.actor,
            )
            return Response(represent_mismatch(mismatch))

        return self.command(clear)
