"""The facts of one journey in each language, as the rooms above give them to their words."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

LINKS = {
    "tracking": "https://post.example/s/mori/t/ord_7Hf2kQ.9sYbqT/",
    "returns": "https://post.example/s/mori/r/ord_7Hf2kQ.9sYbqT/",
}


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def dollars(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


ORDER_JA: dict[str, Any] = {
    "id": "ord_7Hf2kQ",
    "number": "#1042",
    "placed_at": "2026-11-21T05:12:00Z",
    "lines": [
        {
            "title": "リネンシャツ",
            "variant_title": "生成り / M",
            "quantity": 1,
            "image_url": "/media/products/linen-shirt.png",
            "unit_price": yen(7000),
            "line_discount": yen(0),
            "discount_share": yen(600),
            "paid": yen(6400),
            "tax": yen(582),
        },
        {
            "title": "今治タオル & ハンカチ",
            "variant_title": "",
            "quantity": 2,
            "image_url": "/media/products/towel.png",
            "unit_price": yen(2180),
            "line_discount": yen(0),
            "discount_share": yen(400),
            "paid": yen(3960),
            "tax": yen(360),
        },
    ],
    "shipping": [{"title": "宅急便", "price": yen(500), "paid": yen(500), "tax": yen(45)}],
    "total": yen(10860),
    "tax_included": True,
    "address": {
        "name": "山田 花子",
        "postcode": "150-0001",
        "province": "東京都",
        "city": "渋谷区",
        "address1": "神宮前1-2-3",
        "address2": "青山マンション 405号室",
        "country": "JP",
    },
}

ORDER_EN: dict[str, Any] = {
    "id": "ord_3Kd9wZ",
    "number": "#2210",
    "placed_at": "2026-11-21T19:02:00Z",
    "lines": [
        {
            "title": "Trail jacket",
            "variant_title": "Moss / L",
            "quantity": 1,
            "image_url": "/media/products/jacket.png",
            "unit_price": dollars("140.00"),
            "line_discount": dollars("0.00"),
            "discount_share": dollars("20.00"),
            "paid": dollars("120.00"),
            "tax": dollars("10.65"),
        },
        {
            "title": "Merino socks <3 pairs>",
            "variant_title": "",
            "quantity": 2,
            "image_url": "",
            "unit_price": dollars("18.00"),
            "line_discount": dollars("0.00"),
            "discount_share": dollars("0.00"),
            "paid": dollars("36.00"),
            "tax": dollars("3.20"),
        },
    ],
    "shipping": [
        {
            "title": "Standard",
            "price": dollars("8.00"),
            "paid": dollars("8.00"),
            "tax": dollars("0.00"),
        }
    ],
    "total": dollars("177.85"),
    "tax_included": False,
    "address": {
        "name": "Hannah Keller",
        "address1": "77 Alder Street",
        "address2": "Apt 5",
        "city": "Portland",
        "province": "OR",
        "postcode": "97205",
        "country": "US",
    },
}


def _items(order: dict[str, Any]) -> list[dict[str, Any]]:
    shown = ("title", "variant_title", "quantity", "image_url")
    return [{key: line[key] for key in shown} for line in order["lines"]]


SHIPMENT_JA = {
    "id": "shp_5Tq0aa",
    "carrier_name": "ヤマト運輸",
    "tracking_number": "398412345670",
    "tracking_url": "https://carrier.example/track?number=398412345670&lang=ja",
    "status": "in_transit",
    "substatus": "picked_up",
    "delivered_at": None,
    "delivered_on": None,
    "estimate": {"date": "2026-11-24", "until": None, "from": "14:00", "to": "16:00"},
    "items": _items(ORDER_JA),
}
SHIPMENT_EN = {
    "id": "shp_8Lm2bb",
    "carrier_name": "USPS",
    "tracking_number": "9400111899223197428490",
    "tracking_url": "https://carrier.example/track?number=9400111899223197428490",
    "status": "in_transit",
    "substatus": "picked_up",
    "delivered_at": None,
    "delivered_on": None,
    "estimate": {"date": "2026-11-24", "until": "2026-11-26", "from": None, "to": None},
    "items": _items(ORDER_EN),
}

NOTICE: dict[str, Any] = {
    "source": "predicted",
    "cause": None,
    "promised": "2026-11-24",
    "window": {"date": "2026-11-25", "until": "2026-11-27", "by": "shop"},
    "certainty": 86,
    "sureness": "very_likely",
    "write_again_on": "2026-11-27",
    "change_url": "https://carrier.example/change?a=1&b=2",
    "can_wait": True,
    "can_cancel": False,
}

RETURN_JA: dict[str, Any] = {
    "id": "ret_2Wc8cc",
    "number": "R-1042-1",
    "outcome": "refund",
    "requested_at": "2026-11-28T02:30:00Z",
    "send_by": "2026-12-12",
    "lines": [
        {
            "title": "リネンシャツ",
            "variant_title": "生成り / M",
            "quantity": 1,
            "received_quantity": 1,
            "accepted_quantity": 1,
            "image_url": "/media/products/linen-shirt.png",
            "reason": {"code": "too_small", "label": "サイズが小さい"},
            "exchange_for": None,
        }
    ],
    "quote": {
        "rows": [
            {"code": "goods", "title": "リネンシャツ", "quantity": 1, "amount": yen(5760)},
            {"code": "return_postage", "title": "", "quantity": 1, "amount": yen(-990)},
        ],
        "total": yen(4770),
    },
    "decline_reason": "お届けから30日を過ぎているため、返品をお受けできる期間が終了しております。",
    "address_lines": ["〒604-8001", "京都府京都市中京区上本能寺前町488", "森の道具店 返品係"],
    "instructions": "",
    "postage": "shopper",
}
RETURN_EN: dict[str, Any] = {
    "id": "ret_6Yp4dd",
    "number": "R-2210-1",
    "outcome": "refund",
    "requested_at": "2026-11-28T18:30:00Z",
    "send_by": "2026-12-12",
    "lines": [
        {
            "title": "Trail jacket",
            "variant_title": "Moss / L",
            "quantity": 1,
            "received_quantity": 1,
            "accepted_quantity": 1,
            "image_url": "/media/products/jacket.png",
            "reason": {"code": "too_small", "label": "Too small"},
            "exchange_for": None,
        }
    ],
    "quote": {
        "rows": [
            {"code": "goods", "title": "Trail jacket", "quantity": 1, "amount": dollars("106.36")},
            {"code": "tax", "title": "Trail jacket", "quantity": 1, "amount": dollars("9.44")},
            {"code": "return_postage", "title": "", "quantity": 1, "amount": dollars("-7.95")},
        ],
        "total": dollars("107.85"),
    },
    "decline_reason": "The 30 days for returning this order ended on Fri 23 Oct.",
    "address_lines": ["Northfold Returns", "1200 Dock Road", "Tacoma, WA 98421", "United States"],
    "instructions": "Please leave the hang tag on the jacket.",
    "postage": "prepaid",
}


LETTER_EN: dict[str, Any] = {
    "words": {
        "en": {
            "subject": "Your parcel & its whereabouts",
            "paragraphs": [
                "The carrier is looking for it.\nSo are we.",
                "Please reply to this mail.",
            ],
        }
    },
    "order_numbers": ["#2210", "#2214"],
}
LETTER_JA: dict[str, Any] = {
    "words": {
        "ja": {
            "subject": "お荷物のお届けについて",
            "paragraphs": ["配送会社とともにお調べしております。", "お急ぎの際はご返信ください。"],
        }
    },
    "order_numbers": ["#1042", "#1050"],
}


def _settlement(representation: dict[str, Any]) -> dict[str, Any]:
    quote = representation["quote"]
    return {
        "id": "stl_1",
        "outcome": representation["outcome"],
        "rows": quote["rows"],
        "total": quote["total"],
        "paid_to": [{"tender": "external", "label": "", "amount": quote["total"]}],
    }


def _refused(representation: dict[str, Any], japanese: bool) -> dict[str, Any]:
    line = representation["lines"][0]
    names = ("title", "variant_title", "image_url", "quantity")
    return {
        "reason": "ご使用の跡または傷みがございます。\n左袖に汚れがございました。"
        if japanese
        else "It arrived worn or damaged.\nThere is a stain on the left sleeve.",
        "lines": [{name: line[name] for name in names}],
        "options": ["送り返してほしい（送料¥990）", "寄付する"]
        if japanese
        else ["Send it back to me ($7.95 for postage)", "Take a partial refund ($40.00)"],
        "answer_by": "2026-12-19T14:59:59Z",
        "fee": {"amount": "990", "currency": "JPY"}
        if japanese
        else {"amount": "7.95", "currency": "USD"},
        "pay_by": "2026-12-01T05:00:00Z",
        "without_answer": "send_back",
        "url": f"{LINKS['returns']}ret_6Yp4dd/refused/",
    }


def _loss(japanese: bool) -> dict[str, Any]:
    return {
        "text": "配送会社には調査を依頼しております。"
        if japanese
        else "We have asked the carrier.",
        "why": "配送会社にお渡しいただいたことを確認できるものがございませんでした。"
        if japanese
        else "Nothing shows that it was handed to a carrier.",
        "units": 1,
        "whole": True,
    }


def _gift(kind: str, representation: dict[str, Any], japanese: bool) -> dict[str, Any]:
    url = f"{LINKS['returns']}ret_6Yp4dd/"
    names = ("number", "send_by", "decline_reason", "address_lines", "instructions")
    told: dict[str, Any] = {
        **{name: representation[name] for name in names},
        "outcome": "store_credit",
        "goods": "send",
        "lines": [{**line, "message": ""} for line in representation["lines"]],
        "url": url,
    }
    more: dict[str, dict[str, Any]] = {
        "gift.approved": {
            "sending": {
                "method": "own",
                "name": "",
                "words": "",
                "labelled": False,
                "drop_off": None,
                "url": url,
            }
        },
        "gift.photos_wanted": {
            "evidence": {
                "text": "内側のタグをお願いいたします。"
                if japanese
                else "Please show the whole seam."
            }
        },
        "gift.settled": {"outcome": "store_credit", "checked": True},
        "gift.received": {"paid_before": False},
        "gift.converted": {
            "outcome_words": "ご希望の交換品は在庫がなくなりました。"
            if japanese
            else "What you wanted instead is sold out."
        },
    }
    if kind in ("gift.units_refused", "gift.fee_due", "gift.fee_reminded"):
        more[kind] = {"gift_refused": _refused(representation, japanese)}
    if kind == "gift.rest_given_up":
        more[kind] = {
            "outcome_words": "交換品1点が売り切れのため、お送りできません。"
            if japanese
            else "1 item of your exchange is sold out and cannot be sent."
        }
    if kind == "gift.surplus_found":
        more[kind] = {"gift_surplus": {"title": representation["lines"][0]["title"], "quantity": 1}}
    if kind in ("gift.loss_borne", "gift.loss_declined"):
        more[kind] = {"loss": _loss(japanese)}
    if kind == "gift.pickup_arranged":
        carrier = "ヤマト運輸" if japanese else "Yamato Transport"
        hours = {"earliest": "09:00", "latest": "12:00"}
        more[kind] = {"collection": {"on": "2026-11-28", **hours, "carrier_name": carrier}}
    if kind in ("gift.send_reminded", "gift.label_ready"):
        more[kind] = _to_send(url, japanese)
    if kind == "gift.cancelled":
        more[kind] = {"cancelled": {"came_back": False}}
    return {"gift": told, **more.get(kind, {})}


def _to_send(url: str, japanese: bool) -> dict[str, Any]:
    words = "ご都合のよい配送会社で" if japanese else "With a carrier of your choice."
    return {
        "sending": {
            "method": "own",
            "name": "",
            "words": words,
            "labelled": False,
            "drop_off": None,
            "url": url,
        },
        "label": {"is_code": False, "carrier_name": "ヤマト運輸" if japanese else "USPS"},
    }


def _exchange(representation: dict[str, Any], japanese: bool) -> dict[str, Any]:
    line = representation["lines"][0]
    currency = "JPY" if japanese else "USD"
    return {
        "return_number": representation["number"],
        "state": "payment_due",
        "is_hold": False,
        "has_difference": True,
        "is_kept": False,
        "is_online": True,
        "cost": {"amount": "6900" if japanese else "142.00", "currency": currency},
        "due": {"amount": "1140" if japanese else "42.00", "currency": currency},
        "pay_by": "2026-12-01T05:00:00Z",
        "return_by": "2026-12-12",
        "why": "ご希望の交換品は在庫がなくなりました。"
        if japanese
        else "What you wanted instead is sold out.",
        "outcome_words": "ご希望の交換品は在庫がなくなりました。"
        "お選びいただいたとおり、ご返金いたします。"
        if japanese
        else "What you wanted instead is sold out. You get your money back, as you chose.",
        "lines": [
            {name: line[name] for name in ("title", "variant_title", "image_url", "quantity")}
        ],
        "url": f"{LINKS['returns']}ret_6Yp4dd/",
    }


def _two_parcels(shipment: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a parcel in two, the second with another number."""
    number = f"{shipment['tracking_number'][:-1]}8"
    second = {**shipment, "id": "shp_2", "tracking_number": number, "items": shipment["items"][1:]}
    return [{**shipment, "items": shipment["items"][:1]}, second]


def facts(kind: str, locale: str) -> dict[str, Any]:
    """Every fact a kind of message gives to its words, freshly copied so that a test may change
    them.
    """
    japanese = locale == "ja"
    shipment = SHIPMENT_JA if japanese else SHIPMENT_EN
    representation = RETURN_JA if japanese else RETURN_EN
    known: dict[str, Any] = {
        "customer_name": "山田 花子 様" if japanese else "Hannah",
        "order": ORDER_JA if japanese else ORDER_EN,
        "links": LINKS,
    }
    if kind.startswith("gift."):
        known = {"customer_name": known["customer_name"], "links": LINKS}
        known |= _gift(kind, representation, japanese)
    if kind == "return.photos_wanted":
        known["evidence"] = {
            "text": "破損した部分と、内側のタグをお願いいたします。"
            if japanese
            else "Please show the whole seam, and the label inside.",
            "url": f"{LINKS['returns']}ret_6Yp4dd/",
        }
    if kind in ("return.units_refused", "return.refused_fee_due", "return.refused_fee_reminded"):
        known["refused"] = _refused(representation, japanese)
    if kind in ("return.loss_borne", "return.loss_declined"):
        known["loss"] = _loss(japanese)
    if kind in ("return.send_reminded", "return.label_ready"):
        known |= _to_send(f"{LINKS['returns']}ret_6Yp4dd/", japanese)
    if kind == "return.expired":
        known["expired"] = {"again_until": "2027-01-08", "sent_ahead": False, "paid_ahead": False}
    if kind in ("return.cancelled", "return.cancel_confirmed"):
        known["cancelled"] = {"came_back": False}
    if kind == "return.received":
        known["paid_before"] = False
    if kind == "return.refunded":
        known["lost"] = False
        known["checked"] = True
    if kind == "return.surplus_found":
        known["surplus"] = {"title": representation["lines"][0]["title"], "quantity": 1}
    if kind == "order.first_thanks":
        known["promo"] = {
            "code": "7KQ4D-XM9TR",
            "percent": None if japanese else "10",
            "amount": yen(500) if japanese else None,
            "minimum": yen(5000) if japanese else dollars("50.00"),
            "last_day": "2026-12-23",
        }
    if kind == "order.letter":
        known["letter"] = LETTER_JA if japanese else LETTER_EN
    if kind.startswith("shipment."):
        known["shipment"] = shipment
        known["shipments"], known["to_follow"] = [shipment], []
    if kind == "shipment.pickup_late":
        known["shipment"] = {**shipment, "dispatched_at": "2026-11-21T06:00:00Z"}
        known["turn"] = 2
    if kind == "shipment.day_named":
        known["day_before"] = "2026-11-27"
    if kind == "order.all_delivered":
        known["shipments"] = _two_parcels(shipment)
    if kind == "shipment.delivered":
        known["shipment"] = {
            **shipment,
            "status": "delivered",
            "substatus": "safe_place",
            "delivered_at": "2026-11-24T05:40:00Z",
        }
    if kind == "shipment.ready_for_pickup":
        place = "渋谷営業所" if locale == "ja" else "Portland Main Post Office"
        known["pickup"] = {"place": place, "until": "2026-11-30"}
    if kind == "shipment.problem":
        known["problem"] = {"status": "delivery_attempted", "substatus": "recipient_absent"}
    if kind in ("shipment.delayed", "shipment.still_delayed"):
        known["notice"] = NOTICE
    if kind == "order.delayed":
        known["delay"] = {
            "id": "odl_7Hf2kQ",
            "cause": "backordered",
            "first_day": "2026-11-27",
            "last_day": "2026-11-30",
            "turn": 1,
            "items": shipment["items"][:1],
            "window": {"date": "2026-11-27", "until": "2026-11-30"},
            "is_whole": False,
            "asks_consent": False,
            "cancel_url": "https://post.example/s/mori/c/ord_7Hf2kQ.9sYbqT/",
        }
    if kind == "order.late_to_leave":
        known["late"] = {"items": shipment["items"], "cancel_url": ""}
    if kind == "order.cancelled":
        known["cancelled_order"] = {
            "at": "2026-11-23T02:10:00Z",
            "paid_back": yen(4770) if japanese else dollars("86.00"),
            "was_paid": True,
        }
    if kind.startswith("return."):
        known["return"] = representation
    if kind.startswith("exchange."):
        known["exchange"] = _exchange(representation, japanese)
    if kind == "return.refunded":
        known["settlement"] = _settlement(representation)
    if kind.endswith("_code"):
        known |= {"code": "482913", "valid_minutes": 10}
    return deepcopy(known)
