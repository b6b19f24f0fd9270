"""Cancelling over REST: what may be, what it comes to, and the codes of what may not."""

import json
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.services.keys import create_key
from commerce.services.orders import take_in_order
from returns.models import Cancellation, Settlement
from returns.rules.cancellations import CancelTerms
from returns.services.cancellations import set_cancel_terms
from returns.services.cancelling import carry_out_cancellation
from tests.facts import order_facts
from tests.returns.conftest import STAFF
from tests.returns.test_cancellations import LATER, MINUTE, NOW, PLACED, cancel, pick


@pytest.fixture(autouse=True)
def today() -> Any:
    """Forty minutes after the order."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def placed(scope: Merchant) -> Order:
    """Two mugs at ¥2,500, a towel at ¥2,000 and delivery at ¥500, still on the shelf."""
    facts = order_facts(external_id="web-1", placed_at=PLACED, updated_at=PLACED)
    return take_in_order(facts, merchant=scope, at=PLACED).order


@pytest.fixture
def program(scope: Merchant, owner: User, client: Client) -> Any:
    """A program that may read and write returns."""
    scopes = [Scope.READ_RETURNS, Scope.WRITE_RETURNS]
    secret = create_key(merchant=scope, name="ERP", scopes=scopes, by=owner, at=NOW).secret

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method,
            f"/api/v1/{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", **headers},
        )

    return call


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


ALL = [
    {"line_external_id": "l1", "quantity": 2},
    {"line_external_id": "l2", "quantity": 1},
]


def test_eligibility_says_until_when_and_how_much(placed: Order, program: Any) -> None:
    seen = program("GET", "orders/web-1/cancellable").json()
    assert (seen["cancellable"], seen["until"]) == (True, "2026-11-21T03:20:00Z")
    assert [line["cancellable_quantity"] for line in seen["lines"]] == [2, 1]
    assert seen["quote"]["total"] == yen(7500)
    pick(placed, NOW, 2, 1)
    gone = program("GET", "orders/web-1/cancellable").json()
    assert (gone["cancellable"], gone["instead"]) == (False, "return_later")
    assert gone["lines"][0]["denial"]["code"] == "too_late"
    assert gone["lines"][0]["denial"]["text"]["en"].startswith("It is already being packed")
    assert program("GET", "orders/nope/cancellable").status_code == 404


def test_quote_create_get_withdraw(placed: Order, program: Any) -> None:
    lines = [{"line_external_id": "l1", "quantity": 1}]
    quoted = program("POST", "orders/web-1/cancellation-quote", {"lines": lines})
    assert quoted.json()["total"] == yen(2500)
    body = {"order_external_id": "web-1", "lines": lines, "expected_total": yen(2500)}
    made = program("POST", "cancellations", body, **{"Idempotency-Key": "k1"})
    assert made.status_code == 201
    again = program("POST", "cancellations", body, **{"Idempotency-Key": "k1"})
    assert again.json() == made.json()
    found = made.json()
    assert (found["state"], found["undo_until"]) == ("requested", "2026-11-21T03:05:00Z")
    assert program("GET", f"cancellations/{found['id']}").json() == found
    listed = program("GET", "cancellations?state=requested").json()
    assert [one["id"] for one in listed["data"]] == [found["id"]]
    assert program("GET", f"cancellations?order_id={placed.public_id}").json()["data"]
    taken = program("POST", f"cancellations/{found['id']}/withdraw")
    assert taken.json()["state"] == "withdrawn"
    assert Cancellation.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "status", "code"),
    [
        ([{"line_external_id": "l1", "quantity": 3}], 422, "quantity_exceeds_cancellable"),
        ([{"line_external_id": "nope", "quantity": 1}], 422, "not_cancellable"),
    ],
)
def test_refusals_have_codes(
    placed: Order, program: Any, lines: list[Any], status: int, code: str
) -> None:
    body = {"order_external_id": "web-1", "lines": lines}
    refused = program("POST", "cancellations", body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_the_sum_must_be_the_one_that_was_shown(placed: Order, program: Any) -> None:
    body = {"order_external_id": "web-1", "lines": ALL, "expected_total": yen(7000)}
    refused = program("POST", "cancellations", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "quote_changed")
    unknown = program("POST", "cancellations", {"order_external_id": "x", "lines": ALL})
    assert unknown.json()["code"] == "unknown_order"


def test_after_the_time_only_for_staff(placed: Order, program: Any) -> None:
    body = {"order_external_id": "web-1", "lines": ALL}
    with time_machine.travel(PLACED + 61 * MINUTE, tick=False):
        refused = program("POST", "cancellations", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "cancel_window_ended")
        made = program("POST", "cancellations", {**body, "on_behalf_of": "staff"})
        assert made.status_code == 201
        second = program("POST", "cancellations", {**body, "on_behalf_of": "staff"})
        assert (second.status_code, second.json()["code"]) == (409, "cancellation_open")


def test_too_late_names_the_return(placed: Order, program: Any) -> None:
    pick(placed, NOW, 2, 1)
    quoted = program("POST", "orders/web-1/cancellation-quote", {"lines": ALL})
    assert (quoted.status_code, quoted.json()["code"]) == (409, "too_late")
    made = program("POST", "cancellations", {"order_external_id": "web-1", "lines": ALL}).json()
    assert made["state"] == "too_late"
    assert made["return_id"].startswith("ret_")
    assert [line["too_late_quantity"] for line in made["lines"]] == [2, 1]


def test_staff_decide_by_program(placed: Order, program: Any) -> None:
    set_cancel_terms(CancelTerms(review=True), at=NOW, actor=STAFF)
    first = cancel(placed, NOW)
    declined = program("POST", f"cancellations/{first.public_id}/decline", {"text": "No."}).json()
    assert (declined["state"], declined["decline_reason"]) == ("declined", "No.")
    second = cancel(placed, NOW)
    approved = program("POST", f"cancellations/{second.public_id}/approve").json()
    assert (approved["state"], approved["needs_review"]) == ("requested", False)
    refused = program("POST", f"cancellations/{second.public_id}/approve")
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")


def test_what_got_stuck_is_settled_with_the_sum_that_was_seen(placed: Order, program: Any) -> None:
    one = cancel(placed, NOW)
    Cancellation.objects.update(quote={**one.quote, "payout": 1})
    carry_out_cancellation(cancellation_id=one.public_id, at=LATER)
    here = f"cancellations/{one.public_id}"
    assert program("GET", here).json()["problem"] == "quote_changed"
    wrong = program("POST", f"{here}/settle", {"expected_total": yen(1)})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "quote_changed")
    settled = program("POST", f"{here}/settle", {"expected_total": yen(7500)}).json()
    assert settled["state"] == "refunding"
    assert settled["settlement"]["total"] == yen(7500)
    assert Settlement.objects.get().total == 7500
