"""Receiving with a scanner and a keyboard alone: one field, no scripts."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from PIL import Image

from commerce.enums import Role
from commerce.models import Merchant, Order, OrderLine, User, Variant
from commerce.ports import Person
from commerce.services.merchants import add_member
from notifications.models import Message
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Grade, ReturnState
from returns.enums.receiving import (
    Disposition,
    RefusedChoice,
    RefusedState,
    RestockState,
    UnannouncedState,
)
from returns.errors import SamePerson, SecondPersonNeeded
from returns.models import (
    CountedUnit,
    Inspection,
    ReceivingPhoto,
    RefusedUnits,
    Restock,
    Return,
    SecondLook,
    UnannouncedGoods,
)
from returns.selectors import list_lines_of
from returns.services.photos import keep_photo
from returns.services.receiving import agree_as_second
from returns.services.receiving_personal import RECEIVING
from returns.services.refused import answer_refused
from tests.returns.conftest import STAFF, arrive, ask, fresh
from tests.returns.test_desk import NOW, hidden, words
from tests.returns.test_refused import one_of_two, settings

HOME = "/d/komorebi/receiving/"


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def staff(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


@pytest.fixture
def case(bought: Order) -> Return:
    """Two mugs and a towel, approved, on their way."""
    OrderLine.objects.filter(order=bought, position=0).update(sku="MUG-W")
    asked = ask(bought, NOW, (0, 2, "too_small"), (1, 1, "changed_mind"))
    services.approve_return(return_id=asked.public_id, at=NOW, actor=STAFF)
    return fresh(asked)


def table(case: Return) -> str:
    return f"/d/komorebi/returns/{case.public_id}/arrival/"


def type_in(staff: Client, case: Return, *lines: str, **more: str) -> Any:
    """Type line after line as the page comes back, each into the form that is shown then."""
    page = staff.get(table(case))
    for line in lines:
        form = {"code": line, **more}
        for name in ("held", "found", "check"):
            if f'name="{name}"' in page.content.decode():
                form[name] = hidden(page, name)
        page = staff.post(table(case), form, follow=True)
    return page


def picture() -> io.BytesIO:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "#884422").save(written, "PNG")
    written.seek(0)
    written.name = "box.png"
    return written


def test_every_code_of_a_parcel_leads_to_its_return(staff: Client, case: Return) -> None:
    services.mark_sent(
        return_id=case.public_id, tracking_number="398412345670", at=NOW, actor="shopper"
    )
    for code in (
        case.number,
        case.number.lower(),
        case.public_id,
        f"https://x.example/s/komorebi/r/t.k/{case.public_id}/",
        "3984-1234-5670",
        "]C1398412345670",
    ):
        found = staff.get(HOME, {"code": code})
        assert found["Location"] == table(case), code
    strange = staff.get(HOME, {"code": "TBA123"})
    assert strange.status_code == 404
    assert "No return matches “TBA123”." in words(strange)
    assert "autofocus" in staff.get(HOME).content.decode()


def test_one_parcel_with_units_of_two_returns(staff: Client, bought: Order, case: Return) -> None:
    Return.objects.filter(pk=case.pk).update(tracking_number="777")
    single = Return.objects.get(pk=case.pk)
    line = list_lines_of(single)[0]
    line.quantity = 1
    line.save()
    second = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=second.public_id, at=NOW, actor=STAFF)
    Return.objects.filter(pk=second.pk).update(tracking_number="777")
    both = words(staff.get(HOME, {"code": "777"}))
    assert "Several returns travel in this parcel" in both
    assert case.number in both
    assert second.number in both
    page = staff.get(table(case))
    assert f"Also of this order {second.number}" in words(page)
    assert "autofocus" in page.content.decode()
    jumped = staff.post(table(case), {"code": second.number})
    assert second.number in jumped["Location"]
    for one in (case, second):
        type_in(staff, one, "a", "ok")
        assert list_lines_of(one)[0].received == 1


def test_r35_counted_graded_and_finished_from_the_keyboard(
    staff: Client, case: Return, drain: Callable[[], None]
) -> None:
    page = type_in(staff, case, "a", "c", "/袖に汚れ", "=800", "ok")
    assert f"{case.number} is checked in." in words(page)
    mug, towel = list_lines_of(case)
    assert (mug.received, mug.accepted, mug.refused, towel.received) == (2, 1, 1, 0)
    refused = RefusedUnits.objects.get()
    assert (refused.offer, refused.inspection.note) == (800, "袖に汚れ")
    assert CountedUnit.objects.count() == 0
    assert [one.disposition for one in Inspection.objects.order_by("id")] == [
        Disposition.RESTOCK,
        Disposition.QUARANTINE,
    ]
    drain()
    assert Message.objects.filter(kind="return.units_refused").exists()


def test_the_last_step_is_undone_as_often_as_one_likes(staff: Client, case: Return) -> None:
    page = type_in(staff, case, "2a", "b", "u", "u")
    assert CountedUnit.objects.count() == 0
    assert "There is nothing to undo." in words(type_in(staff, case, "u"))
    assert "autofocus" in page.content.decode()
    type_in(staff, case, "a", "2", "b")
    counted = CountedUnit.objects.order_by("id")
    assert [one.line.position for one in counted if one.line] == [0, 1]
    type_in(staff, case, "u")
    assert CountedUnit.objects.get().line == list_lines_of(case)[0]


def test_the_next_item_comes_into_the_hand_by_itself_or_by_its_code(
    staff: Client, case: Return
) -> None:
    assert "In hand: タオル" in words(type_in(staff, case, "2a"))
    assert "In hand: マグカップ" in words(type_in(staff, case, "u"))
    assert "In hand: タオル" in words(type_in(staff, case, "2"))
    assert "In hand: マグカップ" in words(type_in(staff, case, "2", "mug-w"))
    assert "There is no item 7." in words(type_in(staff, case, "7"))
    strange = type_in(staff, case, "4901234567894")
    assert "“4901234567894” is no number or item known here." in words(strange)
    assert strange.status_code == 422


def test_a_scan_after_one_that_was_not_read_begins_in_an_empty_field(
    staff: Client, case: Return
) -> None:
    """A scanner types where the cursor is: what stood there before would become a part of it."""
    strange = type_in(staff, case, "4901234567894")
    assert 'name="code" type="text" maxlength' in strange.content.decode()


def test_more_than_announced_is_kept_told_and_not_paid(
    staff: Client, case: Return, drain: Callable[[], None]
) -> None:
    page = type_in(staff, case, "3a")
    assert "1 item more than announced: it is kept, and not paid for." in words(page)
    type_in(staff, case, "ok")
    assert list_lines_of(case)[0].accepted == 2
    goods = UnannouncedGoods.objects.get()
    assert (goods.title, goods.quantity, goods.case) == ("マグカップ", 1, case)
    drain()
    told = Message.objects.get(kind="return.surplus_found")
    assert "マグカップ" in told.text
    settled = services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    assert settled.total == 5000


def test_another_item_of_ours_is_named_and_not_accepted(staff: Client, case: Return) -> None:
    Variant.objects.filter(title="青").update(sku="MUG-B")
    page = type_in(staff, case, "MUG-B")
    assert "In hand, not announced: マグカップ 青" in words(page)
    type_in(staff, case, "MUG-B", "a", "ok")
    refused = RefusedUnits.objects.get()
    assert refused.inspection.found == Variant.objects.get(title="青")
    assert (refused.inspection.grade, refused.inspection.accepted) == (Grade.NEW, False)
    shown = words(staff.get(f"/d/komorebi/returns/{case.public_id}/"))
    assert "Another item came: マグカップ 青, A: as new × 1" in shown


def test_buttons_do_what_their_keys_do(staff: Client, case: Return) -> None:
    staff.post(table(case), {"code": "half typed", "press": "b"})
    assert CountedUnit.objects.get().grade == Grade.OPENED
    staff.post(table(case), {"code": "", "press": "u"})
    assert CountedUnit.objects.count() == 0


def test_a_blind_count_shows_what_was_announced_after_it_was_counted(
    staff: Client, case: Return
) -> None:
    settings(blind_count=True)
    assert "Announced" not in words(staff.get(table(case)))
    page = type_in(staff, case, "a", "ok")
    assert "Your count differs from what was announced." in words(page)
    assert "Announced" in words(page)
    assert list_lines_of(case)[0].received == 0
    done = type_in(staff, case, "ok", "ok")
    assert "is checked in." in words(done)
    assert list_lines_of(case)[0].received == 1


def test_a_blind_count_tells_of_surplus_with_what_was_announced(
    staff: Client, case: Return
) -> None:
    settings(blind_count=True)
    counted = type_in(staff, case, "3a")
    assert '<td class="number" data-label="Counted">3</td>' in counted.content.decode()
    assert "Surplus" not in words(counted)
    assert "more than announced" not in words(counted)
    page = type_in(staff, case, "ok")
    assert "Your count differs from what was announced." in words(page)
    assert "Surplus" in words(page)
    assert "is checked in." in words(type_in(staff, case, "ok", "ok"))


def test_a_photo_is_written_anew_and_shown_to_staff_only(
    staff: Client, case: Return, client: Client
) -> None:
    early = staff.post(f"{table(case)}photo/", {"photo": picture()})
    assert early.status_code == 422
    page = type_in(staff, case, "c", "p")
    assert 'id="id_photo" type="file"' in page.content.decode()
    staff.post(f"{table(case)}photo/", {"photo": picture()})
    wrong = staff.post(f"{table(case)}photo/", {"photo": io.BytesIO(b"<svg/>")})
    assert "Use a JPEG, PNG or WebP photo" in words(wrong)
    photo = ReceivingPhoto.objects.get()
    assert photo.path.startswith(f"m{case.merchant_id}/receiving/")
    shown = staff.get(f"{HOME}photos/{photo.public_id}/")
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert client.get(f"{HOME}photos/{photo.public_id}/").status_code == 302
    type_in(staff, case, "ok")
    assert RefusedUnits.objects.get().inspection.photo == photo


def test_photos_and_words_are_forgotten_with_their_person(bought: Order) -> None:
    photo = keep_photo(picture().getvalue(), at=NOW, actor=STAFF)
    one_of_two(bought, NOW, photo=photo.public_id, note="Stain")
    person = Person(customer_id="", order_ids=(bought.public_id,), emails=(), words=())
    assert RECEIVING.export(person)[0]["note"] == "Stain"
    with transaction.atomic():
        RECEIVING.erase(person, NOW)
    assert ReceivingPhoto.objects.count() == 0
    assert set(Inspection.objects.values_list("note", "photo")) == {("", None)}
    assert RECEIVING.export(person)[0]["note"] == ""


def test_what_comes_late_is_received_and_what_is_done_is_not(staff: Client, case: Return) -> None:
    late = NOW + timedelta(days=60)
    services.end_overdue(return_id=case.public_id, at=late)
    page = words(staff.get(table(case)))
    assert "What arrives late is still received." in page
    type_in(staff, case, "2a", "a", "ok")
    assert fresh(case).state == ReturnState.RESOLVING
    done = words(staff.get(table(case)))
    assert "All of this return is checked in already." in done


def test_a_parcel_that_was_only_received_is_graded(staff: Client, case: Return) -> None:
    arrive(case, NOW, 2, 1)
    less = type_in(staff, case, "a", "ok")
    assert "The numbers do not add up." in words(less)
    type_in(staff, case, "b", "2", "a", "ok")
    assert fresh(case).state == ReturnState.RESOLVING


def test_nothing_counted_is_nothing_booked(staff: Client, case: Return) -> None:
    assert type_in(staff, case, "ok").status_code == 422
    assert type_in(staff, case, "0a").status_code == 422
    assert fresh(case).state == ReturnState.APPROVED


def test_high_value_waits_for_another_person(
    staff: Client, case: Return, scope: Merchant, owner: User, warehouse_worker: User
) -> None:
    settings(hold_above=4999)
    type_in(staff, case, "2a", "ok")
    assert SecondLook.objects.get().value == 5000
    with pytest.raises(SecondPersonNeeded):
        services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    assert "A second person has to look" in words(staff.get(HOME))
    same = staff.post(f"{table(case)}agree/")
    assert "You checked these goods yourself." in words(same)
    for program in ("api:1", "system"):
        with pytest.raises(SamePerson):
            agree_as_second(return_id=case.public_id, at=NOW, actor=program)
    other = Client(headers={"accept-language": "en"})
    other.force_login(warehouse_worker)
    agreed = other.post(f"{table(case)}agree/", follow=True)
    assert f"{case.number} can be paid." in words(agreed)
    assert services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    assert staff.post(f"{table(case)}agree/").status_code == 409


def test_low_value_needs_nobody_else(staff: Client, case: Return) -> None:
    settings(hold_above=5000)
    type_in(staff, case, "2a", "ok")
    assert SecondLook.objects.count() == 0


def test_an_unannounced_parcel_is_kept_matched_and_closed(
    staff: Client, case: Return, bought: Order
) -> None:
    new = f"{HOME}unannounced/new/"
    assert 'value="TBA9"' in staff.get(new, {"code": "TBA9"}).content.decode()
    assert staff.post(new, {"quantity": "1"}).status_code == 422
    kept = {"tracking_number": "TBA-9", "note": "A blue mug", "quantity": "1", "photo": picture()}
    done = staff.post(new, kept, follow=True)
    assert "Write G-1 on it and put it aside." in words(done)
    goods = UnannouncedGoods.objects.get()
    assert (goods.tracking_number, goods.photo is not None) == ("TBA9", True)
    queue = f"{HOME}unannounced/"
    assert "A blue mug" in words(staff.get(queue))
    assert "A blue mug" in words(staff.get(queue, {"q": "tba-9"}))
    page = f"{queue}{goods.public_id}/"
    nobody = staff.post(f"{page}match/", {"number": "9999"})
    assert "There is no return and no order of this number" in words(nobody)
    for number, owner in ((bought.number, None), (case.number, case)):
        staff.post(f"{page}match/", {"number": number})
        goods.refresh_from_db()
        assert (goods.state, goods.order, goods.case) == (
            UnannouncedState.MATCHED,
            bought,
            owner,
        )
    assert "A blue mug" not in words(staff.get(queue))
    assert "A blue mug" in words(staff.get(f"{queue}?view=matched"))
    closed = staff.post(f"{page}close/", {"answer": "Given back"}, follow=True)
    assert "Given back" in words(closed)
    assert staff.post(f"{page}close/", {"answer": "again"}).status_code == 409
    assert staff.post(f"{page}match/", {"number": case.number}).status_code == 409


def test_what_the_platform_counts_is_ticked_off_by_product(staff: Client, bought: Order) -> None:
    one_of_two(bought, NOW)
    restock = Restock.objects.get()
    for _more in range(2):
        Restock.objects.create(
            line=restock.line, variant=restock.variant, quantity=2, state="to_do", at=NOW
        )
    page = staff.get(HOME)
    shown = words(page)
    assert "To be counted on your platform" in shown
    assert shown.count(restock.variant.product.title) == 2  # told, and named by its button
    assert "+5" in shown
    listed = re.findall(r'name="restock" value="(\w+)"', page.content.decode())
    assert len(listed) == 3
    later = Restock.objects.create(
        line=restock.line, variant=restock.variant, quantity=1, state="to_do", at=NOW
    )
    for _press in range(2):
        assert staff.post(f"{HOME}stock/", {"restock": listed}).status_code == 302
    assert Restock.objects.filter(state=RestockState.COUNTED).count() == 3
    assert EventRecord.objects.filter(type="return.restock_counted").count() == 3
    # What came meanwhile was on no list, and still waits.
    later.refresh_from_db()
    assert later.state == RestockState.TO_DO
    assert "+1" in words(staff.get(HOME))
    assert staff.post(f"{HOME}stock/", {"restock": "rsk_strange"}).status_code == 404
    staff.post(f"{HOME}stock/", {"restock": later.public_id})
    assert "To be counted on your platform" not in words(staff.get(HOME))


def test_staff_offer_decide_for_the_shopper_and_send_back(staff: Client, bought: Order) -> None:
    settings(send_back_fee=550)
    one_of_two(bought, NOW)
    refused = RefusedUnits.objects.get()
    page = f"{HOME}refused/{refused.public_id}/"
    assert "¥550" in words(staff.get(page))
    assert staff.post(f"{page}offer/", {"amount": "x"}).status_code == 422
    over = staff.post(f"{page}offer/", {"amount": "2,501"})
    assert "This is more than can be given back" in words(over)
    staff.post(f"{page}offer/", {"amount": "900"})
    assert "¥900" in words(staff.get(page))
    assert staff.post(f"{page}answer/", {}).status_code == 422
    staff.post(f"{page}answer/", {"choice": "send_back", "shown_send_back": "550"})
    assert RefusedUnits.objects.get().state == RefusedState.FEE_DUE
    staff.post(f"{page}fee/", {"reference": ""})
    assert "To be sent back to shoppers" in words(staff.get(HOME))
    staff.post(f"{page}send/", {"tracking_number": "1234"})
    found = RefusedUnits.objects.get()
    assert (found.state, found.tracking_number) == (RefusedState.SENT_BACK, "1234")
    assert staff.post(f"{page}send/").status_code == 409


def test_the_fee_is_paid_with_a_word_how(staff: Client, bought: Order) -> None:
    settings(send_back_fee=550)
    one_of_two(bought, NOW)
    refused = RefusedUnits.objects.get()
    answer_refused(
        refused_id=refused.public_id, choice=RefusedChoice.SEND_BACK, at=NOW, actor="shopper"
    )
    done = staff.post(f"{HOME}refused/{refused.public_id}/fee/", {"reference": "pi_9"}, follow=True)
    assert "The fee is paid." in words(done)
    assert RefusedUnits.objects.get().fee_reference == "pi_9"


def test_the_settings_keep_the_matrix_and_the_amounts(staff: Client, scope: Merchant) -> None:
    page = "/d/komorebi/settings/receiving/"
    form: dict[str, str] = {"answer_days": "10", "without_answer": "donate", "blind_count": "on"}
    for row in range(4):
        form |= {f"{grade}_{row}": "dispose" for grade in Grade}
        if row:
            form[f"category_{row}"] = ""
    form |= {"hold_above": "50,000", "send_back_fee": "990", "category_1": "Shoes"}
    assert staff.post(page, {**form, "hold_above": "x"}).status_code == 422
    saved = staff.post(page, form, follow=True)
    shown = saved.content.decode()
    for told in ('value="50000"', 'value="990"', 'value="10"', 'value="Shoes"'):
        assert told in shown, told
    assert "Saved." in words(saved)


def test_who_may_not_receive_sees_no_way_in(scope: Merchant, owner: User, case: Return) -> None:
    analyst = User.objects.create_user("analyst@komorebi.example", None)
    add_member(merchant=scope, user=analyst, role=Role.ANALYST, by=owner, at=NOW)
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    assert client.get(HOME).status_code == 403
    assert client.post(table(case), {"code": "a"}).status_code == 403
    assert HOME not in client.get("/d/komorebi/").content.decode()


def test_the_home_page_tells_what_waits(staff: Client, case: Return) -> None:
    settings(hold_above=1)
    type_in(staff, case, "3a", "ok")
    page = words(staff.get("/d/komorebi/"))
    assert "1 check waits for a second person" in page
    assert "1 unannounced find to match" in page
