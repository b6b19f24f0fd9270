"""Parcels as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from postexp.kernel.spreadsheets import Cell
from tracking.enums import Status, status_label
from tracking.models import Shipment
from tracking.rules import carrier_of

CHUNK = 500


def shipment_header() -> list[str]:
    """Return the names of the columns of `shipment_cells`."""
    return [
        _("Tracking number"),
        _("Carrier"),
        pgettext("column of a file", "Order number"),
        _("State"),
        _("Since"),
        _("Sent"),
        _("Expected"),
        _("Late"),
        _("Attempts"),
        _("Id"),
    ]


def shipment_cells(shipments: QuerySet[Shipment]) -> Iterator[list[Cell]]:
    """Return parcels as rows; each comes with its order."""
    locale = get_language() or "en"
    for shipment in shipments.select_related("order").iterator(chunk_size=CHUNK):
        yield [
            shipment.tracking_number,
            carrier_of(shipment.carrier).name_in(locale) if shipment.carrier else "",
            shipment.order.number if shipment.order else "",
            status_label(Status(shipment.status), locale),
            shipment.since_at,
            shipment.dispatched_at,
            shipment.eta_day,
            shipment.is_delayed,
            shipment.attempts,
            shipment.public_id,
        ]
