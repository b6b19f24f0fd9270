"""What rules ask about is told: every fact from a real order, frozen as P4 wants it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commerce.models import Merchant, Order, OrderLine
from commerce.ports import DiscountFacts, ProductFacts, VariantFacts
from commerce.services.products import take_in_product
from returns.enums import FactName, FactType, Outcome
from returns.enums.exchanges import ExchangePaymentKind, ExchangePaymentState, ExchangeTiming
from returns.errors import QuantityExceedsReturnable
from returns.forms.conditions import ComparisonForm
from returns.models import Exchange, ExchangePayment, PolicyDecision, PolicyVersion
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Rule
from returns.rules.policy.facts import FACTS
from tests.returns.conftest import ask, mug_facts, sent_order
from tests.returns.rules.policy_samples import asks, rule

Publish = Callable[..., PolicyVersion]
PLACED = datetime(2026, 9, 28, 3, 0, tzinfo=UTC)
ASKED = PLACED + timedelta(days=8)
NOT_TOLD = {FactName.FRAUD_BAND, FactName.RESTOCK_LOCATION}
_VALUES: dict[FactType, tuple[str, Any]] = {
    FactType.TEXT: ("is", "x"),
    FactType.TEXTS: ("contains", "x"),
    FactType.COUNTRY: ("is", "US"),
    FactType.COUNT: ("at_least", 999),
    FactType.DAYS: ("at_least", 999),
    FactType.PERCENT: ("at_least", 10_000),
    FactType.MONEY: ("at_least", {"JPY": 10**9}),
    FactType.DATE: ("is", "2000-01-01"),
    FactType.FLAG: ("is", True),
}


def about(name: FactName) -> Rule:
    """A rule that asks about one fact alone."""
    fact = FACTS[name]
    if fact.choices is not None:
        return rule(name.value, asks(name.value, "is", list(fact.choices)[-1].value), review=True)
    return rule(name.value, asks(name.value, *_VALUES[fact.kind]), review=True)


@pytest.fixture
def order(scope: Merchant) -> Order:
    """Mugs of Acme, sent the day after they were ordered."""
    take_in_product(product(), at=PLACED)
    facts = mug_facts(
        placed_at=PLACED, updated_at=PLACED, discounts=(DiscountFacts(code="TEN", amount=0),)
    )
    mug, towel = facts.lines
    facts = replace(facts, lines=(replace(mug, exemption="none"), towel))
    return sent_order(scope, facts, at=PLACED + timedelta(days=1))


def product(**changes: Any) -> ProductFacts:
    told: dict[str, Any] = {
        "external_id": "p1",
        "title": "マグカップ",
        "vendor": "Acme",
        "product_type": "Mugs",
        "updated_at": PLACED,
        "variants": (VariantFacts(external_id="v1", sku="MUG", price=2500, stock=5),),
    }
    return ProductFacts(**{**told, **changes})


def test_every_fact_but_those_marked_is_known_of_a_real_order(
    order: Order, publish: Publish
) -> None:
    rules = tuple(about(name) for name in FactName)
    publish(rules=rules)
    ask(order, ASKED, (0, 1, "too_small"), outcome=Outcome.REFUND)
    kept = PolicyDecision.objects.get()
    letters = kept.decision["lines"][0]["trace"]["rules"]
    unknown = {name for name, letter in zip(FactName, letters, strict=True) if letter == "U"}
    assert unknown == NOT_TOLD
    assert {name for name, fact in FACTS.items() if not fact.told} == NOT_TOLD


def test_a_vendor_can_be_kept_from_coming_back(order: Order, publish: Publish) -> None:
    publish(rules=(rule("acme", asks("vendor", "is", "Acme"), eligible=False),), review=False)
    # P4: what the product is called later changes nothing for what was sold.
    take_in_product(product(vendor="Other", product_type="", updated_at=ASKED), at=ASKED)
    with pytest.raises(QuantityExceedsReturnable):
        ask(order, ASKED, (0, 1, "too_small"))
    # The towel's vendor nobody told: the rule is left out.
    ask(order, ASKED, (1, 1, "too_small"))
    towel, mugs = PolicyDecision.objects.get().decision["lines"]
    assert [one["trace"]["rules"] for one in (mugs, towel)] == ["T", "U"]
    assert [one["code"] for one in mugs["denials"]] == ["not_eligible"]
    mug = OrderLine.objects.get(order=order, external_id="l1")
    assert (mug.vendor, mug.product_type) == ("Acme", "Mugs")


def test_what_the_order_says_of_a_line_comes_before_its_product(scope: Merchant) -> None:
    take_in_product(product(), at=PLACED)
    facts = mug_facts(placed_at=PLACED, updated_at=PLACED)
    mug, towel = facts.lines
    own = replace(mug, vendor="Own", product_type="Cups")
    order = sent_order(scope, replace(facts, lines=(own, towel)))
    line = OrderLine.objects.get(order=order, external_id="l1")
    assert (line.vendor, line.product_type) == ("Own", "Cups")


def test_payments_that_failed_are_counted(order: Order, publish: Publish) -> None:
    version = publish(rules=(about(FactName.FAILED_PAYMENTS),), review=False)
    case = ask(order, ASKED, (0, 1, "too_small"))
    assert case.policy_version == version
    exchange = Exchange.objects.create(
        case=case, timing=ExchangeTiming.INSTANT, cost=2500, created_at=ASKED
    )
    for state in ExchangePaymentState:
        ExchangePayment.objects.create(
            exchange=exchange,
            kind=ExchangePaymentKind.HOLD,
            state=state,
            provider="stripe",
            reference=state.value,
            amount=2500,
            created_at=ASKED,
        )
    ask(order, ASKED + timedelta(hours=1), (1, 1, "too_small"))
    before, after = PolicyDecision.objects.order_by("id")
    counted = [one.facts["known"]["failed_payments"] for one in (before, after)]
    # One hold was lost, one charge refused; all others went well or are not over.
    assert counted == [0, 2]


def test_the_editor_marks_what_nothing_tells() -> None:
    form = ComparisonForm(None, key="c1", policy=DEFAULT_POLICY, currencies=("JPY",))
    groups = [group for value, group in form.fields["fact"].choices if value]  # type: ignore[attr-defined]
    labels = {value: str(label) for group in groups for value, label in group}
    assert labels["fraud_band"] == "Risk of fraud (not known yet)"
    assert labels["vendor"] == "Vendor"
    marked = {value for value, label in labels.items() if "not known yet" in label}
    assert marked == {name.value for name in NOT_TOLD}
