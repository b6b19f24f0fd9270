"""The two demo shops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from commerce.rules import SiteWords
from integrations.demo import people
from integrations.demo.catalogue import HARBOR, KOMOREBI, DemoProduct


@dataclass(frozen=True, kw_only=True)
class DemoShop:
    """A shop: its settings, its goods, its shoppers, and how its parcels travel.

    `places` are the stops of a parcel: from the shop's depot to the last one before the door.
    `prices` are what a thousand messages cost the shop, by channel, in minor units.
    """

    settings: dict[str, Any]
    domain: str
    products: tuple[DemoProduct, ...]
    person: Callable[[int, Random], people.Person]
    carriers: tuple[str, ...]
    depot: tuple[str, str]
    tax_included: bool
    tax_rate: tuple[int, int]
    delivery: int
    free_from: int
    coupon: tuple[str, int]
    return_address: tuple[str, ...]
    prices: dict[str, int]

    @property
    def slug(self) -> str:
        """The shop's name in addresses."""
        return str(self.settings["slug"])

    @property
    def currency(self) -> str:
        """The shop's currency."""
        return str(self.settings["currency"])

    @property
    def country(self) -> str:
        """The shop's country."""
        return str(self.settings["country"])


SHOPS = (
    DemoShop(
        settings={
            "slug": "komorebi",
            "name_en": "Komorebi Goods",
            "name_ja": "こもれび雑貨店",
            "default_locale": "ja",
            "time_zone": "Asia/Tokyo",
            "currency": "JPY",
            "country": "JP",
            "theme": {"accent": "#2f6b4f"},
            "site_words": SiteWords(
                footer_en="Packed by hand in Toyosu, Tokyo.",
                footer_ja="東京・豊洲の小さな倉庫から、ひとつずつお包みしてお届けします。",
            ).kept(),
            "site_url": "https://komorebi.example",
            "support_email": "help@komorebi.example",
            "support_phone": "03-1234-5678",
            "hours_en": "Monday to Friday, 10:00–17:00",
            "hours_ja": "平日 10:00〜17:00",
            "is_demo": True,
        },
        domain="komorebi-demo.myshopify.com",
        products=KOMOREBI,
        person=people.japanese,
        carriers=("ヤマト運輸", "佐川急便", "日本郵便"),
        depot=("東京都", "江東区"),
        tax_included=True,
        tax_rate=(100_000, 10),
        delivery=660,
        free_from=11_000,
        coupon=("AKI500", 500),
        return_address=("〒135-0061", "東京都江東区豊洲0-0-0", "こもれび雑貨店 返品係"),
        prices={"email": 150, "sms": 8500, "line": 3000},
    ),
    DemoShop(
        settings={
            "slug": "harbor",
            "name_en": "Harbor & Pine",
            "name_ja": "ハーバー＆パイン",
            "default_locale": "en",
            "time_zone": "America/Los_Angeles",
            "currency": "USD",
            "country": "US",
            "theme": {"accent": "#1f5f7a"},
            "site_words": SiteWords(
                banner_en="What you order before noon leaves the same day.",
                banner_ja="正午までのご注文は、当日に発送いたします。",
            ).kept(),
            "site_url": "https://harborandpine.example",
            "support_email": "hello@harborandpine.example",
            "support_phone": "+1 503-555-0100",
            "hours_en": "Monday to Friday, 9 am–5 pm Pacific",
            "hours_ja": "月〜金 9:00〜17:00（太平洋時間）",
            "is_demo": True,
        },
        domain="harbor-demo.myshopify.com",
        products=HARBOR,
        person=people.american,
        carriers=("UPS", "USPS", "FedEx"),
        depot=("OR", "Portland"),
        tax_included=False,
        tax_rate=(60_000, 6),
        delivery=795,
        free_from=15_000,
        coupon=("FALL10", 1000),
        return_address=("Harbor & Pine Returns", "0 Example Way", "Portland, OR 97201", "USA"),
        prices={"email": 90, "sms": 790, "whatsapp": 1600},
    ),
)
