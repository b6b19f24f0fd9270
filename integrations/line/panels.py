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
from postexp.kernel import slots
from postexp.kernel.history import describe


def line_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to news by LINE, where the shop has an official account there."""
    if find_account() is None or get_order(context["order_id"]).customer is None:
        return ""
    token = links.order_token(context["order_id"])
    url = reverse("site:line_order", args=[get_merchant().slug, token])
    return render_to_string("integrations/line/link.html", {**context, "url": url}, request)


slots.register(
    "tracking_page",
    name="integrations.line",
    order=85,
    render=line_link,
    fallback=line_link,
    ages=False,
)
describe(LineAnswerDue, _("Answer in LINE"), icon="send", minor=True)
