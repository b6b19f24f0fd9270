"""What every dashboard page knows."""

from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from commerce.enums import Right, SettingsGroup
from commerce.models import Merchant, Sandbox
from postexp.kernel import slots
from postexp.kernel.counts import count_each


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Give dashboard templates the shop, the person's role, their shops, and the navigation.

    The frame alone asks the database for shops and navigation: panels rendered with the same
    request cost nothing.
    """
    merchant = getattr(request, "merchant", None)
    membership = getattr(request, "membership", None)
    if merchant is None:
        return {}
    if membership is None:
        return {"merchant": merchant}
    return {
        "merchant": merchant,
        "membership": membership,
        "memberships": _shops_of(membership.user_id).order_by("name_en", "name_ja"),
        "banners": SimpleLazyObject(lambda: slots.collect("banner", request, {})),
        "rail": SimpleLazyObject(lambda: _rail(request)),
        "may_configure": membership.may(Right.CONFIGURE),
        "commands": SimpleLazyObject(lambda: slots.entries("commands", request)),
        "settings_tabs": SimpleLazyObject(lambda: slots.entries("settings", request)),
        "settings_groups": SimpleLazyObject(lambda: _groups(request)),
        "search_url": reverse("dashboard:search", args=[merchant.slug]),
    }


def _shops_of(user_id: int) -> QuerySet[Merchant]:
    """Return the shops a person belongs to; `is_test` tells test shops, which look the same."""
    is_test = Exists(Sandbox.objects.filter(twin_id=OuterRef("pk")))
    return Merchant.objects.filter(memberships__user=user_id).annotate(is_test=is_test)


def _groups(request: HttpRequest) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the pages of the settings by the name of the group they stand in, in its order."""
    found = slots.entries("settings", request)
    grouped = [
        (str(group.label), [entry for entry in found if entry["group"] == group])
        for group in SettingsGroup
    ]
    return [(label, entries) for label, entries in grouped if entries]


def _rail(request: HttpRequest) -> dict[str, list[dict[str, Any]]]:
    """Return the rail's entries by slot: `nav`, and `bells` beside the shop's name.

    Rows that an entry names for its `count` are counted in one statement for all.
    """
    rail = {slot: slots.entries(slot, request) for slot in ("bells", "nav")}
    waiting = [entry for entry in chain(*rail.values()) if isinstance(entry.get("count"), QuerySet)]
    counts = count_each([entry["count"] for entry in waiting])
    for entry, count in zip(waiting, counts, strict=True):
        entry["count"] = count
    return rail
