"""Returns as rows of a spreadsheet, in the words of the reader."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from postexp.kernel.money import Money
from postexp.kernel.spreadsheets import Cell
from returns.models import Return

CHUNK = 500


def return_header() -> list[str]:
    """Return the names of the columns of `return_cells`."""
    return [
        _("Return"),
        pgettext("column of a file", "Order number"),
        _("Customer"),
        _("E-mail"),
        pgettext("when a return was asked for", "Requested"),
        _("State"),
        _("Outcome"),
        _("Units"),
        _("Reasons"),
        _("Currency"),
        _("Amount"),
        _("Decided"),
        _("Arrived"),
        _("Closed"),
        _("Note"),
        _("Id"),
    ]


def return_cells(cases: QuerySet[Return]) -> Iterator[list[Cell]]:
    """Return returns as rows with what they were quoted."""
    locale = get_language() or "en"
    whole = cases.select_related("order__customer").prefetch_related("lines")
    for case in whole.iterator(chunk_size=CHUNK):
        order, lines = case.order, list(case.lines.all())
        payout = Money(case.quote["payout"], case.quote["currency"])
        yield [
            case.number,
            order.number,
            order.customer.full_name(locale) if order.customer else "",
            order.email,
            case.requested_at,
            case.get_state_display(),
            case.get_outcome_display(),
            sum(line.quantity for line in lines),
            ", ".join(sorted({line.reason for line in lines})),
            order.currency,
            Decimal(payout.to_wire()["amount"]),
            case.decided_at,
            case.received_at,
            case.closed_at,
            case.note,
            case.public_id,
        ]
