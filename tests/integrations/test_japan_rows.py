"""The rows of Yamato, Sagawa and Japan Post: their words, years, order and shapes."""

import json
import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.sources import SOURCES
from postexp.kernel.inbox import Unreadable
from tracking.rules import NormalisedEvent, NormalisedShipment, fold, place

NUMBER = "477812340014"


def read(carrier: str, parcel: dict[str, Any]) -> NormalisedShipment:
    message = {"carrier": carrier, "parcels": [{"number": NUMBER, **parcel}]}
    (shipment,) = SOURCES[carrier](json.dumps(message).encode())
    return shipment


def rows(carrier: str, *states: str, **parcel: Any) -> tuple[NormalisedEvent, ...]:
    told = [{"state": state, "office": "羽田"} for state in states]
    return read(carrier, {"inquiry_date": "2026-07-20", "rows": told, **parcel}).events


def meaning(event: NormalisedEvent) -> str:
    return f"{event.status or ''}/{event.substatus}"


WORDS = {
    "yamato": {
        "出荷指示": "info_received/label_created",
        "荷物受付": "in_transit/accepted",
        "海外荷物受付": "in_transit/accepted",
        "発送": "in_transit/departed_facility",
        "発送済み": "in_transit/departed_facility",
        "海外発送": "in_transit/departed_facility",
        "輸送中": "in_transit/in_transit",
        "作業店通過": "in_transit/arrived_facility",
        "中継店通過": "in_transit/arrived_facility",
        "配達店到着": "in_transit/at_delivery_depot",
        "配達予定": "in_transit/delivery_scheduled",
        "投函予定": "in_transit/delivery_scheduled",
        "配達日・時間帯指定（保管中）": "in_transit/held_by_request",
        "依頼受付（日・時間帯変更）": "in_transit/held_by_request",
        "依頼受付（保管）": "in_transit/held_by_request",
        "依頼受付（再配達）": "in_transit/redelivery_requested",
        "依頼受付（店頭受取）": "in_transit/pickup_point_requested",
        "依頼受付（転送）": "in_transit/rerouted",
        "配達中": "out_for_delivery/on_vehicle",
        "持出": "out_for_delivery/on_vehicle",
        "保管中": "in_transit/held_at_depot",
        "保管中（ご指定店）": "available_for_pickup/at_pickup_point",
        "ご来店予定（保管中）": "available_for_pickup/at_pickup_point",
        "宅配便ロッカー（保管中）": "available_for_pickup/locker",
        "受取場所（コンビニ）": "available_for_pickup/at_pickup_point",
        "受取場所（PUDO）": "available_for_pickup/locker",
        "持戻": "delivery_attempted/other",
        "持戻（ご不在）": "delivery_attempted/recipient_absent",
        "ご不在": "delivery_attempted/recipient_absent",
        "持戻（休業）": "delivery_attempted/business_closed",
        "持戻（住所不明）": "exception/address_incorrect",
        "持戻（転居）": "exception/recipient_moved",
        "持戻（受取ご辞退）": "exception/recipient_refused",
        "持戻（ポスト投函不可）": "delivery_attempted/no_access",
        "調査中": "exception/under_investigation",
        "調査中（ご不在）": "exception/unclaimed",
        "調査中（転居先不明）": "exception/recipient_moved",
        "調査中（受取ご辞退）": "exception/recipient_refused",
        "返品": "returning/other",
        "返品完了": "returned/returned_to_sender",
        "配達完了": "delivered/delivered",
        "配達完了（宅配ボックス）": "delivered/locker",
        "配達完了（置き配）": "delivered/safe_place",
        "投函完了": "delivered/mailbox",
        "お客様引渡完了": "delivered/pickup_point_collected",
        "伝票番号未登録": "pending/not_found",
        "伝票番号誤り": "pending/invalid_number",
        "雪だるま": "/",
    },
    "sagawa": {
        "集荷": "in_transit/picked_up",
        "輸送中": "in_transit/in_transit",
        "お荷物をお預かり致しました": "in_transit/accepted",
        "城南店を出発致しました": "in_transit/departed_facility",
        "久喜店から配達に出発致しました": "out_for_delivery/on_vehicle",
        "配達中": "out_for_delivery/on_vehicle",
        "ご不在でしたので、お預かりしております": "delivery_attempted/recipient_absent",
        "ご不在でしたので、持ち帰りました": "delivery_attempted/recipient_absent",
        "持戻り": "delivery_attempted/other",
        "配達店へ持ち帰りました": "in_transit/at_delivery_depot",
        "久喜店でお預かりしております": "in_transit/held_at_depot",
        "保管中": "in_transit/held_at_depot",
        "営業所で保管しております": "in_transit/held_at_depot",
        "再配達を受け付けました": "in_transit/redelivery_requested",
        "新しいお届け先へ転送致しました": "in_transit/rerouted",
        "調査しております": "exception/under_investigation",
        "住所が不明のため調査しております": "exception/address_incorrect",
        "受取辞退": "exception/recipient_refused",
        "お届け先が転居されておりました": "exception/recipient_moved",
        "返品中": "returning/other",
        "ご出荷人様へ返送致しました": "returned/returned_to_sender",
        "宅配ボックスへお届け致しました": "delivered/locker",
        "配達は終了致しました": "delivered/delivered",
        "配達終了": "delivered/delivered",
        "配達完了": "delivered/delivered",
        "お荷物データが登録されておりません": "pending/not_found",
        "雪だるま": "/",
    },
    "japan_post": {
        "引受": "in_transit/accepted",
        "発送": "in_transit/departed_facility",
        "中継": "in_transit/arrived_facility",
        "通過": "in_transit/in_transit",
        "到着": "in_transit/arrived_facility",
        "持ち出し中": "out_for_delivery/on_vehicle",
        "配達希望受付": "in_transit/redelivery_requested",
        "ご不在のため持ち戻り": "delivery_attempted/recipient_absent",
        "休業のため持ち戻り": "delivery_attempted/business_closed",
        "保管": "available_for_pickup/at_post_office",
        "窓口でお渡し": "delivered/pickup_point_collected",
        "お届け先にお届け済み": "delivered/delivered",
        "転送": "in_transit/rerouted",
        "差出人に返送": "returning/other",
        "差出人に返送（保管期間経過）": "returning/unclaimed",
        "差出人に返送済み": "returned/returned_to_sender",
        "国際交換局に到着": "in_transit/arrived_facility",
        "国際交換局から発送": "in_transit/departed_facility",
        "通関手続中": "in_transit/customs_processing",
        "税関検査のため税関へ提示": "in_transit/customs_processing",
        "税関から受領": "in_transit/customs_cleared",
        "調査中": "exception/under_investigation",
        "お問い合わせ番号が見つかりません": "pending/not_found",
        "Arrival at inward office of exchange": "in_transit/arrived_facility",
        "Dispatch from outward office of exchange": "in_transit/departed_facility",
        "Held by import Customs": "exception/customs_held",
        "Absence. Attempted delivery": "delivery_attempted/recipient_absent",
        "Final delivery": "delivered/delivered",
        "Posting/Collection": "in_transit/accepted",
        "雪だるま": "/",
    },
}


@pytest.mark.parametrize(
    ("carrier", "words", "expected"),
    [(carrier, *pair) for carrier, words in WORDS.items() for pair in words.items()],
)
def test_every_word_has_its_meaning_in_any_width_with_any_marks(
    carrier: str, words: str, expected: str
) -> None:
    spaced = " ".join(words) if words.isascii() is False else words
    narrow = unicodedata.normalize("NFKC", words)
    for written in (words, narrow, f"⇒　{words}", f"□ {spaced} "):
        (event,) = rows(carrier, written)
        assert meaning(event) == expected, written


@given(
    asked_on=st.dates(date(2001, 1, 1), date(2099, 12, 31)),
    ages=st.lists(st.integers(-1, 363), min_size=1, max_size=8).map(sorted),
)
def test_a_row_without_a_year_is_the_last_such_day_up_to_the_morrow_of_the_inquiry(
    asked_on: date, ages: list[int]
) -> None:
    days = [asked_on - timedelta(days=age) for age in reversed(ages)]
    told = [{"state": "輸送中", "date": f"{day.month:02}/{day.day:02}"} for day in days]
    shipment = read("yamato", {"inquiry_date": asked_on.isoformat(), "rows": told})
    assert [event.local_time for event in shipment.events] == [day.isoformat() for day in days]


@pytest.mark.parametrize(
    ("asked_on", "printed", "expected"),
    [
        ("2026-01-03", "12/31", "2025-12-31"),
        ("2026-01-03", "01/03", "2026-01-03"),
        # The page was asked for on the eve, or by a clock that is behind Japan's.
        ("2026-01-03", "01/04", "2026-01-04"),
        ("2025-12-31", "01/01", "2026-01-01"),
        ("2026-01-03", "01/05", "2025-01-05"),
        ("9999-12-31", "12/31", "9999-12-31"),
        ("2026-03-01", "02/29", "2024-02-29"),
        ("1903-03-01", "02/29", "1896-02-29"),
        ("2026/01/03", "１２月３１日", "2025-12-31"),
        # 23:30 UTC of 2 January is 3 January in Japan.
        ("2026-01-02T23:30:00Z", "01/03", "2026-01-03"),
        ("", "12/31", ""),
        ("", "2025/12/31", "2025-12-31"),
        ("2026-01-03", "13/45", ""),
    ],
)
def test_years(asked_on: str, printed: str, expected: str) -> None:
    told = [{"state": "輸送中", "date": printed}]
    (event,) = read("yamato", {"inquiry_date": asked_on, "rows": told}).events
    assert event.local_time == expected


def test_midnight_is_no_time_and_identical_rows_are_two_rows() -> None:
    told = [
        {"state": "作業店通過", "date": "07/14", "time": time} for time in ("00:00", "", "8:05")
    ]
    shipment = read("yamato", {"inquiry_date": "2026-07-20", "rows": told})
    assert [event.local_time for event in shipment.events] == [
        "2026-07-14",
        "2026-07-14",
        "2026-07-14T08:05:00+09:00",
    ]
    assert len({row.key for row in place(shipment.events)}) == 3


def test_the_page_order_holds_where_lines_have_no_time() -> None:
    lines = [
        "⇒ 2026年07月12日 11:27 配達は終了致しました。",
        "↑ 2026年07月12日 久喜店から配達に出発致しました。",
        "↑ お荷物をお預かり致しました。",
    ]
    shipment = read("sagawa", {"lines_newest_first": lines})
    read_in_order = [row.event.raw_code for row in place(shipment.events)]
    assert read_in_order == lines[::-1]
    assert fold(place(shipment.events)).status == "delivered"


@pytest.mark.parametrize(
    ("line", "time", "office"),
    [
        ("⇒配達完了　07/12 17:00　博多営業所", "2026-07-12T17:00:00+09:00", "博多営業所"),
        (
            "↓輸送中 2026/07/11 23:40 関東中継センター",
            "2026-07-11T23:40:00+09:00",
            "関東中継センター",
        ),
        ("↑ ７月１１日 城南店を出発致しました。", "2026-07-11", "城南店"),
        ("↑ 営業所でお預かりしております。", "", ""),
    ],
)
def test_lines_of_sagawa(line: str, time: str, office: str) -> None:
    told = {"inquiry_date": "2026-07-13", "lines_newest_first": [line]}
    (event,) = read("sagawa", told).events
    assert (event.local_time, event.location) == (time, office)
    assert event.raw_code == line


def test_a_scan_abroad_has_no_instant() -> None:
    told = [
        {"state": "到着", "date": "2026/03/13", "time": "21:15", "prefecture": "AUSTRALIA"},
        {"state": "到着", "date": "2026/03/14", "time": "21:15", "prefecture": "東京都"},
    ]
    abroad, home = read("japan_post", {"rows": told}).events
    assert (abroad.occurred_at, abroad.local_time) == (None, "2026-03-13T21:15:00")
    assert home.local_time == "2026-03-14T21:15:00+09:00"
    assert (abroad.location, home.location) == ("AUSTRALIA", "東京都, JP")


@pytest.mark.parametrize(
    ("planned", "day", "hours"),
    [
        (["01/02"], date(2026, 1, 2), ()),
        (["12/31", "01/02 14:00-16:00"], date(2026, 1, 2), ("14:00", "16:00")),
        (["18:00-20:00"], None, ()),
        (["02/30"], None, ()),
        (["9999/12/31"], None, ()),
        ([], None, ()),
    ],
)
def test_plans_of_yamato_over_new_year(
    planned: list[str], day: date | None, hours: tuple[str, ...]
) -> None:
    told = {"inquiry_date": "2025-12-30", "planned": planned, "rows": []}
    estimate = read("yamato", told).estimate
    assert (estimate.day if estimate else None) == day
    edges = (estimate.starts_at, estimate.ends_at) if estimate else ()
    assert tuple(edge.strftime("%H:%M") for edge in edges if edge) == hours


def test_the_shapes_of_a_message() -> None:
    parcel = {"number": "4778-1234-0014", "rows": [{"state": "配達完了"}]}
    for message in (parcel, [parcel], {"parcels": [parcel]}, {"carrier": "ヤマト運輸", **parcel}):
        (shipment,) = SOURCES["yamato"](json.dumps(message).encode())
        assert (shipment.tracking_number, shipment.carrier) == (NUMBER, "yamato")


def test_what_the_page_says_over_all_counts_where_there_are_no_rows() -> None:
    told = {"carrier_message": ["このお品物はお届けが済んでおります。"], "rows": []}
    summary = read("yamato", told).summary
    assert summary is not None
    assert summary.status == "delivered"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b"[1]",
        b"null",
        b'{"parcels": {}}',
        b'{"parcels": [{}]}',
        b'{"number": "477812340014"}',
        b'{"number": "----", "rows": []}',
        b'{"carrier": "sagawa", "parcels": [{"number": "1", "rows": []}]}',
        b'{"parcels": [{"carrier": "ups", "number": "1", "rows": []}]}',
        b'{"tracking_code": "EZ1000000001", "status": "delivered"}',
    ],
)
def test_what_is_no_page_of_yamato_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        SOURCES["yamato"](body)
