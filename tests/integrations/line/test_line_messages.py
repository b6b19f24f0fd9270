"""Messages by LINE: a bubble to who linked their account, once, and every refusal by its name."""

from dataclasses import replace
from typing import Any

import pytest

from commerce.models import Merchant
from integrations.line.errors import LineError, Unanswered
from integrations.line.fake.account import FakeAccount, Friend
from integrations.line.outbound import LineMessages, as_bubble
from integrations.models import Connection
from notifications.ports import Outgoing, PermanentFailure, TemporaryFailure, find_channel

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
    account.token = "another"
    with pytest.raises(TemporaryFailure):
        LineMessages().send(message(hana.user))
    connected.refresh_from_db()
    assert connected.problem == "TokenRefused"


def test_each_failure_has_words() -> None:
    assert {str(one("x")) for one in LineError.__subclasses__()}
