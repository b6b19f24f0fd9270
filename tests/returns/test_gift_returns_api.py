"""Who was given a present returns it over REST with its code, as on the page."""

from collections.abc import Callable
from typing import Any

import pytest

from commerce.models import ApiRequest, Order
from returns.models import GiftAttempts, GiftCode, PolicyVersion, Return
from returns.services.gifts import WRONG_IN_A_ROW, end_gift_code
from tests.returns.conftest import STAFF, line_ids
from tests.returns.test_api import NOW, Call, call, refused, today
from tests.returns.test_gifts import code_for, plain

__all__ = ("call", "plain", "today")

Publish = Callable[..., PolicyVersion]
HOME = {
    "address1": "北町4-5-6",
    "city": "練馬区",
    "province": "東京都",
    "postcode": "179-0081",
    "country": "JP",
}


@pytest.fixture
def given(bought: Order, plain: None) -> GiftCode:
    """A code for one of the two mugs."""
    return code_for(bought, 1)


def body(gift: GiftCode, **changes: Any) -> dict[str, Any]:
    line = {"line_id": line_ids(gift.order)[0], "quantity": 1, "reason": "too_small"}
    return {
        "code": gift.code.lower(),
        "lines": [line],
        "outcome": "store_credit",
        "name": "Kai",
        "email": "kai@example.com",
        "address": HOME,
        "locale": "en",
        **changes,
    }


def test_a_present_is_returned_with_its_code(call: Call, given: GiftCode) -> None:
    made, again = (
        call("POST", "gift-returns", body(given), **{"idempotency-key": "k"}) for _press in "12"
    )
    assert made.status_code == 201, made.content
    assert made.json() == again.json()
    case = Return.objects.get()
    assert (made.json()["id"], made.json()["outcome"]) == (case.public_id, "store_credit")
    assert (case.gift_id, case.locale) == (given.pk, "en")
    assert case.recipient is not None
    assert (case.recipient.email, case.recipient_address["name"]) == ("kai@example.com", "Kai")
    assert case.recipient_address["postcode"] == "179-0081"
    # One was given, and it is on its way back.
    more = call("POST", "gift-returns", body(given))
    assert refused(more)[0] == 422
    logged = ApiRequest.objects.filter(path="/api/v1/gift-returns")
    assert set(logged.values_list("request_body", flat=True)) == {""}


def test_wrong_codes_lock_the_form_whatever_key_they_come_with(call: Call, given: GiftCode) -> None:
    wrong = body(given, code="NOPE")
    for press in range(WRONG_IN_A_ROW):
        answer = call("POST", "gift-returns", wrong, **{"idempotency-key": f"k{press}"})
        assert refused(answer) == (422, "unknown_gift_code")
    assert GiftAttempts.objects.get().locked_until is not None
    assert refused(call("POST", "gift-returns", body(given))) == (429, "gift_form_locked")
    assert not Return.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "refund"},
        {"email": "kai"},
        {"address": {**HOME, "postcode": ""}},
        {"address": {**HOME, "country": "XX"}},
        {"lines": []},
        {"typo": 1},
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(
    call: Call, given: GiftCode, changes: dict[str, Any]
) -> None:
    answer = call("POST", "gift-returns", body(given, **changes))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [next(iter(changes))]


def test_an_ended_code_opens_nothing(call: Call, given: GiftCode) -> None:
    end_gift_code(gift_id=given.public_id, at=NOW, actor=STAFF)
    answer = call("POST", "gift-returns", body(given))
    assert refused(answer) == (422, "unknown_gift_code")
