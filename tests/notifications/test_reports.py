"""What became of messages, in numbers; and what shoppers wrote back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from notifications import services
from notifications.enums import Hold, Medium, Reason, ReceiptKind, SendingState, State
from notifications.models import Message, Sending
from notifications.ports import get_kind
from notifications.reports import Grouping, report_messages
from notifications.rules.figures import Carried, Figures, cost_of, known_media
from notifications.selectors import order_variables
from notifications.selectors.flows import Terms
from notifications.services import plan_message
from postexp.kernel import clock

DELIVERED, OPENED = (ReceiptKind.DELIVERED,), (ReceiptKind.OPENED,)
CLICKED = (ReceiptKind.CLICKED,)
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def address(name: str) -> str:
    return reverse(f"dashboard:{name}", args=["komorebi"])


@pytest.fixture
def planned(order: Order) -> Message:
    """The thanks for an order, planned."""
    kind = get_kind("order.thanks")
    assert kind is not None
    return plan_message(
        kind,
        object_id=order.public_id,
        variables=order_variables(order.public_id),
        event_id=1,
        occurred_at=clock.now(),
        at=clock.now(),
    )


def another(message: Message, name: str, **changes: Any) -> Message:
    """A copy of a message about another object."""
    fields = {
        field.attname: getattr(message, field.attname)
        for field in Message._meta.concrete_fields
        if field.attname not in {"id", "public_id", "listed_at"}
    }
    made: Message = Message.objects.create(**{**fields, "object_id": name, **changes})
    return made


def went(message: Message, *, channel: str = "email", units: int = 1, step: int = 0) -> Sending:
    """The message was taken by a channel."""
    Message.objects.filter(pk=message.pk).update(state=State.SENT, holding="", settled_at=AT)
    made: Sending = Sending.objects.create(
        message=message,
        step=step,
        kind=message.kind,
        locale=message.locale,
        channel=channel,
        address=message.address,
        key="k",
        state=SendingState.ACCEPTED,
        units=units,
        began_at=AT,
    )
    return made


def tell(message: Message, kind: ReceiptKind, channel: Medium = Medium.EMAIL) -> None:
    services.note_receipt(channel=channel, kind=kind, message_id=message.public_id, at=AT)


def test_a_report_counts_what_was_sent_told_and_stopped(
    scope: Merchant, planned: Message, at: datetime
) -> None:
    services.change_terms(terms=Terms(prices={"sms": 8500}), at=at, actor="staff:0")
    read, silent, back = (another(planned, name) for name in ("read", "silent", "back"))
    for message in (read, silent, back):
        went(message)
    tell(read, ReceiptKind.OPENED)
    tell(read, ReceiptKind.CLICKED)
    tell(back, ReceiptKind.BOUNCED)
    texted = another(planned, "texted", locale="en")
    went(texted, channel="sms", units=3)
    another(planned, "no", state=State.REFUSED, reason=Reason.NO_CONSENT, settled_at=AT)
    another(planned, "held", state=State.HELD, holding=Hold.QUIET, send_at=AT + timedelta(days=1))
    report = report_messages(at=AT, days=30, by=Grouping.CHANNEL)
    by_mail, by_sms = (
        next(group.figures for group in report.groups if group.key == key)
        for key in ("email", "sms")
    )
    assert (by_mail.sent, by_sms.sent, report.total.sent) == (3, 1, 4)
    assert by_mail.told(DELIVERED, report.known[DELIVERED]) == 1
    assert by_mail.share(OPENED, report.known[OPENED]) == pytest.approx(1 / 3)
    assert report.known[DELIVERED] == {Medium.EMAIL}
    assert by_sms.share(DELIVERED, report.known[DELIVERED]) is None
    assert by_sms.share(CLICKED, report.known[CLICKED]) == 0
    assert dict(report.reasons)[Reason.NO_CONSENT] == 1
    assert report.holds == [(Hold.QUIET, 1)]
    # 3 × ¥8,500 for a thousand; e-mail has no price.
    assert [(cost.medium, cost.units, cost.amount) for cost in report.costs] == [
        (Medium.EMAIL, 3, None),
        (Medium.SMS, 3, 26),
    ]
    assert report.days[-1][1] == 4
    assert {group.key for group in report_messages(at=AT, days=30, by=Grouping.LOCALE).groups} == {
        "ja",
        "en",
    }


def test_what_nobody_tells_is_not_known() -> None:
    total = Figures()
    total.by(Medium.EMAIL).sent = 5
    assert total.share(DELIVERED, known_media(DELIVERED, total)) is None
    total.by(Medium.EMAIL).told[ReceiptKind.DELIVERED] = 4
    assert total.share(DELIVERED, known_media(DELIVERED, total)) == 0.8
    assert known_media(OPENED, total) == frozenset()
    assert known_media((ReceiptKind.COMPLAINED,), total) == {Medium.EMAIL}
    total.carried[Medium.WHATSAPP] = Carried(sent=1)
    total.carried[Medium.WHATSAPP].told[ReceiptKind.DELIVERED] = 1
    assert known_media(OPENED, total) == {Medium.WHATSAPP}


@pytest.mark.parametrize(
    ("units", "price", "cost"), [(0, 8000, 0), (1, 8499, 8), (1, 8500, 9), (1000, 8500, 8500)]
)
def test_half_a_minor_unit_counts(units: int, price: int, cost: int) -> None:
    assert cost_of(units, price) == cost


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("query", ["", "by=channel&days=7", "by=locale&days=365", "by=x&days=x"])
def test_staff_read_the_report(staff: Client, planned: Message, language: str, query: str) -> None:
    went(planned)
    texted = another(planned, "texted")
    went(texted, channel="line")
    page = staff.get(f"{address('message_report')}?{query}", headers={"Accept-Language": language})
    assert page.status_code == 200
    words = page.content.decode()
    assert ("Not known, and therefore" if language == "en" else "確認できないため") in words


def test_the_report_shows_what_some_channel_tells(staff: Client, planned: Message) -> None:
    went(planned)
    silent = staff.get(address("message_report"))
    assert [one["label"] for one in silent.context["stats"]] == ["Sent"]
    assert (silent.context["columns"], silent.context["rows"][0]["told"]) == ([], [])
    tell(planned, ReceiptKind.DELIVERED)
    words = staff.get(address("message_report")).content.decode()
    assert words.count("100.0%") >= 2
    assert "Not known, and therefore not shown: Opened: E-mail" in " ".join(words.split())


def test_the_report_is_a_file_and_an_empty_page(
    staff: Client, merchant: Merchant, planned: Message
) -> None:
    Message.objects.all().delete()
    assert "Nothing to tell yet" in staff.get(address("message_report")).content.decode()


def test_the_file_has_counts(staff: Client, planned: Message) -> None:
    went(planned)
    answer = staff.get(f"{address('message_report')}?export=csv")
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert rows[0].startswith("Kind,Messages,Sent,Delivered")
    assert rows[1].startswith("Order thanks,1,1,,")


def test_the_report_is_flat_in_queries(
    staff: Client, planned: Message, django_assert_max_num_queries: Any
) -> None:
    for name in range(20):
        went(another(planned, str(name), kind=f"k{name}", locale="en" if name % 2 else "ja"))
    staff.get(address("message_report"))
    with django_assert_max_num_queries(12):
        staff.get(address("message_report"))


# What shoppers wrote


def write(number: int, text: str, **more: Any) -> None:
    services.take_in_reply(
        **{
            "channel": Medium.EMAIL,
            "address": "hana@example.jp",
            "provider_id": f"r{number}",
            "text": text,
            "at": AT + timedelta(minutes=number),
            **more,
        }
    )


def test_replies_lead_to_writer_and_message(staff: Client, planned: Message) -> None:
    went(planned)
    write(1, "ありがとう <b>")
    write(2, "Who is this?", channel=Medium.SMS, address="+81312345678")
    page = staff.get(address("reply_list"))
    first, second = page.context["rows"]
    assert (first["reply"].text, first["message"], first["name"]) == ("Who is this?", None, "")
    assert second["message"] == planned
    html = page.content.decode()
    assert "佐藤" in html
    assert "ありがとう &lt;b&gt;" in html
    assert planned.public_id in html


def test_replies_are_searched(staff: Client, planned: Message) -> None:
    write(1, "Where is my parcel?")
    write(2, "Thanks", subject="Great")
    found = staff.get(address("reply_list"), {"q": "parcel"}).context["rows"]
    assert [row["reply"].text for row in found] == ["Where is my parcel?"]
    assert len(staff.get(address("reply_list"), {"q": "hana@"}).context["rows"]) == 2
    assert "Nothing fits" in staff.get(address("reply_list"), {"q": "moon"}).content.decode()


def test_what_was_taken_back_says_so_without_words(staff: Client, planned: Message) -> None:
    write(1, "A secret")
    services.withdraw_reply(channel=Medium.EMAIL, provider_id="r1", at=AT)
    html = staff.get(address("reply_list")).content.decode()
    assert "Taken back by its writer." in html
    assert "A secret" not in html


@pytest.mark.parametrize("language", ["en", "ja"])
def test_an_empty_list_teaches(staff: Client, merchant: Merchant, language: str) -> None:
    html = staff.get(address("reply_list"), headers={"Accept-Language": language}).content.decode()
    assert ("Nobody has written yet" if language == "en" else "まだ") in html


def test_replies_are_flat_in_queries(
    staff: Client, planned: Message, django_assert_max_num_queries: Any
) -> None:
    went(planned)
    for number in range(30):
        write(number, "Hello")
    staff.get(address("reply_list"))
    with django_assert_max_num_queries(12):
        staff.get(address("reply_list"))
