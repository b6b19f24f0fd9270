"""What the page of a message says of each channel, and which address it names."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.enums import Channel as Way
from commerce.enums import Purpose
from commerce.models import Customer, Order, User
from notifications.enums import Medium, Reason, ReceiptKind, State, SuppressionCause
from notifications.models import Message
from notifications.ports import PermanentFailure
from notifications.selectors import list_messages
from notifications.services import lift_suppression, note_receipt, suppress_address
from tests.notifications.test_chain import PHONE, Line, again, agree, flow, lines, reader, send
from tests.notifications.test_services import AT, doubts, kind, plan

__all__ = ("doubts", "kind", "lines", "reader")

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", ("Passed over · The customer does without", "Not delivered · It was 5.")),
        ("ja", ("見送り · お客様がこのお知らせ", "届かなかった · It was 5.")),
    ],
)
def test_the_page_tells_of_every_channel(
    kind: Any,
    order: Order,
    reader: Customer,
    lines: dict[str, Line],
    client: Client,
    owner: User,
    locale: str,
    said: tuple[str, ...],
) -> None:
    agree(reader, Way.WHATSAPP, Purpose.SERVICE, granted=False)
    made = kind()
    flow(made, "whatsapp", "sms", "email")
    message = plan(made, order)
    assert message.passed_over == [{"channel": "whatsapp", "reason": "declined", "detail": ""}]
    send(message)
    note_receipt(
        channel=Medium.SMS,
        provider_id="sms-1",
        kind=ReceiptKind.FAILED,
        detail="It was 5.",
        at=AT,
    )
    send(message)
    assert again(message).channel == Medium.EMAIL
    client.force_login(owner)
    url = reverse("dashboard:message_detail", args=["komorebi", message.public_id])
    html = client.get(url, headers={"accept-language": locale}).content.decode()
    for words in said:
        assert words in html
    assert "Refused for good" not in html
    places = [html.index(f'<span class="strong">{one}') for one in ("WhatsApp", "SMS")]
    assert places == sorted(places)


def ways_of(client: Client, message: Message) -> list[tuple[str, str]]:
    """Each channel on the page of a message, with why it was passed over."""
    url = reverse("dashboard:message_detail", args=["komorebi", message.public_id])
    return [(way.channel, way.why_not) for way in client.get(url).context["ways"]]


def test_what_every_channel_refused_says_why_of_each(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line], client: Client, owner: User
) -> None:
    client.force_login(owner)
    suppress_address(PHONE, channel=Medium.SMS, cause=SuppressionCause.STOPPED, at=AT)
    suppress_address(order.email, channel=Medium.EMAIL, cause=SuppressionCause.BOUNCED, at=AT)
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    assert message.state == State.REFUSED
    (sms, why_no_sms), (mail, why_no_mail) = ways_of(client, message)
    assert (sms, mail) == ("SMS", "E-mail")
    assert str(SuppressionCause.STOPPED.label) in why_no_sms
    assert str(SuppressionCause.BOUNCED.label) in why_no_mail
    alone = kind("order.thanks_alone")
    flow(alone, "sms")
    assert ways_of(client, plan(alone, order)) == [], "the reason of the message says it all"


def test_a_channel_that_refuses_after_one_that_took_it_says_why(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line], client: Client, owner: User
) -> None:
    client.force_login(owner)
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    send(message)
    suppress_address(order.email, channel=Medium.EMAIL, cause=SuppressionCause.BOUNCED, at=AT)
    note_receipt(channel=Medium.SMS, provider_id="sms-1", kind=ReceiptKind.FAILED, at=AT)
    send(message)
    (_sms, why_no_sms), (_mail, why_no_mail) = ways_of(client, message)
    assert why_no_sms == ""
    assert str(SuppressionCause.BOUNCED.label) in why_no_mail


def test_a_refused_text_names_the_number_it_was_meant_for(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    suppress_address(PHONE, channel=Medium.SMS, cause=SuppressionCause.STOPPED, at=AT)
    made = kind()
    flow(made, "sms")
    message = plan(made, order)
    assert (message.reason, message.address) == (Reason.SUPPRESSED, PHONE)
    assert list(list_messages(search=reader.email.upper())) == [message]
    # Who allows the address again allows this one.
    assert lift_suppression(message, at=AT, actor="staff:0")
    assert plan(made, order, "shp_2").reason == ""


def test_so_does_one_that_is_refused_after_another_channel_failed(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line]
) -> None:
    suppress_address(PHONE, channel=Medium.SMS, cause=SuppressionCause.STOPPED, at=AT)
    made = kind()
    flow(made, "email", "sms")
    message = plan(made, order)
    lines["email"].failures = [PermanentFailure("No such mailbox.")]
    assert send(message) == State.PLANNED
    assert send(message) == State.REFUSED
    message = again(message)
    assert (message.channel, message.reason) == (Medium.SMS, Reason.SUPPRESSED)
    assert message.address == PHONE


def test_while_it_waits_it_says_which_channel_it_does_not_go_by(
    kind: Any, order: Order, reader: Customer, lines: dict[str, Line], client: Client, owner: User
) -> None:
    client.force_login(owner)
    suppress_address(PHONE, channel=Medium.SMS, cause=SuppressionCause.STOPPED, at=AT)
    made = kind()
    flow(made, "sms", "email")
    message = plan(made, order)
    assert (message.state, message.channel) == (State.PLANNED, Medium.EMAIL)
    ((channel, why_not),) = ways_of(client, message)
    assert channel == "SMS"
    assert str(SuppressionCause.STOPPED.label) in why_not
