"""Drop-off points come from tables and from maps; each line that cannot says why."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from commerce.models import Merchant
from integrations.spreadsheets import geojson
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.errors import Unreadable
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.samples import sample_of
from returns.models import DropOffPoint
from returns.serializers.drop_off_cells import COLUMNS, point_cells
from tests.integrations.spreadsheets.conftest import Bring

LINES = """source_id,name,latitude,longitude,opening_hours,carriers,takes_qr
S-1,Corner,35.669,139.708,Mo-Fr 09:00-18:00; PH off,"UPS, ヤマト運輸",no
S-2,Night,35.67,139.71,24/7,,
S-3,Nobody knows,35.68,139.71,,,
"""


def outcomes(batch: Import) -> tuple[int, ...]:
    return (batch.created, batch.changed, batch.unchanged, batch.refused)


def reasons(batch: Import) -> dict[int, str]:
    items = ImportItem.objects.filter(batch=batch, outcome=Outcome.REFUSED)
    return dict(items.values_list("line", "reason"))


def feature(name: str = "Corner", **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"node/{name}",
        "geometry": {"type": "Point", "coordinates": [139.708, 35.669]},
        "properties": {
            "name": name,
            "operator": "Green",
            "opening_hours": "Mo-Su 10:00-22:00",
            "addr:postcode": "150-0001",
            "addr:province": "東京都",
            "addr:city": "渋谷区",
            "addr:quarter": "神宮前",
            "addr:block_number": "1",
            "addr:housenumber": "2",
        },
        **more,
    }


def as_map(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def test_a_table_comes_in_and_again_changes_what_changed(scope: Merchant, run: Bring) -> None:
    assert outcomes(run("drop_off", LINES)) == (3, 0, 0, 0)
    corner = DropOffPoint.objects.get(source_id="S-1")
    assert (corner.carriers, corner.takes_label, corner.takes_qr) == (
        ["ups", "yamato"],
        True,
        False,
    )
    assert (corner.country, corner.time_zone) == ("JP", "Asia/Tokyo")
    assert outcomes(run("drop_off", LINES.replace("24/7", "Mo-Su 06:00-24:00"))) == (0, 1, 2, 0)
    assert DropOffPoint.objects.get(source_id="S-2").opening_hours == "Mo-Su 06:00-24:00"
    assert DropOffPoint.objects.count() == 3


def test_taken_back_the_points_are_as_before(
    scope: Merchant, run: Bring, undo: Callable[[Import], Import]
) -> None:
    run("drop_off", LINES)
    batch = undo(
        run("drop_off", LINES.replace("24/7", "Su 10:00-12:00") + "S-4,New,35.6,139.7,,,\n")
    )
    assert (batch.undone, batch.kept) == (2, 0)
    assert DropOffPoint.objects.get(source_id="S-2").opening_hours == "24/7"
    assert DropOffPoint.objects.get(source_id="S-4").withdrawn_at is not None


def test_each_line_that_cannot_come_in_says_why_and_what_to_do(
    scope: Merchant, check: Bring
) -> None:
    header = "id,name,latitude,longitude,opening_hours,country,time_zone,takes_label,takes_qr"
    lines = [
        "1,A,35.6,139.7,Mo-Fr 9-18,,,,",
        "2,B,north,139.7,,,,,",
        "3,C,95,139.7,,,,,",
        "4,,35.6,139.7,,,,,",
        "5,E,35.6,,,,,,",
        "6,F,35.6,139.7,,Wonderland,,,",
        "7,G,35.6,139.7,,,Mars/Base,,",
        "8,H,35.6,139.7,,,,no,no",
        "9,I,35.6,139.7,PH -1 day off,,,,",
        "10,J,35.6,139.7,24/7,,,,",
        "10,J again,35.6,139.7,24/7,,,,",
    ]
    batch = check("drop_off", "\n".join([header, *lines]))
    told = reasons(batch)
    assert (
        told.pop(2) == "Opening hours: They cannot be read from here on: “9-18”. Write them as in"
        " OpenStreetMap, such as “Mo-Fr 09:00-18:00; PH off”."
    )
    assert told.pop(3) == "Latitude: “north” is no number of degrees, such as 35.669."
    assert "between −90 and 90" in told.pop(4)
    assert told.pop(5) == "Name of the place: The name is missing."
    assert told.pop(6) == "Longitude is missing."
    assert "“Wonderland” is no country" in told.pop(7)
    assert "“Mars/Base” is no time zone" in told.pop(8)
    assert "labels, QR codes, or both" in told.pop(9)
    assert "write those days out" in told.pop(10)
    assert told == {12: "Line 11 of this file tells of the same."}
    assert batch.entries == 1


def test_a_map_comes_in(scope: Merchant, run: Bring) -> None:
    batch = run("drop_off", as_map(feature(), feature("Other", id=None)), "points.geojson")
    assert outcomes(batch) == (2, 0, 0, 0)
    point = DropOffPoint.objects.get(source_id="node/Corner")
    assert (point.address1, point.city, point.operator) == ("神宮前1-2", "渋谷区", "Green")
    assert (point.latitude, point.longitude) == (35.669, 139.708)
    # Without an ID it is known by its name and its place.
    assert DropOffPoint.objects.filter(source_id="Other@35.66900,139.70800").exists()


def test_an_american_map_has_the_number_before_the_street(scope: Merchant, run: Bring) -> None:
    told = feature("Desk", geometry={"type": "Point", "coordinates": [-122.68, 45.53]})
    told["properties"] = {
        "brand": "Drop & Go",
        "branch": "Pearl",
        "addr:street": "NW Example St",
        "addr:housenumber": "12",
        "addr:country": "US",
        "tags": {"deep": [1]},
        "drive_through": True,
    }
    assert outcomes(run("drop_off", as_map(told))) == (1, 0, 0, 0)
    point = DropOffPoint.objects.get()
    assert (point.name, point.address1) == ("Drop & Go Pearl", "12 NW Example St")
    assert (point.country, point.time_zone) == ("US", "America/Los_Angeles")
    assert point.opening_hours == ""


def test_features_that_are_no_places_are_refused_one_by_one(scope: Merchant, check: Bring) -> None:
    area = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    odd = {"type": "Point", "coordinates": ["x", 1]}
    huge = {"type": "Point", "coordinates": [10**400, 1]}
    batch = check(
        "drop_off",
        as_map(
            feature(),
            feature("Area", geometry=area),
            feature("Odd", geometry=odd),
            feature("Huge", geometry=huge),
            feature("None", geometry=None),
        ),
    )
    told = reasons(batch)
    assert "drawn as a Polygon" in told.pop(2)
    assert told == dict.fromkeys((3, 4, 5), "Latitude is missing. Longitude is missing.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "FeatureCollection", "features": [', "damaged"),
        ('{"type": "Feature"}', "no list of features"),
        ('{"features": {}}', "no list of features"),
        ('{"features": [{"geometry": NaN}]}', "damaged"),
        ('{"features": ' + "[" * 100_000 + "]" * 100_000 + "}", "damaged"),
        ('{"features": []}', "line below it"),
        ('{"features": "\xff"}'.encode("latin-1"), "damaged"),
    ],
)
def test_a_map_that_cannot_be_read_says_so(
    scope: Merchant, upload: Bring, text: str | bytes, words: str
) -> None:
    with pytest.raises(Unreadable, match=words):
        upload("drop_off", text, "points.geojson")


def test_a_map_has_its_limits(
    scope: Merchant, upload: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson, "MOST_FEATURES", 1)
    with pytest.raises(Unreadable, match="more than 1 features"):
        upload("drop_off", as_map(feature(), feature("B")))
    monkeypatch.setattr(geojson, "MOST_BYTES", 200)
    with pytest.raises(Unreadable, match="at most"):
        upload("drop_off", as_map(feature()))


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_our_sample_comes_in(scope: Merchant, run: Bring, locale: str) -> None:
    header, rows = sample_of("drop_off", locale)
    quoted = [",".join(f'"{cell}"' for cell in row) for row in [header, *rows]]
    assert outcomes(run("drop_off", "\n".join(quoted))) == (2, 0, 0, 0)


def test_what_was_exported_comes_back_unchanged(scope: Merchant, run: Bring) -> None:
    run("drop_off", LINES)
    rows = [list(COLUMNS), *point_cells(DropOffPoint.objects.all())]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    DropOffPoint.objects.all().delete()
    before = LINES.count("\n") - 1
    assert outcomes(run("drop_off", text)) == (before, 0, 0, 0)
    assert outcomes(run("drop_off", text)) == (0, 0, before, 0)
