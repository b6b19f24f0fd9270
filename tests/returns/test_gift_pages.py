"""The faces of a gift: no price on any page, a receipt with a code, and the same over REST."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, StoreCreditAccount, User
from commerce.services.keys import create_key
from returns.enums import ReturnState
from returns.models import GiftCode, PolicyVersion, Return
from returns.selectors.gifts import gift_token, recipient_token, spaced_code
from tests.returns.conftest import ask, fresh, line_ids
from tests.returns.test_gifts import TERMS, code_for, settle
from tests.returns.test_site import hidden, path, words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plain(publish: Callable[..., PolicyVersion]) -> None:
    publish(outcomes=TERMS, review=False)


@pytest.fixture
def recipient(bought: Order, plain: None) -> Client:
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


HOME = {
    "country": "JP",
    "postcode": "179-0081",
    "province": "東京都",
    "city": "練馬区",
    "address1": "北町4-5-6",
}


def own(case: Return, scope: Merchant, more: str = "") -> str:
    """The page of a return that is its recipient's alone."""
    return f"/s/{scope.slug}/r/{recipient_token(case)}/{case.public_id}/{more}"


def at_gift(scope: Merchant, gift: GiftCode, more: str = "") -> str:
    return f"/s/{scope.slug}/gift/{gift_token(gift)}/{more}"


def test_r36_from_the_code_to_the_credit_without_a_price(
    recipient: Client, bought: Order, scope: Merchant
) -> None:
    gift = code_for(bought, 1)
    found = recipient.post(f"/s/{scope.slug}/gift/", {"code": spaced_code(gift).lower()})
    assert found.headers["Location"] == at_gift(scope, gift, "?lang=en")
    page = recipient.get(found.headers["Location"])
    assert "Another size or colour of the same product" in words(page)
    assert "Money back" not in words(page)
    line = line_ids(bought)[0]
    asked = {
        f"q_{line}": "1",
        f"r_{line}": "too_small",
        "outcome": "store_credit",
        "name": "Hana",
        "email": "hana@example.com",
        "key": hidden(page, "key"),
        **HOME,
    }
    sent = recipient.post(at_gift(scope, gift), asked)
    case = Return.objects.get()
    assert sent.headers["Location"] == own(case, scope, "?lang=en")
    assert (
        recipient.post(at_gift(scope, gift), asked).headers["Location"] == sent.headers["Location"]
    )
    status = recipient.get(sent.headers["Location"])
    assert "Your return is approved" in words(status)
    settle(case)
    after = recipient.get(sent.headers["Location"])
    used = recipient.get(at_gift(scope, gift))
    assert "It was used already" in words(used)
    for secret in (case.number, case.public_id, "hana@example.com"):
        # Whoever has the receipt, its buyer above all, learns nothing of who used it.
        assert secret not in used.content.decode()
    for shown in (page, status, after, recipient.get(at_gift(scope, gift))):
        assert not re.search(r"[¥￥]|2,500|\bJPY\b", words(shown))
    assert StoreCreditAccount.objects.get().balance == 2500
    assert case.number not in words(recipient.get(path(bought, scope)))
    for page in ("", "refused/"):
        # The buyer's own link opens nothing of it.
        assert recipient.get(path(bought, scope, f"{case.public_id}/{page}")).status_code == 404


def test_r36_ten_wrong_codes_lock_the_page(
    recipient: Client, bought: Order, scope: Merchant
) -> None:
    gift = code_for(bought, 1)
    start = f"/s/{scope.slug}/gift/"
    for _ in range(10):
        wrong = recipient.post(start, {"code": "NOPE"})
        assert (wrong.status_code, "There is no such code." in words(wrong)) == (422, True)
    locked = recipient.post(start, {"code": gift.code})
    assert locked.status_code == 429
    assert "Too many wrong codes." in words(locked)
    assert recipient.get(at_gift(scope, gift)).status_code == 200
    with time_machine.travel(NOW.replace(minute=15), tick=False):
        assert recipient.post(start, {"code": gift.code}).status_code == 302


def test_what_is_missing_is_said(recipient: Client, bought: Order, scope: Merchant) -> None:
    page = recipient.post(at_gift(scope, code_for(bought, 2)), {"name": "Hana"})
    assert page.status_code == 422
    assert "Choose at least one item." in words(page)
    assert not Return.objects.exists()


def test_a_present_is_kept_after_all(recipient: Client, bought: Order, scope: Merchant) -> None:
    from tests.returns.test_gifts import give_back

    gift = code_for(bought, 1)
    case = give_back(gift)
    theirs = ask(bought, NOW, (0, 1, "too_small"))
    strange = own(case, scope).replace(case.public_id + "/", theirs.public_id + "/")
    assert strange.endswith(f"{theirs.public_id}/")
    assert recipient.get(strange).status_code == 404
    for more in ("", "outcome/", "check/", "points/"):
        # Their link opens nothing of the order.
        assert (
            recipient.get(own(case, scope).replace(f"{case.public_id}/", more)).status_code == 404
        )
    recipient.post(own(case, scope, "cancel/"))
    assert fresh(case).state == ReturnState.CANCELLED
    assert recipient.get(f"/s/{scope.slug}/gift/{gift.public_id}.forged/").status_code == 404


def test_staff_make_print_and_end_a_receipt(bought: Order, scope: Merchant, owner: User) -> None:
    staff = Client()
    staff.force_login(owner)
    page = staff.get(f"/d/{scope.slug}/orders/{bought.public_id}/")
    codes = f"/d/{scope.slug}/orders/{bought.public_id}/gift-codes/"
    assert codes in page.content.decode()
    assert staff.post(codes, {}).status_code == 422
    made = staff.post(codes, {f"q_{line_ids(bought)[0]}": "1"})
    gift = GiftCode.objects.get()
    assert "hx-post" not in staff.get(codes).content.decode(), "A page of its own opens no dialog."
    assert "hx-post" in staff.get(codes, headers={"hx-request": "true"}).content.decode()
    receipt = staff.get(made.headers["Location"])
    assert spaced_code(gift) in words(receipt)
    assert '<svg class="qr"' in receipt.content.decode()
    assert not re.search(r"[¥￥]", words(receipt))
    staff.post(f"/d/{scope.slug}/gift-codes/{gift.public_id}/end/")
    assert GiftCode.objects.get().ended_at == NOW


def test_gift_codes_over_rest(bought: Order, scope: Merchant, owner: User) -> None:
    secret = create_key(merchant=scope, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret
    api = Client(headers={"authorization": f"Bearer {secret}"})
    url = f"/api/v1/orders/{bought.external_id}/gift-codes"
    line = line_ids(bought)[0]

    def make(quantity: int) -> Any:
        body = {"lines": [{"line_id": line, "quantity": quantity}]}
        return api.post(url, body, content_type="application/json")

    made = make(1)
    assert made.status_code == 201, made.content
    gift = GiftCode.objects.get()
    assert (made.json()["code"], made.json()["id"]) == (gift.code, gift.public_id)
    assert made.json()["url"].endswith(at_gift(scope, gift))
    assert make(9).json()["code"] == "quantity_exceeds_returnable"
    assert [one["id"] for one in api.get(url).json()["data"]] == [gift.public_id]
    ended = api.post(
        f"/api/v1/gift-codes/{gift.public_id}/end", {}, content_type="application/json"
    )
    assert ended.json()["ended_at"] == "2026-11-21T03:00:00Z"
    assert api.get(url).json()["data"] == []
