"""The tab of the settings."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from postexp.kernel import slots


def templates_tab(request: HttpRequest) -> dict[str, Any]:
    """Which template says which message. Every page draws it, so nothing is asked for it."""
    slug = cast(StaffRequest, request).merchant.slug
    url = reverse("dashboard:whatsapp_templates", args=[slug])
    return {
        "url": url,
        "label": pgettext("settings", "WhatsApp templates"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.MESSAGES,
    }


slots.register_entry("settings", order=28, entry=templates_tab)
