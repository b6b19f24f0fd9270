"""Messages over REST: what was written to whom, and how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, Problem, page
from commerce.enums import Scope
from notifications import selectors
from notifications.enums import Medium, ReceiptKind, State
from notifications.serializers import MessageOut, MessagePageOut, ReceiptIn, represent_message
from notifications.services import note_receipt
from postexp.kernel import clock

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
