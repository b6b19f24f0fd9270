"""What the desk shows of returns is told over REST, too: decisions, clocks, views and search."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User
from commerce.ports import DisputeFacts
from commerce.services.disputes import take_in_dispute
from commerce.services.keys import create_key
from returns.forms.sending import LARGEST_FILE
from returns.models import PolicyDecision, PolicyVersion, RefusedUnits, Return, ReturnParcel
from returns.selectors import list_returns
from returns.services.decisions import approve_return
from returns.services.refused import offer_part_refund
from tests.returns.conftest import STAFF, ask, line_ids, resolve
from tests.returns.labels import PDF
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_api import NOW, Call, call, refused, today, yen

__all__ = ("call", "today")

Publish = Callable[..., PolicyVersion]


def test_a_decision_is_told_with_what_made_it_so(
    call: Call, bought: Order, publish: Publish
) -> None:
    version = publish(
        review=False,
        rules=(
            rule("dear", asks("price", "at_least", {"JPY": 2000}), review=True, note="Dear"),
            rule("gone", asks("country", "is", "US"), eligible=False),
        ),
    )
    case = ask(bought, NOW, (0, 1, "too_small"))
    path = f"returns/{case.public_id}/decision"
    told = call("GET", path, **{"accept-language": "en"}).json()
    kept = PolicyDecision.objects.get(case=case)
    assert (told["id"], told["return_id"]) == (kept.public_id, case.public_id)
    assert (told["verdict"], told["outcome"]) == ("review", "refund")
    assert told["policy"]["hash"] == version.hash
    assert (told["facts"], told["engine"]) == (kept.facts, kept.decision["engine"])
    [line] = told["lines"]
    assert (line["line_id"], line["verdict"]) == (line_ids(bought)[0], "review")
    assert (line["decided"], line["idle_rules"], line["law"]) == ({"review": "dear"}, 1, None)
    [dear] = line["rules"]
    assert dear["held"] == "Applied"
    assert [step["held"] for step in dear["steps"]] == ["Yes"]
    assert "2,000" in dear["steps"][0]["words"]
    assert line["counted_from"] == "2026-11-25"
    assert line["offers"][0]["outcome"] == "refund"
    japanese = call("GET", path, **{"accept-language": "ja"}).json()["lines"][0]["rules"][0]
    assert "2,000" in japanese["sentence"]
    assert japanese["sentence"] != dear["sentence"]
    assert refused(call("GET", "returns/ret_none/decision")) == (404, "not_found")


def test_the_clocks_of_a_return_are_told(call: Call, bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    [told] = call("GET", "returns").json()["data"]
    assert case.due_at is not None
    assert told["due_at"] == f"{case.due_at:%Y-%m-%dT%H:%M:%SZ}"
    assert (told["law_due_at"], told["waiting_since"]) == (None, None)
    asked = call("POST", f"returns/{case.public_id}/evidence-requests", {"text": "A picture?"})
    assert asked.status_code == 200
    told = call("GET", f"returns/{case.public_id}").json()
    assert told["waiting_since"] == "2026-11-21T03:00:00Z"


def test_returns_are_found_as_at_the_desk(call: Call, bought: Order) -> None:
    waiting = ask(bought, NOW, (0, 1, "too_small"))
    checked = resolve(ask(bought, NOW, (1, 1, "too_small")), NOW)

    def found(query: str) -> list[str]:
        return [row["id"] for row in call("GET", f"returns?{query}").json()["data"]]

    assert found("view=review") == [waiting.public_id]
    assert found("view=to_refund") == [checked.public_id]
    assert found("view=to_ship") == found("view=lost") == []
    assert found("outcome=exchange") == []
    assert found("outcome=refund") == [checked.public_id, waiting.public_id]
    assert found(f"q={waiting.number}") == [waiting.public_id]
    assert found("q=nobody") == []
    assert found("due=overdue") == []
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        assert set(found("due=overdue")) == {waiting.public_id, checked.public_id}
    assert list_returns().count() == 2


@pytest.mark.parametrize("query", ["view=none", "due=soon", "outcome=magic"])
def test_a_filter_that_is_not_there_names_those_that_are(call: Call, query: str) -> None:
    answer = call("GET", f"returns?{query}")
    assert refused(answer) == (422, f"invalid_{query.partition('=')[0]}")


def test_shipping_is_refunded_despite_a_chargeback_where_somebody_says_why(
    call: Call, bought: Order
) -> None:
    take_in_dispute(
        DisputeFacts(external_id="dp_1", state="open", amount=7500, opened_at=NOW),
        order_id=bought.public_id,
        at=NOW,
    )
    path = f"orders/{bought.external_id}/shipping-refund"
    assert refused(call("POST", path, {})) == (409, "open_dispute")
    paid = call("POST", path, {"despite_dispute": "Agreed with the bank."}).json()
    assert (paid["total"], paid["note"]) == (yen(500), "Agreed with the bank.")


def test_refused_units_are_paid_despite_a_chargeback_where_somebody_says_why(
    call: Call, bought: Order
) -> None:
    resolve(ask(bought, NOW, (0, 2, "too_small")), NOW, refused=1)
    units = RefusedUnits.objects.get()
    offer_part_refund(refused_id=units.public_id, amount=700, at=NOW, actor=STAFF)
    take_in_dispute(
        DisputeFacts(external_id="dp_1", state="open", amount=7500, opened_at=NOW),
        order_id=bought.public_id,
        at=NOW,
    )
    path = f"refused-units/{units.public_id}/resolve"
    assert refused(call("POST", path, {"choice": "part_refund"})) == (409, "open_dispute")
    why = {"choice": "part_refund", "despite_dispute": "Agreed with the bank."}
    assert call("POST", path, why).json()["state"] == "part_refunded"


def test_a_label_that_was_made_elsewhere_is_handed_over(
    scope: Merchant, owner: User, bought: Order
) -> None:
    secret = create_key(merchant=scope, name="WMS", scopes=list(Scope), by=owner, at=NOW).secret

    def hand_over(case: Return, body: bytes, **more: str) -> Any:
        return Client().post(
            f"/api/v1/returns/{case.public_id}/label-files",
            {"kind": "label", "file": SimpleUploadedFile("label.pdf", body), **more},
            headers={"authorization": f"Bearer {secret}", "idempotency-key": f"k{len(body)}"},
        )

    case = ask(bought, NOW, (0, 1, "too_small"))
    assert refused(hand_over(case, PDF.body)) == (409, "no_label_here")
    approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    assert refused(hand_over(case, b"%PDF-1.4 cut off")) == (422, "label_file_refused")
    assert refused(hand_over(case, b"%PDF-" + b" " * LARGEST_FILE)) == (422, "label_file_refused")
    given = {"tracking_number": "123412341233", "carrier": "ヤマト運輸"}
    for _press in range(2):
        made = hand_over(case, PDF.body + b"\n", **given)
        assert made.status_code == 201, made.content
        [parcel] = made.json()["data"]
        assert (parcel["source"], parcel["state"], parcel["files"]) == (
            "upload",
            "ready",
            ["label"],
        )
        assert parcel["tracking_number"] == "123412341233"
    assert ReturnParcel.objects.count() == 1
    paper = Client().get(
        f"/api/v1/return-labels/{parcel['id']}/files/label",
        headers={"authorization": f"Bearer {secret}"},
    )
    assert paper.content == PDF.body + b"\n"
