"""From the rows of Japan Post's inquiry page to normalised shipments. Pure.

Scans abroad are told by the clock of their country, which the page does not print: they keep their
local time without an instant.
"""

from __future__ import annotations

import re

from integrations.reading.japanese import ZONE, Page, Row
from integrations.reading.meanings import Meaning, Phrases
from tracking.rules import NormalisedShipment

_STATES = Phrases(
    (r"桁数に誤り|番号.*誤り", "pending/invalid_number"),
    (r"見つかりません|notfound", "pending/not_found"),
    (r"返送済|返還済|returnedtosender", "returned/returned_to_sender"),
    (r"(返送|還付).*(辞退|拒絶|拒否)", "returning/refused"),
    (r"(返送|還付).*(保管期間|期限|期間経過)", "returning/unclaimed"),
    (r"(返送|還付).*(あて所|宛所|尋ね|住所|転居)", "returning/undeliverable"),
    (r"返送|還付|返還|returntosender", "returning/other"),
    (r"廃棄", "exception/disposed"),
    (r"亡失|紛失", "exception/lost"),
    (r"き損|毀損|破損", "exception/damaged"),
    (r"転居|移転", "exception/recipient_moved"),
    (r"(受取|受け取り).*(辞退|拒絶|拒否)", "exception/recipient_refused"),
    (
        r"(あて所|あて先|宛先|住所|あて名|宛名).*(不明|不完全|尋ね|誤)",
        "exception/address_incorrect",
    ),
    (r"調査", "exception/under_investigation"),
    (r"税関.*(留置|保留)|heldby(import)?customs|retentionincustoms", "exception/customs_held"),
    (r"休業|定休|closed", "delivery_attempted/business_closed"),
    (r"不在|absence", "delivery_attempted/recipient_absent"),
    (r"持ち?戻|attempted", "delivery_attempted/other"),
    (
        r"(通関|税関).*(完了|済|許可|返却|引き?渡|受領|戻)|returnedfrom(import)?customs|"
        r"releasedfromcustoms",
        "in_transit/customs_cleared",
    ),
    (r"通関|税関|customs", "in_transit/customs_processing"),
    (
        r"(お届け|配達).*(宅配(ボックス|BOX)|宅配ロッカー)|宅配ロッカー.*(配達|お届け)",
        "delivered/locker",
    ),
    (r"(お届け|配達).*(郵便受|郵便箱|ポスト)", "delivered/mailbox"),
    (r"(お届け|配達).*(置き?配|指定場所)|置き?配", "delivered/safe_place"),
    (r"お渡し|交付済", "delivered/pickup_point_collected"),
    (r"お届け(先に)?(お届け)?済|配達(済|完了)|finaldelivery|^delivered", "delivered/delivered"),
    (r"配達(希望|日時).*(受付|指定)|再配達|redelivery", "in_transit/redelivery_requested"),
    (
        r"持ち?出し?中|配達中|配達局から出発|outfor(physical)?delivery",
        "out_for_delivery/on_vehicle",
    ),
    (r"転送|redirect", "in_transit/rerouted"),
    (r"(ロッカー|はこぽす).*(保管|到着|納)", "available_for_pickup/locker"),
    (r"(コンビニ|受取店).*(保管|到着|受取)", "available_for_pickup/at_pickup_point"),
    (r"保管|retention", "available_for_pickup/at_post_office"),
    (r"配達準備|配達局に到着|processingatdelivery", "in_transit/at_delivery_depot"),
    (r"遅延|遅れ|delay", "in_transit/carrier_delay"),
    (r"国際交換局.*発送|(dispatch|departure)", "in_transit/departed_facility"),
    (r"国際交換局|arrival", "in_transit/arrived_facility"),
    (r"引受|posting|collection", "in_transit/accepted"),
    (r"発送", "in_transit/departed_facility"),
    (r"中継|到着", "in_transit/arrived_facility"),
    (r"通過|輸送|enroute|transit", "in_transit/in_transit"),
)
_PREFECTURE = re.compile(r"(北海道|東京都|京都府|大阪府|[^\s]{2,3}県)$")
_POSTCODE = re.compile(r"\d{3}-?\d{4}")


def _read(state: str, detail: str) -> Meaning | None:
    return _STATES.meant_by(f"{state}{detail}")


def _is_in_japan(row: Row) -> bool:
    if row.prefecture:
        return bool(_PREFECTURE.search(row.prefecture)) or row.prefecture.upper() == "JAPAN"
    return not row.postcode or bool(_POSTCODE.fullmatch(row.postcode))


def _place(row: Row) -> str:
    parts = [part for part in (row.office, row.prefecture, row.postcode) if part]
    if parts and (row.prefecture or row.postcode) and _is_in_japan(row):
        parts.append("JP")
    return ", ".join(parts)


_PAGE = Page(
    source="japan_post",
    name="Japan Post",
    read=_read,
    place=_place,
    zone=lambda row: ZONE if _is_in_japan(row) else "",
)


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read items of Japan Post's page; raises Unreadable for anything else."""
    return _PAGE.shipments(body)
