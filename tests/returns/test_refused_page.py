"""The shopper reads why an item was not accepted, sees it, and chooses (R-35)."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from PIL import Image

from commerce import links
from commerce.models import Merchant, Order
from notifications.models import Message
from returns import services
from returns.enums import Grade, ReturnState
from returns.enums.receiving import RefusedChoice, RefusedState
from returns.models import PolicyVersion, RefusedUnits, Return, Settlement
from returns.selectors import list_lines_of
from returns.services.photos import keep_photo
from returns.services.refused import answer_refused, offer_part_refund
from returns.tasks import answer_refused_units, remind_of_fees
from tests.returns.conftest import STAFF, ask, fresh
from tests.returns.payment_takers import Taker
from tests.returns.test_desk import NOW, words
from tests.returns.test_refused import one_of_two, pay, settings
from tests.returns.test_refused_fees import taker

Publish = Callable[..., PolicyVersion]
__all__ = ("taker",)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "#884422").save(written, "PNG")
    return written.getvalue()


def page_of(case: Return, end: str = "refused/", lang: str = "en") -> str:
    token = links.order_token(case.order.public_id)
    return f"/s/komorebi/r/{token}/{case.public_id}/{end}?lang={lang}"


def test_r35_the_shopper_is_told_sees_it_and_chooses(
    bought: Order, publish: Publish, client: Client, drain: Callable[[], None]
) -> None:
    publish(postage={"JPY": 990})
    photo = keep_photo(picture(), at=NOW, actor=STAFF)
    case = one_of_two(bought, NOW, note="袖に汚れ", photo=photo.public_id, offer=1200)
    pay(case, NOW)
    drain()
    mail = Message.objects.get(kind="return.units_refused")
    assert "お受けできない" in mail.subject
    for told in ("袖に汚れ", "¥990", "¥1,200"):
        assert told in mail.text
    address = re.search(r"https?://[^/\s]+(/s/komorebi/r/\S+/refused/)", mail.text)
    assert address is not None
    page = client.get(address[1], headers={"accept-language": "en"})
    assert address[1] in page_of(case)
    shown = words(page)
    for told in ("It arrived worn or damaged.", "袖に汚れ", "¥990 to pay", "¥1,200"):
        assert told in shown
    source = re.search(r'<img src="([^"]+)"', page.content.decode())
    assert source is not None
    image = client.get(source[1])
    assert image["Content-Type"] == "image/jpeg"
    assert "Please tell us what to do" in words(client.get(page_of(case, "")))
    refused = RefusedUnits.objects.get()
    form = {"refused": refused.public_id, "choice": "part_refund", "shown_part_refund": "1200"}
    after = client.post(page_of(case), form, follow=True)
    assert "You took the partial refund." in words(after)
    assert Settlement.objects.latest("id").total == 1200
    again = client.post(page_of(case), {**form, "choice": "donate", "shown_donate": "0"})
    assert again.status_code == 409


def test_what_will_not_be_paid_is_not_promised(bought: Order, client: Client) -> None:
    case = one_of_two(bought, NOW)
    waits = words(client.get(page_of(case, "")))
    assert "Next: your choice By Sat 5 Dec" in waits
    assert "What could not be accepted is not paid for." in waits
    assert "Shown at the request ¥5,000" in waits
    assert "You get back" not in waits
    pay(case, NOW)
    paid = words(client.get(page_of(case, "")))
    assert "You get back ¥2,500" in paid
    assert "What could not be accepted is not paid for." not in paid


def test_r35_the_page_works_in_japanese_and_asks_for_a_choice(
    bought: Order, client: Client
) -> None:
    case = one_of_two(bought, NOW)
    page = client.get(page_of(case, lang="ja"))
    assert '<html lang="ja"' in page.content.decode()
    refused = RefusedUnits.objects.get()
    empty = client.post(page_of(case), {"refused": refused.public_id})
    assert empty.status_code == 422
    assert "Choose one of these." in words(empty)
    changed = {"refused": refused.public_id, "choice": "send_back", "shown_send_back": "1"}
    assert client.post(page_of(case), changed).status_code == 409


def test_nobody_else_sees_or_decides(
    bought: Order, client: Client, scope: Merchant, other_merchant: Merchant
) -> None:
    photo = keep_photo(picture(), at=NOW, actor=STAFF)
    case = one_of_two(bought, NOW, photo=photo.public_id)
    refused = RefusedUnits.objects.get()
    other = ask(bought, NOW, (1, 1, "too_small"))
    mine = page_of(case, f"refused/{photo.public_id}/")
    assert client.get(mine).status_code == 200
    for path in (
        page_of(other, f"refused/{photo.public_id}/"),
        mine.replace("komorebi", other_merchant.slug),
        page_of(case).replace("komorebi", other_merchant.slug),
    ):
        assert client.get(path).status_code == 404, path
    stranger = {"refused": refused.public_id, "choice": "donate"}
    assert client.post(page_of(other), stranger).status_code == 404
    assert RefusedUnits.objects.get().state == RefusedState.ASKED


def test_a_better_offer_is_told_anew_and_the_old_one_is_not(
    bought: Order, drain: Callable[[], None]
) -> None:
    one_of_two(bought, NOW)
    refused = RefusedUnits.objects.get().public_id
    offer_part_refund(refused_id=refused, amount=500, at=NOW, actor=STAFF)
    drain()
    told = Message.objects.filter(kind="return.units_refused").order_by("id")
    assert [one.state for one in told] == ["refused", "sent"]
    assert "¥500" in told[1].text


def test_r35_after_fourteen_days_the_task_decides(
    bought: Order, today: Any, at: datetime, publish: Publish
) -> None:
    publish(postage={"JPY": 990})
    case = one_of_two(bought, NOW)
    pay(case, NOW)
    today.move_to(NOW + timedelta(days=14))
    assert answer_refused_units() == 0
    today.move_to(NOW + timedelta(days=15))
    assert answer_refused_units() == 1
    refused = RefusedUnits.objects.get()
    assert (refused.state, refused.choice) == (RefusedState.TO_SEND, RefusedChoice.SEND_BACK)
    assert fresh(case).state == ReturnState.RESOLVING
    assert answer_refused_units() == 0


def test_another_item_than_announced_is_named(bought: Order, client: Client) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    [line] = list_lines_of(case)
    variants = line.order_line.product.variants  # type: ignore[union-attr]
    services.check_in_return(
        return_id=case.public_id,
        counts={line.public_id: 1},
        findings=[
            services.Finding(
                line=line.public_id,
                grade=Grade.NEW,
                quantity=1,
                accepted=False,
                found=variants.get(title="青").public_id,
            )
        ],
        at=NOW,
        actor=STAFF,
    )
    assert "Another item arrived than the one announced: マグカップ 青." in words(
        client.get(page_of(case))
    )


def test_r35_the_fee_is_asked_for_by_mail_and_paid_from_the_page(
    bought: Order, publish: Publish, client: Client, drain: Callable[[], None], taker: Taker
) -> None:
    publish(postage={"JPY": 990})
    settings(without_answer=RefusedChoice.DONATE)
    case = one_of_two(bought, NOW, offer=1200)
    pay(case, NOW)
    refused = RefusedUnits.objects.get()
    wish = {"refused": refused.public_id, "choice": "send_back", "shown_send_back": "990"}
    shown = words(client.post(page_of(case), wish, follow=True))
    for told in ("The postage is ¥990.", "we give it to charity", "Pay ¥990", "changed your mind"):
        assert told in shown
    drain()
    mail = Message.objects.get(kind="return.refused_fee_due")
    assert "¥990" in mail.text
    assert "寄付させていただきます" in mail.text
    assert "Its postage is still to be paid" in words(client.get(page_of(case, "")))
    end = f"refused/{refused.public_id}/pay/"
    paying = client.post(page_of(case, end))
    [wanted] = taker.pages.values()
    assert paying["Refresh"] == f"0; url=https://pay.example/{wanted.key}"
    back = wanted.return_url.partition("testserver")[2]
    assert back == page_of(case) + "&paid=1"
    waits = client.get(back)
    assert "As soon as your payment is confirmed" in words(waits)
    assert waits["Refresh"] == f"2; url={page_of(case)}&paid=2"
    taker.pay_on_page(NOW)
    done = client.get(back)
    assert "We are sending it back to you." in words(done)
    assert "Refresh" not in done.headers
    # Nothing is due any more: the page itself is shown again.
    assert client.post(page_of(case, end))["Location"] == page_of(case)
    other = ask(bought, NOW, (1, 1, "too_small"))
    assert client.post(page_of(other, end)).status_code == 404


def test_r35_who_forgets_the_fee_is_reminded_by_mail(
    bought: Order, today: Any, publish: Publish, drain: Callable[[], None]
) -> None:
    publish(postage={"JPY": 990})
    one_of_two(bought, NOW)
    refused = RefusedUnits.objects.get()
    answer_refused(
        refused_id=refused.public_id, choice=RefusedChoice.SEND_BACK, at=NOW, actor="shopper"
    )
    drain()
    by = RefusedUnits.objects.get().pay_by
    assert by is not None
    assert remind_of_fees() == 0
    today.move_to(by - timedelta(hours=5))
    assert (remind_of_fees(), remind_of_fees()) == (1, 0)
    drain()
    assert "¥990" in Message.objects.get(kind="return.refused_fee_reminded").text
    today.move_to(by + timedelta(seconds=1))
    assert answer_refused_units() == 1
    assert RefusedUnits.objects.get().state == RefusedState.TO_SEND
