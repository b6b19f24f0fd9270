"""Photos on the way of a shopper, on the desk, and over REST."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commerce.enums import Scope
from commerce.models import ApiRequest, Merchant, Order, User
from commerce.services.keys import create_key
from returns.enums import ReturnState
from returns.models import EvidenceFile, PolicyVersion, Return
from returns.services.evidence import add_evidence, ask_for_evidence
from tests.returns.conftest import STAFF, ask, fresh, line_ids, mug_facts, sent_order
from tests.returns.photos import picture
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_evidence import keep
from tests.returns.test_site import chosen, hidden, path, words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PROOF = rule("proof", asks("fault", "is", "merchant"), evidence=1, fees={"waive": True})


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shopper(bought: Order) -> Client:
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


@pytest.fixture
def strict(publish: Callable[..., PolicyVersion]) -> None:
    publish(rules=(PROOF,), review=False)


def photo(name: str = "crack.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture(), "image/jpeg")


def test_a_photo_goes_with_the_first_screen(
    shopper: Client, bought: Order, scope: Merchant, strict: None
) -> None:
    start = shopper.get(path(bought, scope))
    assert "1 photo is needed for: Not as described, Defective, Wrong item received." in words(
        start
    )
    assert 'enctype="multipart/form-data"' in start.content.decode()
    line = line_ids(bought)[0]
    choice = chosen(bought, (0, 1, "defective"))
    sent = shopper.post(
        path(bought, scope, "photos/"),
        {**choice, f"p_{line}": [photo(), photo("b.jpg", picture("red"))]},
    )
    assert sent.status_code == 302
    assert sent.headers["Location"].endswith(f"outcome/?lang=en&q_{line}=1&r_{line}=defective")
    assert EvidenceFile.objects.filter(case=None).count() == 2
    check = shopper.get(path(bought, scope, "check/"), {**choice, "outcome": "refund"})
    assert "Photos are still missing." not in words(check)
    answer = shopper.post(
        f"{path(bought, scope, 'check/')}?{check.request['QUERY_STRING']}",
        {"payout": hidden(check, "payout"), "key": hidden(check, "key")},
    )
    case = Return.objects.get()
    assert case.state == ReturnState.APPROVED
    assert case.evidence.count() == 2
    status = shopper.get(answer.headers["Location"])
    assert "Your photos" in words(status)
    [first, _second] = re.findall(r'src="([^"]+/photos/[^"]+)"', status.content.decode())
    shown = shopper.get(first)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, no-store"


def test_without_a_photo_the_page_says_so_and_goes_on(
    shopper: Client, bought: Order, scope: Merchant, strict: None
) -> None:
    choice = {**chosen(bought, (0, 1, "defective")), "outcome": "refund"}
    check = shopper.get(path(bought, scope, "check/"), choice)
    assert "Photos are still missing." in words(check)
    answer = shopper.post(
        f"{path(bought, scope, 'check/')}?{check.request['QUERY_STRING']}",
        {"payout": hidden(check, "payout"), "key": hidden(check, "key")},
    )
    status = shopper.get(answer.headers["Location"])
    assert "We need photos from you" in words(status)
    case = Return.objects.get()
    empty = shopper.post(path(bought, scope, f"{case.public_id}/photos/"), {"note": "Hi"})
    assert empty.status_code == 422
    assert "Choose at least one photo." in words(empty)
    sent = shopper.post(
        path(bought, scope, f"{case.public_id}/photos/"), {"photos": [photo()], "note": "Hi"}
    )
    assert sent.status_code == 302
    assert "We are looking at your request" in words(shopper.get(sent.headers["Location"]))
    assert fresh(case).evidence_wanted is False


def test_a_photo_is_removed_and_the_choices_stay(
    shopper: Client, bought: Order, scope: Merchant, strict: None
) -> None:
    line = line_ids(bought)[0]
    choice = chosen(bought, (0, 2, "defective"))
    shopper.post(path(bought, scope, "photos/"), {**choice, f"p_{line}": [photo()]})
    [kept] = EvidenceFile.objects.all()
    page = shopper.post(path(bought, scope, "photos/"), {**choice, "remove": kept.public_id})
    assert page.status_code == 200
    assert '<option value="2" selected>' in page.content.decode()
    assert not EvidenceFile.objects.exists()


def test_what_cannot_be_read_is_said_and_the_rest_is_kept(
    shopper: Client, bought: Order, scope: Merchant, strict: None
) -> None:
    line = line_ids(bought)[0]
    page = shopper.post(
        path(bought, scope, "photos/"),
        {
            **chosen(bought, (0, 1, "defective")),
            f"p_{line}": [photo(), photo("a.pdf", b"%PDF-1.7")],
        },
    )
    assert page.status_code == 422
    assert "Use a JPEG, PNG or WebP photo of at most 12 MB." in words(page)
    assert EvidenceFile.objects.count() == 1
    assert "A photo you added" in page.content.decode()


def test_a_photo_opens_with_its_own_order_alone(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    other = sent_order(scope, mug_facts(external_id="other"))
    shopper.post(path(bought, scope, "photos/"))
    mine = keep(bought)
    assert shopper.get(path(bought, scope, f"photos/{mine.public_id}/")).status_code == 200
    assert shopper.get(path(other, scope, f"photos/{mine.public_id}/")).status_code == 404


def test_staff_look_and_ask(bought: Order, scope: Merchant, owner: User) -> None:
    keep(bought)
    case = ask(bought, NOW, (0, 1, "defective"))
    staff = Client()
    staff.force_login(owner)
    desk = f"/d/{scope.slug}/returns/{case.public_id}/"
    page = staff.get(desk)
    assert "The camera says 2026-11-21 09:30" in words(page)
    [small] = set(re.findall(r'src="([^"]+size=small)"', page.content.decode()))
    assert staff.get(small).headers["Content-Type"] == "image/jpeg"
    whole = staff.get(small.partition("?")[0])
    assert whole.headers["Cache-Control"] == "private, max-age=3600"
    assert Client().get(small).status_code == 302
    unclear = staff.post(f"{desk}ask-for-photos/", {"text": ""})
    assert unclear.status_code == 422
    staff.post(f"{desk}ask-for-photos/", {"text": "The label, please."})
    assert (fresh(case).evidence_text, fresh(case).evidence_wanted) == ("The label, please.", True)
    assert "The label, please." in words(staff.get(desk))


def test_a_shopper_reads_what_staff_want_to_see(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    case = ask(bought, NOW, (0, 1, "defective"))
    ask_for_evidence(return_id=case.public_id, text="The label, please.", at=NOW, actor=STAFF)
    page = words(shopper.get(path(bought, scope, f"{case.public_id}/")))
    assert "We need photos from you" in page
    assert "The label, please." in page


@pytest.fixture
def api(scope: Merchant, owner: User) -> Client:
    """A program with a key that may do everything."""
    secret = create_key(merchant=scope, name="ERP", scopes=list(Scope), by=owner, at=NOW).secret
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def test_photos_over_rest(api: Client, bought: Order, strict: None) -> None:
    line = line_ids(bought)[0]
    url = f"/api/v1/orders/{bought.external_id}/return-evidence"
    body = {"file": photo(), "line_id": line}
    first = api.post(url, body, headers={"idempotency-key": "k1"})
    assert first.status_code == 201, first.content
    assert first.json()["taken_at"] == "2026-11-21T09:30:00"
    again = api.post(url, {"file": photo(), "line_id": line}, headers={"idempotency-key": "k1"})
    assert again.json() == first.json()
    other = api.post(
        url,
        {"file": photo("crack.jpg", picture("red")), "line_id": line},
        headers={"idempotency-key": "k1"},
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    bad = api.post(url, {"file": photo("a.pdf", b"%PDF"), "line_id": line})
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_photo")
    case = ask(bought, NOW, (0, 1, "defective"))
    listed = api.get(f"/api/v1/returns/{case.public_id}/evidence").json()["data"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    assert not ApiRequest.objects.filter(request_body__contains="JFIF").exists()


def test_asking_and_answering_over_rest(api: Client, bought: Order) -> None:
    case = ask(bought, NOW, (0, 1, "defective"))
    asked = api.post(
        f"/api/v1/returns/{case.public_id}/evidence-requests",
        {"text": "The label"},
        content_type="application/json",
    )
    assert asked.json()["photos_wanted"] is True
    sent = api.post(f"/api/v1/returns/{case.public_id}/evidence", {"file": photo()})
    assert sent.status_code == 201
    assert api.get(f"/api/v1/returns/{case.public_id}").json()["photos_wanted"] is False


def test_programs_download_a_photo_with_the_right_key_alone(
    api: Client, bought: Order, scope: Merchant, owner: User
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    add_evidence(return_id=case.public_id, uploads=[picture()], at=NOW, actor="shopper")
    [told] = api.get(f"/api/v1/returns/{case.public_id}/evidence").json()["data"]
    where = f"/api/v1/returns/{case.public_id}/evidence/{told['id']}"
    answer = api.get(where, headers={"accept": "image/jpeg"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert "no-store" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (told["width"], told["height"]))
        assert not shown.getexif()
    with Image.open(io.BytesIO(api.get(f"{where}?size=small").content)) as small:
        assert max(small.size) == 240
    wrong = api.get(f"{where}?size=huge")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_size")
    other = ask(bought, NOW, (1, 1, "too_small"))
    assert api.get(where.replace(case.public_id, other.public_id)).status_code == 404
    logged = ApiRequest.objects.filter(path=where, status=200).latest("id")
    assert logged.answer == ""
    secret = create_key(
        merchant=scope, name="orders", scopes=[Scope.READ_ORDERS], by=owner, at=NOW
    ).secret
    assert Client(headers={"authorization": f"Bearer {secret}"}).get(where).status_code == 403
    assert Client().get(where).status_code == 401
