"""Deciding: the first rule that matches, unknown facts, windows, traces; the scenarios by name."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from returns.enums import DenialCode, FactName, Outcome, Slot, StartBasis, Verdict
from returns.rules.policy import (
    Decision,
    Denial,
    Engine,
    Facts,
    LineDecision,
    Offer,
    Policy,
    decide,
    read_facts,
    read_policy,
)
from returns.rules.policy.conditions import Truth
from tests.returns.rules.policy_samples import (
    a_line,
    asks,
    facts,
    only_refund,
    policy,
    rule,
    tokyo,
)

ALWAYS: dict[str, Any] = {"all": []}


def only(policy: Policy, known: Facts) -> LineDecision:
    """The decision on the only line there is."""
    (line,) = decide(policy, known).lines
    return line


def replayed(policy: Policy, known: Facts) -> Decision:
    """A decision that was stored with version and facts, and made again from both."""
    decision = decide(policy, known)
    version, asked, stored = json.loads(
        json.dumps([policy.to_json(), known.to_json(), decision.to_json()])
    )
    again = decide(read_policy(version), read_facts(asked))
    assert json.dumps(again.to_json()) == json.dumps(stored)
    assert again == decision
    return again


def test_r01_the_last_second_counts() -> None:
    terms = policy(
        rule(
            "credit_only",
            asks("days_since_start", "between", [31, 45]),
            outcomes=["store_credit"],
            window={"all": {"days": 45, "not_before": None}},
        ),
        outcomes=tuple(replace(one, days=30) for one in policy().outcomes),
    )
    until = tokyo(2026, 10, 31, 23, 59, 59)
    for last in (tokyo(2026, 10, 31, 23, 59, 30), until, until + timedelta(milliseconds=999)):
        inside = only(terms, facts(at=last))
        assert {offer.outcome: offer.until for offer in inside.offers} == dict.fromkeys(
            Outcome, until
        )
        assert (inside.verdict, inside.denials) == (Verdict.OPEN, ())

    outside = only(terms, facts(at=tokyo(2026, 11, 1)))
    assert outside.offers == (
        Offer(outcome=Outcome.STORE_CREDIT, until=tokyo(2026, 11, 15, 23, 59, 59)),
    )
    assert outside.best is Outcome.STORE_CREDIT
    refund = only(policy(outcomes=terms.outcomes), facts(at=tokyo(2026, 11, 1)))
    assert refund.denials[0] == Denial(
        code=DenialCode.WINDOW_ENDED, outcome=Outcome.REFUND, until=until
    )


def test_r02_no_delivery_scan() -> None:
    terms = policy(outcomes=only_refund(14))
    sent = a_line(delivered=None, shipped=tokyo(2026, 10, 1, 9))
    inside = only(terms, facts(sent, at=tokyo(2026, 10, 20, 23)))
    assert inside.verdict is Verdict.OPEN
    assert inside.trace.start is not None
    assert inside.trace.start.basis is StartBasis.SHIPPED_PLUS_ALLOWANCE
    assert inside.trace.start.day == date(2026, 10, 6)
    assert only(terms, facts(sent, at=tokyo(2026, 10, 21))).verdict is Verdict.DENIED


def test_r04_final_sale_but_broken() -> None:
    terms = policy(
        rule(
            "broken",
            {"all": [asks("final_sale", "is", True), asks("fault", "is", "merchant")]},
            eligible=True,
            evidence=1,
            fees={"waive": True},
        ),
        restocking=1000,
        postage={"JPY": 990},
    )

    def asked(reason: str, photos: int = 0) -> LineDecision:
        known = {"final_sale": True, "reason": reason}
        return only(terms, facts(a_line(known=known, photos=photos)))

    unwanted = asked("changed_mind")
    assert (unwanted.verdict, unwanted.best) == (Verdict.DENIED, None)
    assert [denial.code for denial in unwanted.denials] == [DenialCode.FINAL_SALE]
    unproven = asked("defective")
    assert unproven.verdict is Verdict.EVIDENCE_NEEDED
    assert unproven.denials == (Denial(code=DenialCode.EVIDENCE_NEEDED, rule="broken"),)
    proven = asked("defective", photos=1)
    assert (proven.verdict, proven.denials) == (Verdict.OPEN, ())
    money = proven.terms(terms, Outcome.REFUND, "JPY")
    assert (money.restocking, money.postage) == (0, 0)


US_POSTAGE = rule("us", asks("country", "is", "US"), fees={"postage": {"USD": 795}})
VIP_FREE = rule("vip", asks("customer_tags", "contains", "VIP"), fees={"postage": {"USD": 0}})
FAULT_FREE = rule("fault", asks("fault", "is", "merchant"), fees={"postage": {"USD": 0}})


def test_r05_first_match_per_slot() -> None:
    known = {"country": "US", "customer_tags": ["vip"]}
    asked = facts(a_line(known={"reason": "changed_mind"}), known=known)
    first = only(policy(US_POSTAGE, VIP_FREE, FAULT_FREE), asked)
    assert first.terms(policy(), Outcome.REFUND, "USD").postage == 795
    assert first.slots[Slot.FEES].by == "us"
    assert first.trace.rules == "TTF"
    moved = only(policy(VIP_FREE, US_POSTAGE, FAULT_FREE), asked)
    assert moved.terms(policy(), Outcome.REFUND, "USD").postage == 0
    assert moved.slots[Slot.FEES].by == "vip"


@pytest.mark.parametrize(
    ("delivered", "until"),
    [
        (tokyo(2026, 12, 5, 12), tokyo(2027, 1, 31, 23, 59, 59)),
        (tokyo(2027, 1, 8, 12), tokyo(2027, 2, 7, 23, 59, 59)),
    ],
)
def test_r06_holiday_extension(delivered: datetime, until: datetime) -> None:
    holidays = rule(
        "holidays",
        asks("placed_on", "between", ["2026-11-15", "2026-12-24"]),
        window={"all": {"days": 30, "not_before": "2027-01-31"}},
    )
    terms = policy(holidays, outcomes=only_refund(30))
    known = {"placed_on": "2026-12-24"}
    decision = only(terms, facts(a_line(delivered=delivered), known=known, at=tokyo(2027, 1, 9)))
    assert decision.offers == (Offer(outcome=Outcome.REFUND, until=until),)
    after = only(
        terms,
        facts(a_line(delivered=delivered), known={"placed_on": "2026-12-25"}, at=tokyo(2027, 1, 9)),
    )
    assert after.slots[Slot.WINDOW].by == ""


def test_r07_each_line_has_its_own_reason() -> None:
    terms = policy(rule("cosmetics", asks("category", "begins_with", "Cosmetics"), eligible=False))
    decision = decide(
        terms,
        facts(
            a_line("cream", known={"category": "cosmetics/skin"}),
            a_line("song", goods=False),
            a_line("shirt", settled=1),
            a_line("socks", quantity=2, settled=1),
        ),
    )
    assert [line.returnable for line in decision.lines] == [0, 0, 0, 1]
    assert [[denial.code.value for denial in line.denials] for line in decision.lines] == [
        ["not_eligible"],
        ["not_goods"],
        ["already_settled"],
        [],
    ]
    assert decision.line("cream").denials[0].rule == "cosmetics"
    with pytest.raises(KeyError):
        decision.line("hat")


def test_what_is_unknown_is_left_to_the_rule() -> None:
    def asked(if_unknown: str, **known: object) -> LineDecision:
        tagged = asks("vendor", "is", "Acme")
        strict = rule("acme", tagged, if_unknown=if_unknown, eligible=False)
        return only(policy(strict), facts(a_line(known=known)))

    assert asked("skip").verdict is Verdict.OPEN
    assert asked("match").verdict is Verdict.DENIED
    assert asked("review").verdict is Verdict.REVIEW
    assert asked("review").slots[Slot.REVIEW].by == "acme"
    assert {asked(one).trace.rules for one in ("skip", "match", "review")} == {"U"}
    assert asked("review", vendor="Other").verdict is Verdict.OPEN
    assert asked("match", vendor="acme").trace.rules == "T"


def test_an_amount_in_another_currency_is_unknown() -> None:
    dear = rule("dear", asks("order_value", "at_least", {"USD": 10_000}), review=True)
    decision = only(policy(dear), facts(known={"order_value": 99_999_999}))
    assert (decision.trace.rules, decision.verdict) == ("U", Verdict.OPEN)


def test_slots_are_settled_by_themselves() -> None:
    terms = policy(
        rule("off", ALWAYS, active=False, review=True),
        rule("first", ALWAYS, methods=["label", "qr"], bonus=700),
        rule(
            "second",
            ALWAYS,
            bonus=900,
            processing_event="first_scan",
            keep_item="donate",
            reasons=["defective"],
            destination={"name": "Osaka", "address": ["1-1"]},
            message={"en": "Thanks", "ja": "ありがとう"},
        ),
    )
    decision = only(terms, facts())
    values = {slot.value: (one.value, one.by) for slot, one in decision.slots.items() if one.by}
    assert values == {
        "methods": (["label", "qr"], "first"),
        "bonus": (700, "first"),
        "processing_event": ("first_scan", "second"),
        "keep_item": ("donate", "second"),
        "reasons": (["defective"], "second"),
        "destination": ({"name": "Osaka", "address": ["1-1"]}, "second"),
        "message": ({"en": "Thanks", "ja": "ありがとう"}, "second"),
    }
    assert set(decision.slots) == set(Slot)
    assert decision.trace.rules == ".TT"
    assert decision.terms(terms, Outcome.STORE_CREDIT, "JPY").bonus == 700
    assert decision.terms(terms, Outcome.REFUND, "JPY").bonus == 0
    other = only(terms, facts(a_line(known={"reason": "changed_mind"})))
    assert other.denials == (Denial(code=DenialCode.REASON_NOT_ELIGIBLE, rule="second"),)


def test_what_a_window_counts_from() -> None:
    line = a_line(shipped=tokyo(2026, 9, 28, 9))
    ordered = tokyo(2026, 9, 20, 9)
    for event, basis, day in (
        ("delivered", StartBasis.DELIVERED, date(2026, 10, 1)),
        ("shipped", StartBasis.SHIPPED, date(2026, 9, 28)),
        ("placed", StartBasis.PLACED, date(2026, 9, 20)),
    ):
        terms = policy(rule("start", ALWAYS, start_event=event), outcomes=only_refund(30))
        decision = only(terms, facts(line, placed=ordered))
        assert decision.trace.start is not None
        assert (decision.trace.start.basis, decision.trace.start.day) == (basis, day)
    unsent = a_line(delivered=None)
    assert only(terms, facts(unsent, placed=ordered)).denials == (
        Denial(code=DenialCode.NOT_SHIPPED),
    )


def test_a_window_may_end_on_a_working_day() -> None:
    terms = policy(outcomes=only_refund(30), working_days=True)
    # 31 October 2026 is a Saturday, and 2 November is made a holiday here.
    decision = only(terms, facts(days_off=(date(2026, 11, 2),)))
    assert decision.offers == (Offer(outcome=Outcome.REFUND, until=tokyo(2026, 11, 3, 23, 59, 59)),)


def test_a_date_once_shown_is_not_shortened() -> None:
    shown = {Outcome.REFUND: tokyo(2026, 11, 5, 23, 59, 59)}
    decision = only(policy(), facts(a_line(promised=shown)))
    offer = decision.offer(Outcome.REFUND)
    assert offer is not None
    assert offer.until == shown[Outcome.REFUND]


def test_an_outcome_a_rule_adds_has_the_longest_days() -> None:
    terms = policy(
        rule("swap", ALWAYS, outcomes=["exchange"], window={"refund": _days(5)}),
        outcomes=only_refund(20),
    )
    assert only(terms, facts()).offers == (
        Offer(outcome=Outcome.EXCHANGE, until=tokyo(2026, 10, 21, 23, 59, 59)),
    )
    barred = a_line(barred=frozenset({Outcome.EXCHANGE}))
    closed = only(terms, facts(barred))
    assert closed.verdict is Verdict.DENIED
    assert closed.denials == (Denial(code=DenialCode.NOT_ELIGIBLE, rule="swap"),)


def _days(days: int) -> dict[str, object]:
    return {"days": days, "not_before": None}


def test_a_stored_decision_is_made_again_bit_for_bit() -> None:
    terms = policy(
        rule("a", {"not": asks("vendor", "in", ["Acme", "Bolt"])}, evidence=2),
        rule("b", {"any": [asks("price", "between", {"JPY": [1, 9]}), ALWAYS]}, bonus=1),
        terms_displayed=False,
    )
    known = facts(
        a_line("one", known={"price": 5, "product_tags": ["x"]}, photos=1),
        a_line("two", delivered=date(2026, 10, 2), shipped=tokyo(2026, 10, 1)),
        a_line("three", promised={Outcome.REFUND: tokyo(2027, 1, 1)}, barred=frozenset(Outcome)),
        known={"country": "DE", "placed_on": "2026-09-01"},
        placed=tokyo(2026, 9, 1),
        days_off=(date(2026, 10, 3),),
    )
    assert len(replayed(terms, known).lines) == 3


def test_each_step_of_a_rule_is_told() -> None:
    when = {
        "all": [
            {"any": [asks("country", "is", "US"), asks("vendor", "is", "Acme")]},
            {"not": asks("final_sale", "is", True)},
            asks("price", "at_least", {"JPY": 10}),
        ]
    }
    engine = Engine(policy(rule("told", when, bonus=1), rule("off", ALWAYS, active=False, bonus=2)))
    known = facts(a_line(known={"final_sale": False, "price": 20}), known={"country": "JP"})
    trace = engine.decide(known).lines[0].trace
    step = engine.explain("told", trace)
    assert step is not None
    assert step.truth is Truth.UNKNOWN
    assert [part.truth for part in step.parts] == [Truth.UNKNOWN, Truth.TRUE, Truth.TRUE]
    assert [part.truth for part in step.parts[0].parts] == [Truth.FALSE, Truth.UNKNOWN]
    assert engine.explain("off", trace) is None
    assert engine.asks == {
        FactName.COUNTRY,
        FactName.VENDOR,
        FactName.FINAL_SALE,
        FactName.PRICE,
    }
