"""Drop-off points of the demo shops, made up: near where their shoppers live, open in every way."""

from __future__ import annotations

from datetime import datetime

from commerce.selectors import get_merchant
from returns.rules.drop_off import PointFacts
from returns.services.drop_off import put_point

WEEKDAYS = "Mo-Fr 09:00-18:00; PH off"
SATURDAYS_TOO = "Mo-Fr 09:00-19:00; Sa 10:00-16:00; PH off"
LATE = "Mo-Sa 08:00-23:00; Su,PH 09:00-22:00"
NIGHT = "Mo-Su 17:00-02:00"
ALWAYS = "24/7"
# Region, town, postcode, street, where it is, name, operator, carriers, whether labels and whether
# codes are taken, and its hours.
Told = tuple[str, str, str, str, float, float, str, str, tuple[str, ...], bool, bool, str]
JAPAN: tuple[Told, ...] = (
    ("東京都", "渋谷区", "150-0001", "神宮前0-1-1", 35.6688, 139.7075,
     "まちのコンビニ 神宮前店", "まちのコンビニ", (), True, True, ALWAYS),
    ("東京都", "渋谷区", "150-0001", "神宮前0-2-4", 35.6702, 139.7031,
     "原宿サービスカウンター", "みどり運送", ("ヤマト運輸",), True, True, LATE),
    ("東京都", "渋谷区", "150-0002", "渋谷0-3-8", 35.6601, 139.7048,
     "渋谷駅前ロッカー", "くるりロッカー", ("ヤマト運輸", "佐川急便"), False, True, ALWAYS),
    ("東京都", "渋谷区", "150-0041", "神南0-5-2", 35.6640, 139.7005,
     "神南郵便窓口", "神南郵便窓口", ("日本郵便",), True, False, WEEKDAYS),
    ("東京都", "港区", "107-0062", "南青山0-4-6", 35.6645, 139.7152,
     "南青山ナイトカウンター", "", (), True, True, NIGHT),
    ("東京都", "港区", "107-0061", "北青山0-3-3", 35.6672, 139.7132,
     "北青山文具店", "", (), True, False, ""),
    ("大阪府", "大阪市北区", "530-0001", "梅田0-2-5", 34.7005, 135.4965,
     "まちのコンビニ 梅田店", "まちのコンビニ", (), True, True, ALWAYS),
    ("大阪府", "大阪市北区", "530-0001", "梅田0-1-9", 34.7021, 135.4951,
     "梅田サービスカウンター", "みどり運送", ("ヤマト運輸",), True, True, SATURDAYS_TOO),
    ("愛知県", "名古屋市中区", "460-0008", "栄0-3-1", 35.1681, 136.9066,
     "まちのコンビニ 栄店", "まちのコンビニ", (), True, True, ALWAYS),
    ("福岡県", "福岡市中央区", "810-0001", "天神0-2-2", 33.5902, 130.3990,
     "天神サービスカウンター", "みどり運送", (), True, True, LATE),
    ("北海道", "札幌市中央区", "060-0042", "大通西0-4-1", 43.0605, 141.3510,
     "大通サービスカウンター", "みどり運送", (), True, True,
     "Apr-Nov Mo-Sa 09:00-19:00; Dec-Mar Mo-Sa 10:00-17:00; PH off"),
    ("京都府", "京都市下京区", "600-8216", "烏丸通0-1", 34.9868, 135.7590,
     "まちのコンビニ 京都駅前店", "まちのコンビニ", (), True, True, ALWAYS),
    ("宮城県", "仙台市青葉区", "980-0811", "一番町0-3-7", 38.2617, 140.8710,
     "一番町サービスカウンター", "みどり運送", (), True, True, SATURDAYS_TOO),
)  # fmt: skip
AMERICA: tuple[Told, ...] = (
    ("OR", "Portland", "97209", "0 NW Example St", 45.5298, -122.6838,
     "Pearl Street Parcels", "Pearl Parcels", ("UPS", "FedEx", "USPS"), True, True, SATURDAYS_TOO),
    ("OR", "Portland", "97209", "0 NW Sample Ave", 45.5262, -122.6811,
     "Night Owl Market", "Night Owl", (), True, True, ALWAYS),
    ("OR", "Portland", "97205", "0 SW Example Ave", 45.5202, -122.6862,
     "Rose City Lockers", "Rose City Lockers", ("USPS",), False, True, ALWAYS),
    ("OR", "Portland", "97210", "0 NW Sample St", 45.5330, -122.6990,
     "Alphabet Copy & Ship", "", (), True, False, WEEKDAYS),
    ("NY", "Brooklyn", "11201", "0 Example St", 40.6990, -73.9885,
     "Dumbo Drop", "Drop & Go", (), True, True, LATE),
    ("NY", "Brooklyn", "11201", "0 Sample Pl", 40.6952, -73.9920,
     "Heights Hardware", "", ("UPS",), True, False, ""),
    ("IL", "Chicago", "60614", "0 N Example St", 41.9190, -87.6487,
     "Lincoln Park Counter", "Drop & Go", (), True, True, SATURDAYS_TOO),
    ("IL", "Chicago", "60614", "0 N Sample St", 41.9226, -87.6500,
     "Lakeside Late Counter", "Drop & Go", (), True, True, NIGHT),
    ("TX", "Austin", "78704", "0 S Example St", 30.2500, -97.7570,
     "South First Post", "", (), True, True, SATURDAYS_TOO),
    ("WA", "Seattle", "98101", "0 Example St", 47.6094, -122.3389,
     "Market Parcel Desk", "Drop & Go", (), True, True, LATE),
    ("WA", "Seattle", "98101", "0 Sample Ave", 47.6120, -122.3350,
     "Harbor Summer Kiosk", "Drop & Go", (), True, True,
     "Jun-Sep 10:00-20:00; Oct-May Sa 11:00-15:00"),
    ("MA", "Boston", "02116", "0 Example St", 42.3515, -71.0775,
     "Back Bay Counter", "Drop & Go", (), True, True, LATE),
)  # fmt: skip


def open_points(*, at: datetime, actor: str) -> None:
    """Give a demo shop the points of its country."""
    country = get_merchant().country
    for number, told in enumerate(JAPAN if country == "JP" else AMERICA, start=1):
        put_point(_facts(f"demo-{number:02}", country, told), at=at, actor=actor)


def _facts(source_id: str, country: str, told: Told) -> PointFacts:
    province, city, postcode, street, latitude, longitude, name, operator = told[:8]
    carriers, takes_label, takes_qr, hours = told[8:]
    return PointFacts(
        source_id=source_id,
        name=name,
        operator=operator,
        carriers=carriers,
        takes_label=takes_label,
        takes_qr=takes_qr,
        address1=street,
        city=city,
        province=province,
        postcode=postcode,
        country=country,
        latitude=latitude,
        longitude=longitude,
        opening_hours=hours,
    )
