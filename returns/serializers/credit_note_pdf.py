"""A credit note as a PDF, in the language it is asked for, with the font it needs inside it."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from commerce.selectors import get_merchant
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import RowCode
from returns.models import CreditNote
from returns.serializers.credit_notes import rate_words
from returns.serializers.words import percent

FONT = "IPAexGothic"
FONT_FILE = Path(formats.__file__).parent / "fonts" / "ipaexg.ttf"
REDUCED_RATE = 80_000
"""Japan's reduced rate, which has to be marked on an invoice."""

_MARGIN = 20 * mm
_PADDING = 6
_WIDTH = A4[0] - 2 * _MARGIN
_LINE = colors.Color(0.8, 0.8, 0.8)
_MUTED = colors.Color(0.35, 0.35, 0.35)


def credit_note_pdf(note: CreditNote, *, locale: str) -> bytes:
    """Return a credit note as a PDF of A4 pages, always the same bytes for the same note.

    The buyer's name is that of the order, as long as it is kept.
    """
    page = BytesIO()
    with override(locale):
        document = SimpleDocTemplate(
            page,
            pagesize=A4,
            # Frames have a padding of their own; text and tables then begin at one line.
            leftMargin=_MARGIN - _PADDING,
            rightMargin=_MARGIN - _PADDING,
            topMargin=_MARGIN,
            bottomMargin=_MARGIN,
            title=f"{title_of(note)} {note.code}",
            author=note.issuer["name"],
            lang=locale,
            invariant=1,
        )
        document.build([*_head(note), *_rows(note), *_rates(note), *_foot(note)])
    return page.getvalue()


def title_of(note: CreditNote) -> str:
    """Return what a credit note is called in the language in force."""
    if note.qualified:
        return _("Qualified return invoice")
    return _("Credit note")


@cache
def _font() -> str:
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE)))
    return FONT


def _style(size: float = 9, *, right: bool = False, muted: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{right}-{muted}",
        fontName=_font(),
        fontSize=size,
        leading=size * 1.45,
        alignment=TA_RIGHT if right else 0,
        textColor=_MUTED if muted else colors.black,
        wordWrap="CJK" if formats.language() == "ja" else None,
    )


def _text(words: str, size: float = 9, *, right: bool = False, muted: bool = False) -> Paragraph:
    """Return words as they are: markup in them is text, and the font has no hard spaces."""
    plain = escape(words.replace("\u00a0", " ")).replace("\n", "<br/>")
    return Paragraph(plain, _style(size, right=right, muted=muted))


def _head(note: CreditNote) -> list[Flowable]:
    issuer = note.issuer
    seller = [_text(issuer["name"], 10)]
    if issuer["address"]:
        seller.append(_text(issuer["address"]))
    if note.qualified:
        number = {"number": issuer["registration_number"]}
        seller.append(_text(_("Registration number: %(number)s") % number))
    zone = get_merchant().zone
    facts = [
        (_("Number"), note.code),
        (_("Date of the refund"), formats.day(note.issued_at.astimezone(zone).date(), "year")),
        (_("Date of the sale"), formats.day(note.sold_at.astimezone(zone).date(), "year")),
        (pgettext("on a credit note", "Order"), note.order.number),
    ]
    told = Table(
        [[_text(name, muted=True), _text(value)] for name, value in facts],
        colWidths=[_WIDTH * 0.2, _WIDTH * 0.3],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )
    buyer = [_text(name, 11) for name in [_buyer(note)] if name]
    return [
        _text(title_of(note), 18),
        Spacer(1, 6 * mm),
        Table(
            [[[*buyer, Spacer(1, 3 * mm), told], seller]],
            colWidths=[_WIDTH * 0.55, _WIDTH * 0.45],
            style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
        ),
        Spacer(1, 8 * mm),
    ]


def _buyer(note: CreditNote) -> str:
    customer = note.order.customer
    return formats.honorific(customer.full_name(formats.language())) if customer else ""


def _rows(note: CreditNote) -> list[Flowable]:
    head = [
        _text(_("What is given back"), muted=True),
        _text(_("Quantity"), right=True, muted=True),
        _text(_("Tax rate"), right=True, muted=True),
        _text(_("Amount with tax"), right=True, muted=True),
    ]
    body = [
        [
            _text(_label(note, row)),
            _text(formats.number(row["quantity"]) if row["quantity"] else "", right=True),
            _text(rate_words(row["rate"]) if row["line"] or row["tax"] else "", right=True),
            _text(_money(note, row["amount"]), right=True),
        ]
        for row in note.rows
    ]
    return [_table([head, *body], [0.5, 0.12, 0.14, 0.24]), Spacer(1, 6 * mm)]


def _label(note: CreditNote, row: dict[str, Any]) -> str:
    code = RowCode(row["code"])
    name = row["title"] or str(code.label) % {"percent": percent(row["percent"])}
    if row["title"] and code is not RowCode.GOODS:
        name = f"{code.label}: {name}"
    return f"{name} ※" if note.qualified and row["rate"] == REDUCED_RATE else name


def _rates(note: CreditNote) -> list[Flowable]:
    """Return the totals and the tax per rate, and the sum of all."""
    body = [
        [
            _text(_("Total at %(rate)s") % {"rate": rate_words(row["rate"])}),
            _text(_("tax in it %(tax)s") % {"tax": _money(note, row["tax"])}, right=True),
            _text(_money(note, row["amount"]), right=True),
        ]
        for row in note.rates
    ]
    total = [
        _text(_("Given back in all"), 11),
        _text(_("tax in it %(tax)s") % {"tax": _money(note, note.tax)}, right=True),
        _text(_money(note, note.total), 11, right=True),
    ]
    return [_table([*body, total], [0.46, 0.3, 0.24]), Spacer(1, 6 * mm)]


def _foot(note: CreditNote) -> list[Flowable]:
    marked = note.qualified and any(row["rate"] == REDUCED_RATE for row in note.rates)
    return [_text(_("※ Subject to the reduced tax rate."), 8, muted=True)] if marked else []


def _table(rows: list[list[Paragraph]], widths: list[float]) -> Table:
    return Table(
        rows,
        colWidths=[_WIDTH * width for width in widths],
        style=[
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ],
    )


def _money(note: CreditNote, amount: int) -> str:
    return formats.money(Money(amount, note.currency))
