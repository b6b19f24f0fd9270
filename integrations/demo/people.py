"""Who buys in the demo shops. Every address ends where no mail can go."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

OURS = "demo-"
"""What the ids of shoppers begin with in a shop that has customers of its own."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """A shopper as the pretended platform knows them."""

    external_id: int
    family_name: str
    given_name: str
    family_kana: str
    given_kana: str
    email: str
    phone: str
    address: dict[str, str]


JAPANESE = (
    ("佐藤", "サトウ", "sato"),
    ("鈴木", "スズキ", "suzuki"),
    ("高橋", "タカハシ", "takahashi"),
    ("田中", "タナカ", "tanaka"),
    ("伊藤", "イトウ", "ito"),
    ("渡辺", "ワタナベ", "watanabe"),
    ("山本", "ヤマモト", "yamamoto"),
    ("中村", "ナカムラ", "nakamura"),
    ("小林", "コバヤシ", "kobayashi"),
    ("加藤", "カトウ", "kato"),
)
JAPANESE_GIVEN = (
    ("陽菜", "ヒナ", "hina"),
    ("結衣", "ユイ", "yui"),
    ("蓮", "レン", "ren"),
    ("湊", "ミナト", "minato"),
    ("葵", "アオイ", "aoi"),
    ("健太", "ケンタ", "kenta"),
    ("さくら", "サクラ", "sakura"),
    ("大輔", "ダイスケ", "daisuke"),
)
JAPANESE_PLACES = (
    ("150-0001", "東京都", "渋谷区", "神宮前5-42-13"),
    ("530-0001", "大阪府", "大阪市北区", "梅田2-4-9"),
    ("460-0008", "愛知県", "名古屋市中区", "栄3-15-27"),
    ("810-0001", "福岡県", "福岡市中央区", "天神1-8-1"),
    ("060-0042", "北海道", "札幌市中央区", "大通西4-1"),
    ("600-8216", "京都府", "京都市下京区", "烏丸通塩小路下る901"),
    ("980-0811", "宮城県", "仙台市青葉区", "一番町3-7-1"),
)
AMERICAN = ("Carter", "Nguyen", "Johnson", "Garcia", "Miller", "Davis", "Lopez", "Wilson", "Reed")
AMERICAN_GIVEN = ("Ava", "Liam", "Sofia", "Noah", "Mia", "Ethan", "Zoe", "Lucas", "Ruby")
AMERICAN_PLACES = (
    ("97209", "OR", "Portland", "1220 NW Lovejoy St"),
    ("11201", "NY", "Brooklyn", "88 Adams St"),
    ("60614", "IL", "Chicago", "2045 N Halsted St"),
    ("78704", "TX", "Austin", "1501 S 1st St"),
    ("98101", "WA", "Seattle", "401 Pike St"),
    ("02116", "MA", "Boston", "220 Newbury St"),
)


def japanese(number: int, chance: Random) -> Person:
    """Return a shopper in Japan."""
    family, family_kana, family_roman = chance.choice(JAPANESE)
    given, given_kana, given_roman = chance.choice(JAPANESE_GIVEN)
    postcode, province, city, street = chance.choice(JAPANESE_PLACES)
    phone = f"090-{number % 9000 + 1000:04d}-{chance.randrange(10000):04d}"
    return Person(
        external_id=810_000 + number,
        family_name=family,
        given_name=given,
        family_kana=family_kana,
        given_kana=given_kana,
        email=f"{given_roman}.{family_roman}{number}@example.jp",
        phone=phone,
        address={
            "name": f"{family} {given}",
            "zip": postcode,
            "province": province,
            "city": city,
            "address1": street,
            "country_code": "JP",
            "phone": phone,
        },
    )


def american(number: int, chance: Random) -> Person:
    """Return a shopper in the United States."""
    family, given = chance.choice(AMERICAN), chance.choice(AMERICAN_GIVEN)
    postcode, province, city, street = chance.choice(AMERICAN_PLACES)
    phone = f"+1 503-555-{number % 10000:04d}"
    return Person(
        external_id=120_000 + number,
        family_name=family,
        given_name=given,
        family_kana="",
        given_kana="",
        email=f"{given.lower()}.{family.lower()}{number}@example.com",
        phone=phone,
        address={
            "name": f"{given} {family}",
            "zip": postcode,
            "province": province,
            "city": city,
            "address1": street,
            "country_code": "US",
            "phone": phone,
        },
    )
