"""What every dashboard page knows."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from commerce.enums import Right
from commerce.models import Merchant
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
        "memberships": Merchant.objects.filter(memberships__user=membership.user_id).order_by(
            "name_en"
        ),
        "banners": SimpleLazyObject(lambda: slots.collect("banner", request, {})),
        "nav": SimpleLazyObject(lambda: _navigation(request)),
        "frame": SimpleLazyObject(lambda: slots.collect("frame", request, {})),
        "may_configure": membership.may(Right.CONFIGURE),
        "commands": SimpleLazyObject(lambda: slots.entries("commands", request)),
        "settings_tabs": SimpleLazyObject(lambda: slots.entries("settings", request)),
        "search_url": reverse("dashboard:search", args=[merchant.slug]),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of the rail; rows that one names for its `count` are counted together."""
    entries = slots.entries("nav", request)
    waiting = [entry for entry in entries if isinstance(entry.get("count"), QuerySet)]
    counts = count_each([entry["count"] for entry in waiting])
    for entry, count in zip(waiting, counts, strict=True):
        entry["count"] = count
    return entries
