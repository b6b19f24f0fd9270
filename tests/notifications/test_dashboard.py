"""The pages of messages and the development mailbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from commerce.enums import Role
from commerce.models import Customer, Invitation, Membership, Merchant, Order, User
from commerce.services.invitations import send_invitation
from commerce.services.staff import invite_person
from notifications import ports
from notifications.enums import Hold, Medium, Reason, State, SuppressionCause
from notifications.models import MailboxMail, Message
from notifications.ports import get_kind
from notifications.selectors import order_variables
from notifications.services import plan_message, suppress_address
from notifications.tasks import MAILBOX_KEEP, purge
from postexp.kernel import clock
from postexp.kernel.models import Delivery, EventRecord
from postexp.kernel.tenancy import merchant_scope

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


@pytest.fixture
def message(order: Order) -> Message:
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


def more(message: Message, count: int, **changes: Any) -> list[Message]:
    """Copies of a message about other objects."""
    fields = {
        field.attname: getattr(message, field.attname)
        for field in Message._meta.concrete_fields
        if field.attname not in {"id", "public_id", "object_id"}
    }
    return Message.objects.bulk_create(
        Message(**{**fields, "object_id": f"{changes.get('state', 'more')}-{n}", **changes})
        for n in range(count)
    )


def address(name: str, *args: str) -> str:
    return reverse(f"dashboard:{name}", args=["komorebi", *args])


def page(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def settle(message: Message, state: State, reason: Reason | str) -> None:
    Message.objects.filter(pk=message.pk).update(state=state, reason=reason, settled_at=AT)


# Lists


def test_the_list_shows_each_decision_with_its_reason(staff: Client, message: Message) -> None:
    more(
        message,
        1,
        state=State.REFUSED,
        reason=Reason.NO_LONGER_TRUE,
        detail="The order was cancelled.",
    )
    html = page(staff, address("message_list"))
    assert message.subject in html
    assert "hana@example.jp" in html
    assert "#1001" in html
    assert "It was no longer true. The order was cancelled." in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 5),
        ({"view": "sent"}, 1),
        ({"view": "look"}, 2),
        ({"view": "unsent"}, 1),
        ({"view": "waiting"}, 1),
        ({"view": "of a later version"}, 5),
        ({"kind": "order.thanks"}, 5),
        ({"kind": "shipment.shipped"}, 0),
        ({"q": "#1001"}, 5),
        ({"q": "1001"}, 5),
        ({"q": "hana@"}, 5),
        ({"q": "佐藤"}, 5),
        ({"q": "佐藤花"}, 5),
        ({"q": "花"}, 5),
        ({"q": "ありがとう"}, 0),
        ({"q": "refused-0"}, 1),
        ({"q": "nobody"}, 0),
        ({"q": "1001", "view": "sent"}, 1),
        ({"channel": "email"}, 5),
        ({"channel": "line"}, 0),
        ({"why": "no_address"}, 1),
        ({"why": "quiet"}, 0),
    ],
)
def test_views_kinds_and_words_narrow_the_list(
    staff: Client, message: Message, query: dict[str, str], found: int
) -> None:
    more(message, 1, state=State.SENT)
    more(message, 1, state=State.FAILED, reason=Reason.PROVIDER_REFUSED)
    more(message, 1, state=State.OUTCOME_UNKNOWN, reason=Reason.INTERRUPTED)
    more(message, 1, state=State.REFUSED, reason=Reason.NO_ADDRESS)
    html = page(staff, address("message_list"), **query)
    assert html.count("row-link") == found
    assert ("No message fits" in html) == (found == 0)


def test_readings_and_dialled_numbers_find_the_messages_of_a_customer(
    staff: Client, order: Order, message: Message
) -> None:
    Customer.objects.filter(pk=order.customer_id).update(family_kana="サトウ", given_kana="ハナ")
    Message.objects.filter(pk=message.pk).update(channel="sms", address="+819012345678")
    for words in ("さとう", "ｻﾄｳ ﾊﾅ", "090-1234-5678", "+81901234"):
        assert page(staff, address("message_list"), q=words).count("row-link") == 1, words
    assert page(staff, address("message_list"), q="090-1234-5679").count("row-link") == 0


def test_held_ones_say_what_they_wait_for(staff: Client, message: Message) -> None:
    more(message, 2, state=State.HELD, holding=Hold.QUIET)
    more(message, 1, state=State.SENT)
    html = page(staff, address("message_list"), why="quiet")
    assert html.count("row-link") == 2
    assert html.count("It waits for the end of the quiet hours.") == 3
    assert '<option value="quiet" selected>' in html


def test_a_message_lists_those_it_says_too(staff: Client, message: Message) -> None:
    [merged] = more(
        message,
        1,
        state=State.MERGED,
        reason=Reason.MERGED,
        merged_into=message.public_id,
        subject="Second parcel",
    )
    html = page(staff, address("message_detail", message.public_id))
    assert "Second parcel" in html
    assert merged.public_id in html
    assert page(staff, address("message_list"), view="merged").count("row-link") == 1


def test_the_list_goes_by_the_time_it_shows(staff: Client, message: Message) -> None:
    """A message that was planned first may be sent last."""
    newest, oldest = AT + timedelta(days=9), AT - timedelta(days=9)
    settle(message, State.SENT, "")
    more(message, 31, state=State.SENT, settled_at=AT - timedelta(days=1))
    more(message, 1, state=State.PLANNED, settled_at=None, send_at=newest, subject="Newest")
    more(message, 1, state=State.HELD, settled_at=None, send_at=oldest, subject="Oldest")
    rows, seen = staff.get(address("message_list")), []
    assert rows.context["rows"][0].message.subject == "Newest"
    assert rows.context["rows"][1].message.public_id == message.public_id
    seen += [row.message.pk for row in rows.context["rows"]]
    rows = staff.get(address("message_list") + rows.context["page"].older)
    assert rows.context["rows"][-1].message.subject == "Oldest"
    seen += [row.message.pk for row in rows.context["rows"]]
    assert len(seen) == len(set(seen)) == 34
    back = staff.get(address("message_list") + rows.context["page"].newer)
    assert [row.message.pk for row in back.context["rows"]] == seen[:30]
    assert staff.get(address("message_list") + "?before=never~1").status_code == 200


def test_an_empty_list_teaches(staff: Client, scope: Merchant) -> None:
    assert "No messages yet" in page(staff, address("message_list"))


def test_an_htmx_request_gets_the_rows_alone(staff: Client, message: Message) -> None:
    response = staff.get(address("message_list"), HTTP_HX_REQUEST="true")
    html = response.content.decode()
    assert "<html" not in html
    assert message.subject in html


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_is_flat_in_queries(
    staff: Client, message: Message, rows: int, django_assert_max_num_queries: Any
) -> None:
    more(message, rows)
    # The first page of a session notes it; a list is counted after that.
    page(staff, address("message_list"))
    with django_assert_max_num_queries(12):
        page(staff, address("message_list"))


def test_pages_lead_older_and_newer(staff: Client, message: Message) -> None:
    more(message, 30)
    first = staff.get(address("message_list"))
    older = staff.get(address("message_list") + first.context["page"].older)
    assert [row.message.pk for row in older.context["rows"]] == [message.pk]
    newer = staff.get(address("message_list") + older.context["page"].newer)
    assert len(newer.context["rows"]) == 30


# One message


def test_a_planned_message_can_be_read_before_it_goes_out(staff: Client, message: Message) -> None:
    html = page(staff, address("message_detail", message.public_id))
    preview = address("message_preview", message.public_id)
    assert f'src="{preview}"' in html
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in html
    assert "■ ご注文の商品" in html
    assert "¥7,500" in page(staff, preview)


def test_a_sent_message_shows_what_was_sent(
    staff: Client, message: Message, drain: Any, order: Order
) -> None:
    drain()
    message.refresh_from_db()
    assert message.state == State.SENT
    sent = page(staff, address("message_preview", message.public_id))
    assert sent == message.html
    html = page(staff, address("message_detail", message.public_id))
    assert "Send again" not in html
    assert message.sendings.get().key in html
    assert "Taken by the channel" in html


def test_the_preview_runs_nothing_and_reaches_nothing(staff: Client, message: Message) -> None:
    response = staff.get(address("message_preview", message.public_id))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy
    assert "allow-same-origin" not in policy
    assert "allow-scripts" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_words_of_codes_are_not_for_staff(
    staff: Client, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = get_kind(message.kind)
    assert kind is not None
    monkeypatch.setitem(ports._kinds, kind.name, replace(kind, secret=True))
    html = page(staff, address("message_detail", message.public_id))
    assert "The words of one-time codes are not shown and not kept." in html
    assert "<iframe" not in html
    assert page(staff, address("message_preview", message.public_id)) == ""


def test_a_message_of_a_kind_that_is_gone_can_still_be_looked_at(
    staff: Client, message: Message
) -> None:
    Message.objects.filter(pk=message.pk).update(kind="order.of_old", html="<p>hello</p>")
    html = page(staff, address("message_detail", message.public_id))
    assert "order.of_old" in html
    assert page(staff, address("message_preview", message.public_id)) == "<p>hello</p>"


@pytest.mark.parametrize("name", ["message_detail", "message_preview"])
def test_another_shop_gets_404(
    client: Client, message: Message, other_merchant: Merchant, name: str
) -> None:
    client.force_login(User.objects.get(email="rival@example.com"))
    assert client.get(address(name, message.public_id)).status_code == 404
    own = reverse(f"dashboard:{name}", args=["harbor", message.public_id])
    assert client.get(own).status_code == 404


@pytest.mark.parametrize("name", ["message_resend", "message_mark_sent", "message_allow_address"])
def test_another_shop_cannot_act(
    client: Client, message: Message, other_merchant: Merchant, name: str
) -> None:
    client.force_login(User.objects.get(email="rival@example.com"))
    own = reverse(f"dashboard:{name}", args=["harbor", message.public_id])
    assert client.post(own).status_code == 404


# What staff do


@pytest.fixture
def unclear(message: Message) -> Message:
    settle(message, State.OUTCOME_UNKNOWN, Reason.INTERRUPTED)
    return message


def test_an_unclear_message_offers_both_ways_out(staff: Client, unclear: Message) -> None:
    Message.objects.filter(pk=unclear.pk).update(channel=Medium.SMS)
    html = page(staff, address("message_detail", unclear.public_id))
    assert "Nobody can know whether this message arrived" in html
    assert "being handed over (SMS)" in html
    assert "mail server" not in html
    assert address("message_resend", unclear.public_id) in html
    assert address("message_mark_sent", unclear.public_id) in html


def test_resending_plans_it_again(staff: Client, unclear: Message, owner: User) -> None:
    response = staff.post(address("message_resend", unclear.public_id), follow=True)
    assert "The message is being sent again." in response.content.decode()
    unclear.refresh_from_db()
    assert unclear.state == State.PLANNED
    assert EventRecord.objects.get(type="message.resent").actor == owner.actor


def test_marking_as_sent_ends_it(staff: Client, unclear: Message) -> None:
    response = staff.post(address("message_mark_sent", unclear.public_id), follow=True)
    assert "The message counts as sent." in response.content.decode()
    unclear.refresh_from_db()
    assert unclear.state == State.SENT


@pytest.mark.parametrize("name", ["message_resend", "message_mark_sent"])
def test_a_message_that_needs_nobody_is_left_alone(
    staff: Client, message: Message, name: str
) -> None:
    response = staff.post(address(name, message.public_id))
    assert response.status_code == 409
    assert "Someone has dealt with this message already." in response.content.decode()
    assert Delivery.objects.filter(handler="notifications.send", state="pending").count() == 1


def test_a_list_names_people_and_not_their_accounts(staff: Client, message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(channel=Medium.LINE, address="U1234", name="花 様")
    html = page(staff, address("message_list"))
    assert "花 様" in html
    assert "U1234" not in html


def test_a_failed_message_says_why(staff: Client, message: Message) -> None:
    settle(message, State.FAILED, Reason.PROVIDER_REFUSED)
    Message.objects.filter(pk=message.pk).update(detail="552 mailbox full")
    html = page(staff, address("message_detail", message.public_id))
    assert "552 mailbox full" in html
    assert address("message_mark_sent", message.public_id) not in html


def test_those_who_may_not_decide_see_no_buttons(
    client: Client, unclear: Message, warehouse_worker: User
) -> None:
    client.force_login(warehouse_worker)
    html = page(client, address("message_detail", unclear.public_id))
    assert address("message_resend", unclear.public_id) not in html
    assert client.post(address("message_resend", unclear.public_id)).status_code == 403


def test_a_stopped_address_can_be_allowed_again(
    staff: Client, message: Message, scope: Merchant, owner: User
) -> None:
    suppress_address(message.address, cause=SuppressionCause.BOUNCED, at=AT)
    url = address("message_detail", message.public_id)
    assert "No message goes to this address: Messages to it came back." in page(staff, url)
    response = staff.post(address("message_allow_address", message.public_id), follow=True)
    assert "Messages may go to this address again." in response.content.decode()
    assert "No message goes to this address" not in page(staff, url)
    assert EventRecord.objects.get(type="message.address_allowed").actor == owner.actor
    assert "Address written to again" in page(staff, address("event_list"))


# On pages of other rooms


def test_the_order_page_shows_what_the_shopper_was_told(
    staff: Client, message: Message, order: Order, drain: Any
) -> None:
    url = address("order_detail", order.public_id)
    assert address("message_detail", message.public_id) in page(staff, url)
    drain()
    html = page(staff, url)
    assert "Order thanks" in html
    assert "Message sent" in html


def test_the_order_page_says_why_the_shopper_was_not_told(
    staff: Client, message: Message, order: Order
) -> None:
    Message.objects.all().delete()
    url = address("order_detail", order.public_id)
    assert "No address is known." not in page(staff, url)
    Order.objects.filter(pk=order.pk).update(email="")
    order.customer.email = ""
    order.customer.save()
    kind = get_kind("order.thanks")
    assert kind is not None
    plan_message(
        kind,
        object_id=order.public_id,
        variables=order_variables(order.public_id),
        event_id=2,
        occurred_at=clock.now(),
        at=clock.now(),
    )
    html = page(staff, url)
    assert "Message not sent" in html
    assert "Order thanks: No address is known." in html


def test_home_asks_for_a_look_only_when_one_is_needed(staff: Client, message: Message) -> None:
    assert "may not have arrived" not in page(staff, address("home"))
    settle(message, State.FAILED, Reason.PROVIDER_REFUSED)
    assert "1 message may not have arrived" in page(staff, address("home"))


def test_the_rail_counts_what_needs_a_look(staff: Client, unclear: Message) -> None:
    entries = staff.get(address("message_list")).context["rail"]["nav"]
    entry = next(entry for entry in entries if entry["url"] == address("message_list"))
    assert (entry["active"], entry["count"], entry["key"]) == (True, 1, "m")


# The mailbox


@pytest.fixture
def mails(merchant: Merchant, other_merchant: Merchant) -> dict[str, MailboxMail]:
    """A message of each shop, and a mail of the house itself."""
    return {
        name: MailboxMail.objects.create(
            merchant_id=merchant_id,
            message_id="" if name == "house" else f"msg_{name}",
            sender="Shop <post@mail.example>",
            recipients=f"{name}@example.com",
            subject=f"Mail of {name}",
            html="" if name == "house" else "<p>hello</p>",
            text="hello https://shop.example/x",
            mime="Subject: x\nMessage-ID: <m@x>\n\nbody",
            at=AT,
        )
        for name, merchant_id in (
            ("ours", merchant.pk),
            ("theirs", other_merchant.pk),
            ("house", None),
        )
    }


def test_members_see_the_mails_of_their_shops_alone(
    staff: Client, mails: dict[str, MailboxMail]
) -> None:
    html = page(staff, reverse("mailbox"))
    assert "Mail of ours" in html
    assert "Mail of theirs" not in html
    assert "Mail of house" not in html
    for name, status in (("ours", 200), ("theirs", 404), ("house", 404)):
        for view in ("mailbox_mail", "mailbox_preview"):
            url = reverse(view, args=[mails[name].public_id])
            assert staff.get(url).status_code == status


def test_an_invitation_is_read_by_those_who_may_invite(
    staff: Client, scope: Merchant, owner: User, warehouse_worker: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"
    now = clock.now()
    by = Membership.objects.get(user=owner, merchant=scope)
    fields = {"name": "Ren", "role": Role.MANAGER, "locale": "en"}
    invite_person(merchant=scope, email="new@example.com", by=by, at=now, **fields)
    invitation = Invitation.objects.get()
    send_invitation(merchant=scope, invitation_id=invitation.public_id, inviter="Mika", locale="en")
    letter = reverse("mailbox_mail", args=[MailboxMail.objects.get().public_id])
    assert "new@example.com" in page(staff, reverse("mailbox"))
    assert "/invitations/" in page(staff, letter)
    staff.force_login(warehouse_worker)
    assert "No mail yet" in page(staff, reverse("mailbox"))
    assert staff.get(letter).status_code == 404


def test_operators_see_every_mail(client: Client, mails: dict[str, MailboxMail]) -> None:
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    html = page(client, reverse("mailbox"))
    assert html.count("row-link") == 3
    assert "Text part" in page(client, reverse("mailbox_mail", args=[mails["house"].public_id]))


def test_strangers_are_sent_to_log_in(client: Client, mails: dict[str, MailboxMail]) -> None:
    for url in (reverse("mailbox"), reverse("mailbox_mail", args=[mails["ours"].public_id])):
        assert client.get(url).status_code == 302


def test_a_mail_is_shown_with_every_part(staff: Client, mails: dict[str, MailboxMail]) -> None:
    html = page(staff, reverse("mailbox_mail", args=[mails["ours"].public_id]))
    assert "Message-ID: &lt;m@x&gt;" in html
    assert 'href="https://shop.example/x"' in html
    preview = staff.get(reverse("mailbox_preview", args=[mails["ours"].public_id]))
    assert preview.content == b"<p>hello</p>"
    assert "default-src 'none'" in preview["Content-Security-Policy"]


def test_the_mailbox_can_be_searched(staff: Client, mails: dict[str, MailboxMail]) -> None:
    assert "Mail of ours" in page(staff, reverse("mailbox"), q="ours@")
    assert "No mail fits" in page(staff, reverse("mailbox"), q="nothing")
    MailboxMail.objects.all().delete()
    assert "No mail yet" in page(staff, reverse("mailbox"))


def test_old_mails_are_forgotten(mails: dict[str, MailboxMail], db: None) -> None:
    now = clock.now()
    MailboxMail.objects.update(at=now - MAILBOX_KEEP + timedelta(minutes=1))
    assert purge() == 0
    MailboxMail.objects.filter(pk=mails["ours"].pk).update(at=now - MAILBOX_KEEP)
    assert purge() == 1


# In Japanese


def test_pages_speak_japanese(staff: Client, message: Message) -> None:
    from django.conf import settings

    staff.cookies[settings.LANGUAGE_COOKIE_NAME] = "ja"
    html = page(staff, address("message_list"))
    with translation.override("ja"):
        expected = translation.pgettext("state of a message", "Planned")
    assert expected in html


def test_operators_find_messages_in_the_back_office(
    client: Client, message: Message, mails: dict[str, MailboxMail]
) -> None:
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    with merchant_scope(message.merchant_id):
        suppress_address("a@b.example", cause=SuppressionCause.BLOCKED, at=AT)
    for model in ("message", "suppression", "mailboxmail"):
        listing = reverse(f"admin:notifications_{model}_changelist")
        assert client.get(listing).status_code == 200
        assert client.get(reverse(f"admin:notifications_{model}_add")).status_code == 403
    change = reverse("admin:notifications_message_change", args=[message.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {}).status_code == 403
    delete = reverse("admin:notifications_message_delete", args=[message.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
