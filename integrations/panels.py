"""What integrations show in the settings, and how their events read."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from commerce.access import StaffRequest
from integrations.events import ConnectionChanged
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
        "count": None,
    }


slots.register_entry("settings", order=30, entry=connections_tab)
describe(
    ConnectionChanged,
    _("Connection changed"),
    icon="plug",
    detail=lambda payload: payload["detail"],
)
