"""What rules do with money and exchanges: part of the value, another product, when it is sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from commerce.models import Merchant, Order, Variant
from commerce.ports import ProductFacts, VariantFacts
from commerce.services.products import take_in_product
from returns import services
from returns.enums import FaultShipping, KeepItem, Outcome, Slot
from returns.enums.exchanges import ExchangeTiming
from returns.models import CreditNote, Exchange, ExchangeTerms, LedgerEntry, PolicyVersion
from returns.rules.commands import ExchangeWish, Wish
from returns.rules.policy import Rule
from returns.selectors.promises import decided_slot
from returns.serializers.represent import represent_return
from tests.returns.conftest import SENT, STAFF, ask, line_ids, resolve
from tests.returns.payment_takers import Taker
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_exchange_cases import taker
from tests.shops import drain_all

__all__ = ("taker",)

Publish = Callable[..., PolicyVersion]
ASKED = SENT + timedelta(days=3)
HALF = rule("half", asks("fault", "is", "merchant"), part_credit=5000)


def test_part_of_the_value_is_quoted_settled_and_noted(bought: Order, publish: Publish) -> None:
    publish(rules=(HALF,), fault_shipping=FaultShipping.NONE)
    case = ask(bought, ASKED, (0, 1, "defective"), (1, 1, "changed_mind"))
    # ¥2,500 of which half is given, and ¥2,000 that comes back by choice.
    assert (case.quote["not_given"], case.quote["payout"]) == (1250, 3250)
    told = represent_return(case)
    assert ("part_credit", "-1250") in [
        (row["code"], row["amount"]["amount"]) for row in told["quote"]["rows"]
    ]
    resolve(case, ASKED)
    settlement = services.settle_return(
        return_id=case.public_id, key="key_12345", at=ASKED, actor=STAFF
    )
    assert settlement.total == 3250
    booked = dict(LedgerEntry.objects.filter(settlement=settlement).values_list("code", "amount"))
    assert booked["part_credit"] == -1250
    drain_all()
    note = CreditNote.objects.get(settlement=settlement)
    assert note.total == 3250


def test_what_is_kept_is_paid_in_part(bought: Order, publish: Publish) -> None:
    keep = rule("keep", {"all": []}, keep_item="keep", part_credit=3000)
    publish(rules=(keep,), review=False)
    case = ask(bought, ASKED, (1, 1, "too_small"))
    [line] = case.lines.all()
    assert decided_slot(case, line, Slot.KEEP_ITEM) == KeepItem.KEEP
    assert case.quote["payout"] == 600


def other(merchant: Merchant) -> Variant:
    """A teapot at ¥4,000, which is no mug."""
    product = take_in_product(
        ProductFacts(
            external_id="p2",
            title="急須",
            updated_at=SENT,
            variants=(VariantFacts(external_id="w1", title="", price=4000, stock=5),),
        ),
        at=SENT,
    )
    return product.variants.get()


def exchanged(order: Order, variant: Variant, at: datetime = ASKED, **wish: Any) -> Exchange:
    case = services.request_return(
        order_id=order.public_id,
        wishes=[
            Wish(line=line_ids(order)[0], quantity=1, reason="too_small", variant=variant.public_id)
        ],
        outcome=Outcome.EXCHANGE,
        at=at,
        actor="shopper",
        exchange=ExchangeWish(**wish),
    )
    return Exchange.objects.get(case=case)


def test_another_product_costs_less(scope: Merchant, bought: Order, publish: Publish) -> None:
    publish(rules=(rule("shop", {"all": []}, shop_now=1000),), review=False)
    exchange = exchanged(bought, other(scope))
    assert (exchange.cost, exchange.costs, exchange.due) == (3600, [3600], 1100)


@pytest.mark.parametrize(
    ("timing", "usual", "sent"),
    [
        (None, ExchangeTiming.ON_SCAN, "on_scan"),
        ("on_receipt", ExchangeTiming.ON_SCAN, "on_receipt"),
        ("on_scan", ExchangeTiming.ON_RECEIPT, "on_scan"),
    ],
)
def test_a_rule_says_when_a_replacement_is_sent(
    bought: Order, publish: Publish, timing: str | None, usual: ExchangeTiming, sent: str
) -> None:
    ExchangeTerms.objects.create(ship_on=usual)
    rules: tuple[Rule, ...] = ()
    if timing:
        rules = (rule("when", {"all": []}, exchange_timing=timing),)
    publish(rules=rules, review=False)
    blue = Variant.objects.get(external_id="v2")
    assert exchanged(bought, blue).timing == sent


@pytest.mark.parametrize(
    ("timing", "offered", "instant"),
    [("instant", False, True), ("on_scan", True, False), (None, True, True), (None, False, False)],
)
def test_a_rule_lets_shoppers_have_it_at_once_or_keeps_them_from_it(
    bought: Order,
    publish: Publish,
    taker: Taker,
    timing: str | None,
    offered: bool,
    instant: bool,
) -> None:
    ExchangeTerms.objects.create(instant=offered)
    rules: tuple[Rule, ...] = ()
    if timing:
        rules = (rule("when", {"all": []}, exchange_timing=timing),)
    publish(rules=rules, review=False)
    blue = Variant.objects.get(external_id="v2")
    assert (exchanged(bought, blue, instant=True).timing == "instant") is instant
