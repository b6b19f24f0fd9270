"""Writing to the shoppers of several incidents: once to each, in their language."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from commerce.enums import Role
from commerce.models import Merchant, Order, User
from commerce.services.merchants import add_member
from notifications.enums import Reason, State
from notifications.models import Letter, Message, Suppression
from notifications.rules.letters import AboutOrder
from notifications.selectors import address_hash
from notifications.services import write_letter
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from tests.parallel import overlap
from tests.shops import log_in
from tests.tracking.scans import START
from tests.tracking.test_incidents_faces import ACT, QUEUE, staff, trouble
from tracking.models import Incident, Shipment

__all__ = ("staff",)

pytestmark = pytest.mark.django_db

LETTER = f"{QUEUE}letter/"
NOW = START + timedelta(hours=2)
WORDS = {
    "subject_en": "A word about  your parcel",
    "text_en": "We are sorry.\n\nIt is being <looked> for.",
    "subject_ja": "お荷物について",
    "text_ja": "申し訳ございません。\n\nお調べしております。",
}


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def chosen(incidents: list[Incident]) -> str:
    return f"{LETTER}?" + "&".join(f"incident={one.public_id}" for one in incidents)


def key_on(page: Any) -> str:
    key: str = page.context["form"]["key"].value()
    return key


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="order.letter").order_by("id"))


def test_the_queue_leads_to_the_letter(staff: Client, scope: Merchant) -> None:
    one, two = trouble(scope, 2)
    ids = [one.public_id, two.public_id]
    answer = staff.post(ACT, {"act": "write", "incident": ids})
    assert answer["Location"] == chosen([one, two])
    page = staff.get(answer["Location"])
    text = page.content.decode()
    assert "#2000" in text
    assert "#2001" in text
    assert "Damaged" in text
    assert staff.post(ACT, {"act": "write"}, follow=True).redirect_chain[-1][0] == QUEUE


def test_each_shopper_is_written_to_once_and_each_order_tells_of_it(
    staff: Client, scope: Merchant, drain: Callable[[], None], owner: User
) -> None:
    one, two, three = trouble(scope, 3)
    Order.objects.filter(number="#2002").update(email="ken@example.jp", locale="en")
    Incident.objects.create(
        shipment=one.shipment, kind="stalled", remedy="ask_carrier", opened_at=START
    )
    both = list(Incident.objects.filter(shipment=one.shipment))
    url = chosen([*both, two, three])
    page = staff.get(url)
    assert [len(person["orders"]) for person in page.context["people"]] == [2, 1]
    posted = {**WORDS, "key": key_on(page)}
    assert staff.post(url, posted)["Location"] == QUEUE
    assert staff.post(url, posted)["Location"] == QUEUE
    drain()
    hana, ken = letters()
    assert (hana.state, ken.state) == (State.SENT, State.SENT)
    assert (hana.klass, hana.repeats) == ("service", 1)
    assert (hana.locale, hana.subject) == ("ja", "お荷物について")
    assert (ken.locale, ken.subject) == ("en", "A word about your parcel")
    sent = {
        one.to[0]: one.body for one in mail.outbox if one.subject in (hana.subject, ken.subject)
    }
    assert "#2000、#2001" in sent["hana@example.jp"]
    assert "It is being <looked> for." in sent["ken@example.jp"]
    assert "<looked>" not in ken.html
    events = EventRecord.objects.filter(type="letter.written")
    assert {event.actor for event in events} == {owner.actor}
    assert {event.payload["order_id"] for event in events} == set(
        Order.objects.filter(number__startswith="#20").values_list("public_id", flat=True)
    )
    for order in Order.objects.filter(number__startswith="#20"):
        assert (
            "Shopper written to by staff"
            in staff.get(f"/d/komorebi/orders/{order.public_id}/").content.decode()
        )


def test_a_blocked_address_is_refused_with_its_reason(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    (one,) = trouble(scope, 1)
    Suppression.objects.create(
        address_hash=address_hash("hana@example.jp"), cause="blocked", at=NOW
    )
    page = staff.get(chosen([one]))
    staff.post(chosen([one]), {**WORDS, "key": key_on(page)})
    drain()
    (refused,) = letters()
    assert (refused.state, refused.reason) == (State.REFUSED, Reason.SUPPRESSED)


def test_a_shop_with_one_language_writes_in_it(
    staff: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    (one,) = trouble(scope, 1)
    Merchant.objects.filter(pk=scope.pk).update(locales=["en"], default_locale="en")
    page = staff.get(chosen([one]))
    assert [side[0] for side in page.context["form"].sides] == ["en"]
    english = {name: text for name, text in WORDS.items() if name.endswith("_en")}
    assert staff.post(chosen([one]), {**english, "key": key_on(page)}).status_code == 302
    drain()
    (sent,) = letters()
    assert (sent.locale, sent.subject) == ("en", "A word about your parcel")
    assert "様" not in sent.text


def test_a_ready_text_fills_the_form(staff: Client, scope: Merchant) -> None:
    (one,) = trouble(scope, 1)
    page = staff.get(f"{chosen([one])}&ready=lost")
    form = page.context["form"]
    assert form["subject_en"].value() == "There is a problem with your parcel"
    assert form["text_ja"].value()
    assert staff.get(f"{chosen([one])}&ready=none").context["form"]["text_en"].value() is None


def test_empty_words_are_refused_at_the_field(staff: Client, scope: Merchant) -> None:
    (one,) = trouble(scope, 1)
    answer = staff.post(chosen([one]), {**WORDS, "key": "key_1", "text_ja": " "})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"text_ja"}
    assert not Letter.objects.exists()


def test_parcels_without_an_order_have_nobody_to_write_to(staff: Client, scope: Merchant) -> None:
    one, two = trouble(scope, 2)
    Shipment.objects.filter(pk=one.shipment_id).update(order=None)
    assert "1 parcel has no order" in staff.get(chosen([one, two])).content.decode()
    assert staff.get(chosen([one]))["Location"] == QUEUE


def test_who_may_not_decide_writes_to_nobody_and_strangers_find_nothing(
    staff: Client, scope: Merchant, other_merchant: Merchant, owner: User
) -> None:
    (one,) = trouble(scope, 1)
    viewer = User.objects.create_user("read@example.com", "x")
    add_member(merchant=scope, user=viewer, role=Role.ANALYST, by=owner, at=NOW)
    client = Client()
    log_in(client, viewer)
    assert client.get(chosen([one])).status_code == 403
    add_member(merchant=other_merchant, user=owner, role=Role.OWNER, by=owner, at=NOW)
    there = chosen([one]).replace("komorebi", other_merchant.slug)
    assert staff.get(there).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_one_moment_are_one_letter(merchant: Merchant, owner: User) -> None:
    about = AboutOrder(order_id="ord_1", number="#1", address="hana@example.jp", name="")

    def write() -> None:
        words = {"ja": {"subject": "お荷物", "text": "お調べしております。"}}
        assert write_letter(orders=[about], words=words, key="key_1", at=NOW, actor="staff:0") == 1

    overlap(merchant, write, write)
    with transaction.atomic():
        assert Letter.every_merchant.count() == 1
        assert EventRecord.every_merchant.filter(type="letter.written").count() == 1
