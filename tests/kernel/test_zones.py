"""Time zones by country."""

from zoneinfo import ZoneInfo

from postexp.kernel.zones import zones_of


def test_a_country_has_every_zone_a_place_in_it_may_have() -> None:
    assert zones_of("JP") == ("Asia/Tokyo",)
    assert set(zones_of("pt")) == {"Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"}
    assert zones_of("") == zones_of("XX") == ()
    assert all(ZoneInfo(zone) for zone in zones_of("US"))
