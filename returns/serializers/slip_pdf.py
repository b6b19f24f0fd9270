"""The slip a shopper lays in, or sticks on, a parcel they pay for themselves: no shipping label."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import inch, mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from returns.models import Return
from returns.serializers.credit_note_pdf import FONT, FONT_FILE

SIZES: dict[str, tuple[float, float]] = {"a4": A4, "4x6": (4 * inch, 6 * inch)}
"""The papers a slip is printed on, by the name its address is asked with."""

_CODE = 32 * mm


def slip_pdf(
    case: Return, places: Sequence[Sequence[str]], *, size: str = "a4", locale: str
) -> bytes:
    """Return an address slip as a PDF: a page for each place, with the return's number to scan."""
    page = BytesIO()
    width, height = SIZES[size]
    with override(locale):
        canvas = Canvas(page, pagesize=(width, height), invariant=1)
        canvas.setTitle(f"{_('Address slip')} {case.number}")
        for lines in places or [()]:
            _draw(canvas, case.number, lines, width=width, height=height)
            canvas.showPage()
        canvas.save()
    return page.getvalue()


def _draw(
    canvas: Canvas, number: str, lines: Sequence[str], *, width: float, height: float
) -> None:
    margin = 8 * mm if width < A4[0] else 20 * mm
    top = height - margin
    canvas.setFont(_font(), 9)
    canvas.drawString(
        margin, top - 9, _("Address slip. This is no postage: pay it at the counter.")
    )
    canvas.setFont(_font(), 11)
    canvas.drawString(margin, top - 32, _("To"))
    place = top - 52
    for line in lines:
        size = 15.0
        while size > 8 and pdfmetrics.stringWidth(line, FONT, size) > width - 2 * margin:
            size -= 0.5
        canvas.setFont(_font(), size)
        canvas.drawString(margin, place, line)
        place -= 21
    canvas.setFont(_font(), 11)
    canvas.drawString(margin, place - 16, _("Return"))
    canvas.setFont(_font(), 22)
    canvas.drawString(margin, place - 42, number)
    code = QrCodeWidget(number, barLevel="M")
    code.barWidth = code.barHeight = _CODE
    drawing = Drawing(_CODE, _CODE)
    drawing.add(code)
    renderPDF.draw(drawing, canvas, margin - 3 * mm, place - 50 - _CODE)


@cache
def _font() -> str:
    pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE)))
    return FONT
