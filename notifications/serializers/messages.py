"""How messages are shown: to staff on pages, and to programs as their one JSON representation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rest_framework import serializers

from commerce.serializers import instant
from notifications.enums import (
    REPORTED,
    UNDELIVERED,
    Class,
    Medium,
    ReceiptKind,
    SendingState,
    State,
)
from notifications.models import Message, Sending, why_words
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


@dataclass(frozen=True, kw_only=True)
class Way:
    """A channel a message went by, with each step on it: words, and when. Where it was passed over,
    `why_not` says why.
    """

    channel: str
    address: str = ""
    steps: tuple[tuple[str, datetime], ...] = ()
    why_not: str = ""


def represent_ways(message: Message, sendings: Iterable[Sending]) -> list[Way]:
    """Shape how a message went, channel by channel in their order, in the language of the reader.

    A message that one channel alone refused went no way: its reason says all there is.
    """
    went = {Medium(sending.channel): _way(sending) for sending in sendings}
    for row in message.passed_over:
        medium = Medium(row["channel"])
        why_not = why_words(row["reason"], row["detail"])
        went.setdefault(medium, Way(channel=str(medium.label), why_not=why_not))
    if message.reason and len(went) == 1 and all(way.why_not for way in went.values()):
        return []
    order = {Medium(one): place for place, one in enumerate(message.chain)}
    return [went[one] for one in sorted(went, key=lambda one: order.get(one, len(order)))]


def _way(sending: Sending) -> Way:
    receipts = sending.receipts.all()
    state, detail = SendingState(sending.state), sending.detail
    if state == SendingState.FAILED and any(one.kind in UNDELIVERED for one in receipts):
        # It was taken, and told later what stands below.
        state, detail = SendingState.ACCEPTED, ""
    steps = [(_step(str(state.label), detail), sending.began_at)]
    steps += [(_step(str(ReceiptKind(one.kind).label), one.detail), one.at) for one in receipts]
    return Way(
        channel=str(Medium(sending.channel).label), address=sending.address, steps=tuple(steps)
    )


def _step(what: str, detail: str) -> str:
    # What a channel of ours says is in the catalogue, a provider's own words are not.
    return f"{what} · {_(detail)}" if detail else what


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
