"""What customers say of being written to: on their page, in one click, and confirmed by mail."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from commerce.enums import Channel, Purpose
from commerce.models import ConsentFact, Customer, Merchant, Order
from commerce.selectors.consents import latest_consents
from commerce.services.orders import take_in_order
from notifications import ports
from notifications.enums import Medium, Reason, ReceiptKind, State
from notifications.errors import FlowRefused
from notifications.links import (
    message_url,
    preferences_url,
    reader_token,
    unsubscribe_url,
)
from notifications.models import Contact, Flow, Message, OptIn, Receipt, SendingTerms
from notifications.ports import Accepted, Outgoing
from notifications.selectors.flows import FlowTerms
from notifications.services import (
    end_marketing,
    go_live,
    link_account,
    offer_link,
    send_message,
)
from notifications.services.flows import change_flow
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from tests.facts import order_facts
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services as tracking
from tracking.rules import NormalisedShipment

pytestmark = pytest.mark.django_db

SERVICE = (Channel.EMAIL, Purpose.SERVICE)
OFFERS = (Channel.EMAIL, Purpose.MARKETING)


class Texts(ports.Channel):
    """A channel for texts that is always ready."""

    name = "sms"
    honours_keys = False

    def send(self, message: Outgoing) -> Accepted:
        return Accepted()


@pytest.fixture
def order(scope: Merchant, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setattr(clock, "now", lambda: START)
    return take_in_order(order_facts(), merchant=scope, at=START).order


@pytest.fixture
def reader(order: Order) -> Customer:
    assert order.customer is not None
    return order.customer


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch, reader: Customer) -> None:
    """The shop can send texts, and the customer has a number."""
    monkeypatch.setitem(ports._channels, "sms", Texts())
    Customer.objects.filter(pk=reader.pk).update(phone="+819012345678")


def page_of(customer: Customer) -> str:
    return f"/s/komorebi/preferences/{reader_token(customer.public_id)}/"


def said_of(customer: Customer) -> dict[tuple[str, str], bool]:
    return latest_consents(customer.public_id)


def test_the_tracking_page_leads_to_it_and_it_names_the_messages(
    client: Client, order: Order, reader: Customer, scope: Merchant
) -> None:
    from commerce import links

    token = links.order_token(order.public_id)
    assert page_of(reader) in client.get(f"/s/komorebi/t/{token}/?lang=en").content.decode()
    page = client.get(f"{page_of(reader)}?lang=en")
    text = page.content.decode()
    assert [kind.name for kind in page.context["optional"]] == [
        "shipment.out_for_delivery",
        "shipment.delivered",
    ]
    assert "shipment.delayed" in [kind.name for kind in page.context["always"]]
    assert "h…@example.jp" in text
    assert "hana@example.jp" not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    assert preferences_url(scope, reader.public_id).endswith(page_of(reader))


def test_declined_news_is_refused_and_the_rest_goes_out(
    client: Client, order: Order, reader: Customer, drain: Callable[[], None]
) -> None:
    assert client.post(page_of(reader), {"lang": "en"}).status_code == 302
    assert client.post(page_of(reader), {"lang": "en"}).status_code == 302
    fact = ConsentFact.objects.get(purpose="service")
    assert (fact.customer, fact.granted, fact.source) == (reader, False, "preferences page")
    assert fact.text_version == "preferences 1"
    chosen = EventRecord.objects.get(type="consent.chosen")
    assert (chosen.actor, chosen.payload["granted"]) == ("shopper", False)
    (parcel,) = tracking.take_in_shipment(fulfilment_facts(order, START), at=START)
    told = NormalisedShipment(
        source="test", tracking_number="", events=(scan(0, "delivered", "delivered"),)
    )
    tracking.ingest_tracking(parcel, told, at=START)
    drain()
    messages = {message.kind: message for message in Message.objects.all()}
    refused = messages["shipment.delivered"]
    assert (refused.state, refused.reason) == (State.REFUSED, Reason.DECLINED)
    assert messages["order.thanks"].reason != Reason.DECLINED
    client.post(page_of(reader), {"lang": "en", "service-email": "on"})
    assert said_of(reader)[SERVICE] is True


def test_only_channels_the_shop_has_are_offered(
    client: Client, reader: Customer, texts: None
) -> None:
    names = {one.name for one in client.get(page_of(reader)).context["service"]}
    assert names == {"service-email", "service-sms"}
    assert "…5678" in client.get(page_of(reader)).content.decode()
    client.post(page_of(reader), {"service-email": "on", "service-sms": "on"})
    assert said_of(reader)[(Channel.SMS, Purpose.SERVICE)] is True
    assert SERVICE not in said_of(reader)


def test_a_yes_to_offers_counts_at_once_where_the_shop_does_not_ask_twice(
    client: Client, reader: Customer
) -> None:
    client.post(page_of(reader), {"service-email": "on", "marketing-email": "on"})
    assert said_of(reader)[OFFERS] is True


def test_a_yes_to_offers_is_confirmed_from_the_mailbox_where_the_shop_asks_twice(
    client: Client, reader: Customer, drain: Callable[[], None]
) -> None:
    SendingTerms.objects.create(double_opt_in=True)
    go_live(at=START, actor="staff:0")
    answer = client.post(page_of(reader), {"service-email": "on", "marketing-email": "on"})
    assert answer["Location"].endswith("confirm=1")
    assert OFFERS not in said_of(reader)
    drain()
    asked = OptIn.objects.get()
    mail = Message.objects.get(kind="consent.confirm")
    url = f"/s/komorebi/opt-in/{asked.public_id}/"
    assert (mail.state, mail.address) == (State.SENT, reader.email)
    assert url in mail.text
    client.get(url)
    assert OFFERS not in said_of(reader)
    for _time in range(2):
        assert client.post(url).status_code == 200
    assert said_of(reader)[OFFERS] is True
    assert ConsentFact.objects.filter(purpose="marketing").count() == 1


@pytest.mark.parametrize("what", ["refused", "moved", "old", "nothing"])
def test_a_yes_that_was_overtaken_is_confirmed_no_more(
    client: Client, reader: Customer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    SendingTerms.objects.create(double_opt_in=True)
    client.post(page_of(reader), {"service-email": "on", "marketing-email": "on"})
    asked = OptIn.objects.get()
    later = START + timedelta(days=31 if what == "old" else 1)
    if what == "refused":
        end_marketing(reader, ["email"], source="unsubscribe link", at=later)
    elif what == "moved":
        Customer.objects.filter(pk=reader.pk).update(email="else@example.jp")
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = client.post(f"/s/komorebi/opt-in/{asked.public_id}/")
    counts = what == "nothing"
    assert answer.status_code == (200 if counts else 404)
    assert said_of(reader).get(OFFERS, False) is counts


def test_opening_the_link_asks_and_one_click_ends_offers(
    client: Client, reader: Customer, scope: Merchant
) -> None:
    client.post(page_of(reader), {"service-email": "on", "marketing-email": "on"})
    url = f"/s/komorebi/unsubscribe/{reader_token(reader.public_id)}/email/"
    assert unsubscribe_url(scope, reader.public_id, "email").endswith(url)
    assert client.get(url).status_code == 200
    assert said_of(reader)[OFFERS] is True
    one_click = Client(enforce_csrf_checks=True)
    assert one_click.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert said_of(reader)[OFFERS] is False
    assert SERVICE not in said_of(reader)
    assert client.get(url.replace("/email/", "/pigeon/")).status_code == 404


def link(reader: Customer, address: str = "U1") -> None:
    nonce = offer_link(channel=Medium.LINE, customer_id=reader.public_id, at=START)
    assert link_account(channel=Medium.LINE, nonce=nonce, address=address, at=START)


def test_who_has_an_account_linked_hears_of_it_by_mail_alone(
    client: Client, reader: Customer, drain: Callable[[], None]
) -> None:
    """Whoever holds the link of an order can link theirs; the mailbox is its owner's."""
    go_live(at=START, actor="staff:0")
    Flow.objects.create(
        kind="contact.linked", enabled=False, chain=["line"], changed_at=START, changed_by="staff:0"
    )
    link(reader)
    drain()
    mail = Message.objects.get(kind="contact.linked")
    assert (mail.state, mail.channel, mail.address) == (State.SENT, "email", reader.email)
    assert page_of(reader) in mail.html
    assert "LINE" in mail.subject
    assert "お心当たりがない場合" in mail.text
    with pytest.raises(FlowRefused):
        change_flow(
            kind="contact.linked", terms=FlowTerms(enabled=False), at=START, actor="staff:0"
        )


def test_each_linking_is_told_once(
    reader: Customer, drain: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    link(reader)
    drain()
    drain()
    assert Message.objects.filter(kind="contact.linked").count() == 1
    nonce = offer_link(channel=Medium.LINE, customer_id=reader.public_id, at=START)
    later = START + timedelta(minutes=5)
    assert link_account(channel=Medium.LINE, nonce=nonce, address="U2", at=later)
    monkeypatch.setattr(clock, "now", lambda: later)
    drain()
    assert Message.objects.filter(kind="contact.linked").count() == 2


def test_the_page_unlinks_what_was_linked(client: Client, reader: Customer) -> None:
    assert "Linked accounts" not in client.get(f"{page_of(reader)}?lang=en").content.decode()
    link(reader)
    page = client.get(f"{page_of(reader)}?lang=en").content.decode()
    assert "Linked accounts" in page
    there = f"{page_of(reader)}unlink/line/"
    assert there in page
    client.get(there)
    assert Contact.objects.exists()
    assert client.post(there.replace("/line/", "/pigeon/")).status_code == 404
    ended = Client(enforce_csrf_checks=True).post(f"{there}?lang=en", follow=True)
    assert "no longer goes there" in ended.content.decode()
    assert not Contact.objects.exists()


def test_pages_are_nobody_elses(client: Client, reader: Customer, other_merchant: Merchant) -> None:
    for url in (page_of(reader), page_of(reader).replace("preferences", "unsubscribe") + "email/"):
        there = url.replace("komorebi", other_merchant.slug)
        assert client.get(there).status_code == 404
        assert client.post(there).status_code == 404
        assert client.get(url.replace("/preferences/", "/preferences/x")).status_code != 500
    Customer.objects.filter(pk=reader.pk).update(erased_at=START)
    assert client.get(page_of(reader)).status_code == 404


def test_a_short_link_leads_on_and_shows_that_the_message_arrived(
    client: Client, order: Order, scope: Merchant, drain: Callable[[], None]
) -> None:
    go_live(at=START, actor="staff:0")
    drain()
    message = Message.objects.get(kind="order.thanks")
    url = f"/s/komorebi/m/{message.public_id}/"
    assert message_url(scope, message.public_id).endswith(url)
    short = message_url(scope, message.public_id)
    assert message.short == f"こもれび雑貨店: {message.subject}\n{short}"
    previewing = client.get(url, headers={"User-Agent": "facebookexternalhit/1.1;line-poker/1.0"})
    assert (previewing.status_code, Receipt.objects.count()) == (302, 0)
    assert client.get(url)["Location"] == message.link
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.sending.channel) == (ReceiptKind.CLICKED, Medium.EMAIL)
    assert client.get("/s/komorebi/m/msg_unknown/").status_code == 404
    assert send_message(message.public_id, step=0, key="again", at=START) == State.SENT
