"""From the lines of Sagawa's inquiry page to normalised shipments. Pure.

The page tells in sentences, newest first; some lines have only a date, some no time at all. The
page of today tells in short states with a date, a time and an office, which are read as well.
"""

from __future__ import annotations

import re

from integrations.reading.japanese import Page, Row
from integrations.reading.meanings import Meaning, Phrases
from tracking.rules import NormalisedShipment

_STATES = Phrases(
    (r"お確かめ|番号.*(誤|違)", "pending/invalid_number"),
    (r"未登録|登録されて(おりません|いません)", "pending/not_found"),
    (r"返[送品].*(完了|済|致しました|いたしました)", "returned/returned_to_sender"),
    (r"返[送品].*(辞退|拒否)", "returning/refused"),
    (r"返[送品]|ご?(出荷|依頼|発送)(人|主).*(戻|返)", "returning/other"),
    (r"住所.*(不明|相違|違|誤|不備)", "exception/address_incorrect"),
    (r"転居", "exception/recipient_moved"),
    (r"受け?取り?.*(辞退|拒否)|受取辞退|受取拒否", "exception/recipient_refused"),
    (r"破損|汚損", "exception/damaged"),
    (r"紛失", "exception/lost"),
    (r"休業|定休|休み", "delivery_attempted/business_closed"),
    (r"再配達.*(受付|受け付|承|依頼)", "in_transit/redelivery_requested"),
    (r"不在", "delivery_attempted/recipient_absent"),
    (r"(配達店|営業所|当店|担当店)へ?に?持ち?帰", "in_transit/at_delivery_depot"),
    (r"持ち?戻|持ち?帰", "delivery_attempted/other"),
    (r"調査", "exception/under_investigation"),
    (r"転送", "in_transit/rerouted"),
    (
        r"(宅配(ボックス|BOX)|ロッカー).*(配達|お届け|納品|入れ)|配達.*宅配(ボックス|BOX)",
        "delivered/locker",
    ),
    (r"置き?配|ご?指定の?場所.*(配達|お届け)", "delivered/safe_place"),
    (r"投函(完了|致し|いたし|し)|郵便受け.*(配達|お届け)", "delivered/mailbox"),
    (r"引き?渡し?(完了|済)|お渡し(完了|済|致し|いたし|し)", "delivered/pickup_point_collected"),
    (
        r"配達[はを]?(終了|完了|済)|お届け(完了|済|致しました|いたしました|しました)|お届けが済",
        "delivered/delivered",
    ),
    (
        r"(受け?取り?|お引き?取り?)(が可能|可能|をお待ち|待ち)|営業所(止|受)|店頭受取",
        "available_for_pickup/at_pickup_point",
    ),
    (r"(日|時間帯?)[のを]?(指定|変更)|指定日", "in_transit/held_by_request"),
    (r"[店所ー]で(お預かり|保管)|保管", "in_transit/held_at_depot"),
    (r"配達に出発|配達中|持ち?出", "out_for_delivery/on_vehicle"),
    (r"配達店.*到着|配達(担当)?営業所.*到着", "in_transit/at_delivery_depot"),
    (r"通関(完了|許可)|輸入許可", "in_transit/customs_cleared"),
    (r"通関|税関", "in_transit/customs_processing"),
    (r"遅延|遅れ", "in_transit/carrier_delay"),
    (r"お預かり|荷物受付|受付", "in_transit/accepted"),
    (r"集荷", "in_transit/picked_up"),
    (r"輸送中", "in_transit/in_transit"),
    (r"出発|発送|輸送完了", "in_transit/departed_facility"),
    (r"到着|中継|通過", "in_transit/arrived_facility"),
    (r"輸送", "in_transit/in_transit"),
)
_OFFICE = re.compile(
    r"^(?P<office>[^、。]{1,30}?(?:店|営業所|センター|支店))(?:を|から|で|に|へ|より)"
)
# Words for an office that name none.
_UNNAMED = ("配達店", "担当店", "当店", "営業所", "担当営業所", "最寄の営業所", "最寄りの営業所")


def _read(state: str, detail: str) -> Meaning | None:
    return _STATES.meant_by(f"{state}{detail}")


def _place(row: Row) -> str:
    named = _OFFICE.match(row.words)
    office = row.office or (named["office"] if named else "")
    return "" if office in _UNNAMED else office


_PAGE = Page(source="sagawa", name="Sagawa", read=_read, place=_place)


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read parcels of Sagawa's page; raises Unreadable for anything else."""
    return _PAGE.shipments(body)
