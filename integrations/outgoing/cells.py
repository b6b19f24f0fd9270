"""Deliveries as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from integrations.outgoing.enums import Cause, DeliveryState
from integrations.outgoing.models import Delivery
from postexp.kernel.spreadsheets import Cell

CHUNK = 500


def delivery_header() -> list[str]:
    """Return the names of the columns of `delivery_cells`."""
    return [
        _("When"),
        _("Event"),
        _("Event id"),
        _("Cause"),
        _("State"),
        _("Attempts"),
        pgettext("to a request", "Answer"),
        pgettext("delivery of a webhook", "Finished"),
        _("Id"),
    ]


def delivery_cells(deliveries: QuerySet[Delivery]) -> Iterator[list[Cell]]:
    """Return what was sent, without the bodies, with how the last attempt was answered."""
    for one in deliveries.defer("body").iterator(chunk_size=CHUNK):
        last = next(iter(one.log.all()), None)
        yield [
            one.created_at,
            one.type,
            one.message_id,
            str(Cause(one.cause).label),
            str(DeliveryState(one.state).label),
            one.attempts,
            (last.status or last.why) if last else None,
            one.finished_at,
            one.public_id,
        ]
