"""Policies with rules from the request to the money: the scenarios, through the services."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils.translation import override

from commerce.models import Merchant, Order
from commerce.ports import (
    AddressFacts,
    DiscountFacts,
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    TenderFacts,
)
from commerce.services.orders import take_in_order
from postexp.kernel.money import Money
from returns import services
from returns.enums import (
    DenialCode,
    Outcome,
    RefundShipping,
    ReturnState,
    StatutoryPack,
    ThresholdPromotion,
    Verdict,
)
from returns.errors import InvalidPolicy, NotReturnable, QuantityExceedsReturnable
from returns.forms import PolicyForm, WizardForm
from returns.models import PolicyDecision, PolicyVersion, Return
from returns.rules.cancellations import CancelWish
from returns.rules.commands import Wish
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import OutcomeTerms
from returns.selectors import Judged, judge, version_in_force
from returns.selectors.policies import every_decision, list_decisions
from returns.serializers.represent import represent_judgement
from returns.services.cancellations import request_cancellation
from returns.services.cancelling import carry_out_cancellation
from returns.services.evidence import keep_evidence
from returns.services.policies import replay_decision
from tests.facts import order_facts
from tests.returns.conftest import SENT, STAFF, ask, line_ids, mug_facts, resolve, sent_order
from tests.returns.photos import picture
from tests.returns.rules.policy_samples import asks, rule
from tests.shops import drain_all
from tracking.enums import Status, TimePrecision
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import take_in_report

Publish = Callable[..., PolicyVersion]
TOKYO = ZoneInfo("Asia/Tokyo")
PLACED = datetime(2026, 9, 28, 3, 0, tzinfo=UTC)


def tokyo(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=TOKYO)  # type: ignore[arg-type,misc]


def delivered(order: Order, at: datetime) -> None:
    """Tell that the order's parcel arrived."""
    with time_machine.travel(at, tick=False):
        drain_all()
    event = NormalisedEvent(
        source="test",
        occurred_at=at,
        local_time=at.isoformat(),
        time_precision=TimePrecision.SECOND,
        status=Status.DELIVERED,
        external_id="delivered",
        position=0,
    )
    take_in_report(
        NormalisedShipment(source="test", tracking_number="", events=(event,)),
        fulfilment_external_id=f"f-{order.external_id}",
        order_external_id=order.external_id,
        at=at,
        actor="test",
    )


def bought_on(
    merchant: Merchant, placed_at: datetime = PLACED, number: str = "1", **changes: Any
) -> Order:
    """An order sent a day after it was placed."""
    facts = mug_facts(
        external_id=number, number=f"#{number}", placed_at=placed_at, updated_at=placed_at
    )
    return sent_order(merchant, replace(facts, **changes), at=placed_at + timedelta(days=1))


def days(refund: int, **more: int) -> tuple[OutcomeTerms, ...]:
    named = {"refund": refund, **more}
    return tuple(OutcomeTerms(outcome=Outcome(name), days=count) for name, count in named.items())


def test_r01_the_last_second_counts(scope: Merchant, mugs: None, publish: Publish) -> None:
    late_credit = rule(
        "credit_only",
        asks("days_since_start", "between", [31, 45]),
        outcomes=["refund", "store_credit"],
        window={"store_credit": {"days": 45, "not_before": None}},
    )
    publish(outcomes=days(30, store_credit=30), rules=(late_credit,), review=False)
    order = bought_on(scope)
    delivered(order, tokyo(2026, 10, 1, 18, 20))
    inside = judge(order, at=tokyo(2026, 10, 31, 23, 59, 30)).lines[0].decision
    until = tokyo(2026, 10, 31, 23, 59, 59)
    assert {offer.outcome: offer.until for offer in inside.offers} == {
        Outcome.REFUND: until,
        Outcome.STORE_CREDIT: until,
    }
    over = tokyo(2026, 11, 1)
    told = represent_judgement(judge(order, at=over))["lines"][0]
    assert [offer["outcome"] for offer in told["offers"]] == ["store_credit"]
    assert told["offers"][0]["until"] == "2026-11-15T14:59:59Z"
    (denial,) = told["denials"]
    assert (denial["code"], denial["outcome"]) == ("window_ended", "refund")
    assert "31" in denial["text"]["en"]
    assert "10月31日" in denial["text"]["ja"]
    with pytest.raises(NotReturnable):
        ask(order, over, (0, 1, "too_small"))
    assert ask(order, over, (0, 1, "too_small"), outcome=Outcome.STORE_CREDIT).state == (
        ReturnState.APPROVED
    )


def test_r02_no_delivery_scan(scope: Merchant, mugs: None, publish: Publish) -> None:
    publish(outcomes=days(14), review=False)
    order = bought_on(scope, tokyo(2026, 9, 30, 9))
    with pytest.raises(QuantityExceedsReturnable):
        ask(order, tokyo(2026, 10, 21), (0, 1, "too_small"))
    case = ask(order, tokyo(2026, 10, 20, 23), (0, 1, "too_small"))
    assert case.policy_decision.decision["lines"][0]["start"] == {
        "day": "2026-10-06",
        "basis": "shipped_plus_allowance",
    }


def test_r03_judged_by_the_policy_in_force_when_bought(scope: Merchant, mugs: None) -> None:
    for count, from_day in ((30, tokyo(2026, 1, 1)), (14, tokyo(2026, 10, 1))):
        terms = replace(DEFAULT_POLICY, outcomes=days(count), review=False)
        services.publish_policy(
            content=terms.to_json(), effective_from=from_day, at=from_day, actor=STAFF
        )
    x = bought_on(scope, datetime(2026, 9, 30, 14, 59, tzinfo=UTC), "1")
    y = bought_on(scope, datetime(2026, 9, 30, 15, 0, tzinfo=UTC), "2")
    for order in (x, y):
        delivered(order, tokyo(2026, 10, 5, 12))
    at = tokyo(2026, 10, 25, 12)
    case = ask(x, at, (0, 1, "too_small"))
    assert case.policy_version.number == 1
    assert case.policy_decision.policy_hash == version_in_force(x.placed_at).hash
    with pytest.raises(QuantityExceedsReturnable):
        ask(y, at, (0, 1, "too_small"))
    judged = judge(y, at=at)
    assert judged.version.number == 2
    (denial,) = judged.lines[0].decision.denials
    assert denial.until == tokyo(2026, 10, 19, 23, 59, 59)


def test_r04_final_sale_but_broken(scope: Merchant, publish: Publish) -> None:
    broken = rule(
        "broken",
        {"all": [asks("final_sale", "is", True), asks("fault", "is", "merchant")]},
        eligible=True,
        evidence=1,
        fees={"waive": True},
    )
    publish(rules=(broken,), review=False, restocking=1000, postage={"JPY": 990})
    line = LineFacts(external_id="l1", title="Hat", quantity=1, unit_price=7000, final_sale=True)
    order = sent_order(
        scope, replace(order_facts(), lines=(line,), external_id="7"), at=PLACED + timedelta(days=1)
    )
    at = PLACED + timedelta(days=8)
    (known,) = judge(order, at=at).lines
    assert DenialCode.FINAL_SALE in [denial.code for denial in known.decision.denials]
    (told,) = represent_judgement(judge(order, at=at))["lines"]
    assert {reason["code"]: reason["photos"] for reason in told["reasons"]} == {
        "not_as_described": 1,
        "defective": 1,
        "wrong_item": 1,
        "damaged_in_transit": 0,
    }
    with pytest.raises(NotReturnable):
        ask(order, at, (0, 1, "changed_mind"))
    (refused,) = list_decisions(order)
    assert (refused.verdict, refused.case) == (Verdict.DENIED, None)
    assert refused.decision["lines"][0]["denials"][0]["code"] == "final_sale"
    assert refused.decision["lines"][0]["best"] is None

    unproven = ask(order, at, (0, 1, "defective"))
    assert unproven.state == ReturnState.IN_REVIEW
    assert unproven.policy_decision.verdict == Verdict.EVIDENCE_NEEDED
    services.cancel_return(return_id=unproven.public_id, at=at, actor="shopper")

    keep_evidence(
        order_id=order.public_id,
        line_id=line_ids(order)[0],
        upload=picture(),
        at=at,
        actor="shopper",
    )
    proven = ask(order, at, (0, 1, "defective"))
    assert proven.state == ReturnState.APPROVED
    assert proven.quote["payout"] == 7000 + 500
    assert [row.wishes[0]["reason"] for row in list_decisions(order)] == [
        "changed_mind",
        "defective",
        "defective",
    ]


US = rule("us", asks("country", "is", "JP"), fees={"postage": {"JPY": 795}})
VIP = rule("vip", asks("customer_tags", "contains", "VIP"), fees={"postage": {"JPY": 0}})


def test_r05_first_match_per_slot(scope: Merchant, mugs: None, publish: Publish) -> None:
    publish(rules=(US, VIP), review=False)
    before = bought_on(scope, number="1")
    customer = before.customer
    assert customer is not None
    customer.tags = ["vip"]
    customer.save()
    at = PLACED + timedelta(days=5)
    moved = replace(DEFAULT_POLICY, rules=(VIP, US), review=False)
    services.publish_policy(content=moved.to_json(), effective_from=at, at=at, actor=STAFF)
    after = bought_on(scope, at, "2")
    when = at + timedelta(days=2)
    cases = [ask(order, when, (0, 1, "changed_mind")) for order in (before, after)]
    assert [case.quote["postage_fee"] for case in cases] == [795, 0]
    settled = resolve(replace_state(cases[0]), when + timedelta(days=1))
    services.settle_return(
        return_id=settled.public_id, key="k", at=when + timedelta(days=2), actor=STAFF
    )
    (settlement,) = settled.settlements.all()
    assert settlement.payout == cases[0].quote["payout"] == 2500 - 795


def replace_state(case: Return) -> Return:
    """Take the policy's approval back, so that staff can approve as the helper does."""
    Return.objects.filter(pk=case.pk).update(state=ReturnState.IN_REVIEW)
    return case


@pytest.mark.parametrize(
    ("arrived", "until"),
    [
        (tokyo(2026, 12, 5, 12), tokyo(2027, 1, 31, 23, 59, 59)),
        (tokyo(2027, 1, 8, 12), tokyo(2027, 2, 7, 23, 59, 59)),
    ],
)
def test_r06_holiday_extension(
    scope: Merchant, mugs: None, publish: Publish, arrived: datetime, until: datetime
) -> None:
    holidays = rule(
        "holidays",
        asks("placed_on", "between", ["2026-11-15", "2026-12-24"]),
        window={"all": {"days": 30, "not_before": "2027-01-31"}},
    )
    publish(outcomes=days(30), rules=(holidays,))
    order = bought_on(
        scope, tokyo(2026, 12, 24, 23, 30) if arrived.year == 2027 else tokyo(2026, 12, 3)
    )
    delivered(order, arrived)
    (offer,) = judge(order, at=arrived + timedelta(days=1)).lines[0].decision.offers
    assert offer.until == until


def test_r07_four_lines_one_selectable(scope: Merchant, publish: Publish) -> None:
    cosmetics = rule(
        "cosmetics",
        asks("category", "begins_with", "Cosmetics"),
        eligible=False,
        say={"en": "Opened cosmetics stay with you.", "ja": "開封済みの化粧品は返品できません。"},
    )
    publish(rules=(cosmetics,), review=False)
    lines = (
        LineFacts(
            external_id="a", title="Cream", quantity=1, unit_price=1000, category="Cosmetics/Skin"
        ),
        LineFacts(
            external_id="b", title="Song", quantity=1, unit_price=500, requires_shipping=False
        ),
        LineFacts(external_id="c", title="Shirt", quantity=1, unit_price=4000),
        LineFacts(external_id="d", title="Socks", quantity=2, unit_price=1000),
    )
    facts = replace(order_facts(), lines=lines, external_id="8")
    taken = take_in_order(facts, merchant=scope, at=facts.placed_at).order
    sock = CancelWish(line=line_ids(taken)[3], quantity=1)
    stopped = request_cancellation(
        order_id=taken.public_id, wishes=[sock], at=facts.placed_at, actor="shopper"
    )
    carry_out_cancellation(
        cancellation_id=stopped.public_id, at=facts.placed_at + timedelta(minutes=5)
    )
    parcel = FulfilmentFacts(
        external_id="f-8",
        order_external_id="8",
        created_at=SENT,
        lines=tuple(
            FulfilmentLineFacts(line_external_id=line.external_id, quantity=1) for line in lines
        ),
    )
    order = take_in_order(replace(facts, fulfilments=(parcel,)), merchant=scope, at=SENT).order
    at = SENT + timedelta(days=1)
    shirt = resolve(replace_state(ask(order, at, (2, 1, "too_small"))), at)
    services.settle_return(return_id=shirt.public_id, key="k", at=at, actor=STAFF)
    told = represent_judgement(judge(order, at=at))["lines"]
    assert [line["returnable_quantity"] for line in told] == [0, 0, 0, 1]
    assert [denial["text"] for line in told[:1] for denial in line["denials"]] == [
        {"en": "Opened cosmetics stay with you.", "ja": "開封済みの化粧品は返品できません。"}
    ]
    assert [[one["code"] for one in line["denials"]] for line in told] == [
        ["not_eligible"],
        ["not_goods"],
        ["already_settled"],
        [],
    ]
    with pytest.raises(QuantityExceedsReturnable):
        ask(order, at, (3, 2, "too_small"))


def test_a_date_kept_for_one_reason_lengthens_no_other(
    scope: Merchant, mugs: None, publish: Publish
) -> None:
    faulty = rule(
        "faulty", asks("fault", "is", "merchant"), window={"all": {"days": 60, "not_before": None}}
    )
    publish(outcomes=days(30), rules=(faulty,), review=False)
    order = bought_on(scope, tokyo(2026, 9, 30, 9))
    first, later = tokyo(2026, 10, 10), tokyo(2026, 11, 10)
    for at in (first, later, later):
        judgement = judge(order, at=at)
        services.remember_deadlines(judgement)
    (offer,) = judgement.lines[0].decision.offers
    assert offer.until == tokyo(2026, 12, 5, 23, 59, 59)
    with pytest.raises(QuantityExceedsReturnable):
        ask(order, later, (0, 9, "defective"))
    with pytest.raises(NotReturnable):
        ask(order, later, (0, 1, "changed_mind"))
    assert ask(order, later, (0, 1, "defective")).state == ReturnState.APPROVED


def test_each_line_has_its_own_fee(scope: Merchant, publish: Publish) -> None:
    opened = rule("electric", asks("sku", "is", "e-1"), fees={"restocking": 2000})
    publish(rules=(opened,), review=False)
    lines = (
        LineFacts(external_id="a", title="Radio", quantity=1, unit_price=3000, sku="E-1"),
        LineFacts(external_id="b", title="Shirt", quantity=1, unit_price=4000),
    )
    order = sent_order(
        scope,
        replace(order_facts(), lines=lines, external_id="9"),
        at=PLACED + timedelta(days=1),
    )
    at = PLACED + timedelta(days=8)
    case = ask(order, at, (0, 1, "too_small"), (1, 1, "too_small"))
    assert (case.quote["restocking_fee"], case.quote["restocking_percent"]) == (600, 857)
    settled = resolve(replace_state(case), at + timedelta(days=1))
    services.settle_return(return_id=settled.public_id, key="k", at=at, actor=STAFF)
    (settlement,) = settled.settlements.all()
    assert settlement.payout == case.quote["payout"]


def test_what_a_customer_did_before_is_known(scope: Merchant, mugs: None, publish: Publish) -> None:
    counted = {
        name: rule(f"c_{name}", asks(name, "at_least", {"JPY": 0} if money else 0), review=True)
        for name, money in (
            ("orders_placed", False),
            ("returns_placed", False),
            ("partial_credits", False),
            ("wrong_returns", False),
            ("order_returns", False),
            ("discount_percent", False),
            ("bonus_received", True),
        )
    }
    publish(rules=tuple(counted.values()), review=False)
    order = bought_on(scope)
    at = PLACED + timedelta(days=8)
    ask(order, at, (0, 1, "too_small"))
    known = judge(order, at=at).facts.known
    assert {name: known[name] for name in counted} == {
        "orders_placed": 1,
        "returns_placed": 1,
        "partial_credits": 0,
        "wrong_returns": 0,
        "order_returns": 1,
        "discount_percent": 0,
        "bonus_received": 0,
    }
    assert known["country"] == "JP"


def test_every_stored_decision_is_made_again(scope: Merchant, mugs: None, publish: Publish) -> None:
    publish(rules=(US, VIP), review=False)
    order = bought_on(scope)
    at = PLACED + timedelta(days=8)
    ask(order, at, (0, 1, "too_small"))
    with pytest.raises(NotReturnable):
        ask(order, at + timedelta(days=40), (0, 1, "too_small"), outcome=Outcome.REFUND)
    kept = list(every_decision())
    assert len(kept) == 2
    assert all(replay_decision(one) for one in kept)
    told = StringIO()
    call_command("replay_decisions", stdout=told)
    assert "2 decisions come out the same" in told.getvalue()
    tampered = kept[0]
    tampered.decision = {**tampered.decision, "lines": []}
    assert not replay_decision(tampered)
    # What an engine that decides alike said is made again as well.
    before = kept[1]
    before.decision = {**before.decision, "engine": 3}
    assert replay_decision(before)
    before.decision = {**before.decision, "lines": []}
    assert not replay_decision(before)
    # What an earlier engine said cannot be compared, and stays as it was told.
    tampered.decision = {**tampered.decision, "engine": 1}
    assert replay_decision(tampered)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PolicyDecision.objects.filter(pk=tampered.pk).update(actor="x")


def test_what_the_law_forbids_is_not_published(scope: Merchant, publish: Publish) -> None:
    short = rule(
        "germany", asks("country", "is", "DE"), window={"refund": {"days": 7, "not_before": None}}
    )
    with pytest.raises(InvalidPolicy, match="rules germany: window: less than the law of DE"):
        publish(rules=(short,))
    assert PolicyVersion.objects.count() == 0


def test_the_law_of_where_orders_went_binds_whoever_publishes(
    scope: Merchant, mugs: None, publish: Publish
) -> None:
    """Not the editor of rules alone: forms, the API and going back publish as well."""
    publish(restocking=1000)
    assert bought_on(scope, address=AddressFacts(country="DE")).country == "DE"
    with pytest.raises(InvalidPolicy, match="fees: less than the law of DE"):
        publish(restocking=500)


def test_a_form_says_what_the_law_gives(scope: Merchant) -> None:
    answers = {
        "days": 7,
        "outcomes": ["refund"],
        "carriage": "shop",
        "review": "policy",
        "address": "Hauptstraße 1",
    }
    assert WizardForm(answers, policy=DEFAULT_POLICY, own=False, currency="JPY").is_valid()
    Merchant.objects.filter(pk=scope.pk).update(country="DE")
    with override("en"):
        asked = WizardForm(answers, policy=DEFAULT_POLICY, own=False, currency="EUR")
        assert asked.non_field_errors() == [
            "The law of DE gives more than “Days to return” says here. It cannot be published."
        ]
        filled = PolicyForm(None, policy=DEFAULT_POLICY, currency="EUR").initial
        assert PolicyForm(filled, policy=DEFAULT_POLICY, currency="EUR").is_valid()
        strict = {**filled, "restocking": "5"}
        assert PolicyForm(strict, policy=DEFAULT_POLICY, currency="EUR").non_field_errors() == [
            "The law of DE gives more than “Fees” says here. It cannot be published."
        ]


def test_law_gives_more_than_the_policy(scope: Merchant, mugs: None, publish: Publish) -> None:
    publish(outcomes=days(7), restocking=1000, review=False)
    abroad = bought_on(scope, address=AddressFacts(country="DE"))
    delivered(abroad, tokyo(2026, 10, 1, 12))
    at = tokyo(2026, 10, 15, 12)
    case = ask(abroad, at, (0, 1, "changed_mind"))
    assert case.quote["payout"] == Money(2500, "JPY").amount
    assert case.policy_decision.decision["lines"][0]["law"] == "eu"
    home = bought_on(scope, number="2")
    delivered(home, tokyo(2026, 10, 1, 12))
    with pytest.raises(QuantityExceedsReturnable):
        ask(home, at, (0, 1, "changed_mind"))
    assert line_ids(home)


def test_withdrawing_through_the_portal_undoes_the_contract(
    scope: Merchant, publish: Publish
) -> None:
    """R-13 and R-15 by law: promotions stay as they were, and shipping goes back with the whole."""
    publish(
        outcomes=days(30),
        postage={},
        refund_shipping=RefundShipping.NEVER,
        threshold_promotion=ThresholdPromotion.REPRICE,
        review=True,
    )
    six = {
        "lines": (LineFacts(external_id="l1", title="Bowl", quantity=6, unit_price=5000),),
        "discounts": (DiscountFacts(code="MANY", amount=3000, minimum=30000),),
        "tenders": (TenderFacts(kind="card", captured=27500),),
        "total": 27500,
    }
    for number, country, five, whole in (("1", "DE", 22500, 27500), ("2", "US", 22000, 27000)):
        order = bought_on(scope, number=number, address=AddressFacts(country=country), **six)
        delivered(order, tokyo(2026, 10, 1, 12))
        at = tokyo(2026, 10, 5, 12)
        judgement = judge(order, at=at)
        for quantity, sum_told in ((5, five), (6, whole)):
            wish = Wish(line=line_ids(order)[0], quantity=quantity, reason="changed_mind")
            checked = services.check_wishes(judgement, [wish], Outcome.REFUND)
            assert services.quote_wishes(judgement, checked, Outcome.REFUND).payout == sum_told
        case = resolve(ask(order, at, (0, 5, "changed_mind")), at)
        assert services.quote_settlement(case).payout == five


def test_a_line_of_which_a_unit_is_still_to_be_sent_has_not_arrived(
    scope: Merchant, mugs: None, publish: Publish
) -> None:
    publish(outcomes=days(7), review=False)
    abroad = mug_facts(placed_at=PLACED, updated_at=PLACED, address=AddressFacts(country="DE"))
    sent = PLACED + timedelta(days=1)
    parcel = FulfilmentFacts(
        external_id=f"f-{abroad.external_id}",
        order_external_id=abroad.external_id,
        created_at=sent,
        lines=tuple(
            FulfilmentLineFacts(line_external_id=line.external_id, quantity=1)
            for line in abroad.lines
        ),
    )
    facts = replace(abroad, fulfilments=(parcel,))
    order = take_in_order(facts, merchant=scope, at=sent).order
    delivered(order, tokyo(2026, 10, 1, 12))
    late = tokyo(2026, 10, 20, 12)
    mug, towel = judge(order, at=late).lines
    assert (mug.facts.delivered, towel.facts.delivered) == (None, tokyo(2026, 10, 1, 12))
    assert law_of(mug) is law_of(towel) is StatutoryPack.EU

    wish = CancelWish(line=mug.line.public_id, quantity=1)
    request_cancellation(
        order_id=order.public_id, wishes=[wish], at=late, actor=STAFF, by_staff=True
    )
    mug, towel = judge(order, at=late).lines
    assert mug.facts.delivered == towel.facts.delivered
    assert law_of(mug) is law_of(towel) is None


def law_of(one: Judged) -> StatutoryPack | None:
    return one.decision.by_reason["changed_mind"].law
