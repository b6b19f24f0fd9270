"""Addresses, by the custom of their country."""

import pytest

from commerce.rules import address_lines, country_name

TOKYO = {
    "name": "佐藤 花",
    "postcode": "1500001",
    "country": "JP",
    "province": "東京都",
    "city": "渋谷区",
    "address1": "神宮前1-2-3",
    "address2": "コーポ青山 402",
    "company": "",
}


def test_japan_from_the_prefecture_down() -> None:
    assert address_lines(TOKYO, "en") == [
        "〒150-0001",
        "東京都渋谷区神宮前1-2-3",
        "コーポ青山 402",
    ]


@pytest.mark.parametrize("province", ["Tōkyō", "Tokyo", "tokyo-to", "JP-13", "東京都"])
def test_a_prefecture_of_a_japanese_address_is_japanese(province: str) -> None:
    assert address_lines({**TOKYO, "province": province}, "ja")[1] == "東京都渋谷区神宮前1-2-3"


@pytest.mark.parametrize(
    ("province", "japanese"),
    [
        ("Hokkaidō", "北海道"),
        ("Ōsaka", "大阪府"),
        ("JP-47", "沖縄県"),
        ("Kantō", "Kantō"),
        ("", ""),
    ],
)
def test_prefectures_are_known_by_name_and_code(province: str, japanese: str) -> None:
    line = address_lines({**TOKYO, "province": province}, "ja")[1]
    assert line == f"{japanese}渋谷区神宮前1-2-3"


def test_an_address_in_latin_letters_stays_in_them() -> None:
    latin = {**TOKYO, "province": "Tōkyō", "city": "", "address1": " 1-2-3 Jingumae"}
    assert address_lines(latin, "en")[1] == "Tōkyō1-2-3 Jingumae"


@pytest.mark.parametrize("written", ["150-0001", "〒1500001", "1500001"])
def test_a_japanese_postcode_has_its_sign_and_dash(written: str) -> None:
    assert address_lines({**TOKYO, "postcode": written}, "ja")[0] == "〒150-0001"


def test_an_odd_postcode_stays_as_it_is() -> None:
    assert address_lines({**TOKYO, "postcode": "15"}, "ja")[0] == "〒15"
    assert address_lines({**TOKYO, "postcode": ""}, "ja")[0].startswith("東京都")


def test_elsewhere_from_the_street_up() -> None:
    portland = {
        "company": "Pine Co.",
        "address1": "12 Harbor St",
        "city": "Portland",
        "province": "ME",
        "postcode": "04101",
        "country": "US",
    }
    assert address_lines(portland, "en") == [
        "Pine Co.",
        "12 Harbor St",
        "Portland, ME 04101",
        "United States",
    ]
    assert address_lines(portland, "ja")[-1] == "アメリカ合衆国"


def test_nothing_known_is_no_line() -> None:
    assert address_lines({}, "en") == []


def test_a_country_nobody_knows_keeps_its_code() -> None:
    assert country_name("QX", "en") == "QX"
    assert country_name("JP", "xx-nonsense") == "JP"
