"""Listings of scans: their bound, and the way back to the sender."""

import json
from collections.abc import Iterator

import pytest

from integrations.reading.listing import MOST_ROWS, homeward, in_order
from integrations.sources import SOURCES
from postexp.kernel.inbox import Unreadable
from tracking.enums import Status
from tracking.rules import NormalisedEvent


def scans(count: int, read: list[int]) -> Iterator[NormalisedEvent]:
    for number in range(count):
        read.append(number)
        yield NormalisedEvent(source="yamato", raw_code=str(number))


def test_a_parcel_with_too_many_rows_is_refused_before_the_rest_is_read() -> None:
    read: list[int] = []
    assert len(in_order(scans(MOST_ROWS, read))) == MOST_ROWS
    read.clear()
    with pytest.raises(Unreadable, match="more than 1,000 rows"):
        in_order(scans(50 * MOST_ROWS, read))
    assert len(read) == MOST_ROWS + 1


@pytest.mark.parametrize("name", ["rows", "rows_newest_first", "lines_oldest_first"])
def test_so_is_one_of_a_japanese_page(name: str) -> None:
    parcel = {"number": "477812340014", name: [{"state": "輸送中"}] * (MOST_ROWS + 1)}
    with pytest.raises(Unreadable, match="more than 1,000 rows"):
        SOURCES["yamato"](json.dumps(parcel).encode())


def test_so_is_one_that_several_providers_tell_of() -> None:
    half = MOST_ROWS // 2 + 1
    providers = [
        {"events": [{"description": f"{name} {number}"} for number in range(half)]}
        for name in ("first", "second")
    ]
    parcel = {"number": "1", "track_info": {"tracking": {"providers": providers}}}
    with pytest.raises(Unreadable, match="more than 1,000 rows"):
        SOURCES["seventeentrack"](json.dumps(parcel).encode())


def test_every_delivery_after_the_turn_is_a_return_and_none_before_it() -> None:
    told = [
        NormalisedEvent(source="ups", status=Status.DELIVERED),
        NormalisedEvent(source="ups", status=Status.RETURNING),
        NormalisedEvent(source="ups", status=Status.IN_TRANSIT),
        NormalisedEvent(source="ups", status=Status.DELIVERED),
        NormalisedEvent(source="ups", status=Status.DELIVERED),
    ]
    assert [event.status for event in homeward(told)] == [
        Status.DELIVERED,
        Status.RETURNING,
        Status.IN_TRANSIT,
        Status.RETURNED,
        Status.RETURNED,
    ]
