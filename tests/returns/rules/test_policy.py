"""Policies as data: read, refused, written, hashed."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from returns.enums import Fault, Outcome
from returns.errors import InvalidPolicy
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import read_policy


def plain() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(DEFAULT_POLICY.to_json()))
    return data


def test_a_policy_survives_json() -> None:
    assert read_policy(plain()) == DEFAULT_POLICY
    assert read_policy(plain()).hash == DEFAULT_POLICY.hash


def test_what_was_published_before_rules_keeps_its_hash() -> None:
    content = plain()
    assert not {"rules", "terms_displayed", "working_days"} & content.keys()
    assert read_policy(content).to_json() == content
    before = "92a45c6d8f349b274cb08602377f75d8ce78ba2fd10e633df646a77cf1857254"
    assert read_policy(content).hash == before


def test_another_promise_has_another_hash() -> None:
    assert replace(DEFAULT_POLICY, send_within=29).hash != DEFAULT_POLICY.hash


def test_terms_follow_outcome_and_currency() -> None:
    policy = replace(DEFAULT_POLICY, postage={"JPY": 990}, restocking=1000)
    credit = policy.terms(Outcome.STORE_CREDIT, "JPY")
    assert (credit.bonus, credit.postage, credit.restocking) == (500, 990, 1000)
    assert policy.terms(Outcome.REFUND, "USD").postage == 0
    only_refund = replace(policy, outcomes=policy.outcomes[:1])
    assert only_refund.outcome(Outcome.STORE_CREDIT) is None
    assert only_refund.terms(Outcome.STORE_CREDIT, "JPY").bonus == 0


def test_reasons_carry_fault_and_words() -> None:
    reason = DEFAULT_POLICY.reason("defective")
    assert reason is not None
    assert (reason.fault, reason.label["ja"]) == (Fault.MERCHANT, "不良品・故障")
    assert DEFAULT_POLICY.reason("nonsense") is None


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


def written(**changes: Any) -> dict[str, Any]:
    rule = {
        "id": "a",
        "when": {"all": []},
        "effects": {"review": True},
        "if_unknown": "skip",
        "say": {"en": "", "ja": ""},
        "note": "",
        "active": True,
    }
    return {**rule, **changes}


def effect(**effects: Any) -> dict[str, Any]:
    return written(effects=effects)


def when(tree: Any) -> dict[str, Any]:
    return written(when=tree)


def fact(operator: str = "is", value: Any = "US", fact: str = "country") -> dict[str, Any]:
    return {"fact": fact, "operator": operator, "value": value}


def later(day: str) -> dict[str, Any]:
    return {"days": 30, "not_before": day}


def deep(levels: int) -> dict[str, Any]:
    return {"not": deep(levels - 1)} if levels else fact()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda data: data.pop("review"), "policy"),
        (put("extra", value=1), "policy"),
        (put("outcomes", value=[]), "outcomes"),
        (put("outcomes", value={}), "outcomes"),
        (put("outcomes", 0, value="refund"), r"outcomes\[0\]"),
        (put("outcomes", 1, "outcome", value="refund"), "outcomes: each outcome once"),
        (put("outcomes", 0, "outcome", value="magic"), r"outcomes\[0\].outcome"),
        (put("outcomes", 0, "days", value=-1), r"outcomes\[0\].days"),
        (put("outcomes", 0, "days", value=30.0), r"outcomes\[0\].days"),
        (put("outcomes", 0, "days", value=True), r"outcomes\[0\].days"),
        (put("outcomes", 0, "bonus", value=1), r"outcomes\[0\].bonus"),
        (put("reasons", value=[]), "reasons"),
        (put("reasons", 0, "code", value="Too Small"), r"reasons\[0\].code"),
        (put("reasons", 0, "code", value=None), r"reasons\[0\].code"),
        (put("reasons", 0, "code", value="defective"), "reasons: each code once"),
        (put("reasons", 0, "fault", value=None), r"reasons\[0\].fault"),
        (put("reasons", 0, "label", value={"en": "Too small"}), r"reasons\[0\].label"),
        (put("reasons", 0, "label", "ja", value=" "), r"reasons\[0\].label.ja"),
        (put("reasons", 0, "label", "ja", value="a\x00b"), r"reasons\[0\].label.ja"),
        (put("reasons", 0, "label", "ja", value="長" * 201), r"reasons\[0\].label.ja"),
        (put("restocking", value=10_001), "restocking"),
        (put("send_within", value=0), "send_within"),
        (put("review", value="yes"), "review"),
        (put("postage", value=[]), "postage"),
        (put("postage", value={"QQQ": 1}), "postage"),
        (put("postage", value={"JPY": "990"}), "postage.JPY"),
        (put("refund_shipping", value="always"), "refund_shipping"),
        (put("address", value="1 Main St"), "address"),
        (put("address", value=["x"] * 9), "address"),
        (put("address", value=[""]), r"address\[0\]"),
        (put("instructions", value={"en": ""}), "instructions"),
        (put("instructions", "ja", value="a\x00"), "instructions.ja"),
        (put("instructions", "ja", value=1), "instructions.ja"),
        (put("rules", value={}), "rules"),
        (put("rules", value=[written(id="a"), written(id="a")]), "rules: each id once"),
        (put("rules", value=[{"id": "a"}]), r"rules\[0\]: an object with id, when"),
        (put("rules", value=[written(id="A b")]), r"rules\[0\].id"),
        (put("rules", value=[written(active=1)]), r"rules\[0\].active"),
        (put("rules", value=[written(say={"en": ""})]), r"rules\[0\].say"),
        (put("rules", value=[written(if_unknown="x")]), r"rules\[0\].if_unknown"),
        (put("rules", value=[written(effects={})]), r"rules\[0\].effects"),
        (put("rules", value=[written(effects={"magic": 1})]), r"rules\[0\].effects"),
        (put("rules", value=[effect(evidence=-1)]), r"effects.evidence"),
        (put("rules", value=[effect(outcomes=[])]), r"effects.outcomes"),
        (put("rules", value=[effect(outcomes=["refund", "refund"])]), "outcomes: each once"),
        (put("rules", value=[effect(methods=["x"])]), r"effects.methods\[0\]"),
        (put("rules", value=[effect(window={})]), r"effects.window"),
        (put("rules", value=[effect(window={"all": {"days": 1}})]), r"window.all: an object"),
        (put("rules", value=[effect(window={"all": later("31.1.")})]), "window.all.not_before"),
        (put("rules", value=[effect(fees={"waive": 1})]), "effects.fees.waive"),
        (put("rules", value=[effect(fees={"postage": {"QQQ": 1}})]), "effects.fees.postage"),
        (put("rules", value=[effect(destination={"name": "x"})]), "effects.destination"),
        (put("rules", value=[effect(message={"en": "x"})]), "effects.message"),
        (put("rules", value=[effect(reasons=["Not"])]), r"effects.reasons\[0\]"),
        (put("rules", value=[when(1)]), r"rules\[0\].when"),
        (put("rules", value=[when({"any": []})]), "when.any"),
        (put("rules", value=[when({"not": {"all": 1}})]), "when.not.all"),
        (put("rules", value=[when({"all": [{"not": {}}]})]), r"when.all\[0\].not"),
        (put("rules", value=[when(deep(6))]), "nested at most 6"),
        (put("rules", value=[when({"all": [fact()] * 100})]), "at most 100"),
        (put("rules", value=[when(fact(fact="magic"))]), "when.fact"),
        (put("rules", value=[when(fact(operator="at_least"))]), "when.operator"),
        (put("rules", value=[when(fact(value="usa"))]), "when.value"),
        (put("rules", value=[when(fact("in", []))]), "when.value"),
        (put("rules", value=[when(fact("in", ["US", "US"]))]), "value: each once"),
        (put("rules", value=[when(fact("between", [1], "item_count"))]), "when.value"),
        (put("rules", value=[when(fact("between", [2, 1], "item_count"))]), "lowest value first"),
        (put("rules", value=[when(fact("at_least", {}, "price"))]), "at least one currency"),
        (put("rules", value=[when(fact("at_least", {"JPY": 1.5}, "price"))]), "value.JPY"),
        (put("rules", value=[when(fact("is", "2026-2-1", "placed_on"))]), "YYYY-MM-DD"),
        (put("rules", value=[when(fact("is", 1, "final_sale"))]), "when.value"),
        (put("rules", value=[when(fact("is", "none", "fault"))]), "when.value: one of"),
        (put("rules", value=[when(fact("is", "", "sku"))]), "when.value"),
        (put("terms_displayed", value=1), "terms_displayed"),
        (put("working_days", value=1), "working_days"),
    ],
)
def test_a_policy_that_is_not_whole_is_refused(
    change: Callable[[dict[str, Any]], None], field: str
) -> None:
    data = copy.deepcopy(plain())
    change(data)
    with pytest.raises(InvalidPolicy, match=field):
        read_policy(data)


@pytest.mark.parametrize("data", [None, [], "policy", 1])
def test_only_an_object_is_a_policy(data: object) -> None:
    with pytest.raises(InvalidPolicy, match="policy"):
        read_policy(data)
