"""What the message engine shows on pages it does not own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import Channel, Purpose, SettingsGroup
from commerce.selectors import get_merchant, get_order
from notifications.enums import Medium, Reason, ReceiptKind
from notifications.events import (
    AddressAllowed,
    ConsentAsked,
    ConsentChosen,
    ContactLinked,
    ContactUnlinked,
    FallbackDue,
    FlowChanged,
    HouseWordsUsed,
    LetterWritten,
    MessageNotSent,
    MessagePlanned,
    MessageResent,
    MessageSent,
    MessagesStopped,
    MessagesWentLive,
    ReceiptNoted,
    ReplyReceived,
    SendingDue,
    SendingTermsChanged,
    StaffAlerted,
    StaffDigestDue,
    TestMessageRequested,
    WordingSaved,
    WordingUsed,
)
from notifications.links import reader_token
from notifications.selectors import (
    is_live,
    list_messages_of_customer,
    list_messages_of_order,
    list_unread_alerts,
    list_waiting_for_staff,
)
from notifications.serializers import kind_title, represent_messages
from notifications.serializers.flows import flow_change_words, terms_change_words
from postexp.kernel import slots
from postexp.kernel.history import describe
from postexp.kernel.outbox import DeliveryDied


def order_messages(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What the shopper of an order was told, and what they were not told and why."""
    rows = represent_messages(list_messages_of_order(context["order_id"]))
    if not rows:
        return ""
    return render_to_string("notifications/order_panel.html", {**context, "rows": rows}, request)


def customer_messages(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What a customer was told lately, and what they were not told and why."""
    rows = represent_messages(list_messages_of_customer(context["customer_id"]))
    if not rows:
        return ""
    return render_to_string("notifications/customer_panel.html", {**context, "rows": rows}, request)


def notices_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to where a shopper chooses their notices; who is no customer has none to choose."""
    order = get_order(context["order_id"])
    if order.customer is None:
        return ""
    token = reader_token(order.customer.public_id)
    url = reverse("site:preferences", args=[get_merchant().slug, token])
    return render_to_string("notifications/site/link.html", {**context, "url": url}, request)


def unclear_messages(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """How many messages need a person to look at them; nothing while there are none."""
    count = list_waiting_for_staff().count()
    if not count:
        return ""
    title = ngettext(
        "%(count)s message may not have arrived", "%(count)s messages may not have arrived", count
    ) % {"count": count}
    return render_to_string("notifications/home_panel.html", {**context, "title": title}, request)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entry of the left rail."""
    url = reverse("dashboard:message_list", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": gettext("Messages"),
        "icon": "mail",
        "active": request.path.startswith(url),
        "key": "m",
        "count": list_waiting_for_staff(),
    }


def rules_tab(request: HttpRequest) -> dict[str, Any]:
    """What holds for all messages."""
    url = reverse("dashboard:sending_rules", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": pgettext("settings", "Sending rules"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.MESSAGES,
    }


def bell(request: HttpRequest) -> dict[str, Any]:
    """The bell of the frame, with how many of the person's alerts are unread."""
    staff = cast(StaffRequest, request)
    return {
        "url": reverse("dashboard:alert_list", args=[staff.merchant.slug]),
        "label": gettext("Alerts"),
        "icon": "bell",
        "key": "a",
        "count": list_unread_alerts(staff.user.pk),
    }


def _kind(payload: Mapping[str, Any]) -> str:
    return kind_title(payload["kind"])


def _kind_and_reason(payload: Mapping[str, Any]) -> str:
    return f"{kind_title(payload['kind'])}: {Reason(payload['reason']).label}"


def _channel(payload: Mapping[str, Any]) -> str:
    return str(Medium(payload["channel"]).label)


def _receipt(payload: Mapping[str, Any]) -> str:
    return f"{kind_title(payload['kind'])}: {ReceiptKind(payload['receipt']).label}"


def _language(payload: Mapping[str, Any]) -> str:
    return f"{kind_title(payload['kind'])}, {payload['locale']}"


def _wording(payload: Mapping[str, Any]) -> str:
    return f"{_language(payload)}, {payload['number']}"


def _consent(payload: Mapping[str, Any]) -> str:
    said = gettext("Yes") if payload["granted"] else gettext("No")
    return f"{Purpose(payload['purpose']).label}, {Channel(payload['channel']).label}: {said}"


slots.register(
    "order_page",
    name="notifications.messages",
    order=50,
    render=order_messages,
    refresh_on=(MessageSent, MessageNotSent),
)
slots.register(
    "tracking_page",
    name="notifications.notices",
    order=90,
    render=notices_link,
    fallback=notices_link,
    ages=False,
)
slots.register("customer_page", name="notifications.messages", order=50, render=customer_messages)
slots.register("dashboard_home", name="notifications.unclear", order=50, render=unclear_messages)
slots.register_entry("nav", order=50, entry=navigation)
slots.register_entry("settings", order=27, entry=rules_tab)
slots.register_entry("bells", order=10, entry=bell)


def live_step(request: HttpRequest) -> dict[str, Any]:
    """First step: letting messages go to shoppers."""
    slug = cast(StaffRequest, request).merchant.slug
    return {
        "title": gettext("Let your messages go"),
        "text": gettext("Until then they are written and kept, and none leaves the house."),
        "done": is_live(),
        "ways": [
            {
                "label": gettext("Read them"),
                "url": reverse("dashboard:message_kinds", args=[slug]),
            },
            {"label": gettext("Go live"), "url": reverse("dashboard:go_live", args=[slug])},
        ],
    }


slots.register_entry("setup_steps", order=60, entry=live_step)

describe(MessagesWentLive, _("Messages went live"), icon="send", tone="good")
describe(MessagesStopped, _("Messages back in dry run"), icon="pause", tone="attention")
describe(
    FlowChanged,
    _("How a message is sent was changed"),
    icon="sliders-horizontal",
    detail=flow_change_words,
)
describe(
    SendingTermsChanged,
    _("Sending rules changed"),
    icon="sliders-horizontal",
    detail=terms_change_words,
)
describe(TestMessageRequested, _("Test message asked for"), icon="send", detail=_kind, minor=True)
describe(WordingSaved, _("Words of a message kept"), icon="pencil", detail=_wording, minor=True)
describe(WordingUsed, _("Own words put into use"), icon="pencil", tone="accent", detail=_wording)
describe(HouseWordsUsed, _("Went back to our words"), icon="undo-2", detail=_language)
describe(MessagePlanned, _("Message planned"), icon="mail", detail=_kind, minor=True)
describe(MessageSent, _("Message sent"), icon="send", detail=_kind)
describe(MessageNotSent, _("Message not sent"), icon="mail", detail=_kind_and_reason)
describe(MessageResent, _("Message sent again by staff"), icon="send", detail=_kind)
describe(AddressAllowed, _("Address written to again"), icon="mail", detail=_kind)
describe(LetterWritten, _("Shopper written to by staff"), icon="pencil", tone="accent")
describe(SendingDue, _("Message due"), icon="mail", detail=_kind, minor=True)
describe(FallbackDue, _("Next channel due"), icon="mail", detail=_kind, minor=True)
describe(ReceiptNoted, _("Channel told of a message"), icon="mail", detail=_receipt, minor=True)
describe(ReplyReceived, _("Shopper wrote"), icon="pencil", tone="accent", detail=_channel)
describe(ContactLinked, _("Account linked"), icon="link", tone="good", detail=_channel)
describe(ContactUnlinked, _("Account unlinked"), icon="link", detail=_channel)
describe(ConsentAsked, _("Consent to be confirmed"), icon="mail", detail=_channel, minor=True)
describe(ConsentChosen, _("Consent changed by the shopper"), icon="mail", detail=_consent)
describe(StaffAlerted, _("Staff alerted by e-mail"), icon="bell", minor=True)
describe(StaffDigestDue, _("Daily alerts sent to staff"), icon="bell", minor=True)
describe(
    DeliveryDied,
    _("A reaction failed for good"),
    icon="octagon-alert",
    tone="problem",
    detail=lambda payload: payload["handler"],
)
