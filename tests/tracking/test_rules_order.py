"""Where rows are kept, what makes two rows one, and how the list reads."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from tests.tracking.scans import START, dated, scan, timeless
from tracking.enums import Status, TimePrecision
from tracking.rules import (
    UNDATED,
    NormalisedEvent,
    day_of,
    in_reading_order,
    place,
    read_time,
    wall_clock,
)
from tracking.rules.order import SHOP

TOKYO = "Asia/Tokyo"


class TestReadTime:
    def test_an_offset_gives_the_true_instant_and_keeps_the_wall_clock(self) -> None:
        assert read_time("2021-01-25T16:32:23-05:00") == (
            datetime(2021, 1, 25, 21, 32, 23, tzinfo=UTC),
            "2021-01-25T16:32:23-05:00",
            TimePrecision.SECOND,
        )

    def test_a_known_place_shows_its_own_wall_clock(self) -> None:
        instant, local, _ = read_time("2024-07-31T15:00:00Z", "America/New_York")
        assert instant == datetime(2024, 7, 31, 15, tzinfo=UTC)
        assert local == "2024-07-31T11:00:00-04:00"

    def test_a_wall_clock_with_a_zone_becomes_an_instant(self) -> None:
        instant, _, precision = read_time("2009-07-12T11:27", TOKYO)
        assert instant == datetime(2009, 7, 12, 2, 27, tzinfo=UTC)
        assert precision is TimePrecision.MINUTE

    def test_a_wall_clock_without_place_stays_local(self) -> None:
        assert read_time("2016-12-08T15:19:00") == (
            None,
            "2016-12-08T15:19:00",
            TimePrecision.SECOND,
        )

    def test_a_date_is_not_midnight(self) -> None:
        assert read_time("2009-07-12", TOKYO) == (None, "2009-07-12", TimePrecision.DATE)
        assert read_time("") == (None, "", TimePrecision.NONE)

    @pytest.mark.parametrize("text", ["soon", "2024-13-01", "0001-01-01T00:00:00+14:00"])
    def test_what_is_no_time_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match=r".+"):
            read_time(text)


class TestDayOf:
    def test_the_day_is_that_of_the_place(self) -> None:
        event = scan(0, "delivered", local_time="2026-11-19T22:00:00-05:00")
        assert day_of(event, TOKYO) == date(2026, 11, 19)

    def test_an_instant_told_in_utc_is_read_in_the_merchants_zone(self) -> None:
        assert day_of(scan(13, "delivered"), TOKYO) == date(2026, 11, 21)

    def test_dates_are_dates_and_nothing_is_nothing(self) -> None:
        assert day_of(dated("2026-11-20", "delivered"), TOKYO) == date(2026, 11, 20)
        assert day_of(timeless("delivered"), TOKYO) is None


class TestSortAt:
    def test_it_comes_from_the_rows_own_facts(self) -> None:
        instant, day, wall, nothing = (
            place([event])[0].sort_at
            for event in (
                scan(2, "in_transit"),
                dated("2026-11-20", "in_transit", zone=TOKYO),
                NormalisedEvent(
                    source="test",
                    local_time="2026-11-20T08:00",
                    time_precision=TimePrecision.MINUTE,
                ),
                timeless("in_transit"),
            )
        )
        assert instant == datetime(2026, 11, 20, 5, tzinfo=UTC)
        assert day == datetime(2026, 11, 19, 15, tzinfo=UTC)
        assert wall == datetime(2026, 11, 20, 8, tzinfo=UTC)
        assert nothing == UNDATED


class TestKey:
    def test_a_repeat_is_the_same_row(self) -> None:
        event = scan(1, "in_transit", location="TOKYO")
        assert len(place([event, event])) == 1
        assert place([event])[0].key == place([scan(9, "delivered"), event])[0].key

    def test_identical_rows_of_one_listing_are_counted(self) -> None:
        first, second = scan(1, "in_transit", position=4), scan(1, "in_transit", position=7)
        rows = place([second, first, second])
        assert [row.event.position for row in rows] == [4, 7]
        assert rows[0].key != rows[1].key
        assert rows[0].key == place([replace(first, position=0)])[0].key

    def test_every_fact_counts_but_our_reading_of_it(self) -> None:
        event = scan(1, "in_transit")
        key = place([event])[0].key
        for other in (
            {"raw_code": "X"},
            {"raw_description": "X"},
            {"location": "X"},
            {"external_id": "1"},
            {"occurred_at": START},
        ):
            assert place([replace(event, **other)])[0].key != key
        for other in ({"status": Status.DELIVERED}, {"zone": TOKYO}, {"position": 9}):
            assert place([replace(event, **other)])[0].key == key


class TestReadingOrder:
    def test_a_listing_with_dates_and_gaps_reads_as_it_was_listed(self) -> None:
        # A real Sagawa page: the day of an attempt, a line without time, then the next day.
        listed = [
            timeless("in_transit", position=0),
            scan(-40, "in_transit", position=1, local_time="2026-11-18T20:00:00+09:00"),
            dated("2026-11-19", "out_for_delivery", zone=TOKYO, position=2),
            scan(-16, "delivery_attempted", position=3, local_time="2026-11-19T20:00:00+09:00"),
            timeless("in_transit", raw_description="back at the depot", position=4),
            dated("2026-11-20", "out_for_delivery", zone=TOKYO, position=5),
            scan(2, "delivered", position=6, local_time="2026-11-20T14:00:00+09:00"),
        ]
        shuffled = random.Random(7).sample(listed, len(listed))
        assert [row.event.position for row in place(shuffled)] == list(range(7))

    def test_a_date_between_two_times_of_its_day_keeps_its_place(self) -> None:
        # A real Yamato page: 18:47, a row without time, 22:59, all of one day.
        listed = [
            scan(9, "in_transit", position=0, local_time="2026-11-20T18:47:00+09:00"),
            dated("2026-11-20", "in_transit", zone=TOKYO, position=1),
            scan(13, "in_transit", position=2, local_time="2026-11-20T22:59:00+09:00"),
        ]
        assert [row.event.position for row in place(reversed(listed))] == [0, 1, 2]

    def test_ties_keep_the_listed_order_then_progress(self) -> None:
        one = scan(1, "in_transit", raw_code="b", position=0)
        two = scan(1, "in_transit", raw_code="a", position=1)
        assert [row.event.raw_code for row in place([two, one])] == ["b", "a"]
        done = scan(1, "delivered", source="other")
        assert place([done, scan(1, "out_for_delivery")])[-1].event is done

    def test_other_sources_do_not_move_a_date(self) -> None:
        rows = place(
            [
                scan(3, "in_transit", source="other", local_time="2026-11-20T15:00:00+09:00"),
                dated("2026-11-20", "in_transit", zone=TOKYO, position=5),
            ]
        )
        assert [row.event.source for row in in_reading_order(rows)] == ["test", "other"]


def test_events_guard_their_own_facts() -> None:
    with pytest.raises(ValueError, match="aware"):
        scan(0, "delivered", occurred_at=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="does not refine"):
        scan(0, "delivered", "label_created")
    assert len(scan(0, "delivered", raw_description="x" * 900).raw_description) == 500


class TestWallClock:
    def test_the_place_decides_what_the_clock_says(self) -> None:
        depot = scan(0, "in_transit", local_time="2026-11-19T22:00:00-05:00")
        assert wall_clock(depot, TOKYO) == (date(2026, 11, 19), time(22))
        assert wall_clock(scan(0, "in_transit"), TOKYO) == (date(2026, 11, 20), time(12))
        london = scan(0, "in_transit", zone="Europe/London")
        assert wall_clock(london, TOKYO) == (date(2026, 11, 20), time(3))

    def test_no_time_is_made_up(self) -> None:
        assert wall_clock(dated("2026-11-20", "delivered"), TOKYO) == (date(2026, 11, 20), None)
        assert wall_clock(timeless("delivered"), TOKYO) == (None, None)
        unplaced = NormalisedEvent(
            source="test", local_time="2026-11-20T08:00", time_precision=TimePrecision.MINUTE
        )
        assert wall_clock(unplaced, TOKYO) == (date(2026, 11, 20), time(8))


class TestTheShopsLabel:
    def label(self, hours: float) -> NormalisedEvent:
        return scan(hours, "info_received", "label_created", source=SHOP)

    def read(self, *events: NormalisedEvent) -> list[tuple[str, TimePrecision]]:
        rows = in_reading_order(place(events))
        assert in_reading_order(rows) == rows
        assert [row.sort_at for row in rows] == sorted(row.sort_at for row in rows)
        return [(str(row.event.status), row.event.time_precision) for row in rows]

    def test_it_reads_before_the_scans_it_was_told_after_and_claims_no_time(self) -> None:
        out, tried = scan(1, "out_for_delivery"), scan(3, "delivery_attempted")
        assert self.read(self.label(4), tried, out) == [
            ("info_received", TimePrecision.NONE),
            ("out_for_delivery", TimePrecision.SECOND),
            ("delivery_attempted", TimePrecision.SECOND),
        ]

    def test_it_keeps_its_time_where_no_scan_speaks_against_it(self) -> None:
        label, heard = self.label(4), scan(1, "info_received", "label_created")
        assert self.read(label, scan(5, "in_transit"), heard) == [
            ("info_received", TimePrecision.SECOND),
            ("info_received", TimePrecision.SECOND),
            ("in_transit", TimePrecision.SECOND),
        ]

    def test_a_scan_of_the_same_day_says_nothing_of_its_hour(self) -> None:
        assert self.read(self.label(4), dated("2026-11-20", "in_transit")) == [
            ("info_received", TimePrecision.SECOND),
            ("in_transit", TimePrecision.DATE),
        ]
        assert self.read(self.label(4), dated("2026-11-19", "in_transit"))[0] == (
            "info_received",
            TimePrecision.NONE,
        )

    def test_what_a_carrier_says_of_labels_stays_where_it_is(self) -> None:
        late = scan(4, "info_received", "label_created")
        assert self.read(late, scan(1, "in_transit"))[-1] == (
            "info_received",
            TimePrecision.SECOND,
        )
