"""Goodwill, chargebacks and credit notes as staff, shoppers and programs meet them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from commerce import links
from commerce.models import Merchant, Order, User
from commerce.ports import DisputeFacts
from commerce.services.disputes import take_in_dispute
from returns import services
from returns.enums import RefundState
from returns.models import CreditNote, CreditNoteIssuer, PolicyVersion, Refund, Return, Settlement
from returns.serializers.credit_note_pdf import credit_note_pdf
from returns.serializers.credit_notes import note_token, rate_words
from tests.returns.conftest import STAFF, ask, line_ids, resolve


@pytest.fixture
def desk(client: Client, owner: User, merchant: Merchant) -> Client:
    """The owner at the desk."""
    client.force_login(owner)
    return client


@pytest.fixture
def refunded(bought: Order, publish: Callable[..., PolicyVersion], at: datetime) -> Return:
    """A return of one mug that was refunded."""
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    return case


def test_staff_give_goodwill_for_a_unit(desk: Client, merchant: Merchant, bought: Order) -> None:
    url = f"/d/{merchant.slug}/orders/{bought.public_id}/goodwill/"
    assert desk.get(url).status_code == 200
    [mug, _towel] = line_ids(bought)
    told = {"amount": "￥５００", "outcome": "refund", "note": "欠け", "key": "gdw_12345678"}
    answer = desk.post(url, {**told, f"q_{mug}": "1"})
    assert answer.status_code == 302
    desk.post(url, {**told, f"q_{mug}": "1"})
    settlement = Settlement.objects.get()
    assert (settlement.total, settlement.note) == (500, "欠け")
    assert settlement.goodwill.get().quantity == 1
    page = desk.get(f"/d/{merchant.slug}/orders/{bought.public_id}/").content.decode()
    assert "欠け" in page
    assert settlement.credit_note.code in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"amount": "7501"}, "amount"), ({"amount": "0"}, "amount"), ({"amount": "x"}, "amount")],
)
def test_a_wrong_amount_of_goodwill_is_said_at_its_field(
    desk: Client, merchant: Merchant, bought: Order, changes: dict[str, str], field: str
) -> None:
    url = f"/d/{merchant.slug}/orders/{bought.public_id}/goodwill/"
    told = {"amount": "1", "outcome": "refund", "note": "n", "key": "gdw_12345678"}
    answer = desk.post(url, {**told, **changes})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Settlement.objects.exists()


def dispute(order: Order, at: datetime) -> None:
    take_in_dispute(
        DisputeFacts(external_id="d1", state="open", opened_at=at), order_id=order.public_id, at=at
    )


def test_staff_are_told_of_a_chargeback_and_may_pay_with_a_word(
    desk: Client, merchant: Merchant, bought: Order, at: datetime
) -> None:
    dispute(bought, at)
    page = desk.get(f"/d/{merchant.slug}/orders/{bought.public_id}/").content.decode()
    assert "There is a chargeback about this order" in page
    url = f"/d/{merchant.slug}/orders/{bought.public_id}/goodwill/"
    told = {"amount": "1", "outcome": "refund", "note": "n", "key": "gdw_12345678"}
    assert "despite" in desk.post(url, told).context["form"].errors
    assert desk.post(url, {**told, "despite": "won at the bank"}).status_code == 302


def test_trying_again_during_a_chargeback_asks_why(
    desk: Client, merchant: Merchant, bought: Order, at: datetime
) -> None:
    services.refund_shipping(order_id=bought.public_id, key="k", at=at, actor=STAFF)
    Refund.objects.update(state=RefundState.FAILED)
    dispute(bought, at)
    refund = Refund.objects.get()
    url = f"/d/{merchant.slug}/refunds/{refund.public_id}/retry/"
    asked = desk.post(url)
    assert asked.status_code == 422
    assert "Why to pay despite the chargeback" in asked.content.decode()
    assert desk.post(url, {"despite": " "}).status_code == 422
    assert Refund.objects.get().state == RefundState.FAILED
    assert desk.post(url, {"despite": "The bank agreed"}).status_code == 302
    assert Refund.objects.get().state == RefundState.PENDING


def test_settling_during_a_chargeback_asks_why(
    desk: Client,
    merchant: Merchant,
    bought: Order,
    publish: Callable[..., PolicyVersion],
    at: datetime,
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    dispute(bought, at)
    page = f"/d/{merchant.slug}/returns/{case.public_id}/"
    assert "Why to pay despite the chargeback" in desk.get(page).content.decode()
    told = {"shown": "2500", "key": "set_12345678"}
    answer = desk.post(f"{page}settle/", told)
    assert answer.status_code == 422
    assert not Settlement.objects.exists()
    assert desk.post(f"{page}settle/", {**told, "despite": "agreed"}).status_code == 302
    assert Settlement.objects.get().note == "agreed"


def test_credit_notes_of_a_period_with_totals_and_a_file(
    desk: Client, merchant: Merchant, refunded: Return
) -> None:
    note = CreditNote.objects.get()
    url = f"/d/{merchant.slug}/credit-notes/"
    page = desk.get(url)
    assert note.code in page.content.decode()
    assert [one["rate"] for one in page.context["sums"]] == ["0%"]
    assert not desk.get(url, {"last": "2020-01-01"}).context["rows"]
    assert desk.get(url, {"first": "nonsense"}).status_code == 200
    lines = b"".join(desk.get(url, {"export": "csv"}).streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert note.code in lines[1]
    assert "2500" in lines[1]


def test_the_paper_is_a_pdf_in_both_languages_with_its_font(
    desk: Client, merchant: Merchant, refunded: Return
) -> None:
    note = CreditNote.objects.get()
    answer = desk.get(f"/d/{merchant.slug}/credit-notes/{note.public_id}/")
    assert answer["Content-Type"] == "application/pdf"
    for locale in ("en", "ja"):
        paper = credit_note_pdf(note, locale=locale)
        assert paper.startswith(b"%PDF-")
        assert b"IPAexGothic" in paper
        assert b"/FontFile2" in paper
        assert paper == credit_note_pdf(note, locale=locale)


def test_the_shopper_downloads_it_from_the_return(
    client: Client, merchant: Merchant, refunded: Return
) -> None:
    note = CreditNote.objects.get()
    token = links.order_token(refunded.order.public_id)
    page = client.get(f"/s/{merchant.slug}/r/{token}/{refunded.public_id}/").content.decode()
    address = f"/s/{merchant.slug}/credit-notes/{note_token(note)}/"
    assert address in page
    paper = client.get(address, {"lang": "ja"})
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Cache-Control"] == "private, no-store"
    assert client.get(f"/s/{merchant.slug}/credit-notes/x{note_token(note)}/").status_code == 404


def test_who_notes_are_from_is_said_in_the_settings(
    desk: Client, merchant: Merchant, scope: Merchant
) -> None:
    url = f"/d/{merchant.slug}/settings/credit-notes/"
    assert desk.get(url).status_code == 200
    wrong = desk.post(url, {"registration_number": "T1180301018772"})
    assert wrong.status_code == 422
    told = {"name": "みほん", "address": "東京", "registration_number": " t1180301018771 "}
    assert desk.post(url, told).status_code == 302
    assert desk.post(url, {**told, "prefix": "KR-"}).status_code == 302
    issuer = CreditNoteIssuer.objects.get()
    assert (issuer.registration_number, issuer.prefix) == ("T1180301018771", "KR-")


def test_rates_are_written_as_people_write_them() -> None:
    assert [rate_words(rate) for rate in (100_000, 88_750, 0, None)] == ["10%", "8.875%", "0%", "–"]
