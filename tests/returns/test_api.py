"""Returns over REST: strict input, one effect per key, problem+json for every refusal."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from postexp.kernel.tenancy import merchant_scope
from returns.enums import Outcome, ReturnState
from returns.models import PolicyDecision, PolicyVersion, Refund, Return, Settlement
from returns.rules.defaults import DEFAULT_POLICY
from tests.facts import order_facts
from tests.returns.conftest import ask, line_ids, resolve, sent_order

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call(scope: Merchant, owner: User) -> Call:
    """Send a request with a key that may do everything."""
    secret = create_key(merchant=scope, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return Client().generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}", **headers},
        )

    return send


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def wish(order: Order, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "order_external_id": order.external_id,
        "outcome": "refund",
        "lines": [{"line_id": line_ids(order)[0], "quantity": 1, "reason": "too_small"}],
    }
    return {**body, **changes}


def refused(answer: Any) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_what_can_come_back_is_said_in_both_languages(call: Call, bought: Order) -> None:
    ask(bought, NOW, (1, 1, "too_small"))
    mug, towel = call("GET", f"orders/{bought.external_id}/returnable").json()["lines"]
    assert mug["returnable_quantity"] == 2
    assert mug["offers"][0] == {"outcome": "refund", "until": "2026-12-25T14:59:59Z"}
    assert mug["reasons"][0]["label"] == {"en": "Too small", "ja": "サイズが小さい"}
    assert towel["returnable_quantity"] == 0
    assert towel["denials"][0]["code"] == "return_open"
    assert towel["denials"][0]["text"]["en"] == "It is already part of a return."
    assert set(towel["denials"][0]["text"]) == {"en", "ja"}
    assert call("GET", "orders/none/returnable").status_code == 404


def test_a_return_from_request_to_refund(call: Call, bought: Order) -> None:
    made = call("POST", "returns", wish(bought, expected_total=yen(2500)))
    assert made.status_code == 201
    case = made.json()
    assert (case["state"], case["total"]) == ("in_review", yen(2500))
    path = f"returns/{case['id']}"
    line = case["lines"][0]["id"]
    steps = (
        ("approve", {}),
        ("receive", {"lines": [{"line_id": line, "quantity": 1}]}),
        (
            "inspect",
            {"findings": [{"line_id": line, "grade": "a", "quantity": 1, "accepted": True}]},
        ),
        ("settle", {"expected_total": yen(2500)}),
    )
    for step, body in steps:
        answer = call("POST", f"{path}/{step}", body)
        assert answer.status_code == 200, answer.content
    settlement = answer.json()["settlements"][0]
    assert (settlement["total"], settlement["paid_to"]) == (
        yen(2500),
        [{"tender": "external", "label": "", "amount": yen(2500)}],
    )
    refund = settlement["refunds"][0]
    paid = call("POST", f"refunds/{refund['id']}/paid", {"reference": "bank-1"}).json()
    assert (paid["state"], paid["reference"]) == ("succeeded", "bank-1")
    assert call("GET", path).json()["state"] == "completed"
    rows = call("GET", "returns?state=completed").json()["data"]
    assert [row["id"] for row in rows] == [case["id"]]
    assert call("GET", "returns?state=expired").json()["data"] == []


def test_an_exchange_names_its_variant(call: Call, bought: Order) -> None:
    from tests.returns.test_journey import variant_id

    body = wish(bought, outcome="exchange")
    assert refused(call("POST", "returns", body)) == (409, "out_of_stock")
    body["lines"][0]["exchange_for"] = variant_id(bought, "青")
    line = call("POST", "returns", body).json()["lines"][0]
    assert line["exchange_for"] == "青"
    assert line["replacements"][0]["state"] == "reserved"


def test_only_an_exchange_is_settled_as_one_and_whole(call: Call, bought: Order) -> None:
    from tests.returns.test_journey import variant_id

    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    answer = call("POST", f"returns/{case.public_id}/settle", {"outcome": "exchange"})
    assert refused(answer) == (422, "not_an_exchange")
    wished = ask(
        bought,
        NOW,
        (0, 1, "too_small"),
        outcome=Outcome.EXCHANGE,
        variant=variant_id(bought, "青"),
    )
    path = f"returns/{resolve(wished, NOW).public_id}/settle"
    assert refused(call("POST", path, {"amount": yen(2000)})) == (422, "exchange_is_whole")
    assert Settlement.objects.count() == 0
    settled = call("POST", path, {"expected_total": yen(2500)}).json()
    assert settled["settlements"][0]["outcome"] == "exchange"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"order_external_id": "none"}, 422, "unknown_order"),
        ({"outcome": "magic"}, 422, "invalid"),
        ({"lines": []}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
        ({"expected_total": {"amount": "2500.0", "currency": "JPY"}}, 422, "invalid"),
        ({"expected_total": {"amount": 2500, "currency": "JPY"}}, 422, "invalid"),
        ({"expected_total": {"amount": "25.00", "currency": "USD"}}, 422, "invalid"),
        ({"expected_total": yen(2400)}, 409, "quote_changed"),
    ],
)
def test_requests_are_read_strictly(
    call: Call, bought: Order, change: dict[str, Any], status: int, code: str
) -> None:
    answer = call("POST", "returns", wish(bought, **change))
    assert refused(answer) == (status, code)
    assert Return.objects.count() == 0


def test_r07_a_crafted_quantity_is_refused(call: Call, bought: Order) -> None:
    body = wish(bought)
    body["lines"][0]["quantity"] = 3
    assert refused(call("POST", "returns", body)) == (422, "quantity_exceeds_returnable")


def test_r14_more_than_arrived_is_refused(call: Call, scope: Merchant) -> None:
    from commerce.ports import LineFacts, TenderFacts

    order = sent_order(
        scope,
        order_facts(
            external_id="269",
            number="#269",
            currency="USD",
            tax_included=False,
            total=26997,
            lines=(LineFacts(external_id="l", title="Lamp", quantity=3, unit_price=8999),),
            shipping=(),
            tenders=(TenderFacts(captured=26997),),
        ),
    )
    case = resolve(ask(order, NOW, (0, 3, "too_small")), NOW, 2)
    path = f"returns/{case.public_id}/settle"
    much = {"amount": {"amount": "269.97", "currency": "USD"}}
    assert refused(call("POST", path, much)) == (409, "refund_exceeds_balance")
    assert Settlement.objects.count() == 0
    settled = call("POST", path, {}).json()
    assert settled["settlements"][0]["total"] == {"amount": "179.98", "currency": "USD"}
    line = settled["lines"][0]
    assert (line["quantity"], line["received_quantity"]) == (3, 2)


def test_r15_shipping_is_refunded_once(call: Call, bought: Order) -> None:
    path = f"orders/{bought.external_id}/shipping-refund"
    first = call("POST", path, {})
    assert first.json()["total"] == yen(500)
    assert refused(call("POST", path, {})) == (409, "shipping_already_refunded")
    assert call("POST", "orders/none/shipping-refund", {}).status_code == 404


def test_r20_a_key_settles_once_and_only_its_command(call: Call, bought: Order) -> None:
    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    path = f"returns/{case.public_id}/settle"
    key = {"idempotency-key": "click-1"}
    first = call("POST", path, {"amount": yen(2400)}, **key)
    again = call("POST", path, {"amount": yen(2400)}, **key)
    assert first.json() == again.json()
    assert Settlement.objects.count() == Refund.objects.count() == 1
    other = call("POST", path, {"amount": yen(2500)}, **key)
    assert refused(other) == (422, "idempotency_mismatch")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "ask-1"}])
def test_what_is_refused_is_kept_with_a_key_and_without(
    call: Call, bought: Order, headers: dict[str, str]
) -> None:
    line = {"line_id": line_ids(bought)[0], "quantity": 1, "reason": "none"}
    answer = call("POST", "returns", wish(bought, lines=[line]), **headers)
    assert refused(answer) == (422, "not_returnable")
    kept = PolicyDecision.objects.get()
    assert (kept.case, [one["reason"] for one in kept.wishes]) == (None, ["none"])


def test_decisions_are_refused_where_they_cannot_happen(call: Call, bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    path = f"returns/{case.public_id}"
    assert refused(call("POST", f"{path}/settle", {})) == (409, "invalid_transition")
    unclear = call("POST", f"{path}/decline", {"reason": "other"})
    assert unclear.json()["errors"]["text"] == ["Say why, for the shopper."]
    declined = call("POST", f"{path}/decline", {"reason": "other", "text": "Worn."}).json()
    assert (declined["state"], declined["decline_reason"]) == ("rejected", "Worn.")
    assert call("POST", f"{path}/approve", {}).json()["state"] == "approved"
    assert call("POST", f"{path}/cancel", {}).json()["state"] == ReturnState.CANCELLED
    assert refused(call("POST", f"{path}/cancel", {})) == (409, "invalid_transition")
    assert call("POST", "returns/ret_x/approve", {}).status_code == 404
    assert refused(call("GET", "returns?state=magic")) == (422, "invalid_state")


def test_policies_are_published_whole_or_not_at_all(call: Call, scope: Merchant) -> None:
    standard = call("GET", "return-policies").json()["data"][0]
    assert (standard["version"], standard["hash"]) == (0, DEFAULT_POLICY.hash)
    content = standard["content"]
    broken = call("POST", "return-policies", {"content": {**content, "send_within": 0}})
    assert refused(broken) == (422, "invalid_policy")
    assert "send_within" in broken.json()["detail"]
    made = call("POST", "return-policies", {"content": {**content, "send_within": 7}})
    assert (made.status_code, made.json()["version"]) == (201, 1)
    past = {"content": content, "effective_from": "2026-01-01T00:00:00Z"}
    assert refused(call("POST", "return-policies", past)) == (422, "invalid_policy")
    assert PolicyVersion.objects.count() == 1


def test_keys_reach_only_their_own_shop(
    call: Call, bought: Order, other_merchant: Merchant
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    rival = User.objects.get(email="rival@example.com")
    with merchant_scope(other_merchant.pk):
        secret = create_key(
            merchant=other_merchant, name="x", scopes=list(Scope), by=rival, at=NOW
        ).secret
    headers = {"authorization": f"Bearer {secret}"}
    for path in (f"returns/{case.public_id}", f"orders/{bought.external_id}/returnable"):
        assert Client().get(f"/api/v1/{path}", headers=headers).status_code == 404
    reader = create_key(
        merchant=Merchant.objects.get(slug="komorebi"),
        name="r",
        scopes=[Scope.READ_RETURNS],
        by=rival,
        at=NOW,
    ).secret
    answer = Client().post(
        f"/api/v1/returns/{case.public_id}/approve",
        "{}",
        content_type="application/json",
        headers={"authorization": f"Bearer {reader}"},
    )
    assert refused(answer) == (403, "missing_scope")
