"""Linking a LINE account to a shopper's orders, from the greeting and from an order's page."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
import time_machine
from django.test import Client

from commerce import links
from commerce.models import Merchant, Order
from integrations.line.fake.account import FakeAccount, Friend
from integrations.line.linking import account_token
from integrations.models import Connection
from notifications.enums import Medium
from notifications.links import preferences_url
from notifications.models import Contact, Reply
from notifications.services import link_account, offer_link
from postexp.kernel import clock
from postexp.kernel.models import InboxMessage
from tests.integrations.line.conftest import retry_now

HANA = {"number": "1001", "contact": "hana@example.jp"}


def page_of(friend: Friend) -> str:
    return f"/s/komorebi/line/{account_token(friend.user)}/"


def said(friend: Friend) -> list[str]:
    return [one["altText"] for one in friend.received]


def address_in(friend: Friend) -> str:
    """The page the newest bubble leads to, without the host."""
    (button,) = friend.received[-1]["contents"]["footer"]["contents"]
    where = urlsplit(button["action"]["uri"])
    return f"{where.path}?{where.query}"


def way_to_line(answer: Any) -> str:
    """The address at LINE that a page leads to."""
    refresh: str = answer["Refresh"]
    return refresh.removeprefix("0; url=")


def prove(client: Client, friend: Friend, **typed: str) -> Any:
    return client.post(f"{page_of(friend)}?lang=en", {**HANA, **typed}, follow=True)


def go_on(client: Client, friend: Friend, page: str) -> Any:
    token = re.search('name="order" value="([^"]+)"', page)
    assert token, page
    return client.post(f"{page_of(friend)}link/?lang=en", {"order": token[1]})


def test_from_the_greeting_to_the_linked_account(
    client: Client, order: Order, hana: Friend, account: FakeAccount, told: Callable[..., Any]
) -> None:
    told()
    (greeting,) = said(hana)
    assert "こもれび雑貨店" in greeting
    page = client.get(address_in(hana))
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"

    proven = prove(client, hana)
    assert "#1001" in proven.content.decode()
    leading = go_on(client, hana, proven.content.decode())
    where = way_to_line(leading)
    assert where.startswith(f"{account_dialog(where)}?linkToken=")
    assert "花" in httpx.get(where).text
    assert httpx.post(where, data={"by": "owner"}).status_code == 200
    told()
    contact = Contact.objects.get()
    assert order.customer
    assert (contact.customer_id, contact.address) == (order.customer.public_id, hana.user)
    assert len(hana.received) == 2
    linked = client.get(address_in(hana) + "&lang=en").content.decode()
    assert "comes to your LINE" in linked

    assert httpx.post(where, data={"by": "owner"}).status_code == 400, "a link token is used once"
    unlinked = client.post(f"{page_of(hana)}unlink/?lang=en", follow=True).content.decode()
    assert "no longer linked" in unlinked
    assert not Contact.objects.exists()


def account_dialog(where: str) -> str:
    parts = urlsplit(where)
    return f"{parts.scheme}://{parts.netloc}/dialog/bot/accountLink"


def test_who_comes_by_the_link_of_their_order_is_asked_nothing(
    client: Client, order: Order, hana: Friend
) -> None:
    query = f"?lang=en&order={links.order_token(order.public_id)}"
    page = client.get(page_of(hana) + query).content.decode()
    assert "Link with LINE" in page
    assert 'name="contact"' not in page
    assert client.get(f"{page_of(hana)}?order=forged").status_code == 404
    assert client.get("/s/komorebi/line/forged/").status_code == 404


def test_little_proof_is_not_enough(client: Client, order: Order, hana: Friend) -> None:
    for contact in ("150-0001", "stranger@example.jp"):
        refused = prove(client, hana, contact=contact)
        assert refused.status_code == 422
        assert "We found no order" in refused.content.decode()
    assert prove(client, hana, contact="").status_code == 422
    assert prove(client, hana, contact="090-1234-5678").status_code == 200


def test_too_many_tries_ask_for_a_code(
    client: Client, order: Order, hana: Friend, drain: Callable[[], None], mailoutbox: list[Any]
) -> None:
    for _ in range(5):
        prove(client, hana, contact="stranger@example.jp")
    page = prove(client, hana).content.decode()
    challenge = re.search('name="challenge" value="([^"]+)"', page)
    assert challenge
    drain()
    code = re.search(r"\b\d{6}\b", mailoutbox[-1].subject + mailoutbox[-1].body)
    assert code
    act = f"{page_of(hana)}code/?lang=en"
    empty = client.post(act, {"challenge": challenge[1], "code": ""})
    wrong = client.post(act, {"challenge": challenge[1], "code": "x"})
    assert (empty.status_code, wrong.status_code) == (422, 422)
    right = client.post(act, {"challenge": challenge[1], "code": code[0]}, follow=True)
    assert "Link with LINE" in right.content.decode()


def test_somebody_elses_browser_links_nobody(
    client: Client, order: Order, hana: Friend, told: Callable[..., Any]
) -> None:
    where = way_to_line(go_on(client, hana, prove(client, hana).content.decode()))
    assert httpx.post(where, data={"by": "stranger"}).status_code == 400
    told()
    failed = InboxMessage.objects.get(topic="accountLink")
    assert failed.effect_detail["state"] == "LINE did not link the account"
    assert not Contact.objects.exists()


def test_a_number_we_did_not_give_links_nobody(
    account: FakeAccount, hana: Friend, told: Callable[..., Any]
) -> None:
    account.happen(hana.user, "accountLink", link={"result": "ok", "nonce": "x" * 30})
    told()
    assert InboxMessage.objects.get(topic="accountLink").effect_kind == "ignored"
    assert not Contact.objects.exists()
    assert len(hana.received) == 2, "the greeting, and that it could not be linked"


def test_line_out_of_reach_is_told(
    client: Client, order: Order, account: FakeAccount, hana: Friend
) -> None:
    proven = prove(client, hana).content.decode()
    account.faults.append("silent")
    answer = go_on(client, hana, proven)
    assert answer.status_code == 503
    assert "cannot be reached" in answer.content.decode()
    assert "Link with LINE" in answer.content.decode()


def test_an_order_of_nobody_cannot_be_linked(client: Client, order: Order, hana: Friend) -> None:
    Order.objects.update(customer=None)
    token = links.order_token(order.public_id)
    assert "nobody’s name" in prove(client, hana).content.decode()
    assert client.post(f"{page_of(hana)}link/", {"order": token}).status_code == 404
    assert client.get(f"/s/komorebi/t/{token}/line/").status_code == 404


def test_from_the_page_of_an_order_by_a_message(
    client: Client,
    order: Order,
    account: FakeAccount,
    connected: Connection,
    told: Callable[..., Any],
) -> None:
    token = links.order_token(order.public_id)
    tracking = client.get(f"/s/komorebi/t/{token}/?lang=en").content.decode()
    assert "News by LINE" in tracking
    here = f"/s/komorebi/t/{token}/line/?lang=en"
    page = client.get(here).content.decode()
    assert "https://line.me/R/ti/p/%40komorebi" in page
    where = way_to_line(client.post(here.replace("/line/", "/line/message/")))
    parts = urlsplit(where)
    assert parts.path == "/R/oaMessage/%40komorebi/"
    words = unquote(parts.query)

    hana = account.befriend("花", language="en")
    account.say(hana.user, words)
    told()
    assert order.customer
    assert Contact.objects.get().customer_id == order.customer.public_id
    assert not Reply.objects.exists()
    assert said(hana) == ["Thank you for adding Komorebi Goods", "Your orders are linked"]
    assert "comes to your LINE" in client.get(here).content.decode()

    other = account.befriend("別人")
    account.say(other.user, words)
    told()
    assert Contact.objects.get().address == hana.user, "a number is good once"
    assert Reply.objects.get().text == words

    ended = client.post(here.replace("/line/", "/line/unlink/"), follow=True).content.decode()
    assert "no longer linked" in ended
    assert not Contact.objects.exists()


def test_the_preferences_offer_line_until_it_is_linked(
    client: Client, order: Order, connected: Connection, scope: Merchant
) -> None:
    assert order.customer
    customer_id = order.customer.public_id
    here = urlsplit(preferences_url(scope, customer_id, "en"))
    page = f"{here.path}?{here.query}"
    assert "https://line.me/R/ti/p/%40komorebi" in client.get(page).content.decode()
    nonce = offer_link(channel=Medium.LINE, customer_id=customer_id, at=clock.now())
    link_account(channel=Medium.LINE, nonce=nonce, address="U1", at=clock.now())
    assert "https://line.me/" not in client.get(page).content.decode()


def test_a_shop_without_line_says_nothing_of_it(client: Client, order: Order) -> None:
    token = links.order_token(order.public_id)
    assert "News by LINE" not in client.get(f"/s/komorebi/t/{token}/?lang=en").content.decode()
    assert client.get(f"/s/komorebi/t/{token}/line/").status_code == 404


def test_the_pages_of_orders_follow_the_connection(
    staff: Client, client: Client, order: Order, account: FakeAccount, drain: Callable[[], None]
) -> None:
    page = f"/s/komorebi/t/{links.order_token(order.public_id)}/?lang=en"
    assert "News by LINE" not in client.get(page).content.decode()
    typed = {"line-secret": account.secret, "line-token": account.token}
    staff.post("/d/komorebi/settings/connections/line/connect/", typed)
    drain()
    assert "News by LINE" in client.get(page).content.decode()


def test_who_blocked_the_shop_is_not_written_to(
    client: Client, order: Order, account: FakeAccount, hana: Friend, told: Callable[..., Any]
) -> None:
    where = way_to_line(go_on(client, hana, prove(client, hana).content.decode()))
    httpx.post(where, data={"by": "owner"})
    told()
    account.block(hana.user)
    told()
    assert Contact.objects.get().unreachable_at is not None
    hana.is_friend = True
    account.happen(hana.user, "follow", follow={"isUnblocked": True})
    told()
    assert Contact.objects.get().unreachable_at is None


def test_an_answer_is_given_once_and_in_time(
    account: FakeAccount, hana: Friend, told: Callable[..., Any], drain: Callable[[], None]
) -> None:
    account.faults.append("busy")
    told()
    assert hana.received == []
    retry_now()
    drain()
    assert len(hana.received) == 1
    told(again=True)
    assert len(hana.received) == 1

    other = account.befriend("太郎")
    account.faults += ["busy", "busy"]
    told()
    with time_machine.travel(clock.now().timestamp() + 120, tick=False):
        retry_now()
        drain()
    assert other.received == []
    assert account.faults == type(account.faults)()


def test_no_answer_in_another_systems_turn(
    account: FakeAccount, hana: Friend, told: Callable[..., Any]
) -> None:
    account.events[-1]["mode"] = "standby"
    told()
    assert hana.received == []
    assert InboxMessage.objects.get().effect_detail == {"state": "reachable"}


def test_an_answer_is_in_the_readers_language_where_the_shop_speaks_it(
    account: FakeAccount, scope: Merchant, connected: Connection, told: Callable[..., Any]
) -> None:
    english = account.befriend("Ann", language="en-GB")
    french = account.befriend("Anne", language="fr")
    silent = account.befriend("Anon", language="")
    told()
    assert said(english) == ["Thank you for adding Komorebi Goods"]
    assert said(french) == said(silent)
    assert "こもれび雑貨店" in said(french)[0]


@pytest.mark.parametrize("nonce", ["short", "x" * 256])
def test_line_takes_numbers_of_its_form_alone(
    account: FakeAccount, hana: Friend, nonce: str, connected: Connection
) -> None:
    token = account.issue_link_token(hana.user)["linkToken"]
    with pytest.raises(Exception, match="nonce"):
        account.link(token, nonce)
