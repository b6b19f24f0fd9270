"""Orders, events and raw requests as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from commerce.enums import PaymentState
from commerce.models import ApiRequest, Order
from commerce.selectors import name_actors
from postexp.kernel.history import happened_at, words_of
from postexp.kernel.models import EventRecord, InboxMessage
from postexp.kernel.money import Money
from postexp.kernel.spreadsheets import Cell

CHUNK = 500

M = TypeVar("M", bound=Model)


def decimal_of(amount: int, currency: str) -> Decimal:
    """Return minor units as the number people read, with the decimals of the currency."""
    return Decimal(Money(amount, currency).to_wire()["amount"])


def order_header() -> list[str]:
    """Return the names of the columns of `order_cells`."""
    return [
        pgettext("column of a file", "Order number"),
        _("Placed"),
        _("Customer"),
        _("E-mail"),
        _("Phone"),
        _("State"),
        _("Cancelled"),
        _("Units"),
        _("Units sent"),
        _("Currency"),
        pgettext("row of a sum", "Total"),
        pgettext("column of money", "Paid"),
        pgettext("row of a sum", "Given back"),
        _("Country"),
        _("Postcode"),
        _("Test"),
        _("Id"),
    ]


def order_cells(orders: QuerySet[Order]) -> Iterator[list[Cell]]:
    """Return orders as rows; they come with `units` and `sent_units` of `list_order_rows`."""
    locale = get_language() or "en"
    for order in orders.iterator(chunk_size=CHUNK):
        named = order.customer.full_name(locale) if order.customer else ""
        units: dict[str, int] = vars(order)
        yield [
            order.number,
            order.placed_at,
            named or order.address.get("name", ""),
            order.email,
            order.phone,
            str(PaymentState(order.payment_state).label),
            order.cancelled_at,
            units["units"],
            units["sent_units"],
            order.currency,
            decimal_of(order.total, order.currency),
            decimal_of(order.captured, order.currency),
            decimal_of(order.given_back, order.currency),
            order.country,
            order.address.get("postcode", ""),
            order.test,
            order.public_id,
        ]


def event_header() -> list[str]:
    """Return the names of the columns of `event_cells`."""
    return [
        _("Recorded"),
        _("Happened"),
        _("Event"),
        _("Kind"),
        _("About"),
        _("By"),
        _("Id"),
        _("Payload"),
    ]


def event_cells(events: QuerySet[EventRecord]) -> Iterator[list[Cell]]:
    """Return rows of the log, with the people behind them named."""
    for chunk in chunks(events):
        names = name_actors(record.actor for record in chunk)
        for record in chunk:
            words = words_of(record.type)
            yield [
                record.occurred_at,
                happened_at(record),
                str(words.title) if words else record.type,
                record.type,
                record.subject,
                names[record.actor],
                record.public_id,
                json.dumps(record.payload, ensure_ascii=False),
            ]


def request_header() -> list[str]:
    """Return the names of the columns of `request_cells`."""
    return [
        _("Received"),
        _("From"),
        _("Topic"),
        _("State"),
        _("Effect"),
        _("About"),
        _("Cause"),
        _("Id"),
    ]


def request_cells(requests: QuerySet[InboxMessage]) -> Iterator[list[Cell]]:
    """Return raw requests without their bodies."""
    for message in requests.iterator(chunk_size=CHUNK):
        yield [
            message.received_at,
            message.source,
            message.topic,
            message.state,
            message.effect_kind,
            message.effect_object_id,
            message.cause,
            message.public_id,
        ]


def api_request_header() -> list[str]:
    """Return the names of the columns of `api_request_cells`."""
    return [
        _("When"),
        pgettext("of a request", "Method"),
        pgettext("of a request", "Path"),
        pgettext("of a request", "Query"),
        pgettext("to a request", "Answer"),
        _("Milliseconds"),
        pgettext("of a request", "Version"),
        "Idempotency-Key",
        _("Id"),
    ]


def api_request_cells(requests: QuerySet[ApiRequest]) -> Iterator[list[Cell]]:
    """Return what a key asked for, without the bodies."""
    for one in requests.defer("request_body", "answer").iterator(chunk_size=CHUNK):
        yield [
            one.at,
            one.method,
            one.path,
            one.query,
            one.status,
            one.milliseconds,
            one.version,
            one.idempotency_key,
            one.public_id,
        ]


def chunks(rows: QuerySet[M]) -> Iterator[list[M]]:
    """Return rows some hundred at a time, so that what belongs to them is read together."""
    chunk: list[M] = []
    for row in rows.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk
