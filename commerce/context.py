"""What every dashboard page knows."""

from typing import Any

from django.http import HttpRequest

from commerce.models import Merchant
from postexp.kernel import slots


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """Give dashboard templates the shop, the person's role, their shops, and the navigation."""
    merchant = getattr(request, "merchant", None)
    membership = getattr(request, "membership", None)
    if merchant is None:
        return {}
    if membership is None:
        return {"merchant": merchant}
    return {
        "merchant": merchant,
        "membership": membership,
        "memberships": Merchant.objects.filter(memberships__user=request.user).order_by("name_en"),
        "nav": navigation(request),
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the entries of the left rail, as the rooms registered them."""
    return slots.entries("nav", request)
