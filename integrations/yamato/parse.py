"""From the rows of Yamato's inquiry page to normalised shipments. Pure."""

from __future__ import annotations

from integrations.reading.japanese import Page
from integrations.reading.meanings import Meaning, Phrases
from tracking.rules import NormalisedShipment

_STATES = Phrases(
    (r"伝票番号(誤り|に誤り)|番号をお確かめ", "pending/invalid_number"),
    (r"未登録|登録されて(おりません|いません)", "pending/not_found"),
    (r"出荷指示|伝票番号発行|送り状発行", "info_received/label_created"),
    (r"返品完了|返送完了", "returned/returned_to_sender"),
    (r"^返[品送].*(辞退|拒否)", "returning/refused"),
    (r"^返[品送].*(不在|保管期間|期限)", "returning/unclaimed"),
    (r"^返[品送].*(住所|転居|不明)", "returning/undeliverable"),
    (r"^返[品送]", "returning/other"),
    (r"依頼受付.*再配達", "in_transit/redelivery_requested"),
    (r"依頼受付.*(日|時間|保管)", "in_transit/held_by_request"),
    (
        r"依頼受付.*(店頭|店舗|コンビニ|受取場所|PUDO|ロッカー|営業所|センター|取扱店)",
        "in_transit/pickup_point_requested",
    ),
    (r"依頼受付.*(転送|届け先|住所)", "in_transit/rerouted"),
    (r"依頼受付.*返[品送]", "returning/requested_by_sender"),
    (r"依頼受付", "in_transit/held_by_request"),
    (r"調査中.*不在", "exception/unclaimed"),
    (r"(調査中|持戻|持ち戻).*転居", "exception/recipient_moved"),
    (r"(調査中|持戻|持ち戻).*(辞退|拒否)", "exception/recipient_refused"),
    (r"(調査中|持戻|持ち戻).*(住所|番地|宛先|あて先|表札)", "exception/address_incorrect"),
    (r"(破損|汚損)", "exception/damaged"),
    (r"紛失", "exception/lost"),
    (r"調査", "exception/under_investigation"),
    (r"(持戻|持ち戻|持ち?帰).*休業|休業|定休", "delivery_attempted/business_closed"),
    (r"(持戻|持ち戻).*(投函不可|入館|オートロック)", "delivery_attempted/no_access"),
    (r"(持戻|持ち戻).*(代金|金額|支払)", "delivery_attempted/payment_due"),
    (r"(持戻|持ち戻|持ち?帰).*不在|不在", "delivery_attempted/recipient_absent"),
    (r"持戻|持ち戻|持ち?帰", "delivery_attempted/other"),
    (r"投函完了|(配達完了|完了).*(ポスト|郵便受)", "delivered/mailbox"),
    (r"配達完了.*(宅配ボックス|宅配BOX|ロッカー)", "delivered/locker"),
    (
        r"配達完了.*(置き?配|玄関|メーター|車庫|物置|自転車|指定場所)|置き?配完了",
        "delivered/safe_place",
    ),
    (r"配達完了.*(管理人|受付|フロント)", "delivered/reception"),
    (r"引渡完了|受取完了|お渡し(完了|済)", "delivered/pickup_point_collected"),
    (r"(配達|お届け|配送)(完了|済)|お届けが済", "delivered/delivered"),
    (r"日・?時間帯指定|日時指定|時間帯指定", "in_transit/held_by_request"),
    (r"ロッカー|PUDO", "available_for_pickup/locker"),
    (
        r"ご来店|保管中.*(指定店|コンビニ|店舗|店頭|受取)|コンビニ|受取場所|受け?取り?可能",
        "available_for_pickup/at_pickup_point",
    ),
    (r"保管", "in_transit/held_at_depot"),
    (r"配達店到着|(センター|営業所)到着", "in_transit/at_delivery_depot"),
    (r"(配達|投函|お届け)予定", "in_transit/delivery_scheduled"),
    (r"配達中|持出|持ち出|配達に出発|お届けにあが", "out_for_delivery/on_vehicle"),
    (r"作業店通過|中継店通過|ベース店|ターミナル|中継", "in_transit/arrived_facility"),
    (r"通関(完了|許可)|輸入許可", "in_transit/customs_cleared"),
    (r"通関|税関", "in_transit/customs_processing"),
    (r"転送", "in_transit/rerouted"),
    (r"遅延|遅れ", "in_transit/carrier_delay"),
    (r"荷物受付|引受", "in_transit/accepted"),
    (r"集荷", "in_transit/picked_up"),
    (r"輸送中|搭載|切替|輸送", "in_transit/in_transit"),
    (r"発送", "in_transit/departed_facility"),
    (r"到着|通過", "in_transit/arrived_facility"),
)


def _read(state: str, detail: str) -> Meaning | None:
    return _STATES.meant_by(f"{state}{detail}")


_PAGE = Page(source="yamato", name="Yamato", read=_read, place=lambda row: row.office)


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read parcels of Yamato's page; raises Unreadable for anything else."""
    return _PAGE.shipments(body)
