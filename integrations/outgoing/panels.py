"""The tab of the settings, and how events about endpoints read."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from integrations.outgoing.events import EndpointChanged, EndpointStopped
from notifications.ports import AlertKind, register_alert
from postexp.kernel import slots
from postexp.kernel.history import describe


def webhooks_tab(request: HttpRequest) -> dict[str, Any]:
    """Other systems that are told of what happens."""
    slug = cast(StaffRequest, request).merchant.slug
    url = reverse("dashboard:endpoint_list", args=[slug])
    return {
        "url": url,
        "label": pgettext("settings", "Webhooks"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.CONNECTIONS,
    }


slots.register_entry("settings", order=35, entry=webhooks_tab)
describe(
    EndpointChanged,
    _("Webhook endpoint changed"),
    icon="plug",
    detail=lambda payload: payload["detail"],
)
describe(
    EndpointStopped,
    _("Webhook endpoint stopped"),
    icon="plug",
    tone="problem",
    detail=lambda payload: payload["detail"],
)
register_alert(
    AlertKind(
        name="webhook_endpoint.stopped",
        title=pgettext_lazy("kind of alert", "Webhook endpoint stopped"),
        event=EndpointStopped,
        object_id=lambda event: f"{event.endpoint_id}:{event.state}",
        detail=lambda event: event.detail,
        page=lambda event: ("endpoint_detail", [event.endpoint_id]),
        icon="plug",
        tone="problem",
    )
)
