"""Messages over REST: what was written to whom, and how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, Problem, page
from commerce.enums import Scope
from notifications import selectors
from notifications.enums import Medium, ReceiptKind, State
from notifications.errors import FlowRefused
from notifications.ports import MessageKind, get_kind, list_kinds
from notifications.selectors.flows import flows_by_kind, get_flow
from notifications.serializers import MessageOut, MessagePageOut, ReceiptIn, represent_message
from notifications.serializers.wire_flows import FlowIn, FlowListOut, FlowOut, represent_flow
from notifications.services import change_flow, note_receipt
from postexp.kernel import clock

KIND = OpenApiParameter(
    "kind",
    str,
    OpenApiParameter.PATH,
    description="A kind of message, such as shipment.delivered.",
)
AHEAD = timedelta(minutes=5)
"""How far the clock of a shop's own system may be ahead of ours."""


class MessageView(MerchantView):
    """A view of messages."""

    read_scope: ClassVar[str] = Scope.READ_MESSAGES
    write_scope: ClassVar[str] = Scope.WRITE_MESSAGES


class MessageList(MessageView):
    """The messages of your shop."""

    @extend_schema(
        operation_id="list_messages",
        tags=["Messages"],
        summary="List messages, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": State.values}),
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
        ],
        responses={200: MessagePageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of messages, without their words."""
        state = self.choice("state", State)
        messages = selectors.list_messages_for_programs(
            state=state, order_id=request.query_params.get("order_id", "")
        )
        return page(request, messages, represent_message)


class MessageDetail(MessageView):
    """One message."""

    @extend_schema(
        operation_id="get_message",
        tags=["Messages"],
        summary="Get a message",
        responses={200: MessageOut},
    )
    def get(self, request: Request, message_id: str) -> Response:
        """Return a message, without its words."""
        return Response(represent_message(selectors.access_message(message_id)))


class MessageReceipts(MessageView):
    """What your own system says of a message that it took."""

    @extend_schema(
        operation_id="report_receipt",
        tags=["Messages"],
        summary="Say what became of a message",
        request=ReceiptIn,
        responses={200: MessageOut},
    )
    def post(self, request: Request, message_id: str) -> Response:
        """Say that a message which went to your own system arrived, was read, or could not be
        brought. One that failed goes out by its next channel, where it has one.
        """
        body = ReceiptIn(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data

        def note() -> Response:
            now = clock.now()
            at = told.get("at", now)
            if at > now + AHEAD:
                raise Problem(422, "in_the_future", _("This has not happened yet."))
            message = selectors.access_message(message_id)
            if not note_receipt(
                channel=Medium.WEBHOOK,
                kind=ReceiptKind(told["kind"]),
                at=min(at, now),
                message_id=message.public_id,
                detail=told["detail"],
            ):
                raise Problem(
                    409, "other_channel", _("This message did not go to your own system.")
                )
            return Response(represent_message(selectors.access_message(message_id)))

        return self.once(f"POST {request.path}", note)


class FlowView(MerchantView):
    """A view of how messages are sent."""

    read_scope: ClassVar[str] = Scope.READ_MESSAGES
    write_scope: ClassVar[str] = Scope.WRITE_FLOWS


class FlowList(FlowView):
    """How your shop sends each kind of message."""

    @extend_schema(
        operation_id="list_flows",
        tags=["Messages"],
        summary="List how each kind of message is sent",
        responses={200: FlowListOut},
    )
    def get(self, request: Request) -> Response:
        """Return every kind of message to shoppers, and how it is sent."""
        flows = flows_by_kind()
        kinds = [kind for kind in list_kinds() if kind.has_flow]
        return Response({"data": [represent_flow(kind, flows[kind.name]) for kind in kinds]})


class FlowDetail(FlowView):
    """How your shop sends one kind of message."""

    @extend_schema(
        operation_id="get_flow",
        tags=["Messages"],
        summary="Get how a kind of message is sent",
        parameters=[KIND],
        responses={200: FlowOut},
    )
    def get(self, request: Request, kind: str) -> Response:
        """Return how one kind of message is sent."""
        return Response(represent_flow(_kind(kind), get_flow(kind)))

    @extend_schema(
        operation_id="put_flow",
        tags=["Messages"],
        summary="Set how a kind of message is sent",
        parameters=[KIND],
        request=FlowIn,
        responses={200: FlowOut},
    )
    def put(self, request: Request, kind: str) -> Response:
        """Say how one kind of message is sent from now on. Messages that are planned already keep
        their time and their channels.
        """
        known = _kind(kind)
        body = FlowIn(data=request.data)
        body.is_valid(raise_exception=True)

        def keep() -> Response:
            try:
                change_flow(kind=kind, terms=body.terms(), at=clock.now(), actor=self.actor)
            except FlowRefused as refused:
                raise Problem(422, "flow_refused", str(refused.message)) from refused
            return Response(represent_flow(known, get_flow(kind)))

        return self.once(f"PUT {request.path}", keep)


def _kind(name: str) -> MessageKind[Any]:
    """Return a kind of message to shoppers; raises Http404."""
    kind = get_kind(name)
    if kind is None or not kind.has_flow:
        raise Http404
    return kind
