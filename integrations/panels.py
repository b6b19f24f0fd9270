"""What integrations show in the settings, and how their events read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from commerce.access import StaffRequest
from commerce.enums import SettingsGroup
from commerce.selectors.setup import has_real_orders
from integrations.events import (
    ConnectionChanged,
    HoldTaken,
    PaymentsToRead,
    ReturnToRead,
    ScanToTell,
)
from integrations.models import Service
from postexp.kernel import slots
from postexp.kernel.history import describe

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


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


_ACTS: tuple[tuple[str, StrPromise], ...] = (
    ("connected (?P<account>[^ ]+)", _("%(account)s connected")),
    ("disconnected (?P<account>[^ ]+)", _("%(account)s disconnected")),
    (
        "disconnected (?P<account>[^ ]+): another shop .*",
        _("%(account)s disconnected: another shop proved that it is its own"),
    ),
    ("(?P<account>[^ ]+): told of scans", _("%(account)s is told of scans")),
    ("(?P<account>[^ ]+): no longer told of scans", _("%(account)s is no longer told of scans")),
    ("(?P<account>.+): paused", _("%(account)s: paused")),
    ("(?P<account>.+): resumed", _("%(account)s: resumed")),
    (
        "(?P<account>.+): limited to (?P<rate>[^ ]+) calls a second and (?P<most>[0-9]+) a day",
        _("%(account)s: limited to %(rate)s calls a second and %(most)s a day"),
    ),
    (
        r"template (?P<account>[^ ]+) for (?P<kind>[^ ]+) \((?P<locale>[a-z]+)\)",
        _("Template %(account)s chosen for %(kind)s (%(locale)s)"),
    ),
    (
        r"no template for (?P<account>[^ ]+) \((?P<locale>[a-z]+)\)",
        _("No template any more for %(account)s (%(locale)s)"),
    ),
    ("start of the back-fill of (?P<account>[^ ]+)", _("%(account)s: back-fill started")),
    ("pause of the back-fill of (?P<account>[^ ]+)", _("%(account)s: back-fill paused")),
    ("cancel of the back-fill of (?P<account>[^ ]+)", _("%(account)s: back-fill cancelled")),
)
"""What the log keeps of a connection, in the words of people."""


def connection_in_words(payload: Mapping[str, Any]) -> str:
    """Say what became of a connection; what nobody put into words stays as it was kept.

    An account without a name of its own, kept as the shop's id, is called by its service.
    """
    detail = str(payload["detail"])
    for pattern, words in _ACTS:
        if found := re.fullmatch(pattern, detail):
            told = found.groupdict()
            if told["account"] == payload["merchant_public_id"]:
                told["account"] = str(Service(payload["service"]).label)
            return words % told
    return detail


slots.register_entry("setup_steps", order=20, entry=orders_step)
slots.register_entry("settings", order=30, entry=connections_tab)
describe(
    ConnectionChanged,
    _("Connection changed"),
    icon="plug",
    detail=connection_in_words,
)
describe(HoldTaken, _("Money held on a card"), icon="wallet")
describe(PaymentsToRead, _("Payments to be read from Shopify"), icon="credit-card", minor=True)
describe(ReturnToRead, _("Return to be read from Shopify"), icon="undo-2", minor=True)
describe(ScanToTell, _("Scan to be shown in Shopify"), icon="send")
