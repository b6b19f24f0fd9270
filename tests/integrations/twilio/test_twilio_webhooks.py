"""Twilio's webhooks: signed, stored once, obeyed, and answered where the shop answers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from commerce.models import Merchant
from integrations.connections import disconnect
from integrations.models import Connection
from integrations.reception import LARGEST_BODY
from integrations.twilio.fake.account import Call, FakeAccount
from integrations.twilio.outbound import TwilioSms
from integrations.twilio.signatures import HEADER
from notifications.enums import Medium, SendingState
from notifications.models import Receipt, Reply, Sending, Suppression
from notifications.services.staging import stage_sent_message
from postexp.kernel import clock, inbox
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tests.integrations.twilio.conftest import NUMBER, SHOPPER, outgoing

Post = Callable[[Call], Any]


@pytest.fixture
def url(connected: Connection) -> str:
    """Where messages to the shop's number go."""
    return f"{settings.BASE_URL}/webhooks/twilio/{connected.public_id}/"


@pytest.fixture
def answers(account: FakeAccount, post: Post) -> list[Any]:
    """What Twilio's requests are answered, each as it is sent."""
    heard: list[Any] = []
    account.listeners.append(lambda call: heard.append(post(call)))
    return heard


def last() -> InboxMessage:
    message: InboxMessage = InboxMessage.objects.order_by("-id")[0]
    return message


def words(answer: Any) -> str:
    assert answer["Content-Type"].startswith("text/xml")
    return "".join(ElementTree.fromstring(answer.content).itertext())


def test_a_reply_is_kept(
    url: str, account: FakeAccount, answers: list[Any], drain: Callable[[], None]
) -> None:
    sid = account.hear(url, sender=SHOPPER, to=NUMBER, text="荷物はどこですか？")
    assert (answers[0].status_code, words(answers[0])) == (200, "")
    drain()
    reply = Reply.objects.get()
    assert (reply.channel, reply.address, reply.provider_id) == ("sms", SHOPPER, sid)
    assert reply.text == "荷物はどこですか？"
    assert (last().effect_kind, last().effect_object_id) == ("reply", reply.public_id)
    assert last().effect_detail == {"channel": "sms"}


def test_pictures_are_told_of(
    url: str, account: FakeAccount, answers: list[Any], drain: Callable[[], None]
) -> None:
    account.hear(url, sender=SHOPPER, to=NUMBER, text="", media=("image/jpeg", ""))
    drain()
    assert Reply.objects.get().text == "[image/jpeg]\n[file]"


def test_a_repeat_changes_nothing(
    url: str, account: FakeAccount, post: Post, drain: Callable[[], None]
) -> None:
    calls: list[Call] = []
    account.listeners.append(calls.append)
    account.hear(url, sender=SHOPPER, to=NUMBER, text="HELP")
    first = post(calls[0])
    drain()
    second = post(calls[0])
    drain()
    assert first.content == second.content, "Twilio asks again where it did not get the answer"
    assert InboxMessage.objects.count() == Reply.objects.count() == 1


@pytest.mark.parametrize("text", ["STOP", "stop.", " StopAll ", "ＳＴＯＰ", "停止", "配信停止。"])
def test_who_says_stop_is_left_alone(
    url: str, account: FakeAccount, answers: list[Any], drain: Callable[[], None], text: str
) -> None:
    account.hear(url, sender=SHOPPER, to=NUMBER, text=text)
    drain()
    assert last().effect_detail == {"channel": "sms", "asks": "stop"}
    assert Suppression.objects.get().cause == "stopped"
    assert Reply.objects.get().text == text.strip()


def test_stop_and_start_and_who_answers(
    url: str, account: FakeAccount, answers: list[Any], drain: Callable[[], None]
) -> None:
    for text in ("STOP", "START", "停止", "再開", "stop talking to me", "opt out"):
        account.hear(url, sender=SHOPPER, to=NUMBER, text=text)
        drain()
    stop, start, stop_ja, start_ja, words_only, opt_out = map(words, answers)
    # Twilio answers its own words, and lets no answer of ours through.
    assert stop == start == words_only == ""
    assert "再開" in stop_ja
    assert "停止" in start_ja
    assert opt_out
    assert Suppression.objects.count() == 1, "who started again is written to until they stop"


def test_twilio_blocks_who_stopped(
    url: str, account: FakeAccount, answers: list[Any], connected: Connection
) -> None:
    account.hear(url, sender=SHOPPER, to=NUMBER, text="stop")
    with pytest.raises(Exception, match="STOP"):
        TwilioSms().send(outgoing())
    account.hear(url, sender=SHOPPER, to=NUMBER, text="start")
    assert TwilioSms().send(outgoing()).provider_id


def test_help_comes_from_the_shop(
    url: str,
    account: FakeAccount,
    answers: list[Any],
    connected: Connection,
    merchant: Merchant,
) -> None:
    merchant.support_email, merchant.support_phone = "help@komorebi.example", "03-1234-5678"
    merchant.name_en = "Tom & Jerry"
    merchant.save()
    account.hear(url, sender="+15035550100", to=NUMBER, text="Help")
    account.hear(url, sender="+15035550100", to=NUMBER, text="ヘルプ")
    merchant.support_email = merchant.support_phone = ""
    merchant.save()
    account.hear(url, sender="+15035550100", to=NUMBER, text="INFO")
    english, japanese, bare = map(words, answers)
    assert english.startswith(merchant.name_in("en"))
    assert "help@komorebi.example, 03-1234-5678" in english
    assert "help@komorebi.example" in japanese
    assert japanese.startswith(merchant.name_in("ja"))
    assert bare.startswith(merchant.name_in("en"))
    assert "STOP" in bare


def test_what_the_shop_gave_twilio_words_for_twilio_answers(
    url: str, account: FakeAccount, post: Post, drain: Callable[[], None]
) -> None:
    """With Advanced Opt-Out the words are the shop's own, and Twilio says what they mean."""
    fields = {"MessageSid": "SM1", "From": SHOPPER, "To": NUMBER, "Body": "ARRET"}
    answer = post(Call(url=url, fields={**fields, "OptOutType": "STOP"}, token=account.token))
    assert words(answer) == ""
    drain()
    assert last().effect_detail["asks"] == "stop"
    fields["MessageSid"] = "SM2"
    answer = post(Call(url=url, fields={**fields, "OptOutType": "HELP"}, token=account.token))
    assert words(answer) == ""


def test_on_whatsapp_the_shop_answers(
    url: str, account: FakeAccount, answers: list[Any], drain: Callable[[], None]
) -> None:
    account.hear(url, sender=f"whatsapp:{SHOPPER}", to="whatsapp:+1", text="stop")
    drain()
    assert words(answers[0])
    assert (Reply.objects.get().channel, Reply.objects.get().address) == ("whatsapp", SHOPPER)
    assert Suppression.objects.get().channel == "whatsapp"


def staged(at: datetime, sid: str = "SM0") -> str:
    """A message of ours that Twilio took."""
    ours = stage_sent_message(channel=Medium.SMS, address=SHOPPER, provider_id=sid, at=at)
    return ours.public_id


@pytest.mark.parametrize(
    ("state", "code", "receipt"),
    [
        ("delivered", 0, "delivered"),
        ("undelivered", 30003, "failed"),
        ("undelivered", 30005, "bounced"),
        ("failed", 30006, "bounced"),
        ("failed", 30007, "failed"),
        ("failed", 99999, "failed"),
        ("canceled", 0, "failed"),
        ("read", 0, "opened"),
    ],
)
def test_reports_are_kept_with_the_message(
    connected: Connection,
    account: FakeAccount,
    answers: list[Any],
    drain: Callable[[], None],
    at: datetime,
    state: str,
    code: int,
    receipt: str,
) -> None:
    taken = TwilioSms().send(outgoing())
    account.callbacks[taken.provider_id] = account.callbacks[taken.provider_id].partition("?")[0]
    staged(at, taken.provider_id)
    account.report(taken.provider_id, state, code)
    assert answers[0].status_code == 200
    drain()
    kept = Receipt.objects.get()
    assert kept.kind == receipt
    assert bool(kept.detail) is bool(code)
    assert Suppression.objects.exists() is (receipt == "bounced")
    assert last().effect_detail == {"channel": "sms", "receipt": receipt}


def test_a_report_finds_a_message_whose_answer_was_lost(
    url: str, account: FakeAccount, post: Post, drain: Callable[[], None], at: datetime
) -> None:
    ours = staged(at)
    fields = {"MessageSid": "SM9", "MessageStatus": "delivered", "To": SHOPPER, "From": NUMBER}
    call = Call(url=f"{url}?message={ours}", fields=fields, token=account.token)
    assert post(call).status_code == 200
    drain()
    assert Receipt.objects.get().kind == "delivered"
    assert last().effect_object_id == ours


def test_a_report_that_overtakes_the_answer_waits_for_it(
    url: str, account: FakeAccount, post: Post, drain: Callable[[], None], at: datetime
) -> None:
    staged(at, "")
    Sending.objects.update(state=SendingState.SENDING, ended_at=None)
    fields = {"MessageSid": "SM9", "MessageStatus": "delivered", "To": SHOPPER, "From": NUMBER}
    post(Call(url=url, fields=fields, token=account.token))
    drain()
    assert (last().state, Receipt.objects.count()) == ("received", 0)
    Sending.objects.update(state=SendingState.ACCEPTED, provider_id="SM9")
    inbox.drain(at=clock.now() + timedelta(minutes=2))
    assert Receipt.objects.get().kind == "delivered"


def test_a_report_of_stop_is_obeyed(
    url: str, account: FakeAccount, post: Post, drain: Callable[[], None], at: datetime
) -> None:
    staged(at, "SM9")
    fields = {
        "MessageSid": "SM9",
        "MessageStatus": "failed",
        "ErrorCode": "21610",
        "To": SHOPPER,
        "From": NUMBER,
    }
    post(Call(url=url, fields=fields, token=account.token))
    drain()
    assert Suppression.objects.get().cause == "stopped"
    assert Receipt.objects.get().detail == "Its owner answered STOP."


@pytest.mark.parametrize("state", ["queued", "accepted", "teleported"])
def test_a_message_on_its_way_is_no_news(
    url: str,
    account: FakeAccount,
    post: Post,
    drain: Callable[[], None],
    at: datetime,
    state: str,
) -> None:
    staged(at, "SM9")
    fields = {"MessageSid": "SM9", "MessageStatus": state, "To": SHOPPER, "From": NUMBER}
    post(Call(url=url, fields=fields, token=account.token))
    drain()
    assert last().effect_kind == "ignored"
    assert not Receipt.objects.exists()


def test_every_state_is_heard_once(
    connected: Connection,
    account: FakeAccount,
    post: Post,
    answers: list[Any],
    drain: Callable[[], None],
    at: datetime,
) -> None:
    taken = TwilioSms().send(outgoing())
    staged(at, taken.provider_id)
    account.callbacks[taken.provider_id] = account.callbacks[taken.provider_id].partition("?")[0]
    account.deliver(taken.provider_id)
    account.deliver(taken.provider_id)
    drain()
    assert [answer.status_code for answer in answers] == [200] * 4
    assert InboxMessage.objects.count() == 2
    told = Receipt.objects.order_by("id").values_list("kind", flat=True)
    assert list(told) == ["handed_on", "delivered"]


def test_strangers_messages_are_none_of_ours(
    url: str, account: FakeAccount, post: Post, drain: Callable[[], None]
) -> None:
    fields = {"MessageSid": "SM9", "MessageStatus": "delivered", "To": SHOPPER, "From": NUMBER}
    post(Call(url=url, fields=fields, token=account.token))
    drain()
    assert last().effect_kind == "ignored"


def test_forgeries_and_strangers_leave_nothing(url: str, account: FakeAccount, post: Post) -> None:
    fields = {"MessageSid": "SM9", "Body": "STOP", "To": NUMBER, "From": SHOPPER}
    assert post(Call(url=url, fields=fields, token="another")).status_code == 403
    elsewhere = url.replace("con_", "con_x")
    assert post(Call(url=elsewhere, fields=fields, token=account.token)).status_code == 403
    assert InboxMessage.objects.count() == 0


def test_a_body_too_large_is_refused(url: str, client: Client) -> None:
    path = url.partition("//")[2].partition("/")[2]
    answer = client.post(f"/{path}", b" " * (LARGEST_BODY + 1), content_type="text/plain")
    assert answer.status_code == 413


@pytest.mark.parametrize("fields", [{}, {"MessageSid": "SM1"}, {"From": SHOPPER, "Body": "x"}])
def test_what_cannot_be_read_is_kept_and_said(
    url: str,
    account: FakeAccount,
    post: Post,
    drain: Callable[[], None],
    fields: dict[str, str],
) -> None:
    answer = post(Call(url=url, fields=fields, token=account.token))
    assert (answer.status_code, words(answer)) == (200, "")
    drain()
    assert last().state == "failed"
    assert last().next_step


def test_after_the_end_nothing_is_heard(
    url: str, account: FakeAccount, post: Post, connected: Connection, scope: Merchant
) -> None:
    disconnect(service="twilio", account=scope.public_id, at=connected.connected_at)
    fields = {"MessageSid": "SM9", "Body": "HELP", "To": NUMBER, "From": SHOPPER}
    assert post(Call(url=url, fields=fields, token=account.token)).status_code == 403


def test_a_reply_stays_with_its_shop(
    url: str,
    account: FakeAccount,
    answers: list[Any],
    drain: Callable[[], None],
    other_merchant: Merchant,
) -> None:
    account.hear(url, sender=SHOPPER, to=NUMBER, text="Hello")
    drain()
    with merchant_scope(other_merchant.pk):
        assert not Reply.objects.exists()
        assert not InboxMessage.objects.exists()


def test_only_posts_are_taken(url: str, client: Client) -> None:
    path = url.partition("//")[2].partition("/")[2]
    assert client.get(f"/{path}", headers={HEADER: "x"}).status_code == 405
