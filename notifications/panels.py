"""What the message engine shows on pages it does not own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commerce.access import StaffRequest
from notifications.events import MessageSettled
from notifications.selectors import count_waiting_for_staff, list_messages_of_order
from notifications.serializers import represent_messages
from postexp.kernel import slots


def order_messages(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """What the shopper of an order was told, and what they were not told and why."""
    rows = represent_messages(list_messages_of_order(context["order"].public_id))
    if not rows:
        return ""
    return render_to_string("notifications/order_panel.html", {**context, "rows": rows}, request)


def unclear_messages(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """How many messages need a person to look at them; nothing while there are none."""
    count = count_waiting_for_staff()
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
        "label": _("Messages"),
        "icon": "mail",
        "active": request.path.startswith(url),
        "key": "m",
        "count": count_waiting_for_staff(),
    }


slots.register(
    "order_page",
    name="notifications.messages",
    order=50,
    render=order_messages,
    refresh_on=(MessageSettled,),
)
slots.register("dashboard_home", name="notifications.unclear", order=50, render=unclear_messages)
slots.register_entry("nav", order=50, entry=navigation)
