"""The tab of the settings, and how events about endpoints read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from integrations.outgoing.events import EndpointChanged, EndpointStopped
from notifications.ports import AlertKind, register_alert
from postexp.design import formats
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


CHANGES = {
    "added": pgettext_lazy("webhook endpoint", "added"),
    "changed": pgettext_lazy("webhook endpoint", "changed"),
    "stopped": pgettext_lazy("webhook endpoint", "stopped"),
    "resumed": pgettext_lazy("webhook endpoint", "resumed"),
    "deleted": pgettext_lazy("webhook endpoint", "deleted"),
    "rotated the secret": pgettext_lazy("webhook endpoint", "given a new secret"),
    "tested": pgettext_lazy("webhook endpoint", "tested"),
}

CAUSES = {
    "it answered 410 Gone": _("It answered 410 Gone."),
    "it failed for five days": _("It failed for five days."),
}


def change_in_words(payload: Mapping[str, Any]) -> str:
    """Say what staff did with an endpoint."""
    detail = str(payload["detail"])
    if not detail.startswith("replayed "):
        return str(CHANGES.get(detail, detail))
    what = detail.removeprefix("replayed ")
    count = what.removesuffix(" events")
    if not count.isdecimal():
        return gettext("%(message)s sent again") % {"message": what}
    said = ngettext("%(count)s event sent again", "%(count)s events sent again", int(count))
    return said % {"count": formats.number(int(count))}


slots.register_entry("settings", order=35, entry=webhooks_tab)
describe(
    EndpointChanged,
    _("Webhook endpoint changed"),
    icon="plug",
    detail=change_in_words,
)
describe(
    EndpointStopped,
    _("Webhook endpoint stopped"),
    icon="plug",
    tone="problem",
    detail=lambda payload: str(CAUSES.get(payload["detail"], payload["detail"])),
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
