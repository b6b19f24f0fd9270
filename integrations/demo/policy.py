"""The rules of the demo shops' return policy: what a shop might really promise."""

from __future__ import annotations

from datetime import date
from typing import Any

from returns.rules.policy import Rule
from returns.rules.policy.slots import read_rule

SENDING = {
    "en": "If you use no label of ours, you pay the postage.",
    "ja": "当店のラベルを使わずに発送される場合の送料は、お客様のご負担となります。",
}
"""Who pays the way back, as shoppers read it."""


def shop_rules(currency: str, on: date, language: str) -> tuple[Rule, ...]:
    """Return the rules, in their order, with the holiday season of a day's year.

    What staff call them is in the language of the shop, as its staff would write it.
    """
    return (
        _rule(
            "faulty_goods",
            {"fact": "fault", "operator": "in", "value": ["merchant", "carrier"]},
            {"eligible": True, "fees": {"waive": True}},
            note={
                "en": "Our fault, or the carrier's: final sale or not, and nothing is taken off.",
                "ja": "当店・配送会社の責任：返品不可の商品も受け付け、差し引きなし",
            }[language],
            say={
                "en": "What was faulty, wrong or damaged may come back at no cost to you.",
                "ja": "不良品・お届け間違い・破損の場合は、費用のご負担なくご返品いただけます。",
            },
        ),
        _rule(
            "regular_customers",
            {
                "all": [
                    {"fact": "fault", "operator": "is", "value": "shopper"},
                    {"fact": "orders_placed", "operator": "at_least", "value": 3},
                ]
            },
            {"fees": {"postage": {currency: 0}}},
            note={
                "en": "From the third order on the way back is on us.",
                "ja": "3回目以降のご注文は、返送料を当店が負担",
            }[language],
            say={
                "en": "Thank you for coming back: the return postage is on us.",
                "ja": "いつもご利用いただいているお客様の返送料は、当店が負担します。",
            },
        ),
        _rule(
            "holiday_gifts",
            {
                "fact": "placed_on",
                "operator": "between",
                "value": [f"{on.year}-11-15", f"{on.year}-12-24"],
            },
            {"window": {"all": {"days": 30, "not_before": f"{on.year + 1}-01-31"}}},
            note={
                "en": "Gifts may come back until the end of January.",
                "ja": "年末のギフトは1月末まで返品可",
            }[language],
            say={
                "en": "Orders of the holiday season may come back until the end of January.",
                "ja": "年末のギフトシーズンのご注文は、1月末までご返品いただけます。",
            },
        ),
    )


def _rule(
    name: str, when: dict[str, Any], effects: dict[str, Any], *, note: str, say: dict[str, str]
) -> Rule:
    return read_rule(
        {
            "id": name,
            "when": when,
            "effects": effects,
            "if_unknown": "skip",
            "say": say,
            "note": note,
            "active": True,
        },
        name,
    )
