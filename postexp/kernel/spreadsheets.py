"""Writing CSV that people open in spreadsheets: streamed, readable in Japanese, no formulas."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from postexp.kernel.tenancy import current_merchant_id, merchant_scope

Cell = str | int | Decimal | datetime | date | bool | None

CHUNK = 500
BOM = "\ufeff"
# A spreadsheet takes what begins like this for a formula, in full-width signs as well.
FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")
SHIELD = "'"


def safe_cell(value: Cell) -> str:
    """Return a value as the text of a cell; text that begins like a formula is made plain text.

    Numbers stay numbers, also negative ones; instants are written in the current time zone.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = value.replace("\x00", "")
    return SHIELD + text if FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """Return what a cell said before `safe_cell` made it safe."""
    return text[1:] if text.startswith(SHIELD) and FORMULA.match(text[1:]) else text


def safe_rows(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Return the lines of a CSV, each with its line end, every cell safe."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def download(
    name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Return a CSV to be saved as `name`, made while it is sent: UTF-8 with a byte order mark.

    The rows are taken inside the merchant's scope, language and time zone of this moment, which
    are left between them, since the answer is sent after the view has returned.
    """
    lines = _inside(safe_rows(_with_header(header, rows)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _with_header(
    header: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> Iterator[Sequence[Cell]]:
    yield header
    yield from rows


def _inside(lines: Iterator[str]) -> Iterator[str]:
    merchant_id = current_merchant_id()
    zone, language = timezone.get_current_timezone(), translation.get_language()

    def chunks() -> Iterator[str]:
        yield BOM
        while True:
            with (
                merchant_scope(merchant_id),
                timezone.override(zone),
                translation.override(language),
            ):
                chunk = "".join(islice(lines, CHUNK))
            if not chunk:
                return
            yield chunk

    return chunks()


class _Echo:
    """What the csv module writes to, to hand each line back."""

    def write(self, line: str) -> str:
        return line
