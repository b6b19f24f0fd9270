"""What LINE shows on pages it does not own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from commerce import links
from commerce.selectors import get_merchant, get_order
from integrations.events import LineAnswerDue
from integrations.line.access import find_account
from integrations.line.linking import friend_url
from notifications.enums import Medium
from notifications.selectors import find_contact
from postexp.kernel import slots
from postexp.kernel.history import describe


def line_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to news by LINE, where the shop has an official account there."""
    if find_account() is None or get_order(context["order_id"]).customer is None:
        return ""
    token = links.order_token(context["order_id"])
    url = reverse("site:line_order", args=[get_merchant().slug, token])
    return render_to_string("integrations/line/link.html", {**context, "url": url}, request)


def line_offer(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """How a customer comes to hear by LINE; who does already is asked on the page itself."""
    connection = find_account()
    if connection is None or find_contact(context["customer_id"], Medium.LINE) is not None:
        return ""
    offer = {"friend_url": friend_url(connection), "line_id": connection.client_id}
    return render_to_string("integrations/line/preferences.html", {**context, **offer}, request)


slots.register(
    "tracking_page",
    name="integrations.line",
    order=85,
    render=line_link,
    fallback=line_link,
    ages=False,
)
slots.register("preferences", name="integrations.line", order=10, render=line_offer)
describe(LineAnswerDue, _("Answer in LINE"), icon="send", minor=True)
