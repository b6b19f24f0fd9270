"""Excel files that are not what they should be: refused in words, before they fill the memory."""

import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from integrations.spreadsheets.errors import ImportRefused
from tests.integrations.spreadsheets.conftest import Bring

MB = 1 << 20
STRINGS, SHEET = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"
CONTENTS = "[Content_Types].xml"
OF_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OF_STRINGS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def workbook(part: str = "", *, unfolds_to: int = 0, cut: bool = False) -> bytes:
    """Return a workbook of customers, one part of it blown up by blanks, or cut in its middle.

    It has shared strings, as Excel writes them.
    """
    book, plain, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    assert book.active is not None
    for row in (["Email", "First name"], ["ann@example.com", "Ann"], ["bo@example.com", "Bo"]):
        book.active.append(row)
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        parts[STRINGS] = f'<sst xmlns="{OF_SHEETS}"><si><t>Ann</t></si></sst>'.encode()
        told = f'<Override PartName="/{STRINGS}" ContentType="{OF_STRINGS}"/></Types>'.encode()
        parts[CONTENTS] = parts[CONTENTS].replace(b"</Types>", told)
        for name, content in parts.items():
            with new.open(name, "w") as file:
                if name != part:
                    file.write(content)
                    continue
                head, tail = content.rsplit(b"</", 1)
                file.write(head[: len(head) * 3 // 4] if cut else head)
                for _blanks in range(unfolds_to // MB):
                    file.write(b" " * MB)
                file.write(b"" if cut else b"</" + tail)
    return out.getvalue()


def test_a_workbook_as_it_should_be_is_taken(upload: Bring) -> None:
    assert upload("customers", workbook(), "a.xlsx").header == ["Email", "First name"]


@pytest.mark.parametrize(
    ("part", "unfolds_to"), [(STRINGS, 65 * MB), ("xl/styles.xml", 65 * MB), (SHEET, 161 * MB)]
)
def test_a_small_file_does_not_fill_the_memory(upload: Bring, part: str, unfolds_to: int) -> None:
    content = workbook(part, unfolds_to=unfolds_to)
    assert len(content) < MB
    tracemalloc.start()
    try:
        with pytest.raises(ImportRefused, match="too large"):
            upload("customers", content, "a.xlsx")
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16 * MB


@pytest.mark.parametrize("part", [STRINGS, SHEET, "xl/workbook.xml"])
def test_a_workbook_broken_in_its_middle_is_refused(upload: Bring, part: str) -> None:
    with pytest.raises(ImportRefused, match="damaged"):
        upload("customers", workbook(part, cut=True), "a.xlsx")
