"""Which carrier a number belongs to: shapes, check digits, reasons, and a shop's habits."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tracking.rules import carrier_of, number_key
from tracking.rules.detection import Ground, detect_carriers, learn_habits, surest
from tracking.rules.detection.checksums import CHECKS
from tracking.rules.detection.formats import couriers, formats, plain
from tracking.serializers.candidates import candidate_rows, represent_candidates

S10 = "s10"


def listed(kind: str) -> list[Any]:
    """Return the numbers the courier data lists as valid or invalid, with format and carrier."""
    return [
        pytest.param(
            number,
            courier["courier_code"],
            told["name"],
            (told.get("countries") or [""])[0],
            id=f"{courier['courier_code']} {told['name']} {number.strip()}",
        )
        for courier in couriers()
        for told in courier["tracking_numbers"]
        for number in told["test_numbers"][kind]
    ]


def carriers(number: str, **more: Any) -> list[str]:
    return [one.carrier.slug for one in detect_carriers(number, **more)]


def shapes(number: str, country: str) -> set[str]:
    """Return the shapes by which a number has candidates."""
    found = detect_carriers(number, country=country)
    return {one.reasons[0].detail for one in found}


@pytest.mark.parametrize(("number", "code", "shape", "country"), listed("valid"))
def test_the_right_carrier_is_among_the_candidates(
    number: str, code: str, shape: str, country: str
) -> None:
    if code == S10:
        assert shape in shapes(number, country)
    else:
        assert carrier_of(code).slug == code
        assert code in carriers(number, country=country)


@pytest.mark.parametrize(("number", "code", "shape", "country"), listed("invalid"))
def test_an_invalid_number_is_refused(number: str, code: str, shape: str, country: str) -> None:
    assert shape not in shapes(number, country)
    assert code not in carriers(number, country=country)


CHECKED = [
    (one, plain(number))
    for courier in couriers()
    for told in courier["tracking_numbers"]
    for number in told["test_numbers"]["valid"][:1]
    for one in formats()
    if one.checksum and one.name == told["name"]
]


@pytest.mark.parametrize(("shape", "number"), CHECKED, ids=lambda one: getattr(one, "name", one))
def test_every_other_check_digit_is_refused(shape: Any, number: str) -> None:
    number = number.replace("-", "")
    found = shape.match(number)
    assert found is not None
    place = shape.pattern.fullmatch(number).start("CheckDigit")
    others = {str(digit) for digit in range(10)} - {number[place]}
    for digit in others:
        assert shape.match(number[:place] + digit + number[place + 1 :]) is None


@given(st.integers(0, 10**11 - 1))
def test_a_japanese_number_needs_the_rest_by_seven(serial: int) -> None:
    japanese = {"yamato", "sagawa", "japan_post", "jp_express_pelican"}
    for digit in range(10):
        number = f"{serial:011}{digit}"
        right = serial % 7 == digit and len(set(number)) > 1
        assert (japanese <= set(carriers(number))) is right
        assert bool(japanese & set(carriers(number))) is right


@given(st.text(max_size=50))
def test_any_text_has_an_answer(text: str) -> None:
    found = detect_carriers(text, country="JP")
    assert [one.likelihood for one in found] == sorted(
        (one.likelihood for one in found), reverse=True
    )
    assert sum(one.likelihood for one in found) < 1


@given(st.sampled_from(["1Z5R89390357567127", "TBA000000000000", "249701431674", "RB123456785GB"]))
def test_width_case_blanks_and_dashes_do_not_matter(number: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    dashed = f"{number[:4]}‐{number[4:8]}-{number[8:]}"
    spaced = f"\u3000{number[:4]} {number[4:]}\u200b\n"
    for told in (wide, number.lower(), dashed, spaced):
        assert carriers(told) == carriers(number)
        assert detect_carriers(told)[0].tracking_url == detect_carriers(number)[0].tracking_url


def test_a_dash_that_belongs_to_the_number_is_read() -> None:
    assert "lasership" in carriers("1LS7119013618127-1")


@pytest.mark.parametrize("number", ["", " ", "000000000000", "0000-0000-0000", "1111111111"])
def test_a_placeholder_is_no_number(number: str) -> None:
    assert detect_carriers(number) == []


def test_an_international_number_is_of_the_post_of_its_country() -> None:
    [british] = detect_carriers("RB123456785GB")
    assert (british.carrier.slug, british.service) == ("royal_mail", "Letter Post Registered")
    [japanese] = detect_carriers("EE123456785JP")
    assert (japanese.carrier.slug, japanese.service) == ("japan_post", "EMS")
    [verdean] = detect_carriers("RB123456785CV")
    assert verdean.carrier.name == "Correios de Cabo Verde"
    assert verdean.carrier.slug == "correios_de_cabo_verde"
    assert detect_carriers("RB123456785ZZ") == []


def test_the_service_is_told_where_the_number_says_it() -> None:
    [ups] = detect_carriers("1Z5R89390357567127")
    assert ups.service == "UPS United States Ground"
    [registered] = (
        one for one in detect_carriers("131-12-38385-2") if one.carrier.slug == "japan_post"
    )
    assert registered.service == "Registered"


def test_japanese_numbers_are_ranked_by_what_was_seen() -> None:
    assert carriers("249701431674", country="JP")[0] == "yamato"
    assert carriers("600078420325", country="JP")[0] == "sagawa"
    assert carriers("317409136693", country="JP")[0] == "japan_post"
    found = detect_carriers("249701431674", country="JP")
    assert [one.carrier.slug for one in found][-1] == "jp_express_pelican"
    assert [reason.ground for reason in found[0].reasons] == [
        Ground.CHECK_DIGIT,
        Ground.LEAD,
        Ground.COUNTRY,
    ]


def test_the_country_ranks() -> None:
    number = "287809468872"
    assert carriers(number, country="CA")[0] == "purolator"
    assert carriers(number, country="US")[0] == "fedex"


FEDEX_BY_CHANCE = "600086515502"
"""Sagawa's number with a wrong last digit, which FedEx's check digit fits."""


def test_a_slip_in_a_number_of_home_is_not_taken_for_another_carriers() -> None:
    assert carriers(FEDEX_BY_CHANCE, country="JP") == []
    # Whoever sends with FedEx writes such numbers, and nothing tells where a bare number is from.
    habits = learn_habits([("986578788855", "fedex")])
    assert carriers(FEDEX_BY_CHANCE, country="JP", habits=habits) == ["fedex"]
    assert carriers(FEDEX_BY_CHANCE) == carriers(FEDEX_BY_CHANCE, country="US") == ["fedex"]


@given(st.integers(0, 10**12 - 1))
def test_in_japan_twelve_digits_are_of_a_japanese_carrier_or_of_nobody(serial: int) -> None:
    japanese = {"yamato", "sagawa", "japan_post", "jp_express_pelican"}
    number = f"{serial:012}"
    found = carriers(number, country="JP")
    right = int(number[:11]) % 7 == int(number[11]) and len(set(number)) > 1
    assert (found[:1] != []) is right
    assert set(found[:1]) <= japanese


def test_a_shape_of_one_country_counts_there_alone() -> None:
    assert "dhl" in carriers("201298452277", country="DE")
    assert "dhl" not in carriers("201298452277")


class TestSure:
    """A candidate is taken unasked from nine chances in ten on."""

    @pytest.mark.parametrize(
        "number", ["1Z5R89390357567127", "TBA000000000000", "RB123456785GB", "YT2229521272164446"]
    )
    def test_letters_that_name_the_carrier_are_enough(self, number: str) -> None:
        candidates = detect_carriers(number)
        assert surest(candidates) == candidates[0]

    def test_a_check_digit_alone_is_not(self) -> None:
        candidates = detect_carriers("3318810025")
        assert carriers("3318810025") == ["dhl"]
        assert surest(candidates) is None

    def test_nor_is_a_number_of_four_carriers(self) -> None:
        assert surest(detect_carriers("249701431674", country="JP")) is None

    def test_the_shop_s_own_parcels_decide(self) -> None:
        habits = learn_habits([("4970-1234-5675", "sagawa")] * 20)
        candidates = detect_carriers("400012345670", country="JP", habits=habits)
        taken = surest(candidates)
        assert taken is not None
        assert taken.carrier.slug == "sagawa"
        [history] = [one for one in taken.reasons if one.ground is Ground.HISTORY]
        assert (history.count, history.among) == (20, 20)

    def test_a_shop_with_two_carriers_is_told_apart_by_ranges(self) -> None:
        shop = [("249701431674", "yamato")] * 20 + [("600078420325", "sagawa")] * 20
        habits = learn_habits(shop)
        for number, right in (("249702481335", "yamato"), ("600079799966", "sagawa")):
            taken = surest(detect_carriers(number, country="JP", habits=habits))
            assert taken is not None
            assert taken.carrier.slug == right
        assert surest(detect_carriers("400012345670", country="JP", habits=habits)) is None

    def test_a_carrier_of_other_numbers_is_likelier(self) -> None:
        number = "JJD0099999999"
        before = {one.carrier.slug: one.likelihood for one in detect_carriers(number)}
        habits = learn_habits([("3318810025", "dhl")])
        [dhl] = [one for one in detect_carriers(number, habits=habits) if "dhl" in one.carrier.slug]
        assert dhl.likelihood > before["dhl"]
        assert dhl.reasons[-1].ground is Ground.OWN


def test_every_check_is_used_and_every_checksum_known() -> None:
    used = {one.checksum["name"] for one in formats() if one.checksum}
    assert used == set(CHECKS)


def test_keys_and_numbers_give_the_same_candidates() -> None:
    assert carriers(number_key("4000-1234-5670")) == carriers("4000-1234-5670")


class TestCommand:
    def run(self, *arguments: str) -> Any:
        out = StringIO()
        call_command("detect_carrier", *arguments, stdout=out)
        return json.loads(out.getvalue())

    def test_candidates_are_printed_as_json(self) -> None:
        [ups] = self.run("1Z5R89390357567127")
        assert ups == {
            "carrier": "ups",
            "name": "UPS",
            "reason": "The number has the shape “UPS”, check digit included.",
            "service": "UPS United States Ground",
            "tracking_url": "https://www.ups.com/track?tracknum=1Z5R89390357567127",
        }

    def test_the_country_is_heard(self) -> None:
        found = self.run("249701431674", "--country", "jp")
        assert [one["carrier"] for one in found][:3] == ["yamato", "sagawa", "japan_post"]
        assert "shop’s country (JP)" in found[0]["reason"]

    @pytest.mark.parametrize("country", ["ZZ", "Japan", "J", "日本", "EU", "001"])
    def test_an_unknown_country_is_one_clear_line(self, country: str) -> None:
        with pytest.raises(CommandError, match=r"^'.*' is no country: name it by two letters"):
            self.run("249701431674", f"--country={country}")

    def test_a_number_that_fits_none_prints_an_empty_list(self) -> None:
        assert self.run("1Z5R89390357567128") == []


def test_reasons_are_told_in_the_reader_s_language() -> None:
    habits = learn_habits([("249701431674", "yamato")] * 3 + [("600078420325", "sagawa")])
    candidates = detect_carriers("249701431674", country="JP", habits=habits)
    english = candidate_rows(candidates)[0]
    assert english["reasons"][-1] == ("3 of the shop’s last 4 numbers of this shape went with it.")
    with translation.override("ja"):
        japanese = represent_candidates(candidates)[0]
    assert japanese["name"] == "ヤマト運輸"
