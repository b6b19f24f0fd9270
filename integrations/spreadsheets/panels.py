"""What imports show in the settings, and how their events read."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from integrations.spreadsheets.events import (
    ImportFinished,
    ImportStarted,
    ImportUndone,
    ImportUndoStarted,
)
from postexp.kernel import slots
from postexp.kernel.history import describe


def import_tab(request: HttpRequest) -> dict[str, Any]:
    """Where files come in."""
    url = reverse("dashboard:import_list", args=[cast(StaffRequest, request).merchant.slug])
    return {
        "url": url,
        "label": pgettext("settings", "Import"),
        "active": request.path.startswith(url),
        "group": SettingsGroup.DATA,
    }


slots.register_entry("settings", order=35, entry=import_tab)
describe(
    ImportStarted, _("Import started"), icon="upload", detail=lambda payload: payload["detail"]
)
describe(
    ImportFinished, _("Import finished"), icon="upload", detail=lambda payload: payload["detail"]
)
describe(
    ImportUndoStarted,
    _("Import taken back"),
    icon="undo-2",
    detail=lambda payload: payload["detail"],
)
describe(ImportUndone, _("Import undone"), icon="undo-2", detail=lambda payload: payload["detail"])
