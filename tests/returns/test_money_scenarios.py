"""R-05, R-09 to R-12, R-16 and R-18 with their own numbers, from the order to the refund."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order, StoreCreditEntry
from commerce.ports import (
    AddressFacts,
    CustomerFacts,
    DiscountFacts,
    LineFacts,
    OrderFacts,
    ShippingFacts,
    TaxFacts,
    TenderFacts,
)
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import Outcome
from returns.errors import RefundExceedsBalance
from returns.models import LedgerEntry, PolicyVersion, Refund, Settlement
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import OutcomeTerms
from returns.selectors import settled_units
from tests.facts import order_facts
from tests.returns.conftest import SENT, STAFF, ask, resolve, sent_order
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_site import chosen, hidden, path, words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
Publish = Callable[..., PolicyVersion]


@pytest.fixture(autouse=True)
def today() -> Any:
    """The day after the orders were sent."""
    with time_machine.travel(NOW, tick=False):
        yield


def goods(*lines: tuple[int, int], tax: int = 0) -> tuple[LineFacts, ...]:
    """Lines of (quantity, price of one); a recorded tax of 10 % belongs to the first."""
    taxes = (TaxFacts(title="Tax", rate=100_000, amount=tax),) if tax else ()
    return tuple(
        LineFacts(
            external_id=f"l{number}",
            title=f"Item {number}",
            quantity=quantity,
            unit_price=price,
            taxes=() if number else taxes,
        )
        for number, (quantity, price) in enumerate(lines)
    )


def paid(
    merchant: Merchant, currency: str, captured: int, lines: tuple[LineFacts, ...], **more: Any
) -> Order:
    """An order paid by card, and sent."""
    facts: dict[str, Any] = {
        "currency": currency,
        "lines": lines,
        "shipping": (),
        "total": captured,
        "tenders": (TenderFacts(kind="card", gateway="card", captured=captured),),
    }
    return sent_order(merchant, order_facts(**{**facts, **more}))


def give_back(
    order: Order, line: int, reason: str = "changed_mind", outcome: Outcome = Outcome.REFUND
) -> Settlement:
    """Ask for one unit, let it come back, and settle it."""
    case = resolve(ask(order, NOW, (line, 1, reason), outcome=outcome), NOW)
    return services.settle_return(return_id=case.public_id, key=case.public_id, at=NOW, actor=STAFF)


def refunds() -> list[int]:
    """What was asked of the payment, one return after the other."""
    return list(Refund.objects.order_by("id").values_list("amount", flat=True))


def discount(amount: int) -> tuple[DiscountFacts, ...]:
    return (DiscountFacts(code="FALL", amount=amount),)


def test_r09_one_by_one_equals_all_at_once(other_merchant: Merchant) -> None:
    with merchant_scope(other_merchant.pk):
        order = paid(
            other_merchant,
            "USD",
            4536,
            goods((4, 1000), tax=360),
            tax_included=False,
            discounts=discount(399),
            shipping=(
                ShippingFacts(
                    title="Post",
                    price=500,
                    taxes=(TaxFacts(title="Tax", rate=150_000, amount=75),),
                ),
            ),
        )
        booked = [give_back(order, 0) for _ in range(4)]
        assert [one.quote["units"][0]["goods"] for one in booked] == [900, 901, 900, 900]
        assert [one.quote["units"][0]["tax"] for one in booked] == [90, 90, 90, 90]
        assert [one.quote["shipping"] + one.quote["shipping_tax"] for one in booked] == [
            *(0, 0, 0),
            575,
        ]
        assert refunds() == [990, 991, 990, 1565]
        order.refresh_from_db()
        assert order.given_back == order.captured == sum(refunds()) == 4536


@pytest.mark.parametrize(
    ("currency", "captured", "lines", "off", "come_back", "expected"),
    [
        pytest.param("GBP", 900, ((1, 600), (1, 400)), 100, (0, 1), [540, 360], id="r10"),
        pytest.param("USD", 16800, ((1, 15000), (1, 6000)), 4200, (0,), [12000], id="r11"),
        pytest.param("JPY", 2000, ((3, 1000),), 1000, (0, 0, 0), [667, 666, 667], id="r12"),
    ],
)
def test_a_coupon_is_given_back_once_and_to_the_unit(
    scope: Merchant,
    currency: str,
    captured: int,
    lines: tuple[tuple[int, int], ...],
    off: int,
    come_back: tuple[int, ...],
    expected: list[int],
) -> None:
    """R-10: not yours twice. R-11: only its share. R-12: yen has no cents."""
    order = paid(scope, currency, captured, goods(*lines), discounts=discount(off))
    booked = [give_back(order, line) for line in come_back]
    assert [one.total for one in booked] == refunds() == expected
    order.refresh_from_db()
    assert order.given_back == sum(expected)


def credit(bonus: int) -> tuple[OutcomeTerms, ...]:
    return tuple(
        replace(one, bonus=bonus) if one.outcome is Outcome.STORE_CREDIT else one
        for one in DEFAULT_POLICY.outcomes
    )


@pytest.mark.parametrize(
    ("postage", "counted", "bonus", "given"),
    [({}, 7777, 778, 8555), ({"JPY": 990}, 6787, 679, 7466)],
)
def test_r18_bonus_and_fee_together(
    scope: Merchant,
    publish: Publish,
    postage: dict[str, int],
    counted: int,
    bonus: int,
    given: int,
) -> None:
    publish(outcomes=credit(1000), postage=postage)
    order = paid(scope, "JPY", 7778, goods((1, 7777), (1, 1)))
    settled = give_back(order, 0, outcome=Outcome.STORE_CREDIT)
    order.refresh_from_db()
    assert (settled.total, settled.payout, order.given_back) == (counted, given, counted)
    assert LedgerEntry.objects.get(component="bonus").amount == bonus
    entries = StoreCreditEntry.objects.values_list("amount", flat=True)
    assert sorted(entries) == [bonus, counted]
    assert sum(entries) == given
    # The unit is used up at its whole value, and cannot be refunded in addition.
    assert settled.quote["units"][0]["goods"] == 7777
    assert list(settled_units(order).values()) == [1]
    with pytest.raises(RefundExceedsBalance):
        services.give_goodwill(
            order_id=order.public_id,
            amount=7778 - counted + 1,
            units=[],
            outcome=Outcome.REFUND,
            key="g",
            at=NOW,
            actor=STAFF,
        )


@pytest.mark.parametrize(
    ("price", "reason", "fees", "back"),
    [
        (4166, "changed_mind", ["¥417", "¥990"], 2759),
        (4166, "defective", [], 4166),
        (1200, "changed_mind", ["¥120", "¥990"], 90),
        (800, "changed_mind", ["¥80", "¥720"], 0),
    ],
)
def test_r16_what_is_shown_is_what_is_paid(
    scope: Merchant,
    mugs: None,
    publish: Publish,
    price: int,
    reason: str,
    fees: list[str],
    back: int,
) -> None:
    publish(postage={"JPY": 990}, restocking=1000)
    mug, kept = goods((1, price), (1, 50_000))
    mug = replace(mug, product_external_id="p1", variant_external_id="v1")
    order = paid(scope, "JPY", price + 50_000, (mug, kept))
    shopper = Client(headers={"accept-language": "en"})
    choice = chosen(order, (0, 1, reason))
    choices = words(shopper.get(path(order, scope, "outcome/"), choice))
    for other in ("Store credit", "Exchange"):
        assert other in choices
    assert f"¥{back:,}" in choices
    check = shopper.get(path(order, scope, "check/"), {**choice, "outcome": "refund"})
    shown = words(check)
    assert f"You get back ¥{back:,}" in shown
    if fees:
        assert f"Restocking fee (10%) -{fees[0]} Return postage -{fees[1]}" in shown
    else:
        assert "Restocking fee" not in shown
        assert "-¥" not in shown
    assert int(hidden(check, "payout")) == back
    settled = give_back(order, 0, reason)
    assert (settled.total, sum(refunds())) == (back, back)
    booked = settled.quote["restocking_fee"] + settled.quote["postage_fee"]
    assert booked == price - back


US = rule("us", asks("country", "is", "US"), fees={"postage": {"USD": 795}})
VIP = rule("vip", asks("customer_tags", "contains", "VIP"), fees={"postage": {"USD": 0}})
FAULT = rule("fault", asks("fault", "is", "merchant"), fees={"postage": {"USD": 0}})


def usd_order(merchant: Merchant, number: str, placed_at: datetime) -> Order:
    """A vase at $50.00, to the United States."""
    facts: OrderFacts = order_facts(
        external_id=number,
        number=f"#{number}",
        placed_at=placed_at,
        updated_at=placed_at,
        currency="USD",
        customer=CustomerFacts(external_id="c1", email="vip@example.com", tags=("VIP",)),
        address=AddressFacts(name="Ann Lee", postcode="97201", country="US", city="Portland"),
        lines=goods((1, 5000)),
        shipping=(),
        total=5000,
        tenders=(TenderFacts(kind="card", gateway="card", captured=5000),),
    )
    return sent_order(merchant, facts, at=placed_at)


def test_r05_the_first_match_says_the_postage(scope: Merchant, publish: Publish) -> None:
    publish(rules=(US, VIP, FAULT))
    old = [usd_order(scope, number, SENT) for number in ("1", "2", "3")]
    moved = replace(DEFAULT_POLICY, rules=(VIP, US, FAULT))
    services.publish_policy(content=moved.to_json(), effective_from=NOW, at=NOW, actor=STAFF)
    new = usd_order(scope, "4", NOW)
    assert [
        ask(order, NOW, (0, 1, reason)).quote["postage_fee"]
        for order, reason in (
            (old[0], "changed_mind"),
            (old[1], "defective"),
            (new, "changed_mind"),
        )
    ] == [795, 0, 0]
    settled = give_back(old[2], 0)
    assert (settled.total, refunds()) == (4205, [4205])
