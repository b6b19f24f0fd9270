"""Goodwill, chargebacks and credit notes over REST."""

from typing import Any

from commerce.models import Order
from returns import services
from returns.enums import RefundState
from returns.models import CreditNote, Refund, Settlement
from tests.returns.conftest import STAFF, ask, resolve
from tests.returns.test_api import NOW, Call, call, refused, today, yen

__all__ = ("call", "today")  # fixtures


def test_goodwill_is_given_once_per_key(call: Call, bought: Order) -> None:
    path = f"orders/{bought.external_id}/goodwill"
    body: dict[str, Any] = {
        "amount": yen(500),
        "lines": [{"line_external_id": "l1", "quantity": 1}],
        "note": "Chipped",
    }
    answer = call("POST", path, body, **{"idempotency-key": "g-1"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["kind"], told["total"], told["note"]) == ("goodwill", yen(500), "Chipped")
    note = CreditNote.objects.get()
    assert told["credit_note"] == {"id": note.public_id, "number": note.code}
    again = call("POST", path, body, **{"idempotency-key": "g-1"})
    assert (again.status_code, again.json()) == (201, told)
    assert Settlement.objects.count() == 1
    assert refused(call("POST", path, {"amount": yen(7001)})) == (409, "refund_exceeds_balance")
    assert refused(call("POST", path, {"amount": yen(0)})) == (422, "invalid_money_format")
    strange = {"amount": yen(1), "lines": [{"line_external_id": "x", "quantity": 1}]}
    assert refused(call("POST", path, strange)) == (422, "not_returnable")
    assert call("POST", "orders/nothing/goodwill", {"amount": yen(1)}).status_code == 404


def test_an_open_chargeback_refuses_payment(call: Call, bought: Order) -> None:
    path = f"orders/{bought.external_id}/disputes/dp_1"
    body = {"state": "open", "opened_at": "2026-11-20T00:00:00Z", "amount": yen(7500)}
    assert call("PUT", path, body).json()["state"] == "open"
    goodwill = f"orders/{bought.external_id}/goodwill"
    assert refused(call("POST", goodwill, {"amount": yen(1)})) == (409, "open_dispute")
    paid = call("POST", goodwill, {"amount": yen(1), "despite_dispute": "agreed"})
    assert paid.status_code == 201
    over = {**body, "state": "won"}
    assert call("PUT", path, over).status_code == 422
    told = call("PUT", path, {**over, "closed_at": "2026-11-21T00:00:00Z"}).json()
    assert (told["state"], told["closed_at"]) == ("won", "2026-11-21T00:00:00Z")
    assert call("POST", goodwill, {"amount": yen(1)}).status_code == 201


def test_an_unclear_refund_is_put_right_and_tried_again(call: Call, bought: Order) -> None:
    case = resolve(ask(bought, NOW, (0, 1, "too_small")), NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    refund = Refund.objects.get()
    path = f"refunds/{refund.public_id}"
    for state in (RefundState.PROCESSING, RefundState.PENDING):
        # It is on its way, and may still be paid.
        Refund.objects.update(state=state)
        assert refused(call("POST", f"{path}/not-paid", {})) == (409, "invalid_transition")
        assert refused(call("POST", f"{path}/retry", {})) == (409, "invalid_transition")
    Refund.objects.update(state=RefundState.OUTCOME_UNKNOWN)
    assert call("POST", f"{path}/not-paid", {}).json()["state"] == "failed"
    assert call("POST", f"{path}/retry", {}).json()["state"] == "pending"
    assert call("POST", "refunds/rfd_strange/retry", {}).status_code == 404


def test_credit_notes_are_listed_and_got(call: Call, bought: Order) -> None:
    call("POST", f"orders/{bought.external_id}/goodwill", {"amount": yen(700)})
    [told] = call("GET", f"credit-notes?order_id={bought.public_id}").json()["data"]
    assert told["total"] == yen(700)
    assert told["rates"] == [{"rate": "0", "amount": yen(700), "tax": yen(0)}]
    assert told["rows"][0]["code"] == "goodwill"
    assert call("GET", f"credit-notes/{told['id']}").json() == told
    paper = call("GET", f"credit-notes/{told['id']}/pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert call("GET", "credit-notes?return_id=ret_none").json()["data"] == []
    assert call("GET", "credit-notes/cdn_none").status_code == 404
