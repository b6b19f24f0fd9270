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
