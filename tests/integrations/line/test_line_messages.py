"""Messages by LINE: a bubble to who linked their account, once, and every refusal by its name."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from commerce.models import Merchant, Order
from commerce.services.orders import take_in_order
from integrations.line.errors import LineError, Unanswered
from integrations.line.fake.account import FakeAccount, Friend
from integrations.line.outbound import LineMessages, as_bubble
from integrations.models import Connection
from notifications.enums import Medium
from notifications.models import Flow, Sending
from notifications.ports import Outgoing, PermanentFailure, TemporaryFailure, find_channel
from notifications.services import link_account, offer_link
from postexp.kernel import clock
from tests.facts import order_facts
from tests.integrations.line.conftest import retry_now

LINK = "https://shop.example/m/abc"


def message(to: str, **changes: Any) -> Outgoing:
    made = Outgoing(
        message_id="msg_1",
        merchant_id=1,
        key="msg_1:0",
        kind="shipment.shipped",
        klass="transactional",
        to=to,
        locale="ja",
        subject="ご注文 #1001 を発送しました",
        html="",
        text="",
        short=f"11月24日(火)にお届け予定です。\n{LINK}",
        sender_name="こもれび雑貨店",
        reply_to="",
        link=LINK,
    )
    return replace(made, **changes)


def test_the_house_knows_the_channel() -> None:
    channel = find_channel("line")
    assert isinstance(channel, LineMessages)
    assert channel.honours_keys
    assert channel.why_not("shipment.shipped", "ja") == ""


def test_a_message_is_a_bubble_with_a_button(
    account: FakeAccount, connected: Connection, hana: Friend
) -> None:
    accepted = LineMessages().send(message(hana.user))
    assert accepted.provider_id
    (sent,) = hana.received
    assert sent["altText"] == "ご注文 #1001 を発送しました"
    title, words = sent["contents"]["body"]["contents"]
    assert (title["text"], words["text"]) == (sent["altText"], "11月24日(火)にお届け予定です。")
    (button,) = sent["contents"]["footer"]["contents"]
    assert (button["action"]["uri"], button["style"]) == (LINK, "primary")
    assert button["color"].startswith("#")

    assert LineMessages().send(message(hana.user)) == accepted
    assert len(hana.received) == 1
    LineMessages().send(message(hana.user, key="msg_2:0"))
    assert len(hana.received) == 2


def test_marketing_has_a_way_out_and_a_long_link_no_button(scope: Merchant) -> None:
    out = as_bubble(message("U", unsubscribe="https://shop.example/u", locale="en"))
    contents: Any = out["contents"]
    assert [one["action"]["label"] for one in contents["footer"]["contents"]] == [
        "See more",
        "Stop these messages",
    ]
    bare: Any = as_bubble(message("U", subject="", link="", short="Hello"))
    assert bare["altText"] == "こもれび雑貨店"
    assert "footer" not in bare["contents"]


def test_it_is_ready_once_the_shop_is_connected(scope: Merchant, account: FakeAccount) -> None:
    assert not LineMessages().is_ready()
    with pytest.raises(TemporaryFailure, match="not connected"):
        LineMessages().send(message("U"))


def test_whether_to_try_again_is_told(
    account: FakeAccount, connected: Connection, hana: Friend
) -> None:
    assert LineMessages().is_ready()
    account.faults.append("busy")
    with pytest.raises(TemporaryFailure):
        LineMessages().send(message(hana.user))
    account.faults.append("forbidden")
    with pytest.raises(PermanentFailure, match="not available") as forbidden:
        LineMessages().send(message(hana.user))
    assert not forbidden.value.address_is_dead
    account.quota = 0
    with pytest.raises(PermanentFailure, match="used up") as used_up:
        LineMessages().send(message(hana.user))
    assert not used_up.value.address_is_dead
    for nobody in (f"U{'0' * 32}", "nobody"):
        with pytest.raises(PermanentFailure) as dead:
            LineMessages().send(message(nobody))
        assert dead.value.address_is_dead
    assert hana.received == []


def test_what_nobody_knows_is_found_out_by_asking_again(
    account: FakeAccount, connected: Connection, hana: Friend
) -> None:
    account.faults.append("done_then_silent")
    with pytest.raises(Unanswered):
        LineMessages().send(message(hana.user))
    assert LineMessages().send(message(hana.user)).provider_id
    assert len(hana.received) == 1


def test_a_token_that_was_revoked_is_told_on_the_connection(
    account: FakeAccount, connected: Connection, hana: Friend
) -> None:
    good, account.token = account.token, "another"
    with pytest.raises(TemporaryFailure):
        LineMessages().send(message(hana.user))
    connected.refresh_from_db()
    assert connected.problem == "TokenRefused"
    account.token = good
    LineMessages().send(message(hana.user))
    connected.refresh_from_db()
    assert connected.problem == "", "it works again"


def test_each_failure_has_words() -> None:
    assert {str(one("x")) for one in LineError.__subclasses__()}


@pytest.fixture
def linked(connected: Connection, order: Order, hana: Friend, at: datetime) -> Friend:
    """Hana, who linked her orders; their thanks go by LINE first, and then by e-mail."""
    assert order.customer
    now, customer_id = clock.now(), order.customer.public_id
    nonce = offer_link(channel=Medium.LINE, customer_id=customer_id, at=now)
    link_account(channel=Medium.LINE, nonce=nonce, address=hana.user, at=now)
    Flow.objects.create(
        kind="order.thanks", chain=[Medium.LINE, Medium.EMAIL], changed_at=now, changed_by="system"
    )
    return hana


def buy(merchant: Merchant, number: str, drain: Callable[[], None]) -> list[tuple[str, str]]:
    """Place an order now; return by which channels its thanks went, and what became of each."""
    now = clock.now()
    facts = order_facts(external_id=number, number=number, placed_at=now, updated_at=now)
    bought = take_in_order(facts, merchant=merchant, at=now).order
    drain()
    sendings = Sending.objects.filter(message__order_id=bought.public_id).order_by("step")
    return list(sendings.values_list("channel", "state"))


def test_the_engine_sends_by_line_and_falls_back(
    account: FakeAccount,
    scope: Merchant,
    linked: Friend,
    drain: Callable[[], None],
    mailoutbox: list[Any],
) -> None:
    drain()
    mailoutbox.clear()
    linked.received.clear()
    assert buy(scope, "#2001", drain) == [("line", "accepted")]
    assert (len(linked.received), mailoutbox) == (1, [])
    (button,) = linked.received[0]["contents"]["footer"]["contents"]
    assert button["action"]["uri"].startswith("http")
    assert "/m/msg_" in button["action"]["uri"], "who follows it is noted"
    (title,) = linked.received[0]["contents"]["body"]["contents"]
    assert "#2001" in title["text"]

    account.quota = 0
    assert buy(scope, "#2002", drain) == [("line", "failed"), ("email", "accepted")]
    assert (len(linked.received), len(mailoutbox)) == (1, 1)

    account.quota = 200
    account.faults.append("done_then_silent")
    assert buy(scope, "#2003", drain) == [("line", "unknown")]
    assert len(linked.received) == 2
    retry_now()
    drain()
    assert (len(linked.received), len(mailoutbox)) == (2, 1), "sent once, and known to be"
    assert set(Sending.objects.filter(channel="line").values_list("state", flat=True)) == {
        "accepted",
        "failed",
    }

    del account.friends[linked.user]
    assert buy(scope, "#2004", drain) == [("line", "failed"), ("email", "accepted")]
    assert buy(scope, "#2005", drain) == [("email", "accepted")], "that account is dead"
