"""What integrations show in the settings, and how their events read."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from commerce.selectors.setup import has_real_orders
from integrations.events import ConnectionChanged, ScanToTell
from postexp.kernel import slots
from postexp.kernel.history import describe


def connections_tab(request: HttpRequest) -> dict[str, Any]:
    """Where orders and scans come from."""
    slug = cast(StaffRequest, request).merchant.slug
    url = reverse("dashboard:connection_list", args=[slug])
    return {
        "url": url,
        "label": pgettext("settings", "Connections"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.CONNECTIONS,
    }


def orders_step(request: HttpRequest) -> dict[str, Any]:
    """First step: orders that are real."""
    slug = cast(StaffRequest, request).merchant.slug
    return {
        "title": gettext("Bring your orders in"),
        "text": gettext(
            "Connect your shop, import a file, or use the API. Demo data does not count."
        ),
        "done": has_real_orders(),
        "ways": [
            {"label": gettext("Import"), "url": reverse("dashboard:import_list", args=[slug])},
            {"label": gettext("Connect"), "url": reverse("dashboard:connection_list", args=[slug])},
        ],
    }


slots.register_entry("setup_steps", order=20, entry=orders_step)
slots.register_entry("settings", order=30, entry=connections_tab)
describe(
    ConnectionChanged,
    _("Connection changed"),
    icon="plug",
    detail=lambda payload: payload["detail"],
)
describe(ScanToTell, _("Scan to be shown in Shopify"), icon="send")
