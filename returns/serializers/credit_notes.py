"""Credit notes: their one JSON representation, and as rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commerce import links
from commerce.selectors import get_merchant
from commerce.serializers import instant, money
from postexp.kernel import signing
from postexp.kernel.money import Money
from postexp.kernel.spreadsheets import Cell
from returns.models import CreditNote

CHUNK = 500
MILLION = 1_000_000
PAPER = "credit_note"
"""Purpose of the token that opens one credit note."""


def rate_words(rate: int | None) -> str:
    """Return a rate in parts per million as people write it, "10%"; a dash where none is known."""
    return "–" if rate is None else f"{rate / 10_000:g}%"


def represent_credit_note(note: CreditNote) -> dict[str, Any]:
    """Return a credit note. Rates are text ("0.1"), null where the platform recorded none.

    The amounts of `rows`, and those of `rates`, add up to `total`; they contain their tax.
    `pdf_url` opens without login, in the shopper's language; `lang` in it can be `en` or `ja`.
    """
    case = note.settlement.case
    return {
        "id": note.public_id,
        "number": note.code,
        "order_id": note.order.public_id,
        "order_number": note.order.number,
        "settlement_id": note.settlement.public_id,
        "return_id": case.public_id if case else None,
        "issued_at": instant(note.issued_at),
        "sold_at": instant(note.sold_at),
        "qualified": note.qualified,
        "required": note.required,
        "issuer": note.issuer,
        "rows": [
            {
                "code": row["code"],
                "title": row["title"],
                "quantity": row["quantity"],
                "rate": _rate(row["rate"]),
                "amount": money(row["amount"], note.currency),
            }
            for row in note.rows
        ],
        "rates": [
            {
                "rate": _rate(row["rate"]),
                "amount": money(row["amount"], note.currency),
                "tax": money(row["tax"], note.currency),
            }
            for row in note.rates
        ],
        "total": money(note.total, note.currency),
        "tax": money(note.tax, note.currency),
        "pdf_url": note_url(note, note.order.locale),
    }


def _rate(rate: int | None) -> str | None:
    if rate is None:
        return None
    return f"{Decimal(rate) / MILLION:f}"


def paper_name(note: CreditNote) -> str:
    """Return what the file of a credit note is called."""
    return f"credit-note-{note.number}.pdf"


def note_header() -> list[str]:
    """Return the names of the columns of `note_cells`."""
    return [
        _("Credit note"),
        pgettext("column of a file", "Issued"),
        pgettext("column of a file", "Sold"),
        pgettext("column of a file", "Order number"),
        _("Return"),
        _("Currency"),
        _("Tax rate"),
        pgettext("column of a file", "Total with tax"),
        pgettext("column of a file", "Tax in it"),
        _("Currency of the books"),
        pgettext("column of a file", "Settlement in that currency"),
        _("Registration number"),
    ]


def note_cells(notes: QuerySet[CreditNote]) -> Iterator[list[Cell]]:
    """Return credit notes for the bookkeeper: one row for each rate of each note.

    What the whole settlement is in the currency of the shop's books stands on a note's first row.
    """
    for note in notes.iterator(chunk_size=CHUNK):
        settlement = note.settlement
        mirrored = settlement.shop_amount
        for place, row in enumerate(note.rates):
            own = None if place or mirrored is None else mirrored
            yield [
                note.code,
                note.issued_at,
                note.sold_at,
                note.order.number,
                settlement.case.number if settlement.case else "",
                note.currency,
                rate_words(row["rate"]),
                _plain(row["amount"], note.currency),
                _plain(row["tax"], note.currency),
                settlement.shop_currency,
                "" if own is None else _plain(own, settlement.shop_currency),
                note.issuer["registration_number"],
            ]


def _plain(amount: int, currency: str) -> Decimal:
    return Decimal(Money(amount, currency).to_wire()["amount"])


def note_token(note: CreditNote) -> str:
    """Return the token that opens a credit note without login."""
    return signing.sign(PAPER, note.public_id)


def note_of_token(token: str) -> str:
    """Return the public id of the credit note a token opens; raises signing.BadToken."""
    return signing.unsign(PAPER, token)


def note_url(note: CreditNote, locale: str) -> str:
    """Return the signed address at which a credit note can be downloaded, in a language."""
    return links.site_url(get_merchant(), "site:credit_note", locale, note_token(note))
