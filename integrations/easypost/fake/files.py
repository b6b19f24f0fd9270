"""The papers of a made-up carrier: marked as such, so that nobody sends a parcel with one."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas

SIZE = (4 * inch, 6 * inch)
_MODULE = 8
_QUIET = 4


def label_file(number: str, to: dict[str, Any]) -> bytes:
    """Return a label of 4x6 inches to an address."""
    page = BytesIO()
    canvas = Canvas(page, pagesize=SIZE, invariant=1)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(18, 400, "SAMPLE - DO NOT MAIL")
    canvas.setFont("Helvetica", 11)
    lines = [to.get(name) or "" for name in ("company", "street1", "street2")]
    lines.append(f"{to.get('city', '')} {to.get('state', '')} {to.get('zip', '')}")
    for row, line in enumerate(filter(None, ["SHIP TO:", *lines])):
        canvas.drawString(18, 360 - 16 * row, line.encode("latin-1", "replace").decode("latin-1"))
    code128.Code128(number, barWidth=0.85, barHeight=60).drawOn(canvas, 4, 120)
    canvas.drawString(18, 100, number)
    drawing = Drawing(70, 70)
    drawing.add(QrCodeWidget(number, barWidth=70, barHeight=70))
    renderPDF.draw(drawing, canvas, 205, 10)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def qr_file(number: str) -> bytes:
    """Return a QR code as a picture."""
    widget = QrCodeWidget(number, barLevel="M")
    widget.draw()
    modules = widget.qr.modules
    side = len(modules) + 2 * _QUIET
    picture = Image.new("1", (side, side), 1)
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            if is_dark:
                picture.putpixel((column + _QUIET, row + _QUIET), 0)
    out = BytesIO()
    picture.resize((side * _MODULE, side * _MODULE)).save(out, "PNG")
    return out.getvalue()
