"""Files of scans: read in any form, once, for parcels that are here; never taken back."""

# Lines of files are as long as they are.

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest

from commerce.models import Merchant
from integrations.reading.listing import MOST_ROWS
from integrations.spreadsheets.enums import Outcome, State
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.samples import sample_of
from integrations.spreadsheets.services import problem_rows
from notifications.models import Message
from postexp.kernel.models import EventRecord
from tests.integrations.spreadsheets.conftest import Bring
from tracking.models import Shipment, ShipmentEvent

SCANS = """伝票番号,日時,配送会社,担当店名,荷物状況
1234-1234-1233,2026/10/06 14:30,ヤマト運輸,渋谷神宮前センター,配達完了（宅配ボックス）
1234-1234-1233,2026/10/06,ヤマト運輸,渋谷神宮前センター,配達中
1234-1234-1233,2026/10/05 21:10,ヤマト運輸,羽田クロノゲートベース店,作業店通過
4321-4321-4325,2026-10-06T09:00:00+02:00,DHL,Köln,Handed over at the desk
"""


@pytest.fixture
def parcels(scope: Merchant, at: datetime) -> None:
    """Two parcels nobody has told of yet."""
    for number in ("123412341233", "432143214325"):
        Shipment.objects.create(
            tracking_number=number, number_key=number, created_at=at, changed_at=at
        )


def scans_of(number: str) -> list[ShipmentEvent]:
    return list(ShipmentEvent.objects.filter(shipment__number_key=number).order_by("position"))


def outcomes(batch: Import) -> tuple[int, int, int, int]:
    return batch.created, batch.changed, batch.unchanged, batch.refused


def reasons(batch: Import) -> list[str]:
    found = ImportItem.objects.filter(batch=batch, outcome=Outcome.REFUSED)
    return list(found.order_by("line").values_list("reason", flat=True))


def test_lines_become_scans_in_their_order(
    parcels: None, run: Bring, drain: Callable[[], None]
) -> None:
    batch = run("scans", SCANS)
    assert (batch.state, outcomes(batch)) == (State.DONE, (2, 0, 0, 0))
    yamato = Shipment.objects.get(number_key="123412341233")
    assert (yamato.status, yamato.substatus, yamato.carrier) == ("delivered", "locker", "yamato")
    assert [(one.local_time, one.substatus) for one in scans_of("123412341233")] == [
        ("2026-10-05T21:10:00+09:00", "arrived_facility"),
        ("2026-10-06", "on_vehicle"),
        ("2026-10-06T14:30:00+09:00", "locker"),
    ]
    # An offset in the cell goes before the shop's zone; unknown words are kept for staff to map.
    (told,) = scans_of("432143214325")
    assert told.occurred_at == datetime(2026, 10, 6, 7, 0, tzinfo=UTC)
    assert (told.status, told.raw_code) == ("", "Handed over at the desk")
    drain()
    assert Message.objects.exclude(reason="").count() == Message.objects.count()


def test_the_same_file_twice_changes_nothing(parcels: None, run: Bring, check: Bring) -> None:
    run("scans", SCANS)
    before = EventRecord.objects.exclude(type__startswith="import.").count()
    checked = check("scans", SCANS)
    assert (checked.entries, checked.known, checked.same) == (2, 2, 2)
    assert outcomes(run("scans", SCANS)) == (0, 0, 2, 0)
    assert EventRecord.objects.exclude(type__startswith="import.").count() == before


def test_a_longer_list_brings_only_what_is_new(parcels: None, run: Bring) -> None:
    run("scans", SCANS)
    header, *lines = SCANS.splitlines()
    newer = "4321-4321-4325,2026-10-07 10:00,DHL,Köln,Delivered"
    assert outcomes(run("scans", "\n".join([header, *lines, newer]))) == (1, 0, 1, 0)
    assert len(scans_of("432143214325")) == 2
    assert Shipment.objects.get(number_key="432143214325").status == "delivered"


def test_the_check_names_every_problem(parcels: None, check: Bring) -> None:
    batch = check(
        "scans",
        "Tracking number,Time,Status,Time zone\n"
        "9999,2026-10-06 10:00,Delivered,\n"
        ",2026-10-06 10:00,Delivered,\n"
        "1234-1234-1233,,Delivered,\n"
        "4321-4321-4325,2026-10-06 10:00,Eaten,\n"
        "1234-1234-1233,2999-10-06 10:00,Delivered,\n"
        "4321-4321-4325,2026-10-06 10:00,Delivered,Moon/Crater\n"
        "---,2026-10-06 10:00,Delivered,\n",
    )
    assert (batch.state, batch.refused) == (State.CHECKED, 7)
    for reason, words in zip(
        reasons(batch),
        (
            "no parcel with the number 9999",
            "Tracking number is missing",
            "Time of the scan is missing",
            "“Eaten” is no status",
            "more than a day ahead",
            "“Moon/Crater” is no time zone",
            "“---” is no tracking number",
        ),
        strict=True,
    ):
        assert words in reason
    assert ShipmentEvent.objects.count() == 0


def test_a_line_that_cannot_be_read_keeps_no_other_out(parcels: None, run: Bring) -> None:
    batch = run(
        "scans",
        "tracking_number,occurred_at,status\n"
        "1234-1234-1233,yesterday,In transit\n"
        "1234-1234-1233,2026-10-05 08:00,In transit\n"
        "1234-1234-1233,2026-10-05 09:00,flying\n"
        "1234-1234-1233,2026-10-06 10:00,Out for delivery\n"
        "1234-1234-1233,2026-10-06 14:30,Delivered\n"
        "9999,2026-10-06 14:30,Delivered\n"
        "9999,2026-10-06 15:30,Delivered\n",
    )
    assert outcomes(batch) == (2, 0, 0, 3)
    assert [one.status for one in scans_of("123412341233")].count("delivered") == 1
    assert len(scans_of("123412341233")) == 3
    refused = ImportItem.objects.filter(batch=batch, outcome=Outcome.REFUSED).order_by("line")
    assert [(one.span, one.reason.split(": ")[-1]) for one in refused] == [
        ("2", "“yesterday” is no date."),
        ("4", "“flying” is no status."),
        ("7–8", "There is no parcel with the number 9999. Import its shipment first."),
    ]
    assert [row[0] for row in problem_rows(batch, Outcome.REFUSED)] == [2, 4, 7, 8]


def test_columns_may_be_called_as_the_api_calls_them(parcels: None, upload: Bring) -> None:
    batch = upload("scans", "tracking_number,occurred_at,location,time_zone\n1,2,3,4\n")
    assert batch.columns == {"tracking_number": 0, "occurred_at": 1, "location": 2, "time_zone": 3}


def test_common_words_of_any_carrier_are_read(parcels: None, run: Bring) -> None:
    told = ("UPS,Departed from Facility", "ヤマト運輸,Delivered to neighbor", "ヤマト運輸,配達中")
    lines = "".join(f"4321-4321-4325,2026-10-0{day},{one}\n" for day, one in enumerate(told, 5))
    run("scans", "Tracking number,Time,Carrier,Description\n" + lines)
    assert [(one.status, one.substatus) for one in scans_of("432143214325")] == [
        ("in_transit", "departed_facility"),
        ("delivered", "neighbor"),
        ("out_for_delivery", "on_vehicle"),
    ]


def test_a_parcel_with_more_scans_than_any_journey_has_is_refused(
    parcels: None, check: Bring
) -> None:
    line = "1234-1234-1233,2026-10-06 10:00,In transit\n"
    batch = check("scans", "Tracking number,Time,Status\n" + line * (MOST_ROWS + 1))
    assert (batch.state, batch.refused) == (State.CHECKED, 1)
    assert "more than 1,000 scans" in reasons(batch)[0]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("delivered", ("delivered", "delivered")),
        ("Out for delivery", ("out_for_delivery", "on_vehicle")),
        ("delivered/mailbox", ("delivered", "mailbox")),
        ("配達中", ("out_for_delivery", "on_vehicle")),
        ("ご不在・持ち戻り", ("delivery_attempted", "other")),
        ("", ("", "")),
    ],
)
def test_a_status_may_be_written_in_our_words(
    parcels: None, run: Bring, status: str, expected: tuple[str, str]
) -> None:
    run("scans", f"Tracking number,Time,Status\n123412341233,2026-10-06 10:00,{status}\n")
    (told,) = scans_of("123412341233")
    assert (told.status, told.substatus) == expected


def test_a_zone_of_its_own_goes_before_the_shops(parcels: None, run: Bring) -> None:
    run(
        "scans",
        "Tracking number,Time,Status,Time zone\n"
        "123412341233,10/06/2026 10:00,Delivered,America/Chicago\n",
    )
    (told,) = scans_of("123412341233")
    assert (told.occurred_at, told.zone) == (
        datetime(2026, 10, 6, 15, 0, tzinfo=UTC),
        "America/Chicago",
    )


def test_a_workbook_writes_midnight_behind_a_day_alone(parcels: None, run: Bring) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tracking number", "Date", "Status"])
    sheet.append([123412341233, datetime(2026, 10, 6), "Delivered"])
    out = io.BytesIO()
    book.save(out)
    batch = run("scans", out.getvalue(), "scans.xlsx")
    assert outcomes(batch) == (1, 0, 0, 0)
    (told,) = scans_of("123412341233")
    assert (told.local_time, told.time_precision) == ("2026-10-06", "date")


def test_scans_are_kept_and_undo_says_why(
    parcels: None, run: Bring, undo: Callable[[Import], Import]
) -> None:
    batch = undo(run("scans", SCANS))
    assert (batch.undone, batch.kept) == (0, 2)
    reason = ImportItem.objects.filter(batch=batch, outcome=Outcome.KEPT)[0].reason
    assert "are kept" in reason
    assert ShipmentEvent.objects.count() == 4


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_the_sample_file_can_be_imported(check: Bring, scope: Merchant, locale: str) -> None:
    header, rows = sample_of("scans", locale)
    lines: list[Any] = [header, *rows]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    batch = check("scans", text)
    assert set(batch.columns) >= {"tracking_number", "occurred_at", "carrier", "status"}
    # Its parcels are not here: nothing else is wrong with it.
    assert all("no parcel with the number" in reason for reason in reasons(batch))
    assert len(reasons(batch)) == 2
