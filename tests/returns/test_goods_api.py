"""Goods over REST: replacements that leave, and units that go back on the shelf."""

from commerce.models import Order
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome
from returns.models import Replacement
from tests.returns.conftest import STAFF, ask, resolve
from tests.returns.test_api import NOW, Call, call, refused, today
from tests.returns.test_journey import variant_id
from tests.returns.test_refused import one_of_two

__all__ = ("call", "today")  # fixtures


def test_a_replacement_is_shipped_once_it_is_ready(call: Call, bought: Order) -> None:
    blue = variant_id(bought, "青")
    wished = ask(bought, NOW, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    replacement = Replacement.objects.get()
    path = f"replacements/{replacement.public_id}/ship"
    body = {"carrier_name": "Yamato", "tracking_number": "398412345670"}
    assert refused(call("POST", path, body)) == (409, "invalid_transition")
    case = resolve(wished, NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    told = call("POST", path, body).json()
    assert told["lines"][0]["replacements"][0]["state"] == "shipped"
    assert refused(call("POST", path, body)) == (409, "invalid_transition")
    assert call("POST", "replacements/rep_strange/ship", body).status_code == 404


def test_units_for_the_shelf_are_listed_until_they_are_counted(call: Call, bought: Order) -> None:
    case = one_of_two(bought, NOW)
    [row] = call("GET", "restocks?state=to_do").json()["data"]
    assert (row["return_id"], row["quantity"], row["counted_at"]) == (case.public_id, 1, None)
    for _again in range(2):
        told = call("POST", f"restocks/{row['id']}/counted", {}).json()
        assert (told["state"], told["counted_at"]) == ("counted", "2026-11-21T03:00:00Z")
    assert call("GET", "restocks?state=to_do").json()["data"] == []
    assert [one["id"] for one in call("GET", "restocks").json()["data"]] == [row["id"]]
    assert call("POST", "restocks/rsk_strange/counted", {}).status_code == 404
    [counted] = EventRecord.objects.filter(type="return.restock_counted")
    assert counted.payload["return_id"] == case.public_id
    assert (counted.payload["quantity"], counted.actor[:4]) == (1, "api:")
