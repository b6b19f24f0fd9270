"""Messages over REST: what was written to whom, and how it went."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, page
from commerce.enums import Scope
from notifications import selectors
from notifications.enums import State
from notifications.serializers import MessageOut, MessagePageOut, represent_message


class MessageView(MerchantView):
    """A view of messages."""

    read_scope: ClassVar[str] = Scope.READ_MESSAGES


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
