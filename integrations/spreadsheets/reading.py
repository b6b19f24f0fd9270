"""Files as people have them, read into plain lines: what they are written in is found out.

Everything is streamed: the largest file is never in memory.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from integrations.spreadsheets.errors import Unreadable
from integrations.spreadsheets.geojson import geojson_rows, is_geojson
from postexp.kernel.spreadsheets import plain_cell

DELIMITERS = (",", "\t", ";")
OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
XLSX = "xlsx"
GEOJSON = "geojson"
BLOCK = 1 << 16
MOST_LINES = 200_000
MOST_COLUMNS = 200
# What a workbook may unfold to: a small file must not fill the memory. Its sheets are streamed, and
# what stands beside them, the shared strings above all, is read whole.
MOST_UNFOLDED = 160 * 1024 * 1024
MOST_BESIDE_SHEETS = 64 * 1024 * 1024
SHEETS = "xl/worksheets/"
SAMPLE = 5
ALIVE_LINES = 500


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a file is written: `encoding` is a codec's name, or `xlsx`, or `geojson`."""

    encoding: str
    delimiter: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a plain file: `number` as a spreadsheet counts, and where it begins and ends."""

    number: int
    begins: int
    ends: int
    cells: list[str]


def find_form(file: IO[bytes]) -> Form:
    """Return how a file is written. Raises Unreadable."""
    file.seek(0)
    head = file.read(BLOCK)
    if not head.strip():
        raise Unreadable(_("The file is empty."))
    if head.startswith(OLD_EXCEL):
        raise Unreadable(
            _("This is an old or protected Excel file. Save it as .xlsx or CSV, then try again.")
        )
    if head.startswith(b"PK\x03\x04"):
        _check_workbook(file)
        return Form(encoding=XLSX)
    if is_geojson(head):
        return Form(encoding=GEOJSON)
    encoding = _find_encoding(file, head)
    return Form(encoding=encoding, delimiter=_find_delimiter(file, encoding))


def _check_workbook(file: IO[bytes]) -> None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("This Excel file is damaged.")) from error
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise Unreadable(_("This is a zip file. Unpack it, and choose the CSV or .xlsx inside."))
    unfolded = sum(entry.file_size for entry in entries)
    sheets = sum(entry.file_size for entry in entries if entry.filename.startswith(SHEETS))
    if unfolded > MOST_UNFOLDED or unfolded - sheets > MOST_BESIDE_SHEETS:
        raise Unreadable(_("This Excel file is too large. Save it as CSV, then try again."))


def _find_encoding(file: IO[bytes], head: bytes) -> str:
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding if _decodes(file, encoding) else _unknown()
    zeros = head[:1000]
    if zeros.count(0) > len(zeros) // 5:
        little = zeros[1::2].count(0) >= zeros[0::2].count(0)
        return "utf-16-le" if little else "utf-16-be"
    for encoding in ("utf-8", "cp932"):
        if _decodes(file, encoding):
            return encoding
    return _unknown()


def _unknown() -> str:
    raise Unreadable(
        _("The characters of this file cannot be read. Save it as CSV UTF-8, then try again.")
    )


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(BLOCK):
            if "\x00" in decoder.decode(block):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _find_delimiter(file: IO[bytes], encoding: str) -> str:
    first = next(iter(_text_lines(file, encoding)), "")
    if told := re.fullmatch(r"sep=(.)", first.strip()):
        return told[1]
    bare = re.sub(r'"[^"]*"', "", first)
    counts = [(bare.count(sign), sign) for sign in DELIMITERS]
    most = max(counts, key=lambda pair: pair[0])
    return most[1] if most[0] else ","


def _text_lines(file: IO[bytes], encoding: str) -> Iterator[str]:
    file.seek(0)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    rest = ""
    while block := file.read(BLOCK):
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        for line in lines:
            yield f"{line}\n"
    if rest := rest + decoder.decode(b"", final=True):
        yield rest


def read_cells(file: IO[bytes], form: Form) -> Iterator[tuple[int, list[str]]]:
    """Return number and cells of every line that says something, the header first.

    Raises Unreadable at the line where it can be read no further.
    """
    rows = _rows_of(file, form)
    number = 0
    try:
        for number, cells in rows:
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(
                    _("Line %(line)s has more than %(most)s columns.")
                    % {"line": number, "most": MOST_COLUMNS}
                )
            if cells:
                yield number, cells
    except csv.Error as error:
        raise Unreadable(
            _("After line %(line)s the file can be read no further: a quotation mark is missing.")
            % {"line": number}
        ) from error


def _rows_of(file: IO[bytes], form: Form) -> Iterator[tuple[int, list[str]]]:
    if form.encoding == XLSX:
        return _workbook_rows(file)
    if form.encoding == GEOJSON:
        return ((number, [_cleaned(cell) for cell in row]) for number, row in geojson_rows(file))
    return _csv_rows(file, form)


def _csv_rows(file: IO[bytes], form: Form) -> Iterator[tuple[int, list[str]]]:
    lines = _text_lines(file, form.encoding)
    reader = csv.reader(lines, delimiter=form.delimiter)
    for number, row in enumerate(reader, start=1):
        if number == 1 and len(row) <= 2 and row and re.match(r"sep=", row[0]):
            continue
        yield number, [_cleaned(cell) for cell in row]


def _workbook_rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from _rows_of_first_sheet(file)
    except Exception as error:
        # Whatever the library stumbles over, the file is not one it can read.
        raise Unreadable(_("This Excel file is damaged.")) from error


def _rows_of_first_sheet(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    # A heavy library, which only these files need.
    import openpyxl

    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the sheet.
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_cleaned(_cell_text(value)) for value in row]
    finally:
        book.close()


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value)


def _cleaned(cell: str) -> str:
    return plain_cell(cell.replace("\x00", "").strip())


def look_at(file: IO[bytes], form: Form) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns and a few lines. Raises Unreadable."""
    rows = [cells for _number, cells in islice(read_cells(file, form), SAMPLE + 1)]
    if len(rows) < 2:
        raise Unreadable(
            _("The file needs a line with the names of the columns, and a line below it.")
        )
    return rows[0], rows[1:]


def write_plain(file: IO[bytes], form: Form, out: IO[bytes], *, alive: Callable[[], None]) -> int:
    """Write a file's lines without its header as plain CSV, each with its number in front.

    Returns how many there are. `alive` is called every few hundred lines. Raises Unreadable.
    """
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    count = 0
    for number, cells in islice(read_cells(file, form), 1, None):
        count += 1
        if count > MOST_LINES:
            raise Unreadable(
                _("The file has more than %(most)s lines. Split it into several files.")
                % {"most": f"{MOST_LINES:,}"}
            )
        if count % ALIVE_LINES == 0:
            alive()
        writer.writerow([number, *cells])
    text.detach()
    return count


def read_plain(file: IO[bytes], begins: int) -> Iterator[Line]:
    """Return the lines of a plain file from a place on that a line ended at."""
    file.seek(begins)
    place = begins

    def counted() -> Iterator[str]:
        nonlocal place
        for raw in file:
            place += len(raw)
            yield raw.decode()

    start = begins
    for row in csv.reader(counted()):
        yield Line(number=int(row[0]), begins=start, ends=place, cells=row[1:])
        start = place


def cell_at(cells: Sequence[str], place: int | None) -> str:
    """Return a cell, empty where the line is shorter or the field has no column."""
    return cells[place] if place is not None and place < len(cells) else ""
