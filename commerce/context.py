"""What every dashboard page knows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from commerce.enums import Right
from commerce.models import Merchant
from postexp.kernel import slots


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
        "nav": SimpleLazyObject(lambda: slots.entries("nav", request)),
        "frame": SimpleLazyObject(lambda: slots.collect("frame", request, {})),
        "may_configure": membership.may(Right.CONFIGURE),
        "commands": SimpleLazyObject(lambda: slots.entries("commands", request)),
        "settings_tabs": SimpleLazyObject(lambda: slots.entries("settings", request)),
        "search_url": reverse("dashboard:search", args=[merchant.slug]),
    }
