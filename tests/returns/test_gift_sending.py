"""The way of a gift back, on its recipient's own pages: no price, no buyer, everything else."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commerce import links
from commerce.models import Customer, Merchant, Order, StoreCreditAccount, User
from commerce.selectors.people import person_of
from notifications.models import Message
from notifications.services import personal as messages
from returns.enums import Outcome, ReturnMethod, ReturnState
from returns.enums.receiving import RefusedState
from returns.models import (
    EvidenceFile,
    PolicyVersion,
    Refund,
    RefusedUnits,
    Return,
    ReturnParcel,
)
from returns.rules.states import UNDO_TIME
from returns.selectors.gifts import recipient_token
from returns.services import personal
from returns.services.evidence import keep_evidence
from returns.services.refused import offer_part_refund
from tests.returns.conftest import STAFF, arrive, fresh, grade, line_ids
from tests.returns.labels import FakeLabels, offer
from tests.returns.photos import picture
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_gift_pages import HOME, at_gift, own
from tests.returns.test_gifts import TERMS, code_for, give_back
from tests.returns.test_journey import variant_id
from tests.returns.test_site import hidden, path, words
from tests.shops import drain_all

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
Publish = Callable[..., PolicyVersion]


@pytest.fixture(autouse=True)
def today() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def recipient() -> Client:
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def plain(publish: Publish) -> None:
    publish(outcomes=TERMS, review=False)


@pytest.fixture
def seller(scope: Merchant) -> Iterator[FakeLabels]:
    with FakeLabels() as seller:
        yield seller


def asked_on(page: Any, order: Order, **more: str) -> dict[str, str]:
    line = line_ids(order)[0]
    return {
        f"q_{line}": "1",
        f"r_{line}": "too_small",
        "outcome": "store_credit",
        "name": "Hana",
        "email": "hana@example.com",
        "key": hidden(page, "key"),
        **HOME,
        **more,
    }


def tells_no_price(page: Any, order: Order) -> None:
    shown = page.content.decode()
    assert not re.search(r"[¥￥]|2,500|\\bJPY\\b", words(page))
    assert order.email not in shown
    assert links.order_token(order.public_id) not in shown


def approval(today: Any) -> str:
    """The message that an approval brings, once nobody can take that back."""
    today.shift(UNDO_TIME)
    drain_all()
    text: str = Message.objects.get(kind="gift.approved").text
    return text


def test_another_one_goes_to_the_address_of_who_was_given_it(
    recipient: Client, bought: Order, scope: Merchant, plain: None
) -> None:
    gift = code_for(bought, 1)
    page = recipient.get(at_gift(scope, gift))
    line = line_ids(bought)[0]
    other = {"outcome": "exchange", f"v_{line}": variant_id(bought, "青")}
    asked = asked_on(page, bought, **other)
    missing = recipient.post(at_gift(scope, gift), {**asked, "address1": "", "postcode": ""})
    assert missing.status_code == 422
    assert words(missing).count("This field is required.") >= 2
    assert not Return.objects.exists()
    sent = recipient.post(at_gift(scope, gift), asked)
    case = Return.objects.get()
    assert case.recipient_address["name"] == "Hana"
    status = recipient.get(sent.headers["Location"])
    assert "練馬区北町4-5-6" in words(status)
    tells_no_price(status, bought)


def test_a_way_is_chosen_and_its_label_names_who_sends_it(
    recipient: Client,
    bought: Order,
    scope: Merchant,
    plain: None,
    seller: FakeLabels,
    today: Any,
) -> None:
    offer(ReturnMethod.OWN, ReturnMethod.LABEL)
    gift = code_for(bought, 1)
    page = recipient.get(at_gift(scope, gift))
    assert "Print a label" in words(page)
    sent = recipient.post(at_gift(scope, gift), asked_on(page, bought, method="label"))
    drain_all()
    case = Return.objects.get()
    assert (case.method, case.state) == ("label", ReturnState.APPROVED)
    (request,) = seller.asked
    assert (request.sender.name, request.sender.address1) == ("Hana", "北町4-5-6")
    parcel = ReturnParcel.objects.get()
    shown = recipient.get(sent.headers["Location"])
    label = own(case, scope, f"label/{parcel.public_id}/label/")
    assert label in shown.content.decode()
    assert parcel.tracking_number in words(shown)
    tells_no_price(shown, bought)
    assert recipient.get(label)["Content-Type"] == "application/pdf"
    buyers = path(bought, scope, f"{case.public_id}/label/{parcel.public_id}/label/")
    assert recipient.get(buyers).status_code == 404
    told = approval(today)
    assert own(case, scope) in told
    assert "Get your label" in told


def test_a_shop_with_return_addresses_alone_says_where_to_send_it(
    recipient: Client, bought: Order, scope: Merchant, plain: None, today: Any
) -> None:
    offer(ReturnMethod.OWN)
    case = give_back(code_for(bought, 1), locale="en")
    drain_all()
    shown = recipient.get(own(case, scope))
    assert "Shijo 1" in words(shown)
    slip = recipient.get(own(case, scope, "slip/"))
    assert slip["Content-Type"] == "application/pdf"
    assert "Shijo 1" in approval(today)
    recipient.post(own(case, scope, "sent/"), {"tracking_number": "9999"})
    assert fresh(case).state == ReturnState.IN_TRANSIT
    assert "9999" in words(recipient.get(own(case, scope)))


def test_a_rule_sends_a_gift_elsewhere(
    recipient: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    offer(ReturnMethod.OWN)
    place = {"name": "Atelier", "address": ["Atelier", "Nara 5"]}
    publish(
        outcomes=TERMS,
        review=False,
        rules=(rule("there", asks("price", "at_least", {"JPY": 1}), destination=place),),
    )
    case = give_back(code_for(bought, 1))
    shown = words(recipient.get(own(case, scope)))
    assert "Nara 5" in shown
    assert "Shijo 1" not in shown


def test_photos_are_asked_for_and_sent(
    recipient: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    proof = rule("proof", asks("fault", "is", "merchant"), evidence=1)
    publish(outcomes=TERMS, rules=(proof,), review=False)
    line = line_ids(bought)[0]
    keep_evidence(
        order_id=bought.public_id, line_id=line, upload=picture("red"), at=NOW, actor="shopper"
    )
    gift = code_for(bought, 1)
    page = recipient.get(at_gift(scope, gift))
    assert "You can add them on the next page." in words(page)
    broken = {**asked_on(page, bought), f"r_{line}": "defective"}
    sent = recipient.post(at_gift(scope, gift), broken)
    case = Return.objects.get()
    drain_all()
    status = recipient.get(sent.headers["Location"])
    assert "We need photos from you" in words(status)
    assert not EvidenceFile.objects.filter(case=case), "The buyer's photo stays the buyer's."
    assert own(case, scope) in Message.objects.get(kind="gift.photos_wanted").text
    photo = SimpleUploadedFile("crack.jpg", picture(), "image/jpeg")
    recipient.post(own(case, scope, "photos/"), {"photos": [photo], "note": "A crack."})
    kept = EvidenceFile.objects.get(case=case)
    shown = f"/s/{scope.slug}/r/{recipient_token(case)}/photos/{kept.public_id}/"
    assert shown in recipient.get(own(case, scope)).content.decode()
    assert recipient.get(shown).status_code == 200
    assert recipient.get(path(bought, scope, f"photos/{kept.public_id}/")).status_code == 404
    waiting = EvidenceFile.objects.get(case=None)
    assert recipient.get(shown.replace(kept.public_id, waiting.public_id)).status_code == 404


def test_refused_units_are_decided_by_the_recipient_without_a_sum(
    recipient: Client, bought: Order, scope: Merchant, plain: None
) -> None:
    case = give_back(
        code_for(bought, 1), outcome=Outcome.EXCHANGE, variant=variant_id(bought, "青"), locale="en"
    )
    arrive(case, NOW)
    grade(case, NOW, refused=1)
    refused = RefusedUnits.objects.get()
    offer_part_refund(refused_id=refused.public_id, amount=1200, at=NOW, actor=STAFF)
    drain_all()
    mail = Message.objects.filter(kind="gift.units_refused").latest("id")
    assert own(case, scope, "refused/") in mail.text
    assert "1,200" not in mail.text
    assert "could not be accepted" in words(recipient.get(own(case, scope)))
    page = recipient.get(own(case, scope, "refused/"))
    assert "We keep it, and you get store credit for a part." in words(page)
    assert "1200" not in page.content.decode()
    tells_no_price(page, bought)
    chosen = {"refused": refused.public_id, "choice": "part_refund"}
    assert recipient.post(own(case, scope, "refused/"), chosen).status_code == 302
    refused.refresh_from_db()
    assert refused.state == RefusedState.PART_REFUNDED
    assert StoreCreditAccount.objects.get().balance == 1200
    assert not Refund.objects.exists(), "What a gift was paid with is its buyer's."
    assert not Message.objects.filter(kind__startswith="return.")


def test_staff_read_where_to_send_it(
    bought: Order, scope: Merchant, plain: None, owner: User
) -> None:
    case = give_back(code_for(bought, 1))
    staff = Client(headers={"accept-language": "en"})
    staff.force_login(owner)
    shown = words(staff.get(f"/d/{scope.slug}/returns/{case.public_id}/"))
    assert "Given to hana@example.com Hana" in shown
    assert "練馬区北町4-5-6" in shown


def test_neither_reads_of_the_other_in_what_is_kept_of_them(
    bought: Order, scope: Merchant, plain: None
) -> None:
    case = give_back(code_for(bought, 1))
    drain_all()
    assert bought.customer is not None
    buyer = person_of(bought.customer)
    hana = person_of(Customer.objects.get(email="hana@example.com"))
    assert not personal.export(buyer)
    assert "hana@example.com" not in str(messages.export(buyer))
    (told,) = personal.export(hana)
    assert (told["address"]["city"], told["sums"]) == ("練馬区", [])
    assert [one["kind"] for one in messages.export(hana)] == ["gift.approved"]
    personal.erase(hana, NOW)
    assert fresh(case).recipient_address == {}
