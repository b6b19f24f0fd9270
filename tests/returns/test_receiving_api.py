"""Receiving over REST: surplus, dispositions, refused units and goods nobody announced."""

from datetime import datetime

import pytest

from commerce.models import Merchant, Order
from returns import services
from returns.enums.receiving import RefusedState, UnannouncedState
from returns.models import Inspection, RefusedUnits, Return, UnannouncedGoods
from returns.selectors import list_lines_of
from tests.returns.conftest import STAFF, ask, fresh
from tests.returns.test_api import Call, call  # noqa: F401  a fixture
from tests.returns.test_refused import one_of_two, settings

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture
def case(bought: Order, at: datetime) -> Return:
    asked = ask(bought, at, (0, 2, "too_small"))
    services.approve_return(return_id=asked.public_id, at=at, actor=STAFF)
    return fresh(asked)


def test_r35_received_inspected_and_resolved(
    call: Call,  # noqa: F811
    case: Return,
    scope: Merchant,
) -> None:
    settings(send_back_fee=990)
    [line] = list_lines_of(case)
    path = f"returns/{case.public_id}"
    parcel = {
        "lines": [{"line_id": line.public_id, "quantity": 2}],
        "surplus": [{"line_id": line.public_id, "quantity": 1}],
    }
    assert call("post", f"{path}/receive", parcel).status_code == 200
    assert UnannouncedGoods.objects.get().quantity == 1
    findings = [
        {
            "line_id": line.public_id,
            "quantity": 1,
            "grade": "a",
            "accepted": True,
            "disposition": "refurbish",
        },
        {
            "line_id": line.public_id,
            "quantity": 1,
            "grade": "c",
            "accepted": False,
            "note": "Stain",
            "offer": {"amount": "700", "currency": "JPY"},
        },
    ]
    inspected = call("post", f"{path}/inspect", {"findings": findings})
    assert inspected.status_code == 200
    assert Inspection.objects.get(grade="a").disposition == "refurbish"
    [refused] = inspected.json()["refused_units"]
    assert (refused["state"], refused["grade"]) == ("asked", "c")
    assert {one["choice"]: one["amount"]["amount"] for one in refused["choices"]} == {
        "send_back": "990",
        "donate": "0",
        "part_refund": "700",
    }
    one = f"refused-units/{refused['id']}"
    assert call("get", one).json()["url"].endswith("/refused/?lang=ja")
    assert [row["id"] for row in call("get", "refused-units").json()["data"]] == [refused["id"]]
    wrong = {"choice": "send_back", "expected_amount": {"amount": "1", "currency": "JPY"}}
    changed = call("post", f"{one}/resolve", wrong)
    assert (changed.status_code, changed.json()["code"]) == (409, "quote_changed")
    assert call("post", f"{one}/offer", {"amount": {"amount": "800", "currency": "JPY"}}).json()[
        "choices"
    ][2]["amount"] == {"amount": "800", "currency": "JPY"}
    assert call("post", f"{one}/resolve", {"choice": "send_back"}).json()["state"] == "fee_due"
    assert call("post", f"{one}/fee", {"reference": "pi_1"}).json()["state"] == "to_send"
    sent = call("post", f"{one}/send", {"tracking_number": "77"})
    assert (sent.json()["state"], sent.json()["tracking_number"]) == ("sent_back", "77")
    again = call("post", f"{one}/send", {})
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


def test_the_fee_is_waived_without_a_word(
    call: Call,  # noqa: F811
    bought: Order,
    at: datetime,
) -> None:
    settings(send_back_fee=990)
    one_of_two(bought, at)
    one = f"refused-units/{RefusedUnits.objects.get().public_id}"
    refused = call("post", f"{one}/resolve", {"choice": "part_refund"})
    assert (refused.status_code, refused.json()["code"]) == (422, "choice_not_offered")
    call("post", f"{one}/resolve", {"choice": "send_back"})
    assert call("post", f"{one}/fee", {}).status_code == 200
    assert RefusedUnits.objects.get().state == RefusedState.TO_SEND
    listed = call("get", "refused-units?state=asked")
    assert listed.json()["data"] == []


def test_a_strange_variant_is_no_finding(
    call: Call,  # noqa: F811
    case: Return,
) -> None:
    [line] = list_lines_of(case)
    path = f"returns/{case.public_id}"
    call("post", f"{path}/receive", {"lines": [{"line_id": line.public_id, "quantity": 2}]})
    finding = {
        "line_id": line.public_id,
        "quantity": 2,
        "grade": "a",
        "accepted": False,
        "found_variant_id": "var_nobody",
    }
    answer = call("post", f"{path}/inspect", {"findings": [finding]})
    assert (answer.status_code, answer.json()["code"]) == (422, "counts_do_not_add_up")


def test_goods_nobody_announced(
    call: Call,  # noqa: F811
    case: Return,
    bought: Order,
) -> None:
    kept = call("post", "unannounced-goods", {"note": "A mug", "tracking_number": "1-2"})
    assert (kept.status_code, kept.json()["tracking_number"]) == (201, "12")
    one = f"unannounced-goods/{kept.json()['id']}"
    assert call("get", one).json()["state"] == "waiting"
    assert call("post", f"{one}/match", {}).status_code == 422
    nobody = call("post", f"{one}/match", {"order_external_id": "none"})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "unknown_order")
    matched = call("post", f"{one}/match", {"order_external_id": bought.external_id})
    assert matched.json()["order_id"] == bought.public_id
    matched = call("post", f"{one}/match", {"return_id": case.public_id})
    assert matched.json()["return_id"] == case.public_id
    assert len(call("get", "unannounced-goods?state=matched").json()["data"]) == 1
    closed = call("post", f"{one}/close", {"answer": "Given back"})
    assert closed.json()["state"] == UnannouncedState.CLOSED
    assert call("post", f"{one}/close", {"answer": "x"}).status_code == 409
