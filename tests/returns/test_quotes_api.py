"""What a return comes to over REST: before it is asked for, and before it is settled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order
from returns import services
from returns.enums import Outcome
from returns.models import PolicyDecision, PolicyVersion, Return, ShownDeadline
from returns.rules.defaults import DEFAULT_POLICY
from tests.returns.conftest import ask, line_ids, resolve
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_api import NOW, Call, call, refused, today, yen
from tests.returns.test_journey import variant_id
from tests.returns.test_site import chosen
from tests.returns.test_site import path as page_at

__all__ = ("call", "today")

Publish = Callable[..., PolicyVersion]
REFUNDS_OVER = datetime(2026, 12, 26, 3, 0, tzinfo=UTC)


def units(order: Order, **changes: Any) -> dict[str, Any]:
    wanted = {"line_id": line_ids(order)[0], "quantity": 1, "reason": "too_small"}
    return {"lines": [{**wanted, **changes}]}


def quoted(call: Call, order: Order, body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What each outcome comes to, by its name."""
    answer = call("POST", f"orders/{order.external_id}/return-quote", body)
    assert answer.status_code == 200, answer.content
    return {one["outcome"]: one for one in answer.json()["outcomes"]}


def test_every_outcome_is_told_with_its_sum(call: Call, bought: Order) -> None:
    path = f"orders/{bought.external_id}/return-quote"
    whole = call("POST", path, units(bought)).json()
    assert whole["order_id"] == bought.public_id
    [line] = whole["lines"]
    assert (line["line_id"], line["quantity"]) == (line_ids(bought)[0], 1)
    assert [(one["title"], one["available"], one["price"]) for one in line["variants"]] == [
        ("白", 5, yen(2500)),
        ("青", 1, yen(2500)),
    ]
    refund, credit, exchange = whole["outcomes"]
    assert refund["sum"]["rows"] == [
        {"code": "goods", "title": "マグカップ", "quantity": 1, "amount": yen(2500)}
    ]
    assert (refund["sum"]["total"], refund["bonus"]) == (yen(2500), yen(0))
    assert (credit["sum"]["total"], credit["bonus"]) == (yen(2625), yen(125))
    assert (exchange["sum"]["due"], exchange["rest"]) == (yen(0), yen(0))
    assert exchange["rest_to"] == ["refund", "store_credit"]
    assert exchange["exchange_for"] == [
        {"line_id": line_ids(bought)[0], "variant_id": variant_id(bought, "白")}
    ]
    for one in whole["outcomes"]:
        assert (one["refusal"], one["denials"]) == (None, [])
        assert (one["verdict"], one["method"], one["goods"]) == ("review", "own", "send")
        assert one["method"] in one["methods"]
    assert refund["until"] == "2026-12-25T14:59:59Z"
    assert not Return.objects.exists()
    assert not PolicyDecision.objects.exists()


@pytest.mark.parametrize("outcome", Outcome)
def test_what_was_quoted_is_what_is_asked_for(call: Call, bought: Order, outcome: Outcome) -> None:
    body = units(bought)
    one = quoted(call, bought, body)[outcome]
    for variant in one["exchange_for"]:
        body["lines"][0]["exchange_for"] = variant["variant_id"]
    asked = {
        **body,
        "order_external_id": bought.external_id,
        "outcome": outcome.value,
        "expected_total": one["sum"]["total"],
    }
    made = call("POST", "returns", asked).json()
    assert (made["quote"], made["method"]) == (one["sum"], one["method"])
    decided = PolicyDecision.objects.get(case__public_id=made["id"])
    assert decided.verdict == one["verdict"]


def test_an_exchange_is_priced_for_the_variant_that_is_named(call: Call, bought: Order) -> None:
    blue, black = variant_id(bought, "青"), variant_id(bought, "黒")
    exchange = quoted(call, bought, units(bought, exchange_for=blue))["exchange"]
    assert exchange["exchange_for"][0]["variant_id"] == blue
    gone = quoted(call, bought, units(bought, exchange_for=black))
    assert gone["exchange"]["refusal"]["code"] == "out_of_stock"
    assert gone["exchange"]["sum"] is None
    assert gone["refund"]["refusal"] is None


def test_a_closed_outcome_says_why_beside_those_that_are_open(call: Call, bought: Order) -> None:
    with time_machine.travel(REFUNDS_OVER, tick=False):
        found = quoted(call, bought, units(bought))
        asked = {**units(bought), "order_external_id": bought.external_id, "outcome": "refund"}
        answer = call("POST", "returns", asked)
    refund = found["refund"]
    assert refused(answer) == (422, refund["refusal"]["code"])
    [denial] = refund["denials"]
    assert (denial["code"], denial["line_id"]) == ("window_ended", line_ids(bought)[0])
    assert denial["until"] == "2026-12-25T14:59:59Z"
    assert "2026年12月25日" in denial["text"]["ja"]
    assert set(refund["refusal"]["text"]) == {"en", "ja"}
    assert refund["refusal"]["text"]["en"] != refund["refusal"]["text"]["ja"]
    assert [refund[name] for name in ("sum", "until", "method", "verdict")] == [None] * 4
    credit = found["store_credit"]
    assert (credit["refusal"], credit["sum"]["total"]) == (None, yen(2625))
    assert credit["until"] == "2027-01-09T14:59:59Z"


def test_more_units_than_there_are_are_refused_for_every_outcome(call: Call, bought: Order) -> None:
    found = quoted(call, bought, units(bought, quantity=3))
    codes = {one["refusal"]["code"] for one in found.values()}
    assert codes == {"quantity_exceeds_returnable"}


def test_the_way_of_sending_may_decide_and_has_to_be_open(
    call: Call, bought: Order, publish: Publish
) -> None:
    found = quoted(call, bought, {**units(bought), "method": "pickup"})
    assert found["refund"]["refusal"]["code"] == "method_not_offered"
    sent_by_hand = rule("own", asks("method", "is", "own"), fees={"postage": {"JPY": 400}})
    publish(rules=(sent_by_hand,))
    found = quoted(call, bought, {**units(bought), "method": "own"})
    assert found["refund"]["sum"]["total"] == yen(2100)


def test_a_line_of_another_order_is_refused(call: Call, bought: Order) -> None:
    path = f"orders/{bought.external_id}/return-quote"
    answer = call("POST", path, units(bought, line_id="oln_none"))
    assert refused(answer) == (422, "not_returnable")
    assert refused(call("POST", path, {"lines": []})) == (422, "invalid")
    assert call("POST", "orders/none/return-quote", units(bought)).status_code == 404


def test_rules_about_where_it_is_asked_are_read_as_for_a_return_over_rest(
    call: Call, bought: Order, publish: Publish
) -> None:
    publish(rules=(rule("api", asks("channel", "is", "api"), eligible=False),))
    line = call("GET", f"orders/{bought.external_id}/returnable").json()["lines"][0]
    assert line["returnable_quantity"] == 0
    refund = quoted(call, bought, units(bought))["refund"]
    assert refund["refusal"] is not None
    assert ask(bought, NOW, (0, 1, "too_small")).pk


def test_dates_that_rest_has_told_are_kept(call: Call, bought: Order, publish: Publish) -> None:
    """P2: a date once shown is never shortened, wherever it was shown."""
    call("GET", f"orders/{bought.external_id}/returnable")
    shorter = tuple(replace(one, days=7) for one in DEFAULT_POLICY.outcomes)
    publish(outcomes=shorter)
    line = call("GET", f"orders/{bought.external_id}/returnable").json()["lines"][0]
    assert line["offers"][0]["until"] == "2026-12-25T14:59:59Z"
    ShownDeadline.objects.all().delete()
    assert quoted(call, bought, units(bought))["refund"]["until"] == "2026-12-02T14:59:59Z"
    kept = ShownDeadline.objects.get(
        order_line__public_id=line_ids(bought)[0], outcome=Outcome.REFUND
    )
    assert kept.until == datetime(2026, 12, 2, 14, 59, 59, tzinfo=UTC)


def test_a_settlement_is_told_before_it_is_made(call: Call, bought: Order) -> None:
    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    path = f"returns/{case.public_id}"
    whole = call("GET", f"{path}/settlement-quote").json()
    assert (whole["return_id"], whole["difference_paid"]) == (case.public_id, False)
    refund, credit = whole["quotes"]
    assert (refund["outcome"], refund["sum"]["total"]) == ("refund", yen(2500))
    assert (credit["outcome"], credit["sum"]["total"]) == ("store_credit", yen(2625))
    assert (credit["bonus"], credit["most"]) == (yen(125), yen(2500))
    wrong = {"outcome": "store_credit", "expected_total": refund["sum"]["total"]}
    assert refused(call("POST", f"{path}/settle", wrong)) == (409, "quote_changed")
    right = {"outcome": "store_credit", "expected_total": credit["sum"]["total"]}
    [settled] = call("POST", f"{path}/settle", right).json()["settlements"]
    assert (settled["total"], settled["text"]) == (yen(2625), credit["sum"]["text"])
    assert refused(call("GET", f"{path}/settlement-quote")) == (409, "invalid_transition")


def test_a_settlement_of_an_exchange_says_what_is_left_and_where_it_goes(
    call: Call, bought: Order
) -> None:
    case = ask(
        bought,
        NOW,
        (0, 1, "too_small"),
        outcome=Outcome.EXCHANGE,
        variant=variant_id(bought, "青"),
    )
    case = resolve(case, NOW)
    whole = call("GET", f"returns/{case.public_id}/settlement-quote").json()
    exchange = whole["quotes"][0]
    assert (exchange["outcome"], exchange["rest"], exchange["rest_to"]) == (
        "exchange",
        yen(0),
        None,
    )
    assert [one["outcome"] for one in whole["quotes"]] == ["exchange", "refund", "store_credit"]
    assert exchange["sum"]["due"] == yen(0)


def test_a_return_nobody_looked_at_has_nothing_to_settle(call: Call, bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    answer = call("GET", f"returns/{case.public_id}/settlement-quote")
    assert refused(answer) == (409, "invalid_transition")
    assert services.quote_other_outcomes(case) == []


def test_dates_that_the_second_screen_tells_are_kept_too(bought: Order, scope: Merchant) -> None:
    """Its address may be opened by itself, from a bookmark or a message."""
    page = Client().get(page_at(bought, scope, "outcome/"), chosen(bought, (0, 1, "too_small")))
    assert page.status_code == 200
    kept = ShownDeadline.objects.filter(order_line__public_id=line_ids(bought)[0])
    assert {one.outcome for one in kept} == set(Outcome)
