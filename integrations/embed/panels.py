"""The tab of the settings."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from postexp.kernel import slots


def storefront_tab(request: HttpRequest) -> dict[str, Any]:
    """What can be put into the shop's own pages."""
    slug = cast(StaffRequest, request).merchant.slug
    url = reverse("dashboard:embed", args=[slug])
    return {
        "url": url,
        "label": pgettext("settings", "Storefront"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.PAGES,
    }


slots.register_entry("settings", order=25, entry=storefront_tab)
