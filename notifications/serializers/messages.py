"""How messages are shown: to staff on pages, and to programs as their one JSON representation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rest_framework import serializers

from commerce.serializers import instant
from notifications.enums import REPORTED, Class, State
from notifications.models import Message
from notifications.ports import get_kind
from postexp.kernel.spreadsheets import Cell

CHUNK = 500

TONES = {
    State.PLANNED: "information",
    State.HELD: "information",
    State.SENT: "good",
    State.MERGED: "neutral",
    State.REFUSED: "neutral",
    State.DRY_RUN: "neutral",
    State.EXPIRED: "neutral",
    State.FAILED: "problem",
    State.OUTCOME_UNKNOWN: "attention",
}


@dataclass(frozen=True, kw_only=True)
class MessageRow:
    """A message as a line of a list."""

    message: Message
    kind: str
    state: str
    tone: str


def represent_messages(messages: Iterable[Message]) -> list[MessageRow]:
    """Shape messages for lists and pages, in the language of the reader."""
    return [
        MessageRow(
            message=message,
            kind=kind_title(message.kind),
            state=str(State(message.state).label),
            tone=TONES[State(message.state)],
        )
        for message in messages
    ]


def represent_message(message: Message) -> dict[str, Any]:
    """Return a message without its words: those are personal, and read in the dashboard."""
    return {
        "id": message.public_id,
        "kind": message.kind,
        "klass": message.klass,
        "channel": message.channel,
        "locale": message.locale,
        "customer_id": message.customer_id or None,
        "order_id": message.order_id or None,
        "order_number": message.order_number,
        "state": message.state,
        "reason": message.reason,
        "subject": message.subject,
        "planned_at": instant(message.planned_at),
        "send_at": instant(message.send_at),
        "settled_at": instant(message.settled_at),
    }


def message_header() -> list[str]:
    """Return the names of the columns of `message_cells`."""
    return [
        _("When"),
        _("Kind"),
        _("Recipient"),
        _("Name"),
        pgettext("column of a file", "Order number"),
        _("Subject"),
        _("State"),
        _("Reason"),
        _("Id"),
    ]


def message_cells(messages: QuerySet[Message]) -> Iterator[list[Cell]]:
    """Return messages as rows of a spreadsheet, without their words."""
    for message in messages.iterator(chunk_size=CHUNK):
        yield [
            message.listed_at,
            kind_title(message.kind),
            message.address,
            message.name,
            message.order_number,
            message.subject,
            str(State(message.state).label),
            message.why,
            message.public_id,
        ]


def kind_title(name: str) -> str:
    """Return what staff call a kind; one that this version no longer knows keeps its name."""
    kind = get_kind(name)
    return str(kind.title) if kind else name


class MessageOut(serializers.Serializer):  # type: ignore[type-arg]
    """A message, without its words."""

    id = serializers.CharField()
    kind = serializers.CharField()
    klass = serializers.ChoiceField(choices=Class.choices)
    channel = serializers.CharField()
    locale = serializers.CharField()
    customer_id = serializers.CharField(allow_null=True)
    order_id = serializers.CharField(allow_null=True)
    order_number = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.CharField()
    subject = serializers.CharField()
    planned_at = serializers.DateTimeField()
    send_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class MessagePageOut(serializers.Serializer):  # type: ignore[type-arg]
    """One page of messages; send `next` as `cursor` for the page after."""

    data = MessageOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)


class ReceiptIn(serializers.Serializer):  # type: ignore[type-arg]
    """What became of a message; without `at` it happened now."""

    kind = serializers.ChoiceField(choices=REPORTED)
    at = serializers.DateTimeField(required=False)
    detail = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
