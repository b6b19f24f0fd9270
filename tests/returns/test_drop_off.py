"""Drop-off points: kept once an ID, found near a place, taking only what they take."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from commerce.models import Merchant, Order
from commerce.ports import Person
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import LabelFileKind, OpenWhen, Outcome, ReturnMethod
from returns.errors import DropOffNotTaken, DropOffUnreadable, InvalidTransition
from returns.models import DropOffPoint, Return
from returns.rules.distances import Spot
from returns.rules.drop_off import Need, PointFacts
from returns.selectors.drop_off import access_point, has_points, search_points
from returns.selectors.parcels import need_of
from returns.serializers.drop_off import distance_words
from returns.serializers.sending import represent_sending
from returns.services.drop_off import (
    choose_drop_off,
    put_point,
    restore_point,
    snapshot,
    withdraw_point,
)
from returns.services.labels import upload_label
from returns.services.personal import KEEPER
from tests.returns.conftest import STAFF, ask, fresh, line_ids
from tests.returns.labels import PDF, offer
from tests.returns.points import LONG_AGO, facts, put, put_some

# A Tuesday, 12:00 in Tokyo.
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEED = Need(method="drop_off", country="JP")
HERE = Spot(35.6690, 139.7080)


def hand_in(order: Order, point: DropOffPoint) -> Return:
    """Ask for a return that is handed in at a point."""
    return services.request_return(
        order_id=order.public_id,
        wishes=[services.Wish(line=line_ids(order)[0], quantity=1, reason="too_small")],
        outcome=Outcome.REFUND,
        at=NOW,
        actor="shopper",
        drop_off=point.public_id,
    )


def counted(search: dict[str, Any]) -> int:
    """Return how many queries a search takes."""
    with CaptureQueriesContext(connection) as queries:
        names(**search)
    return len(queries)


def names(**options: Any) -> list[str]:
    need = options.pop("need", NEED)
    found = search_points(need, **{"at": NOW, **options}).found
    return [one.point.source_id for one in found]


def test_a_point_told_again_is_the_same_one(scope: Merchant) -> None:
    first = put("S-1")
    assert (first.country, first.time_zone) == ("JP", "Asia/Tokyo")
    again, is_changed = put_point(facts("S-1"), at=NOW, actor=STAFF)
    assert (again.pk, is_changed, again.changed_at) == (first.pk, False, LONG_AGO)
    other, is_changed = put_point(facts("S-1", name="Moved"), at=NOW, actor=STAFF)
    assert (other.pk, is_changed, other.name) == (first.pk, True, "Moved")
    withdraw_point(first.public_id, at=NOW, actor=STAFF)
    withdraw_point(first.public_id, at=NOW, actor=STAFF)
    assert not has_points(NEED)
    back, is_changed = put_point(facts("S-1", name="Moved"), at=NOW, actor=STAFF)
    assert (back.pk, is_changed, back.withdrawn_at) == (first.pk, True, None)
    types = EventRecord.objects.filter(type__startswith="drop_off").order_by("id")
    assert [one.type.partition(".")[2] for one in types] == ["saved", "saved", "withdrawn", "saved"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": ""}, "name", "missing"),
        ({"latitude": 91.0}, "latitude", "between"),
        ({"latitude": float("nan")}, "latitude", "between"),
        ({"longitude": -181.0}, "longitude", "between"),
        ({"time_zone": "Asia/Tokio"}, "time_zone", "Asia/Tokio"),
        ({"country": "Japan"}, "country", "two letters"),
        ({"latitude": 0.0, "longitude": -150.0}, "country", "two letters"),
        ({"takes_label": False, "takes_qr": False}, "takes_qr", "labels"),
        ({"opening_hours": "9-18"}, "opening_hours", "“9-18”. Write them as in OpenStreetMap"),
        ({"opening_hours": "PH -1 day off"}, "opening_hours", "write those days out"),
        ({"postcode": "1" * 21}, "postcode", "longer than 20"),
    ],
)
def test_what_cannot_be_a_point_says_which_part_and_why(
    scope: Merchant, changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(DropOffUnreadable) as error:
        put("S-1", **changes)
    assert error.value.field == field
    assert words in error.value.detail
    assert not DropOffPoint.objects.exists()


def test_the_nearest_come_first(scope: Merchant) -> None:
    put_some()
    searched = search_points(NEED, spot=HERE, at=NOW)
    assert [one.point.source_id for one in searched.found] == ["day", "always", "unknown"]
    assert [round(one.away or 0, 2) for one in searched.found] == [0.0, 0.33, 0.78]
    assert searched.nearest
    assert not searched.is_about


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("150-0001", ["day", "always", "unknown"]),
        ("〒１５０−０００１", ["day", "always", "unknown"]),
        ("1500099", ["day", "always", "unknown"]),
        ("東京都渋谷区神宮前5-42-13", ["day", "always", "unknown"]),
        ("渋谷区", ["day", "always", "unknown"]),
        ("大阪府大阪市北区梅田9-9", ["osaka"]),
        ("Umeda", ["osaka"]),
        ("nowhere at all", []),
        ("999-9999", []),
    ],
)
def test_a_place_is_found_as_people_write_it(scope: Merchant, typed: str, found: list[str]) -> None:
    put_some()
    assert sorted(names(typed=typed)) == sorted(found)


def test_words_that_fit_in_several_towns_name_no_place(scope: Merchant) -> None:
    put_some()
    searched = search_points(NEED, typed="0-0", at=NOW)
    assert {one.point.source_id for one in searched.found} == {"day", "always", "unknown", "osaka"}
    assert not searched.nearest
    assert {one.away for one in searched.found} == {None}


def test_only_what_is_surely_open_is_shown_as_open(scope: Merchant) -> None:
    put_some()
    assert names(spot=HERE, when=OpenWhen.NOW) == ["day", "always"]
    assert names(spot=HERE, when=OpenWhen.LATE) == ["always"]
    night = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert names(spot=HERE, when=OpenWhen.NOW, at=night) == ["always"]
    holiday = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert names(spot=HERE, when=OpenWhen.NOW, at=holiday) == ["always"]


def test_a_point_takes_what_it_takes(scope: Merchant) -> None:
    put("yamato", carriers=("ヤマト運輸",), takes_qr=False)
    put("codes", carriers=("Sagawa", "Yamato"), takes_label=False, latitude=35.67)
    put("any", latitude=35.68)
    label = Need(method="label", country="JP", carriers=("yamato",))
    assert names(need=label, spot=HERE) == ["yamato", "any"]
    assert names(need=Need(method="qr", country="JP"), spot=HERE) == ["codes", "any"]
    sagawa = Need(method="drop_off", country="JP", carriers=("sagawa",))
    assert names(need=sagawa, spot=HERE) == ["codes", "any"]
    assert not has_points(Need(method="drop_off", country="US"))


def test_handing_in_is_offered_where_there_is_a_point(scope: Merchant, bought: Order) -> None:
    offer(ReturnMethod.DROP_OFF, ReturnMethod.OWN)
    assert ask(bought, NOW, (0, 1, "too_small")).method == "own"
    put("abroad", country="US", latitude=45.5, longitude=-122.6)
    assert ask(bought, NOW, (0, 1, "too_small")).method == "own"
    put("here")
    assert ask(bought, NOW, (1, 1, "too_small")).method == "drop_off"


def test_the_chosen_point_stays_with_the_return(scope: Merchant, bought: Order) -> None:
    offer(ReturnMethod.DROP_OFF)
    point, other = put("S-1"), put("S-2", carriers=("Sagawa",), name="Second")
    case = hand_in(bought, point)
    assert fresh(case).drop_off == point
    told = represent_sending(fresh(case))
    assert told["drop_off"]["name"] == "Counter S-1"
    assert told["drop_off"]["address_lines"] == ["〒150-0001", "東京都渋谷区神宮前0-0-1"]
    asked = {"return_id": case.public_id, "at": NOW, "actor": "shopper"}
    choose_drop_off(point_id=other.public_id, **asked)
    choose_drop_off(point_id=other.public_id, **asked)
    assert fresh(case).drop_off == other
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    upload_label(
        return_id=case.public_id,
        file=PDF,
        kind=LabelFileKind.LABEL,
        tracking_number="1234-1234-1233",
        carrier="ヤマト運輸",
        at=NOW,
        actor=STAFF,
    )
    # Its label is of another carrier now.
    assert need_of(fresh(case)).carriers == ("yamato",)
    with pytest.raises(DropOffNotTaken):
        choose_drop_off(point_id=other.public_id, **asked)
    choose_drop_off(point_id="", **asked)
    assert fresh(case).drop_off is None
    withdraw_point(point.public_id, at=NOW, actor=STAFF)
    with pytest.raises(DropOffNotTaken):
        choose_drop_off(point_id=point.public_id, **asked)
    services.mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    with pytest.raises(InvalidTransition):
        choose_drop_off(point_id="", **asked)
    chosen = EventRecord.objects.filter(type="return.drop_off_chosen").order_by("id")
    assert [one.payload["point_id"] for one in chosen] == [point.public_id, other.public_id, ""]


def test_a_point_withdrawn_meanwhile_leaves_the_request_alone(
    scope: Merchant, bought: Order
) -> None:
    offer(ReturnMethod.DROP_OFF)
    put("stays")
    gone = withdraw_point(put("gone").public_id, at=NOW, actor=STAFF)
    case = hand_in(bought, gone)
    assert (case.method, fresh(case).drop_off) == ("drop_off", None)


def test_where_somebody_hands_in_is_handed_out_and_forgotten(
    scope: Merchant, bought: Order
) -> None:
    offer(ReturnMethod.DROP_OFF)
    case = hand_in(bought, put("S-1"))
    person = Person(customer_id="", order_ids=(bought.public_id,), emails=(), words=())
    assert KEEPER.export(person)[0]["drop_off"] == "Counter S-1"
    KEEPER.erase(person, NOW)
    assert fresh(case).drop_off is None


def test_a_point_is_put_back_as_it_was_unless_it_was_changed_since(scope: Merchant) -> None:
    point = put("S-1")
    before = snapshot(point)
    changed = put("S-1", name="Other")
    after = snapshot(changed)
    assert restore_point(point.public_id, before, after, at=NOW, actor=STAFF) == ""
    assert access_point(point.public_id).name == "Counter S-1"
    assert "changed" in restore_point(point.public_id, before, after, at=NOW, actor=STAFF)
    assert restore_point(point.public_id, None, before, at=NOW, actor=STAFF) == ""
    assert access_point(point.public_id).withdrawn_at == NOW


def test_nobody_elses_points(scope: Merchant, other_merchant: Merchant) -> None:
    point = put("S-1")
    with merchant_scope(other_merchant.pk):
        with pytest.raises(Http404):
            access_point(point.public_id)
        assert names(spot=HERE) == []
        put("S-1")
    assert names(spot=HERE) == ["S-1"]


def test_a_search_asks_as_little_of_many_points_as_of_few(scope: Merchant) -> None:
    put("S-0")
    searches: tuple[dict[str, Any], ...] = (
        {"spot": HERE},
        {"typed": "150-0001"},
        {"typed": "nowhere 99"},
    )
    few = [counted(search) for search in searches]
    made = [
        DropOffPoint(
            **{
                **vars_of(facts(f"M-{number}", latitude=35.6 + number % 100 / 1000)),
                "longitude": 139.6 + number // 100 / 100,
            }
        )
        for number in range(2000)
    ]
    DropOffPoint.objects.bulk_create(made)
    many = [counted(search) for search in searches]
    assert all(after <= before for after, before in zip(many, few, strict=True)), (few, many)
    assert 20 <= len(names(spot=HERE)) <= 200


def vars_of(told: PointFacts) -> dict[str, Any]:
    return {
        **asdict(told),
        "carriers": [],
        "country": "JP",
        "time_zone": "Asia/Tokyo",
        "changed_at": NOW,
        "postcode_key": "1500001",
    }


def test_across_the_date_line(scope: Merchant) -> None:
    options = {"country": "NZ", "time_zone": "Pacific/Auckland"}
    put("west", latitude=-17.0, longitude=179.99, **options)
    put("east", latitude=-17.0, longitude=-179.99, **options)
    need = Need(method="drop_off", country="NZ")
    assert names(need=need, spot=Spot(-17.0, 179.999)) == ["west", "east"]
    assert names(need=need, spot=Spot(-17.0, -179.999)) == ["east", "west"]


@pytest.mark.parametrize(
    ("kilometres", "country", "words"),
    [(0.004, "JP", "10 m"), (0.347, "JP", "350 m"), (1.24, "JP", "1.2 km"), (1.24, "US", "0.8 mi")],
)
def test_distances_in_words(kilometres: float, country: str, words: str) -> None:
    assert distance_words(kilometres, country) == words
