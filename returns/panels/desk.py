"""The desk's own settings, and how their changes read."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from postexp.kernel import slots
from postexp.kernel.history import describe
from returns import events


def times_tab(request: HttpRequest) -> dict[str, Any]:
    """How soon the shop means to deal with returns."""
    return _tab(request, "desk_settings", gettext("Returns desk"))


def macros_tab(request: HttpRequest) -> dict[str, Any]:
    """Texts to write to shoppers with."""
    return _tab(request, "macro_list", gettext("Saved texts"))


def _tab(request: HttpRequest, name: str, label: str) -> dict[str, Any]:
    url = reverse(f"dashboard:{name}", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": label,
        "active": request.path.startswith(url),
        "group": SettingsGroup.RETURNS,
    }


slots.register_entry("settings", order=33, entry=times_tab)
slots.register_entry("settings", order=34, entry=macros_tab)
describe(events.DeskTimesChanged, _("Times of the returns desk changed"), icon="clock")
describe(events.MacroChanged, _("Saved text changed"), icon="file-text")
