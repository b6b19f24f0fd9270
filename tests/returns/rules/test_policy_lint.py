"""What the linter finds, and that it finds nothing odd about the policy every shop begins with."""

from dataclasses import replace
from typing import Any

import pytest

from returns.enums import FindingCode, Outcome, Slot
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import OutcomeTerms, Policy
from returns.rules.policy.lint import Finding, lint
from tests.returns.rules.policy_samples import SENDING, asks, only_refund, policy, rule

US = asks("country", "is", "US")
VIP = asks("customer_tags", "contains", "VIP")
ALWAYS: dict[str, Any] = {"all": []}


def found(policy: Policy, *countries: str, currencies: tuple[str, ...] = ("JPY",)) -> list[Finding]:
    return lint(policy, countries=countries, currencies=currencies)


def codes(policy: Policy, *countries: str) -> list[tuple[str, str]]:
    return [(finding.rule, finding.code.value) for finding in found(policy, *countries)]


def test_the_first_policy_of_a_shop_is_in_order() -> None:
    told = replace(DEFAULT_POLICY, instructions=SENDING)
    assert found(told, "JP", "DE", "GB", "US") == []


def test_who_pays_for_sending_back_is_to_be_said() -> None:
    [finding] = found(DEFAULT_POLICY, "JP")
    assert finding == Finding(FindingCode.POSTAGE_UNSAID)
    assert not finding.blocks
    assert found(replace(DEFAULT_POLICY, postage={"JPY": 990}), "JP") == []


def test_r05_the_linter_warns_of_the_rule_above() -> None:
    terms = policy(
        rule("us", US, fees={"postage": {"USD": 795}}),
        rule("vip", VIP, fees={"postage": {"USD": 0}}),
        rule("fault", asks("fault", "is", "merchant"), fees={"postage": {"USD": 0}}),
    )
    findings = lint(terms, countries=("US",), currencies=("USD",))
    assert findings[0] == Finding(FindingCode.PARTLY_SHADOWED, "vip", {"slot": "fees", "by": "us"})
    assert [(one.rule, one.params["by"]) for one in findings] == [("vip", "us"), ("fault", "us")]
    assert not any(one.blocks for one in findings)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (ALWAYS, US),
        (US, {"all": [US, VIP]}),
        (asks("country", "in", ["US", "CA"]), US),
        ({"any": [US, VIP]}, VIP),
        ({"not": asks("country", "is", "JP")}, asks("country", "is_not", "JP")),
        (asks("days_since_start", "at_most", 30), asks("days_since_start", "between", [1, 20])),
        (
            asks("order_value", "at_least", {"USD": 10}),
            asks("order_value", "at_least", {"USD": 20}),
        ),
        (asks("category", "begins_with", "beauty"), asks("category", "is", "Beauty/Skin")),
        (asks("product_tags", "contains_any", ["a", "b"]), asks("product_tags", "contains", "a")),
        (asks("country", "not_in", ["JP"]), asks("country", "not_in", ["JP", "US"])),
    ],
)
def test_a_rule_that_always_comes_second_is_shadowed(
    above: dict[str, Any], below: dict[str, Any]
) -> None:
    terms = policy(rule("above", above, review=True), rule("below", below, review=False))
    assert codes(terms) == [("below", "shadowed")]
    other_slot = policy(rule("above", above, review=True), rule("below", below, evidence=1))
    assert codes(other_slot) == []
    apart = policy(rule("above", above, review=True, active=False), rule("b", below, review=False))
    assert codes(apart) == []


@pytest.mark.parametrize(
    "when",
    [
        {"all": [US, asks("country", "is", "JP")]},
        {"all": [US, {"not": US}]},
        {"all": [asks("item_count", "at_least", 5), asks("item_count", "at_most", 4)]},
        {"all": [{"any": [US, asks("country", "is", "CA")]}, asks("country", "is", "JP")]},
        {"any": [{"all": [asks("final_sale", "is", True), asks("final_sale", "is", False)]}]},
    ],
)
def test_a_rule_that_can_never_apply(when: dict[str, Any]) -> None:
    assert codes(policy(rule("never", when, review=True))) == [("never", "never_matches")]


def test_rules_for_different_countries_do_not_disturb_each_other() -> None:
    terms = policy(
        rule("us", US, review=True), rule("jp", asks("country", "is", "JP"), review=False)
    )
    assert codes(terms) == []


def test_what_cannot_come_back_has_nothing_else() -> None:
    (finding,) = found(policy(rule("no", VIP, eligible=False, bonus=5)), "JP")
    assert finding == Finding(FindingCode.CONTRADICTION, "no", {"slot": "bonus"})


def test_an_outcome_nobody_offers() -> None:
    days = {"days": 20, "not_before": None}
    terms = policy(
        rule("days", VIP, window={"exchange": days}),
        rule("bonus", VIP, bonus=5),
        outcomes=only_refund(30),
    )
    assert codes(terms) == [("days", "unreachable_outcome"), ("bonus", "unreachable_outcome")]
    offering = replace(
        terms, rules=(*terms.rules, rule("more", US, outcomes=["store_credit", "refund"]))
    )
    assert codes(offering) == [("days", "unreachable_outcome")]


def test_a_rule_for_days_after_every_window() -> None:
    late = rule("late", {"all": [VIP, asks("days_since_start", "at_least", 46)]}, review=True)
    (finding,) = found(policy(late))
    assert finding == Finding(FindingCode.OUTSIDE_WINDOW, "late", {"days": "46"})
    longer = rule("longer", US, window={"all": {"days": 60, "not_before": None}})
    assert found(policy(late, longer)) == []


def test_gaps_in_currencies_and_reasons() -> None:
    terms = policy(
        rule("us", US, fees={"postage": {"USD": 795}}),
        rule("odd", asks("reason", "in", ["defective", "gone"]), reasons=["defective", "lost"]),
    )
    params = [(one.code.value, dict(one.params)) for one in found(terms, currencies=("EUR", "USD"))]
    assert params == [
        ("gap_currency", {"currency": "EUR"}),
        ("gap_reason", {"reason": "lost"}),
        ("gap_reason", {"reason": "gone"}),
    ]


def test_words_in_one_language_only() -> None:
    terms = policy(
        rule("half", VIP, review=True, say={"en": "No", "ja": " "}),
        rule("words", US, message={"en": "", "ja": "はい"}),
        instructions={"en": "Send it", "ja": ""},
    )
    assert [(one.rule, dict(one.params)) for one in found(terms)] == [
        ("half", {"slot": "say", "language": "ja"}),
        ("words", {"slot": "message", "language": "en"}),
        ("", {"slot": "instructions", "language": "ja"}),
    ]


SHORT = {"all": {"days": 13, "not_before": None}}


@pytest.mark.parametrize(
    ("effects", "slot"),
    [
        ({"eligible": False}, Slot.ELIGIBLE),
        ({"outcomes": ["store_credit"]}, Slot.OUTCOMES),
        ({"window": SHORT}, Slot.WINDOW),
        ({"fees": {"restocking": 1}}, Slot.FEES),
    ],
)
def test_what_the_law_gives_cannot_be_taken(effects: dict[str, Any], slot: Slot) -> None:
    taking = policy(rule("taking", ALWAYS, **effects))
    (finding,) = found(taking, "DE")
    assert finding == Finding(
        FindingCode.STATUTORY_BREACH, "taking", {"country": "DE", "slot": slot.value}
    )
    assert finding.blocks
    assert found(taking, "JP", "US") == []
    named = policy(rule("taking", asks("country", "in", ["FR", "US"]), **effects))
    assert [one.params["country"] for one in found(named, "JP")] == ["FR"]
    for lawful in (US, asks("days_since_start", "at_least", 15), asks("fault", "is", "carrier")):
        assert found(policy(rule("lawful", lawful, **effects)), "DE") == []


def test_goods_the_law_may_exempt_are_to_be_checked() -> None:
    cosmetics = asks("category", "begins_with", "cosmetics")
    terms = policy(rule("hygiene", cosmetics, eligible=False))
    (finding,) = found(terms, "DE")
    assert finding.code is FindingCode.CHECK_EXEMPTION
    assert not finding.blocks
    exempt = policy(rule("hygiene", asks("exemption", "is", "hygiene"), eligible=False))
    assert found(exempt, "DE") == []
    some = policy(rule("some", {"any": [cosmetics, VIP]}, eligible=False))
    assert codes(some, "DE") == [("some", "statutory_breach")]


def test_defaults_that_give_less_than_the_law() -> None:
    terms = policy(outcomes=only_refund(7), restocking=500)
    assert codes(terms, "DE") == [("", "statutory_breach"), ("", "statutory_breach")]
    credit = (OutcomeTerms(outcome=Outcome.STORE_CREDIT, days=30),)
    (finding,) = found(policy(outcomes=credit), "GB")
    assert finding.params == {"country": "GB", "slot": "outcomes"}
    hidden = policy(outcomes=only_refund(3), terms_displayed=False)
    assert codes(hidden, "JP") == [("", "statutory_breach")]
    assert codes(replace(hidden, terms_displayed=True), "JP") == []


def test_what_nothing_tells_is_found() -> None:
    risk = asks("fraud_band", "in", ["high", "critical"])
    terms = policy(
        rule("risk", {"all": [US, {"not": risk}]}, review=True),
        rule("vendor", asks("vendor", "is", "Acme"), eligible=False),
        rule("off", risk, review=True, active=False),
    )
    assert codes(terms) == [("risk", "never_known")]
    [finding] = found(terms)
    assert finding.text == "Nothing tells “Risk of fraud” yet: for this rule it is never known."
    assert not finding.blocks


def test_part_of_the_value_takes_from_what_the_law_gives() -> None:
    faulty = asks("fault", "is", "merchant")
    part = policy(rule("part", {"all": []}, part_credit=5000))
    assert codes(part, "DE") == [("part", "statutory_breach")]
    assert codes(part, "US") == []
    assert codes(policy(rule("faulty", faulty, part_credit=5000)), "DE") == []


def test_nothing_is_said_of_exchanges_that_are_never_offered() -> None:
    rules = (
        rule("shop", US, shop_now=1000),
        rule("when", VIP, exchange_timing="instant"),
        rule("never", asks("sku", "is", "X"), eligible=False, part_credit=5000),
    )
    found = codes(policy(*rules, outcomes=only_refund(30)), "US")
    assert found == [
        ("shop", "unreachable_outcome"),
        ("when", "unreachable_outcome"),
        ("never", "contradiction"),
    ]
