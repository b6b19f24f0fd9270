"""The desk over REST: undo, letters, saved texts, labels, drafts of the policy and settings."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from PIL import Image

from commerce.models import ApiRequest, Merchant, Order
from notifications.models import Message
from returns import services
from returns.enums import LabelFileKind, ReturnMethod
from returns.models import Macro, Return
from returns.models.exchanges import ExchangePayment
from returns.ports import PaperFile
from returns.rules.defaults import DEFAULT_POLICY
from returns.services.labels import upload_label
from tests.returns.conftest import STAFF, ask, fresh, resolve
from tests.returns.labels import FakeLabels, offer
from tests.returns.rules.policy_samples import rule
from tests.returns.test_api import NOW, Call, call, refused
from tests.returns.test_refused import settings

__all__ = ("call",)  # a fixture

Drain = Callable[[], None]
WORDS = {
    "en": {"subject": "About {return_number}", "text": "Which size of {items}?"},
    "ja": {"subject": "{return_number} について", "text": "{items} のサイズをお知らせください。"},
}
TEXT = {"name": "Size", "words": WORDS, "waits": True}


@pytest.fixture(autouse=True)
def today(scope: Merchant) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(bought: Order) -> Return:
    return ask(bought, NOW, (0, 1, "too_small"))


def test_what_a_key_decided_is_undone_before_anybody_hears_of_it(
    call: Call, case: Return, drain: Drain, today: Any
) -> None:
    path = f"returns/{case.public_id}"
    assert refused(call("POST", f"{path}/undo", {})) == (409, "invalid_transition")
    assert call("POST", f"{path}/approve", {}).status_code == 200
    told = call("POST", f"{path}/undo", {}, **{"idempotency-key": "undo-1"})
    assert (told.status_code, told.json()["state"]) == (200, "in_review")
    again = call("POST", f"{path}/undo", {}, **{"idempotency-key": "undo-1"})
    assert again.json() == told.json()
    decline = {"reason": "other", "text": "長くお使いです。"}
    call("POST", f"{path}/decline", decline)
    assert call("POST", f"{path}/undo", {}).json()["state"] == "in_review"
    call("POST", f"{path}/approve", {})
    today.shift(timedelta(seconds=31))
    assert refused(call("POST", f"{path}/undo", {})) == (409, "undo_time_over")
    assert call("POST", "returns/ret_strange/undo", {}).status_code == 404


def test_no_label_is_bought_while_a_keys_approval_can_be_undone(
    call: Call, bought: Order, drain: Drain, today: Any
) -> None:
    offer(ReturnMethod.LABEL)
    case = ask(bought, NOW, (0, 1, "too_small"))
    with FakeLabels() as seller:
        call("POST", f"returns/{case.public_id}/approve", {})
        drain()
        assert not seller.labels
        today.shift(timedelta(seconds=31))
        drain()
        assert len(seller.labels) == 1


def test_saved_texts_are_kept_changed_and_removed(call: Call) -> None:
    made = call("POST", "macros", TEXT)
    assert made.status_code == 201
    kept = made.json()
    assert kept == {"id": Macro.objects.get().public_id, **TEXT}
    assert refused(call("POST", "macros", TEXT)) == (409, "macro_name_taken")
    assert call("GET", "macros").json() == {"data": [kept]}
    path = f"macros/{kept['id']}"
    assert call("PUT", path, {**TEXT, "name": "Sizes"}).json()["name"] == "Sizes"
    assert call("GET", path).json()["name"] == "Sizes"
    unknown = {**WORDS, "en": {"subject": "Dear {first_name}", "text": "x"}}
    answer = call("PUT", path, {**TEXT, "words": unknown})
    assert "There is no {first_name}." in answer.json()["errors"]["words"]["en"]["subject"][0]
    one = call("POST", "macros", {**TEXT, "words": {"en": WORDS["en"]}})
    assert "words" in one.json()["errors"]
    assert call("DELETE", path).json()["id"] == kept["id"]
    assert call("DELETE", path).status_code == 404
    assert not Macro.objects.exists()


def test_a_shopper_is_written_to_once_a_key_and_waited_for(
    call: Call, case: Return, drain: Drain, today: Any
) -> None:
    path = f"returns/{case.public_id}"
    macro = call("POST", "macros", TEXT).json()["id"]
    today.shift(timedelta(hours=1))
    for _again in range(2):
        answer = call("POST", f"{path}/write", {"macro_id": macro}, **{"idempotency-key": "w-1"})
        assert answer.status_code == 200
    drain()
    letter = Message.objects.get(kind="order.letter")
    assert letter.subject == f"{case.number} について"
    assert fresh(case).waiting_since == NOW + timedelta(hours=1)
    assert call("POST", f"{path}/answered", {}).status_code == 200
    assert fresh(case).waiting_since is None
    own = {"subject": "Hello", "text": "Words of our own."}
    assert call("POST", f"{path}/write", own).status_code == 200
    drain()
    assert Message.objects.filter(kind="order.letter").count() == 2
    assert fresh(case).waiting_since is None
    nothing = call("POST", f"{path}/write", {"subject": "Hello"})
    assert set(nothing.json()["errors"]) == {"text"}
    strange = call("POST", f"{path}/write", {"macro_id": "mac_strange"})
    assert set(strange.json()["errors"]) == {"macro_id"}


def test_a_label_is_downloaded_and_not_logged(call: Call, bought: Order) -> None:
    offer(ReturnMethod.LABEL)
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    drawn = BytesIO()
    Image.new("RGB", (60, 60), "white").save(drawn, "PNG")
    upload_label(
        return_id=case.public_id,
        file=PaperFile(content_type="image/png", body=drawn.getvalue()),
        kind=LabelFileKind.LABEL,
        tracking_number="",
        carrier="",
        at=NOW,
        actor=STAFF,
    )
    [parcel] = call("GET", f"returns/{case.public_id}/labels").json()["data"]
    assert parcel["files"] == ["label"]
    path = f"return-labels/{parcel['id']}/files"
    paper = call("GET", f"{path}/label", accept="application/pdf, image/png")
    assert (paper.status_code, paper["Content-Type"]) == (200, "image/png")
    assert paper.content.startswith(b"\x89PNG")
    assert paper["Cache-Control"] == "private, no-store"
    logged = ApiRequest.objects.get(path__endswith="/files/label")
    assert not logged.answer
    assert call("GET", f"{path}/qr").status_code == 404
    assert call("GET", "return-labels/rpa_strange/files/label").status_code == 404


def test_the_page_of_a_payment_is_told_while_it_is_open() -> None:
    payment = ExchangePayment(url="https://pay.example.com/1", state="open")
    assert payment.pay_url == "https://pay.example.com/1"
    payment.state = "closed"
    assert payment.pay_url == ""


def test_a_return_says_that_a_second_person_is_waited_for(call: Call, case: Return) -> None:
    path = f"returns/{case.public_id}"
    assert call("GET", path).json()["second_look"] is None
    settings(hold_above=2499)
    resolve(case, NOW)
    look = call("GET", path).json()["second_look"]
    assert look["value"] == {"amount": "2500", "currency": "JPY"}
    assert look["asked_by"] == STAFF
    assert refused(call("POST", f"{path}/settle", {})) == (409, "second_person_needed")


def test_a_draft_is_changed_published_and_rolled_back(call: Call) -> None:
    draft = call("GET", "return-policy-draft").json()
    assert (draft["revision"], draft["is_changed"]) == ("v0", False)
    shadowed = [rule(name, {"all": []}, review=True).to_json() for name in ("first", "second")]
    body = {"revision": "v0", "rules": shadowed}
    changed = call("PUT", "return-policy-draft", body).json()
    assert changed["is_changed"]
    assert [one["id"] for one in changed["content"]["rules"]] == ["first", "second"]
    assert ("shadowed", "second") in [(one["code"], one["rule"]) for one in changed["findings"]]
    assert refused(call("PUT", "return-policy-draft", body)) == (409, "draft_moved_on")
    revision = {"revision": changed["revision"]}
    bad = {**revision, "rules": [{"id": "first"}]}
    assert refused(call("PUT", "return-policy-draft", bad)) == (422, "invalid_policy")
    dated = {**revision, "effective_from": "2026-12-01T00:00:00Z"}
    published = call("POST", "return-policy-draft/publish", dated)
    assert published.status_code == 201
    assert published.json()["effective_from"] == "2026-12-01T00:00:00Z"
    first = published.json()["version"]
    now = call("GET", "return-policy-draft").json()
    other = call("PUT", "return-policy-draft", {"revision": now["revision"], "rules": []}).json()
    late = {"revision": other["revision"]}
    content = DEFAULT_POLICY.to_json()
    assert call("POST", "return-policies", {"content": content}).status_code == 201
    assert call("GET", "return-policy-draft").json()["is_outdated"]
    assert refused(call("POST", "return-policy-draft/publish", late)) == (409, "draft_outdated")
    rebased = call("POST", "return-policy-draft/rebase", late).json()
    assert not rebased["is_outdated"]
    gone = call("POST", "return-policy-draft/discard", {"revision": rebased["revision"]}).json()
    assert not gone["is_changed"]
    back = call("POST", f"return-policies/{first}/roll-back", {})
    assert back.status_code == 201
    assert [one["id"] for one in back.json()["content"]["rules"]] == ["first", "second"]
    assert call("POST", "return-policies/999/roll-back", {}).status_code == 404


def test_a_draft_of_the_past_is_not_published(call: Call) -> None:
    assert call("POST", "return-policies", {"content": DEFAULT_POLICY.to_json()}).status_code == 201
    rules = [rule("first", {"all": []}, review=True).to_json()]
    draft = call("PUT", "return-policy-draft", {"revision": "v1", "rules": rules}).json()
    body = {"revision": draft["revision"], "effective_from": "2026-11-01T00:00:00Z"}
    answer = call("POST", "return-policy-draft/publish", body)
    assert refused(answer) == (422, "invalid_policy")
    assert call("GET", "return-policy-draft").json()["revision"] == draft["revision"]


YEN = {"amount": "5000", "currency": "JPY"}


@pytest.mark.parametrize(
    ("page", "changes", "wrong"),
    [
        ("desk", {"decide_hours": 8, "closes": 17}, {"opens": 17, "closes": 9}),
        (
            "receiving",
            {"hold_above": YEN, "matrix": {"Shoes": {"a": "restock"}}, "without_answer": "donate"},
            {"hold_above": {"amount": "50.00", "currency": "USD"}},
        ),
        ("receiving", {"blind_count": True}, {"matrix": {"": {"z": "restock"}}}),
        ("exchanges", {"instant": True, "instant_cap": YEN}, {"return_days": 2}),
        ("cancellation", {"minutes": None, "review": True}, {"minutes": -1}),
        (
            "credit-notes",
            {"name": "Komorebi KK", "registration_number": "T1180301018771", "prefix": "KR-"},
            {"registration_number": "T1180301018772"},
        ),
        (
            "sending-back",
            {"methods": ["own"], "words": {"own": {"en": "Any carrier."}}, "weight": 700},
            {"words": {"pigeon": {"en": "By air"}}},
        ),
    ],
)
def test_settings_are_read_and_set_whole(
    call: Call, page: str, changes: dict[str, Any], wrong: dict[str, Any]
) -> None:
    path = f"settings/{page}"
    usual = call("GET", path).json()
    whole = {**usual, **changes}
    assert whole != usual
    answer = call("PUT", path, whole)
    assert (answer.status_code, answer.json()) == (200, whole)
    assert call("GET", path).json() == whole
    assert call("PUT", path, {**whole, **wrong}).status_code == 422
    assert call("PUT", path, changes | {"typo": 1}).status_code == 422
    assert call("GET", path).json() == whole
