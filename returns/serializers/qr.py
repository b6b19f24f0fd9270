"""QR codes as pictures of the page itself: no file, no request, sharp on paper."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from reportlab.graphics.barcode.qr import QrCodeWidget

QUIET = 4
"""The white border a reader needs, in modules."""


def qr_svg(text: str, label: str) -> SafeString:
    """Return a QR code as an SVG; `label` is what it says to those who cannot see it."""
    widget = QrCodeWidget(text, barLevel="M")
    code = widget.qr
    code.make()
    size = code.getModuleCount()
    dark = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row in range(size)
        for column in range(size)
        if code.isDark(row, column)
    )
    whole = size + 2 * QUIET
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{}v{}H0z"/>'
        '<path fill="#000" d="{}"/></svg>',
        *(label, whole, whole, whole, whole, dark),
    )
